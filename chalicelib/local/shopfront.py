"""A page of the demo shop, with the one tag that puts its gallery there: what a shop's own page would do."""

import json
from collections.abc import Callable
from html import escape
from typing import Final

from chalicelib import errors
from chalicelib.local import demo, showcase
from chalicelib.local.calls import Client
from chalicelib.local.gateway import Answer, Request, refused

PATH: Final = "/local/shop"
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title><link rel="icon" href="data:,"><style>
body {{ margin: 0 auto; max-width: 60rem; padding: 1rem 1.25rem 3rem; color: #26302b }}
body {{ font: 1.05rem/1.6 system-ui, sans-serif }}
h1 {{ font-size: 1.7rem; line-height: 1.2; margin: 1rem 0 }} p {{ max-width: 38rem }} a {{ color: #1e6c68 }}
</style></head><body>
<h1>{name}</h1>
<p>Tea, coffee and what one needs for them. This page stands for a shop's own; the gallery below came with one script
tag. Open a picture, and follow its marks to the products.</p>
{tag}
<p><a href="{upload}">Show us your cup</a></p>
</body></html>
"""


def beside(site: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    """The site with the shop's page beside it."""
    return lambda request: _page(request, site) if request.target.partition("?")[0] == PATH else site(request)


def _page(request: Request, site: Callable[[Request], Answer]) -> Answer:
    if request.method not in {"GET", "HEAD"}:
        return refused(405, errors.UNKNOWN, f"{PATH} takes GET only.", {"Allow": "GET"})
    found = Client(site, demo.SITE, demo.SECRET).as_staff("GET", f"/galleries/{showcase.GALLERY}")
    if found.status != 200:
        return Answer(found.status, found.headers, found.body)
    upload = f"/api/3.0/public/{demo.SITE}/upload/{showcase.CODE}"
    page = _PAGE.format(name=escape(demo.NAME), tag=json.loads(found.body)["embed"], upload=upload)
    return Answer(200, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, page.encode())
