"""Words as a reader of pictures gives them: the language between recognition and whoever understands the words."""

from typing import Final

from chalicelib.values import value

WORDS_MAX: Final = 1_500
"""Words of a page that are looked at; a shop receipt has about a hundred."""


@value
class Box:
    """A rectangle in pixels of the picture as it is shown, the origin in the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.top + self.bottom) / 2


@value
class Word:
    """A word, or several that stand close together, with the reader's confidence from 0 to 1."""

    text: str
    box: Box
    confidence: float
    slope: float = 0.0
    """How far the line of writing falls for each pixel to the right; 0 where the reader does not say."""


@value
class Hint:
    """What a reader that knows receipts took a piece of text for (``total``, ``date``, ``shop``, …)."""

    kind: str
    text: str
    confidence: float
    boxes: tuple[Box, ...] = ()
    currency: str = ""
    """The currency of an amount as an ISO code, where the reader says it."""


@value
class HintedLine:
    """A line of the receipt in the texts of a reader that knows receipts."""

    name: str
    quantity: str
    unit_price: str
    amount: str
    confidence: float
    boxes: tuple[Box, ...] = ()


@value
class Page:
    """All that was recognised in one picture."""

    words: tuple[Word, ...]
    width: int
    height: int
    turned: int = 0
    """By how many degrees, counter-clockwise, the picture was turned before it was read; boxes are of that picture."""
    hints: tuple[Hint, ...] = ()
    lines: tuple[HintedLine, ...] = ()
    receipts: int = 1
    """How many receipts the reader sees in the picture; the words are of the first."""
