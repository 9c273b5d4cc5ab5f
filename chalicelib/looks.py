"""What pictures look like, as hashes of 256 bits: how far two are apart, and how the near ones are found. Pure."""

from typing import Final

BITS: Final = 256
BANDS: Final = 32
"""Parts of a look; pictures that differ in fewer bits than there are bands share at least one part."""


def distance(one: int, other: int) -> int:
    """In how many of 256 bits two looks differ."""
    return (one ^ other).bit_count()


def bands(look: int, count: int = BANDS) -> tuple[str, ...]:
    """Keys under which a look is found again; ``count`` divides 256."""
    width = BITS // count
    digits = (width + 3) // 4
    return tuple(f"{place:02d}:{look >> place * width & (1 << width) - 1:0{digits}x}" for place in range(count))
