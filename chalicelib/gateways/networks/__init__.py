"""Social networks, asked for what people publish: each a module of its own with the same few functions.

Credentials come with each call and are never kept, logged or part of an error here.
"""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from chalicelib import settings
from chalicelib.gateways import fetching
from chalicelib.gateways.fetching import FetchFailed, FetchRefused
from chalicelib.values import value

RETRY_SECONDS: Final = 900
"""When a network that is too busy is asked again, where it does not say so itself."""
TOO_MANY: Final = 429


class NetworkBusy(Exception):
    """The network did not answer, or not now; ``seconds`` says when to ask again."""

    def __init__(self, seconds: int = RETRY_SECONDS) -> None:
        super().__init__("the network is busy")
        self.seconds = seconds


class NetworkRefused(Exception):
    """The network does not let us: the token has ended or lacks a permission. ``code`` is the answer's status."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@value(kw_only=True)
class Credentials:
    """With which a network is asked: a token, and the number of the account that asks, where it wants one."""

    token: str
    account: str = ""

    def __repr__(self) -> str:
        """Without the token."""
        return "Credentials()"


@value(kw_only=True)
class Post:
    """A picture or video that somebody published."""

    id: str
    url: str = ""
    """Where the picture can be copied from; empty for a video that only its network shows."""
    media_type: str = "image"
    author: str = ""
    caption: str = ""
    permalink: str = ""
    embed: str = ""
    """What a page of somebody else may frame to play it; a post's own page may not be."""
    thumbnail: str = ""
    posted: datetime | None = None


@value
class Posts:
    """A page of posts, and with what the next one is asked for; empty at the end."""

    items: tuple[Post, ...]
    following: str
    newest: str = ""
    """With what a later run asks for newer ones only, where the network can."""


def ask(network: str, host: str, path: str, query: dict[str, str], token: str = "") -> Any:
    """The JSON of a network. Raises ``NetworkBusy`` and ``NetworkRefused``."""
    base = f"{settings.NETWORKS_BASE}/{network}" if settings.NETWORKS_BASE else f"https://{host}"
    headers = {"Authorization": f"Bearer {token}"} if token else None
    try:
        return fetching.fetch_json(f"{base}{path}?{urlencode(query)}", headers=headers)
    except FetchFailed as failed:
        wait = failed.retry_after
        raise NetworkBusy(int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 6 else RETRY_SECONDS) from None
    except FetchRefused as refused:
        raise NetworkRefused(refused.code) from None


def instant(text: object) -> datetime | None:
    """An instant as networks write it; ``None`` for what cannot be read."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
