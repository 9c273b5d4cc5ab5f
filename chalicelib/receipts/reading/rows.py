"""Rows of writing, rebuilt from boxes: a photograph is skewed, and paper bends."""

import unicodedata
from collections.abc import Iterable
from statistics import median
from typing import Final

from chalicelib.recognised import WORDS_MAX, Box, Page, Word
from chalicelib.values import value

SAME_ROW: Final = 0.5
"""Centres closer than this share of the lower word's height stand in one row."""
OVERLAP_MAX: Final = 0.35
"""Words that overlap sideways by more than this share of the narrower one stand above each other."""
ROWS_BACK: Final = 4
TEXT_CHARACTERS_MAX: Final = 200
LONG: Final = 3.0
"""A word this many times as wide as high says how the writing runs."""


@value
class Row:
    """Words of one row, from left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The row as one text."""
        return " ".join(word.text for word in self.words)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where its words stand."""
        return tuple(word.box for word in self.words)

    @property
    def height(self) -> float:
        """How high its writing is."""
        return median(word.box.height for word in self.words)

    @property
    def confidence(self) -> float:
        """Of its least sure word."""
        return min(word.confidence for word in self.words)


def rows_of(page: Page) -> tuple[Row, ...]:
    """The rows of a page from top to bottom; at most ``WORDS_MAX`` words are looked at."""
    words = [_plain(word) for word in page.words[:WORDS_MAX] if word.text.strip() and word.box.height > 0]
    slope = _slope(words)
    levelled = sorted(words, key=lambda word: _level(word, slope))
    rows: list[list[Word]] = []
    for word in levelled:
        home = _home(rows[-ROWS_BACK:], word, slope)
        if home is None:
            rows.append([word])
        else:
            home.append(word)
    return tuple(Row(tuple(sorted(row, key=lambda word: word.box.left))) for row in rows)


def plain(text: str) -> str:
    """The text in plain characters: full-width forms and typographic dashes as on a keyboard, blanks single."""
    kept = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    return " ".join(kept.split())


_PLAIN: Final = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‐": "-", "，": ",", "。": ".", "：": ":", "‘": "'", "’": "'", "、": ","}  # noqa: RUF001 - typographic signs are what is replaced.
)


def _plain(word: Word) -> Word:
    return Word(plain(word.text[:TEXT_CHARACTERS_MAX]), word.box, word.confidence, word.slope)


def _slope(words: Iterable[Word]) -> float:
    slopes = [word.slope for word in words if word.box.width > LONG * word.box.height]
    return median(slopes) if slopes else 0.0


def _level(word: Word, slope: float) -> float:
    """The height at which the word would stand if the page were straight."""
    return word.box.middle - slope * (word.box.left + word.box.right) / 2


def _home(rows: list[list[Word]], word: Word, slope: float) -> list[Word] | None:
    """The row that the word continues, by its neighbour in it, or none."""
    best: tuple[float, list[Word]] | None = None
    for row in rows:
        if any(_overlap(other.box, word.box) > OVERLAP_MAX for other in row):
            continue
        neighbour = min(row, key=lambda other: abs(other.box.left - word.box.left))
        far = abs(_level(neighbour, slope) - _level(word, slope))
        limit = SAME_ROW * min(neighbour.box.height, word.box.height)
        if far <= limit and (best is None or far < best[0]):
            best = (far, row)
    return None if best is None else best[1]


def _overlap(one: Box, other: Box) -> float:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared / max(1.0, min(one.width, other.width))
