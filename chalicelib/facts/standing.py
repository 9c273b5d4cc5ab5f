"""The sort key under which a member is listed by points: whoever has most comes first."""

from typing import Final

HIGHEST: Final = 10**15
"""More points than anybody has, or owes."""
_DIGITS: Final = 16


def name(available: int, mid: str) -> str:
    """The name of a member with so many points, in smallest units."""
    return f"{above(available)}#{mid}"


def above(available: int) -> str:
    """What comes before every member with so many points, and after those with more."""
    return f"{HIGHEST - available:0{_DIGITS}d}"


def read(listed: str) -> tuple[int, str]:
    """Points and number of a member by their name in the list."""
    digits, _, mid = listed.partition("#")
    return HIGHEST - int(digits), mid
