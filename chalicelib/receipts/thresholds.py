"""How sure a reading must be."""

from decimal import Decimal
from typing import Final

from chalicelib.values import value


@value(kw_only=True)
class Thresholds:
    """How sure a reading must be. The defaults let through what was right in every one of our trials."""

    words_min: int = 8
    """Fewer words are no receipt."""
    total_confidence_min: float = 0.6
    day_confidence_min: float = 0.75
    shop_confidence_min: float = 0.5
    total_max: Decimal = Decimal(5_000)
    """A higher total is looked at by a human: a misread digit costs most there."""
    checks_min: int = 2
    """Sums, checked apart from each other, that must give the total after one look."""
    looks_agreeing_min: int = 2
    """With fewer checks, at least this many looks must find the same total, and one check is needed."""


DEFAULT: Final = Thresholds()
