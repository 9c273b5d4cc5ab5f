"""Drawing the winners of a contest: by a seed that is kept, so that anybody can draw again. Pure."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Final

from chalicelib.ids import digest
from chalicelib.photos.photo import Photo
from chalicelib.values import value

NOBODY: Final = ""


@value
class Draw:
    """A draw as it is kept: its seed, when (milliseconds), by whom, how many entries took part, and who won."""

    seed: str
    at: int
    by: str
    entries: int
    winners: tuple[str, ...]


def entries_of(photos: Sequence[Photo], entries_max: int) -> list[Photo]:
    """The photos that take part: the first so many of each member or handle, oldest first; of nobody each by itself."""
    seen: Counter[str] = Counter()
    found = []
    for photo in sorted(photos, key=lambda each: each.id):
        who = photo.mid or photo.author
        if who != NOBODY and seen[who] >= entries_max:
            continue
        seen[who] += 1
        found.append(photo)
    return found


def drawn(photos: Sequence[Photo], seed: str, winners: int) -> tuple[str, ...]:
    """So many photos in the order of SHA-256 over the seed and their id, at most one of each member or handle."""
    found: list[str] = []
    seen: set[str] = set()
    for photo in sorted(photos, key=lambda each: digest(seed, each.id)):
        who = photo.mid or photo.author
        if who != NOBODY and who in seen:
            continue
        seen.add(who)
        found.append(photo.id)
        if len(found) == winners:
            break
    return tuple(found)


def dump(draw: Draw) -> str:
    """The draw as JSON text."""
    return json.dumps([draw.seed, draw.at, draw.by, draw.entries, list(draw.winners)], separators=(",", ":"))


def load(text: str) -> Draw:
    """The draw of ``dump``."""
    seed, at, by, entries, winners = json.loads(text)
    return Draw(seed, at, by, entries, tuple(winners))
