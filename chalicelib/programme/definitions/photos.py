"""Photos of customers: what they pay, what they must be, and how rights are asked for (mission rows A064 to A075)."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final, Literal

from chalicelib.programme.fields import Few, Matching, Text, Whole
from chalicelib.programme.section import ActionId, Name, Problem, Section

LANGUAGES_MAX: Final = 20
CROPS_MAX: Final = 10
LABELS_MAX: Final = 50
REQUEST_CHARACTERS_MAX: Final = 1_000
URL_CHARACTERS_MAX: Final = 1_000
MEGABYTES_MAX: Final = 50
LANGUAGE: Final = "[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}"

Language = Annotated[str, Matching(LANGUAGE, 'a language such as "de" or "de-AT"')]
Ratio = Annotated[str, Matching("[1-9][0-9]?:[1-9][0-9]?", 'a ratio of width to height such as "4:5"')]


class RequestText(Section):
    """The words that ask for rights in one language; {author}, {brand} and {terms} are filled in."""

    language: Language
    text: Annotated[str, Text(REQUEST_CHARACTERS_MAX)]


class NamedCrop(Section):
    """A cut that pages of the shop use, by its ratio of width to height."""

    name: Annotated[str, Matching("[a-z][a-z0-9-]{0,29}", "1 to 30 small letters, digits or -, a letter first")]
    ratio: Ratio


SQUARE: Final = NamedCrop(name="square", ratio="1:1")
PORTRAIT: Final = NamedCrop(name="portrait", ratio="4:5")
WIDE: Final = NamedCrop(name="wide", ratio="16:9")


class PhotoRules(Section):
    """How a site takes photos."""

    upload_action: ActionId | None = None
    """What an approved photo pays that its owner sent in; nothing without it."""
    hashtag_action: ActionId | None = None
    """What one pays that was found by its hashtag, when its handle was connected before it was posted."""
    store_action: ActionId | None = None
    """What one pays that bears a store, in place of the others."""
    review_action: ActionId | None = None
    """What one pays that came with a review."""
    size_max_mb: Annotated[int, Whole(1, MEGABYTES_MAX)] = 20
    """Megabytes of an upload."""
    alike: Literal["flag", "reject"] = "flag"
    """What becomes of a photo that looks like another one of the site."""
    alike_bits: Annotated[int, Whole(0, 60)] = 20
    """In how many of 256 bits two photos may differ that count as alike."""
    reject_labels: Annotated[tuple[Name, ...], Few(LABELS_MAX)] = ()
    """Labels of the screen upon which a photo is rejected at once; all others are shown to moderators."""
    label_percent: Annotated[int, Whole(1, 100)] = 90
    """How sure the screen must be of such a label."""
    terms_url: Annotated[str, Text(URL_CHARACTERS_MAX, 0)] = ""
    """Where the terms stand to which whoever sends or tags a photo agrees."""
    terms_version: Annotated[str, Text(40, 0)] = ""
    hashtag_rights: Literal["none", "implicit"] = "none"
    """Whether a brand's hashtag, with published terms, counts as consent to show a photo in galleries."""
    brand: Annotated[str, Text(40, 0)] = ""
    """How the brand is called in requests for rights."""
    request_texts: Annotated[tuple[RequestText, ...], Few(LANGUAGES_MAX)] = ()
    crops: Annotated[tuple[NamedCrop, ...], Few(CROPS_MAX)] = (SQUARE, PORTRAIT, WIDE)

    def ratio(self, crop: str) -> str | None:
        """The ratio of a named crop, ``None`` for one that there is not."""
        return next((each.ratio for each in self.crops if each.name == crop), None)


def problems(photos: PhotoRules, actions: Sequence[int]) -> Iterator[Problem]:
    """Actions that the programme does not have, and names that stand twice."""
    for name in ("upload", "hashtag", "store", "review"):
        action = getattr(photos, f"{name}_action")
        if action is not None and action not in actions:
            yield Problem(f"photos.{name}Action", f"wanted an action of the programme, got {action}")
    if photos.hashtag_rights == "implicit" and not photos.terms_url:
        yield Problem("photos.termsUrl", "wanted where the terms stand, because hashtags count as consent to them")
    for field, names in (
        ("requestTexts", [each.language for each in photos.request_texts]),
        ("crops", [each.name for each in photos.crops]),
    ):
        for place, name in enumerate(names):
            if name in names[:place]:
                yield Problem(f"photos.{field}[{place}]", f"wanted each once, got {name} again")
