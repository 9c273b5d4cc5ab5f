"""Rights: what whoever made a picture allowed, and the trail that proves it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from chalicelib.errors import Refusal
from chalicelib.photos.photo import Photo, Rights, RightsState, RightsStep

TRAIL_MAX: Final = 50
"""Steps of one photo; evidence is never dropped for later evidence."""
WAYS: Final[dict[RightsState, frozenset[RightsState]]] = {
    "none": frozenset({"implicit", "requested", "granted", "denied"}),
    "implicit": frozenset({"requested", "granted", "denied"}),
    "requested": frozenset({"granted", "denied"}),
    "granted": frozenset({"denied"}),
    "denied": frozenset({"requested", "granted"}),
}
"""What was denied may be asked again; what was granted may be taken back."""


class NoSuchWay(Refusal):
    """Rights do not go from where they are to there."""

    status = 409

    def __init__(self, was: str, to: str) -> None:
        super().__init__(f"The rights are {was}; from there they become {' or '.join(sorted(WAYS[was]))}, not {to}.")  # type: ignore[index]


class TrailIsFull(Refusal):
    """The rights changed so often that no further step can be kept."""

    status = 409

    def __init__(self) -> None:
        super().__init__(f"The rights of this photo have changed {TRAIL_MAX} times, and no further step can be kept.")


def changed(photo: Photo, to: RightsState, now: datetime, by: str, text: str) -> Photo:
    """The photo with other rights, or other words for the same, and the step on its trail.

    Raises ``NoSuchWay`` and ``TrailIsFull``.
    """
    was = photo.rights
    said = was.trail[-1].text if was.trail else text
    if was.state == to and text in ("", said):
        return photo
    if was.state != to and to not in WAYS[was.state]:
        raise NoSuchWay(was.state, to)
    if len(was.trail) >= TRAIL_MAX:
        raise TrailIsFull
    step = RightsStep(at=now, by=by, state=to, text=text)
    return photo.model_copy(update={"rights": Rights(state=to, trail=(*was.trail, step))})


def is_free(photo: Photo) -> bool:
    """Whether it may be used beyond the galleries, for marketing: only what was granted in so many words."""
    return photo.rights.state == "granted"


def request_text(texts: Mapping[str, str], language: str, names: Mapping[str, str]) -> str:
    """The words that ask for the rights, in a language or what is nearest to it, ``{author}`` and so on filled in."""
    wanted = (language, language.partition("-")[0], "en", *sorted(texts))
    text = next((texts[each] for each in wanted if each in texts), DEFAULT_REQUEST)
    for name, said in names.items():
        text = text.replace(f"{{{name}}}", said)
    return text


DEFAULT_REQUEST: Final = (
    "Hello {author}, we love your picture! May we show it on our site and in our mails? "
    "Reply with #yes{brand} to agree to {terms}."
)
