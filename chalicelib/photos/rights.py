"""What may be done with a photo beyond showing it: the state of its rights, and who changed it when. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from chalicelib.errors import Refusal
from chalicelib.values import value

NONE: Final = "none"
IMPLICIT: Final = "implicit"
"""By the brand's hashtag and published terms, or by the terms that an upload's form names."""
REQUESTED: Final = "requested"
GRANTED: Final = "granted"
DENIED: Final = "denied"
STATES: Final = (NONE, IMPLICIT, REQUESTED, GRANTED, DENIED)
MOVES: Final[Mapping[str, frozenset[str]]] = {
    NONE: frozenset({IMPLICIT, REQUESTED, GRANTED, DENIED}),
    IMPLICIT: frozenset({REQUESTED, GRANTED, DENIED}),
    REQUESTED: frozenset({REQUESTED, GRANTED, DENIED}),
    GRANTED: frozenset({DENIED}),
    DENIED: frozenset({REQUESTED, GRANTED}),
}
"""From which state to which; a request may be made again, and what was granted may be taken back."""
TRAIL_MAX: Final = 50
TEXT_CHARACTERS_MAX: Final = 1_000
DEFAULT_LANGUAGE: Final = "en"
DEFAULT_TEXT: Final = (
    "We love your photo! May we show it on our site and in our marketing? Answer with yes if you agree to our terms."
)


class RightsNotMoved(Refusal):
    """The rights cannot go from the state they are in to the one wished."""

    status = 409

    def __init__(self, was: str, to: str) -> None:
        wanted = ", ".join(sorted(MOVES[was])) or "nothing"
        super().__init__(f"The rights of this photo are {was}; they can become {wanted}, not {to}.")


@value
class Step:
    """One line of the trail; ``text`` is what was asked or answered."""

    at: datetime
    by: str
    state: str
    text: str = ""


@value
class Rights:
    """The state, and how it came to be, oldest first."""

    state: str = NONE
    trail: tuple[Step, ...] = ()

    @property
    def is_for_marketing(self) -> bool:
        """Whether the photo may leave the galleries: only what was granted may."""
        return self.state == GRANTED


def move(rights: Rights, to: str, *, at: datetime, by: str, text: str = "") -> Rights:
    """The rights after a step. Raises ``RightsNotMoved``."""
    if to not in MOVES[rights.state] or len(rights.trail) >= TRAIL_MAX:
        raise RightsNotMoved(rights.state, to)
    return Rights(to, (*rights.trail, Step(at, by, to, text)))


def request_text(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The language and the words to ask with: those of the language, else of its main language (``pt`` for ``pt-BR``),
    else English, else whatever there is first, else ours.
    """
    by_name = {name.casefold(): (name, text) for name, text in texts.items()}
    wanted = language.casefold().replace("_", "-")
    for name in (wanted, wanted.partition("-")[0], DEFAULT_LANGUAGE):
        if name in by_name:
            return by_name[name]
    return next(iter(by_name.values()), (DEFAULT_LANGUAGE, DEFAULT_TEXT))
