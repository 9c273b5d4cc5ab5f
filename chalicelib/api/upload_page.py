"""The page behind a printed code: agree to the terms, choose a picture, done. It works without a script."""

import base64
import hashlib
import io
from collections.abc import Mapping
from html import escape
from typing import Annotated, Any, Final
from urllib.parse import quote, urlsplit

import segno

from chalicelib.api import fields
from chalicelib.api.common import public_site
from chalicelib.api.fields import Body
from chalicelib.api.replies import File
from chalicelib.api.routing import Request, Routes
from chalicelib.errors import Malformed
from chalicelib.gateways.storage import Form
from chalicelib.photos.campaigning import service as campaigning
from chalicelib.photos.campaigning.service import CodeExhausted, NoCode, Way
from chalicelib.programme import service as programmes
from chalicelib.programme.in_force import InForce
from chalicelib.sites import service as sites
from chalicelib.sites.scopes import PUBLIC

routes: Final = Routes(__name__, "Photos")
PATH: Final = "/public/{siteId}/upload/{code}"
STAGE: Final = "/api/3.0"
QR_SCALE: Final = 8
DONE: Final = "done"
_STYLE: Final = (
    "*{box-sizing:border-box}body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#1d2b26;background:#f5f6f3}"
    "main{max-width:32rem;margin:0 auto;padding:2rem 1.25rem}h1{font-size:1.5rem;line-height:1.25}"
    "form{display:grid;gap:1.25rem;background:#fff;border:1px solid #d5dad6;border-radius:.75rem;padding:1.25rem}"
    "label{display:grid;gap:.35rem;font-weight:600}"
    "label.check{grid-template-columns:auto 1fr;font-weight:400;gap:.6rem}"
    "textarea,input[type=file]{font:inherit;width:100%;padding:.6rem;border:1px solid #7d8a84;border-radius:.5rem}"
    "input[type=checkbox]{width:1.4rem;height:1.4rem;margin:.1rem 0}"
    "button{font:inherit;font-weight:600;padding:.8rem;border:0;border-radius:.5rem;background:#1f6f4a;color:#fff}"
    ":focus-visible{outline:3px solid #1f6f4a;outline-offset:2px}p.wrong{color:#a1260d;font-weight:600}"
    "@media(prefers-color-scheme:dark){body{background:#15201b;color:#e9efeb}form{background:#1d2b25;border-color:#41524a}"
    "textarea,input[type=file]{background:#15201b;color:inherit}p.wrong{color:#ff9d85}button{background:#3fa777;color:#08130d}"
    "a{color:#7fd3ab}}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "title": "Show us your picture",
        "caption": "What do we see? (optional)",
        "agree": "The picture is mine, and I agree that it is shown. {terms}",
        "terms": "Terms",
        "next": "Next",
        "file": "Your picture",
        "send": "Send",
        "thanks": "Thank you!",
        "done": "Your picture has arrived. Somebody looks at it before it is shown.",
        "wrong": "Please agree first.",
        "gone": "This code does not lead anywhere any more.",
        "busy": "Too many pictures were sent with this code today. Please try again tomorrow.",
    },
    "de": {
        "title": "Zeigen Sie uns Ihr Bild",
        "caption": "Was ist zu sehen? (freiwillig)",
        "agree": "Das Bild ist von mir, und ich bin einverstanden, dass es gezeigt wird. {terms}",
        "terms": "Bedingungen",
        "next": "Weiter",
        "file": "Ihr Bild",
        "send": "Senden",
        "thanks": "Vielen Dank!",
        "done": "Ihr Bild ist angekommen. Bevor es gezeigt wird, sieht es sich jemand an.",
        "wrong": "Bitte stimmen Sie zuerst zu.",
        "gone": "Dieser Code führt nirgends mehr hin.",
        "busy": "Heute kamen mit diesem Code schon sehr viele Bilder. Bitte versuchen Sie es morgen wieder.",
    },
}
"""Words of the page; a campaign has its own title and text in any language."""


class BeginBody(Body):
    """The first form of the page."""

    caption: Annotated[str, fields.text_up_to(2_000)] = ""
    consent: Annotated[str, fields.text_up_to(10)] = ""


class PageQuery(Body):
    """Where the page stands."""

    step: Annotated[str, fields.text_up_to(10)] = ""
    language: Annotated[str, fields.text_up_to(20)] = ""


@routes.add("GET", PATH, scope=PUBLIC, query=PageQuery, response=dict[str, Any])
def get_upload_page(request: Request) -> File:
    """Open the upload form that a code leads to: a page for browsers (text/html), not JSON."""
    words = _words(request)
    if request.query.step == DONE:
        return _page(words["thanks"], f"<p>{escape(words['done'])}</p>", words)
    try:
        force, found = _way(request)
    except NoCode:
        return _page(words["gone"], "", words, status=404)
    return _first(force, found, words, wrong=False)


