"""YouTube's public embed data (oEmbed): what a page needs to play a video, without a key."""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from chalicelib.gateways.networks import NetworkRefused, ask
from chalicelib.values import value

NAME: Final = "youtube"
HOST: Final = "www.youtube.com"
_ID: Final = re.compile(r"[A-Za-z0-9_-]{11}")
_HOSTS: Final = frozenset({"www.youtube.com", "youtube.com", "m.youtube.com", "www.youtube-nocookie.com"})
_PATHS: Final = ("/shorts/", "/embed/", "/live/", "/v/")
TITLE_CHARACTERS_MAX: Final = 200


@value
class Found:
    """A video as its embed data describe it."""

    id: str
    embed_url: str
    thumbnail_url: str
    title: str
    author: str
    width: int
    height: int


def id_of(url: str) -> str | None:
    """The id of a video by any of the forms of its address; ``None`` for another address."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in {"https", "http"}:
        return None
    found = ""
    if host == "youtu.be":
        found = parts.path.strip("/")
    elif host in _HOSTS and parts.path == "/watch":
        found = parse_qs(parts.query).get("v", [""])[0]
    elif host in _HOSTS:
        found = next((parts.path.removeprefix(each) for each in _PATHS if parts.path.startswith(each)), "").strip("/")
    return found if _ID.fullmatch(found) else None


def video(video_id: str) -> Found:
    """The embed data of a video. Raises ``NetworkBusy``, and ``NetworkRefused`` for one that is private or gone."""
    watch = f"https://{HOST}/watch?v={video_id}"
    said = ask(NAME, HOST, "/oembed", {"url": watch, "format": "json"})
    if not isinstance(said, dict):
        raise NetworkRefused("no-video")
    width, height = (int(said.get(name, 0)) if str(said.get(name, "")).isdigit() else 0 for name in ("width", "height"))
    thumbnail = str(said.get("thumbnail_url", ""))
    return Found(
        video_id,
        f"https://www.youtube-nocookie.com/embed/{video_id}",
        thumbnail if thumbnail.startswith("https://") else "",
        str(said.get("title", ""))[:TITLE_CHARACTERS_MAX],
        str(said.get("author_name", ""))[:100],
        width,
        height,
    )
