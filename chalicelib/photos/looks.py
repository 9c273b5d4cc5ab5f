"""Photos that look the same: found by parts of a hash of 256 bits, compared by all of it. Pure."""

from typing import Final

BITS: Final = 256
BANDS: Final = 16
"""Parts of 16 bits: pictures that differ in fewer than 16 bits share at least one, those that differ in a few dozen
nearly always do."""
ALIKE_BITS_MAX: Final = 24
"""Resized, recompressed or slightly brightened pictures differ in at most this many."""
SIMILAR_MAX: Final = 10
"""Similar photos that are told of one."""
IN_BAND_MAX: Final = 20
"""Photos of one part that are compared: a flat sky is in many."""


def bands(look: int) -> tuple[str, ...]:
    """Keys under which a look is found again."""
    width = BITS // BANDS
    return tuple(f"{place:02d}:{look >> place * width & (1 << width) - 1:04x}" for place in range(BANDS))


def bits(one: int, other: int) -> int:
    """In how many bits two looks differ."""
    return (one ^ other).bit_count()


def alike(look: int, others: dict[str, int]) -> list[tuple[str, int]]:
    """Those of the others that look the same, the nearest first: id and bits. At most ``SIMILAR_MAX``."""
    near = sorted((bits(look, other), name) for name, other in others.items())
    return [(name, distance) for distance, name in near if distance <= ALIKE_BITS_MAX][:SIMILAR_MAX]
