"""Facebook's Graph API: the photos that the owner of a token uploaded. There is no search by hashtag."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.gateways.networks import Credentials, Post, Posts, ask, instant

NAME: Final = "facebook"
HOST: Final = "graph.facebook.com"
VERSION: Final = "/v21.0"
PAGE: Final = 50


def own(page: str, credentials: Credentials) -> Posts:
    """A page of the photos that the owner of the token uploaded, each in its largest size. Raises as ``ask``."""
    query = {"type": "uploaded", "fields": "id,images,name,link,created_time", "limit": str(PAGE)}
    query |= {"access_token": credentials.token, **({"after": page} if page else {})}
    found = ask(NAME, HOST, f"{VERSION}/me/photos", query)
    paging = found.get("paging", {})
    more = str(paging.get("cursors", {}).get("after", "")) if paging.get("next") else ""
    return Posts(tuple(_post(each) for each in found.get("data", [])), more)


def _post(photo: Mapping[str, Any]) -> Post:
    images: list[Mapping[str, Any]] = photo.get("images", [])
    largest = max(images, key=lambda each: int(each.get("width", 0)), default={})
    return Post(
        id=str(photo.get("id", "")),
        url=str(largest.get("source", "")),
        caption=str(photo.get("name", "")),
        permalink=str(photo.get("link", "")),
        posted=instant(photo.get("created_time")),
    )