@routes.add("POST", PATH, scope=PUBLIC, body=BeginBody, query=PageQuery, response=dict[str, Any], takes_files=True)
def post_upload_page(request: Request) -> File:
    """Agree to the terms and get the form for the file: the second step of the page."""
    words = _words(request)
    try:
        force, found = _way(request)
        if not request.body.consent:
            return _first(force, found, words, wrong=True)
        then = f"{base(request)}/public/{public_site(request)}/upload/{quote(found.code.code)}?step={DONE}"
        _, form = campaigning.begin(public_site(request), force, found, request.body.caption, request.now, then)
    except NoCode:
        return _page(words["gone"], "", words, status=404)
    except CodeExhausted:
        return _page(words["busy"], "", words, status=429)
    return _second(form, _title(found, words), words)


@routes.add("GET", "/public/{siteId}/qr/{code}", scope=PUBLIC, response=dict[str, Any])
def get_upload_code(request: Request) -> File:
    """Draw the link of a code as a QR code to print: SVG, black on white with its quiet zone."""
    _, found = _way(request)
    link = f"{base(request)}/public/{public_site(request)}/upload/{quote(found.code.code)}"
    output = io.BytesIO()
    segno.make(link, error="q", micro=False).save(output, kind="svg", scale=QR_SCALE, border=4, light="white")
    headers = {"Cache-Control": "public, max-age=3600", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return File(output.getvalue(), "image/svg+xml", {**headers, "X-Content-Type-Options": "nosniff"})


def base(request: Request) -> str:
    """Where this API stands as whoever asks sees it, from what their browser and the gateway say."""
    host = request.headers.get("host", "localhost")
    if not all(letter.isalnum() or letter in ".-:[]" for letter in host):
        raise Malformed("Host: the name of a host.")
    scheme = "https" if request.headers.get("x-forwarded-proto", "http") == "https" else "http"
    return f"{scheme}://{host}{STAGE}"


def _way(request: Request) -> tuple[InForce, Way]:
    """The campaign of the code in the path. Raises ``NoCode``, also for a site that there is not."""
    site = public_site(request)
    if sites.find(site) is None:
        raise NoCode
    force = programmes.in_force(site)
    return force, campaigning.way(force, request.params["code"], request.now)


def _words(request: Request) -> Mapping[str, str]:
    wanted = [request.query.language if request.query is not None else ""]
    wanted += [each.partition(";")[0].strip() for each in request.headers.get("accept-language", "").split(",")[:5]]
    found = next((name for each in wanted if (name := each.partition("-")[0].lower()) in _WORDS), "en")
    return {**_WORDS[found], "language": found}


def _title(found: Way, words: Mapping[str, str]) -> str:
    return _text(found, words, "title") or words["title"]


def _text(found: Way, words: Mapping[str, str], name: str) -> str:
    texts = {each.language.partition("-")[0]: each for each in found.campaign.texts}
    text = texts.get(words["language"]) or next(iter(found.campaign.texts), None)
    return "" if text is None else str(getattr(text, name))


def _first(force: InForce, found: Way, words: Mapping[str, str], *, wrong: bool) -> File:
    rules = force.programme.photos
    is_linked = urlsplit(rules.terms_url).scheme in {"http", "https"}
    terms = f'<a href="{escape(rules.terms_url)}" rel="noopener">{escape(words["terms"])}</a>' if is_linked else ""
    agree = escape(words["agree"]).replace("{terms}", terms)
    text = _text(found, words, "text")
    body = (
        (f"<p>{escape(text)}</p>" if text else "")
        + '<form method="post" enctype="multipart/form-data">'
        + (f'<p class="wrong" role="alert">{escape(words["wrong"])}</p>' if wrong else "")
        + f'<label>{escape(words["caption"])}<textarea name="caption" rows="3" maxlength="2000"></textarea></label>'
        + '<label class="check"><input type="checkbox" name="consent" value="YES" required>'
        + f"<span>{agree}</span></label>"
        + f"<button>{escape(words['next'])}</button></form>"
    )
    return _page(_title(found, words), body, words)


def _second(form: Form, title: str, words: Mapping[str, str]) -> File:
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(text)}">' for name, text in form.fields.items()
    )
    body = (
        f'<form method="post" enctype="multipart/form-data" action="{escape(form.url)}">{hidden}'
        f'<label>{escape(words["file"])}<input type="file" name="file" required '
        f'accept="image/jpeg,image/png,image/heic,image/webp"></label><button>{escape(words["send"])}</button></form>'
    )
    parts = urlsplit(form.url)
    return _page(title, body, words, to=f"{parts.scheme}://{parts.netloc}")


def _page(title: str, body: str, words: Mapping[str, str], *, status: int = 200, to: str = "") -> File:
    page = (
        f'<!doctype html><html lang="{words["language"]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    policy = (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self' {to}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Language",
    }
    return File(page.encode(), "text/html; charset=utf-8", headers, status)
