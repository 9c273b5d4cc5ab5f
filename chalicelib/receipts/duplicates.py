"""The same receipt sent again: the same file, the same photograph, or another photograph of the same paper."""

import hashlib
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Final

from chalicelib import looks
from chalicelib.receipts.reading.reading import Reading
from chalicelib.receipts.reading.shop import normal, similarity
from chalicelib.receipts.reasons import MODERATION, REJECTED, Reason
from chalicelib.values import value

LOOK_BITS: Final = looks.BITS
LOOK_SAME_BITS_MAX: Final = 20
"""Resized or recompressed pictures differ in at most this many of 256 bits."""
LOOK_ALIKE_BITS_MAX: Final = 56
"""Slightly cropped or turned ones in about as many; so do some different receipts of one till."""
LOOK_CERTAIN_BITS_MAX: Final = 10
"""So few differ between different receipts never in our trials, whatever was read from them."""
BANDS: Final = looks.BANDS
SAME_FILE: Final = "same-file"
SAME_PICTURE: Final = "same-picture"
SAME_RECEIPT: Final = "same-receipt"
MAYBE_SAME: Final = "maybe-same-receipt"
SAME_SHOP: Final = 0.75


@value(kw_only=True)
class Print:
    """What is kept of a submission to know it again."""

    sha256: str
    look: int
    shop: str | None = None
    day: date | None = None
    time_of_day: time | None = None
    total: Decimal | None = None
    number: str | None = None


def print_of(sha256: str, look: int, reading: Reading) -> Print:
    """The fingerprint of a picture that was read."""
    return Print(
        sha256=sha256,
        look=look,
        shop=reading.shop.value if reading.shop else None,
        day=reading.day.value if reading.day else None,
        time_of_day=reading.time_of_day.value if reading.time_of_day else None,
        total=reading.total.value if reading.total else None,
        number=reading.number.value if reading.number else None,
    )


def bands(look: int) -> tuple[str, ...]:
    """Keys under which a look is found again: pictures that differ in fewer than 32 bits share at least one."""
    return looks.bands(look, BANDS)


def key_of(found: Print) -> str | None:
    """A key that two photographs of one paper share: date, total, and number or time of day.

    ``None`` where too little was read. The shop's name is left out: it is read with small differences.
    """
    if found.day is None or found.total is None or (found.number is None and found.time_of_day is None):
        return None
    mark = normal(found.number) if found.number else f"{found.time_of_day:%H%M}"
    return hashlib.sha256(f"{found.day}|{found.total:.2f}|{mark}".encode()).hexdigest()[:32]


def compared(new: Print, old: Print, about: str = "") -> Reason | None:
    """Why the new submission repeats the old one, or ``None``."""
    if new.sha256 == old.sha256:
        return Reason(SAME_FILE, "This very picture was sent before.", REJECTED, about)
    bits = looks.distance(new.look, old.look)
    contradicted = any(_contradictions(new, old))
    if bits <= LOOK_SAME_BITS_MAX and not contradicted and _is_known(new, old):
        return Reason(SAME_PICTURE, "This photograph of a receipt was sent before.", REJECTED, about)
    if _is_same_paper(new, old):
        return Reason(SAME_RECEIPT, "This receipt was sent before, in another picture.", REJECTED, about)
    alike = LOOK_CERTAIN_BITS_MAX if contradicted else LOOK_ALIKE_BITS_MAX
    if bits <= alike or _may_be_same_paper(new, old):
        text = "A very similar receipt was sent before; we check whether it is the same."
        return Reason(MAYBE_SAME, text, MODERATION, about)
    return None


def _contradictions(new: Print, old: Print) -> Iterator[bool]:
    """Whether what was surely read differs: tills print receipts that look alike."""
    yield new.total is not None and old.total is not None and new.total != old.total
    yield new.day is not None and old.day is not None and new.day != old.day
    yield new.time_of_day is not None and old.time_of_day is not None and new.time_of_day != old.time_of_day


def _is_known(new: Print, old: Print) -> bool:
    """Whether something that was read from both pictures agrees: two blank walls are no duplicates."""
    return any(
        _agree(one, other)
        for one, other in ((new.total, old.total), (new.day, old.day), (new.number, old.number))
    )  # fmt: skip


def _is_same_paper(new: Print, old: Print) -> bool:
    if not _agree(new.day, old.day) or not _agree(new.total, old.total) or not _is_same_shop(new, old):
        return False
    same_number = _agree(new.number and normal(new.number), old.number and normal(old.number))
    same_time = _agree(new.time_of_day, old.time_of_day)
    other_time = new.time_of_day is not None and old.time_of_day is not None and not same_time
    return same_time or (same_number and not other_time)


def _may_be_same_paper(new: Print, old: Print) -> bool:
    """The same shop, day and total, where time and number were not read from both."""
    if not _agree(new.day, old.day) or not _agree(new.total, old.total) or not _is_same_shop(new, old):
        return False
    return (new.time_of_day is None or old.time_of_day is None) and (new.number is None or old.number is None)


def _agree(one: object, other: object) -> bool:
    return one is not None and one == other


def _is_same_shop(new: Print, old: Print) -> bool:
    return bool(new.shop and old.shop) and similarity(str(new.shop), str(old.shop)) >= SAME_SHOP
