"""A link to a YouTube video is taken in by its public embed data; nothing of it is copied (mission row A065)."""

from dataclasses import replace

from chalicelib.errors import Malformed, Refusal
from chalicelib.gateways.networks import NetworkBusy, NetworkRefused, youtube
from chalicelib.photos.intake import Intake
from chalicelib.photos.photo import Video


class NoVideo(Malformed):
    """The video is private, gone, or was never there."""

    def __init__(self) -> None:
        super().__init__("url: this video is private or gone, so that nobody could watch it.")


class VideoUnknown(Refusal):
    """Nobody says at the moment whether the video is there."""

    status = 409
    sticks = False

    def __init__(self) -> None:
        super().__init__("YouTube does not answer at the moment. Please send the call again in a few minutes.")


def seen(given: Intake) -> Intake:
    """What a way in knows, with the video where its address is one of YouTube; itself for every other address.

    Raises ``NoVideo`` and ``VideoUnknown``.
    """
    video_id = youtube.id_of(given.url) if given.url else None
    if video_id is None:
        return given
    try:
        found = youtube.video(video_id)
    except NetworkRefused:
        raise NoVideo from None
    except NetworkBusy:
        raise VideoUnknown from None
    video = Video(
        provider=youtube.NAME,
        video_id=found.id,
        embed_url=found.embed_url,
        thumbnail_url=found.thumbnail_url,
        title=found.title,
        width=found.width,
        height=found.height,
    )
    return replace(
        given,
        source="youtube",
        source_id=found.id,
        author=given.author or found.author,
        caption=given.caption or found.title,
        media_type="video",
        url="",
        video=video,
    )
