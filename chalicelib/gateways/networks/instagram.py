"""Instagram's Graph API: posts by hashtag, and the media of an account that its owner connected.

A hashtag's media are public ones of the last 24 hours, 50 a page, without their author's name; an account may ask for
30 hashtags in seven days (reference of ``ig_hashtag_search`` and ``recent_media``).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chalicelib.gateways.networks import Credentials, Post, Posts, ask, instant

NAME: Final = "instagram"
HOST: Final = "graph.facebook.com"
OWN_HOST: Final = "graph.instagram.com"
VERSION: Final = "/v21.0"
PAGE: Final = 50
_FIELDS: Final = "id,caption,media_type,media_url,permalink,timestamp,children{id,media_type,media_url}"
_OWN_FIELDS: Final = f"{_FIELDS},username,thumbnail_url"


def posts(hashtag: str, page: str, since: str, credentials: Credentials) -> Posts:  # noqa: ARG001 - cannot be asked.
    """A page of what was published with a hashtag; ``page`` is ``following`` of the one before.

    Raises ``NetworkBusy`` and ``NetworkRefused``.
    """
    known = {"user_id": credentials.account, "access_token": credentials.token}
    found = ask(NAME, HOST, f"{VERSION}/ig_hashtag_search", {**known, "q": hashtag})
    numbers = [str(each["id"]) for each in found.get("data", []) if "id" in each]
    if not numbers or not numbers[0].isdigit():
        # Nobody used it yet; that says nothing of the token or of other hashtags.
        return Posts((), "")
    query = {**known, "fields": _FIELDS, "limit": str(PAGE), **({"after": page} if page else {})}
    return _page(ask(NAME, HOST, f"{VERSION}/{numbers[0]}/recent_media", query))


def own(page: str, credentials: Credentials) -> Posts:
    """A page of the media of the account whose owner gave the token. Raises as ``posts``."""
    query = {"fields": _OWN_FIELDS, "limit": str(PAGE), "access_token": credentials.token}
    return _page(ask(NAME, OWN_HOST, "/me/media", {**query, **({"after": page} if page else {})}))


def _page(found: Mapping[str, Any]) -> Posts:
    paging = found.get("paging", {})
    more = str(paging.get("cursors", {}).get("after", "")) if paging.get("next") or found.get("data") else ""
    items = tuple(post for each in found.get("data", []) for post in _posts(each))
    return Posts(items, more if items else "")


def _posts(media: Mapping[str, Any]) -> Iterator[Post]:
    """A post, or each picture of an album."""
    parts = media.get("children", {}).get("data", []) if media.get("media_type") == "CAROUSEL_ALBUM" else [media]
    for part in parts:
        is_video = part.get("media_type") == "VIDEO"
        link = str(media.get("permalink", ""))
        yield Post(
            id=str(part.get("id", "")),
            url="" if is_video else str(part.get("media_url", "")),
            media_type="video" if is_video else "image",
            author=str(media.get("username", "")),
            caption=str(media.get("caption", "")),
            permalink=link,
            embed=f"{link.rstrip('/')}/embed/" if link else "",
            thumbnail=str(part.get("thumbnail_url", "")),
            posted=instant(media.get("timestamp")),
        )
