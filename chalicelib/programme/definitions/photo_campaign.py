"""Campaigns for photos: hashtags to look for, codes and links that lead to the upload form, contests (mission rows
A152 to A159).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator

from chalicelib.programme.definitions.photos import LANGUAGE
from chalicelib.programme.definitions.survey import Day
from chalicelib.programme.fields import Few, Matching, Text, Whole
from chalicelib.programme.section import ActionId, DefinitionId, Name, Problem, Section

CAMPAIGNS_MAX: Final = 50
HASHTAGS_MAX: Final = 10
CODES_MAX: Final = 50
TEXTS_MAX: Final = 10
TAGS_MAX: Final = 10
ENTRIES_MAX: Final = 1_000
TEXT_CHARACTERS_MAX: Final = 2_000
Purpose = Literal[
    "orderConfirmation", "reviewRequest", "shipping", "packageInsert", "inStore", "seasonal", "contest", "other"
]


def read_hashtag(given: object) -> object:
    """A hashtag without its sign, in small letters."""
    return given.strip().removeprefix("#").casefold() if isinstance(given, str) else given


Hashtag = Annotated[
    str, Matching(r"[\w]{1,60}", "a hashtag of 1 to 60 letters, digits or _"), BeforeValidator(read_hashtag)
]


class PhotoCode(Section):
    """A short code, and a link, that leads to the upload form: printed, mailed or shown in a store."""

    code: Annotated[str, Matching("[A-Za-z0-9-]{3,20}", "3 to 20 letters, digits or -")]
    purpose: Purpose = "other"
    store_id: Annotated[str, Text(40, 0)] = ""
    products: Annotated[tuple[Name, ...], Few(TAGS_MAX)] = ()


class PageText(Section):
    """What the upload form says, in one language."""

    language: Annotated[str, Matching(LANGUAGE, 'a language such as "de" or "de-AT"')]
    title: Annotated[str, Text(120, 0)] = ""
    text: Annotated[str, Text(TEXT_CHARACTERS_MAX, 0)] = ""


class Contest(Section):
    """A campaign in which winners are drawn from the photos that were approved."""

    entries_max: Annotated[int, Whole(1, ENTRIES_MAX)] = 1
    """Entries of one member, or of one handle."""
    winners: Annotated[int, Whole(1, 100)] = 1


class PhotoCampaign(Section):
    """See the module."""

    campaign_id: DefinitionId
    campaign_name: Name
    status: Literal["ON", "OFF"] = "ON"
    start_date: Day | None = None
    end_date: Day | None = None
    """The last day, in the time zone of the programme."""
    hashtags: Annotated[tuple[Hashtag, ...], Few(HASHTAGS_MAX)] = ()
    networks: Annotated[tuple[Literal["instagram", "x"], ...], Few(2)] = ("instagram", "x")
    codes: Annotated[tuple[PhotoCode, ...], Few(CODES_MAX)] = ()
    texts: Annotated[tuple[PageText, ...], Few(TEXTS_MAX)] = ()
    tags: Annotated[tuple[Name, ...], Few(TAGS_MAX)] = ()
    products: Annotated[tuple[Name, ...], Few(TAGS_MAX)] = ()
    action_id: ActionId | None = None
    """What its approved photos pay, in place of the site's own actions."""
    contest: Contest | None = None

    def is_live(self, today: date) -> bool:
        """Whether it takes photos on a day of the programme."""
        day = today.isoformat()
        return self.status == "ON" and (self.start_date or day) <= day <= (self.end_date or day)

    def code(self, text: str) -> PhotoCode | None:
        """Its code of that name, whatever its letters' case."""
        return next((each for each in self.codes if each.code.casefold() == text.casefold()), None)


def problems(campaigns: Sequence[PhotoCampaign], actions: Sequence[int]) -> Iterator[Problem]:
    """Ids and codes that stand twice, days in the wrong order, and actions that there are not."""
    codes: set[str] = set()
    for place, each in enumerate(campaigns):
        path = f"photoCampaigns[{place}]"
        if each.campaign_id in [other.campaign_id for other in campaigns[:place]]:
            yield Problem(f"{path}.campaignId", f"wanted each once, got {each.campaign_id} again")
        if each.start_date and each.end_date and each.end_date < each.start_date:
            yield Problem(f"{path}.endDate", f"wanted {each.start_date} or later, the startDate")
        if each.contest is not None and each.end_date is None:
            yield Problem(f"{path}.endDate", "wanted the last day of the contest")
        if each.action_id is not None and each.action_id not in actions:
            yield Problem(f"{path}.actionId", f"wanted an action of the programme, got {each.action_id}")
        for number, code in enumerate(each.codes):
            if code.code.casefold() in codes:
                yield Problem(
                    f"{path}.codes[{number}].code", f"wanted each once in all campaigns, got {code.code} again"
                )
            codes.add(code.code.casefold())
