"""Something that was understood from a picture, with its place."""

from typing import Generic, TypeVar

from chalicelib.recognised import Box
from chalicelib.values import value

Kind = TypeVar("Kind")


@value
class Found(Generic[Kind]):
    """A value, how sure we are of it (0 to 1), and where it stands in the picture."""

    value: Kind
    confidence: float
    boxes: tuple[Box, ...] = ()
