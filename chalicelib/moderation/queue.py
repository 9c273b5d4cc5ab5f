"""Where a thing stands in the queue of moderators. Pure."""

from datetime import UTC, datetime
from typing import Final

from chalicelib.values import value

RECEIPT: Final = "receipt"
PHOTO: Final = "photo"
KINDS: Final = (RECEIPT, PHOTO)
STATES: Final = {
    RECEIPT: ("received", "waiting", "awarded", "rejected", "reversed", "stuck", "expired"),
    PHOTO: ("received", "pending", "approved", "published", "rejected", "withdrawn", "stuck", "expired"),
}
WAITING: Final = {RECEIPT: ("waiting", "stuck"), PHOTO: ("pending", "approved", "stuck")}
"""The states in which something waits for a human."""
_MILLIS_DIGITS: Final = 15


@value
class Brief:
    """What a list shows of a thing that stands in the queue."""

    id: str
    title: str
    member: str | None = None
    """The outward id of whoever sent it, where that is known."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Why a human looks at it: code and sentence."""
    thumbnail: str | None = None
    """The key of a picture in the bucket."""
    media_type: str = "image"
    """``image`` or ``video``."""


@value
class Place:
    """A state, since when, and the id of what stands there."""

    state: str
    since: datetime
    id: str

    @property
    def key(self) -> str:
        """Sorts by time within a state."""
        return f"{_millis(self.since):0{_MILLIS_DIGITS}d}#{self.id}"


def parse(state: str, key: str) -> Place:
    """The place that a key stands for."""
    millis, _, name = key.partition("#")
    return Place(state, datetime.fromtimestamp(int(millis) // 1000, UTC).replace(microsecond=int(millis) % 1000 * 1000),
                 name)  # fmt: skip


def _millis(instant: datetime) -> int:
    return int(instant.timestamp()) * 1000 + instant.microsecond // 1000
