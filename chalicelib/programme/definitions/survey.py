"""Surveys: whom they ask, when, what, and what answering earns (annex-api-2, section 8)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, StrictBool

from chalicelib.programme.definitions import audience as audiences
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.fields import Exact, Few, Matching, Text, Whole, decimals_of, wanted
from chalicelib.programme.section import DAYS_MAX, ActionId, DefinitionId, Display, Name, Points, Problem, Section

SURVEYS_MAX: Final = 50
SECTIONS_MAX: Final = 10
QUESTIONS_MAX: Final = 20
"""Of one section."""
CHOICES_MAX: Final = 20
QUESTION_CHARACTERS_MAX: Final = 500
URL_CHARACTERS_MAX: Final = 1000
ANSWER_CHARACTERS_MAX: Final = 2000
STEPS_MAX: Final = 100
"""The highest step of a rating."""
MEMBERS_MAX: Final = 10_000_000
_NUMBER: Final = "1000000000"
_COLOUR: Final = "#[0-9A-Fa-f]{6}"

Kind = Literal["singleChoice", "multipleChoice", "rating", "number", "text", "date", "yesNo"]
CHOOSING: Final = ("singleChoice", "multipleChoice")
RATING: Final = (1, 5)
"""Lowest and highest step of a rating that names none."""
DECIMALS_MAX: Final = 4


def read_day(given: object) -> str:
    """A day of the calendar as ``yyyy-MM-dd``."""
    try:
        day = date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        day = None
    if day is None or given != day.isoformat():
        raise wanted("a day as yyyy-MM-dd, for example 2026-12-31")
    return day.isoformat()


def read_switch(given: object) -> object:
    """ON or OFF, also where it is said as ACTIVE or INACTIVE, in any case."""
    said = given.upper() if isinstance(given, str) else given
    return {"ACTIVE": "ON", "INACTIVE": "OFF"}.get(said, said) if isinstance(said, str) else said


Day = Annotated[str, BeforeValidator(read_day)]
Url = Annotated[str, Text(URL_CHARACTERS_MAX, 0)]
Colour = Annotated[str, Matching(_COLOUR, 'a colour as # and six hexadecimal digits, for example "#1F6F4A"')]
Bound = Annotated[Decimal, Exact(f"-{_NUMBER}", _NUMBER, DECIMALS_MAX)]


class Choice(Section):
    """An answer to choose."""

    choice_id: DefinitionId
    text: Annotated[str, Text(QUESTION_CHARACTERS_MAX)]


class Question(Section):
    """Something asked, and what counts as an answer."""

    question_id: DefinitionId
    text: Annotated[str, Text(QUESTION_CHARACTERS_MAX)]
    type: Kind
    required: StrictBool = True
    choices: Annotated[tuple[Choice, ...], Few(CHOICES_MAX)] = ()
    minimum: Bound | None = None
    """Fewest choices of a multipleChoice, lowest step of a rating, least number, fewest characters of a text."""
    maximum: Bound | None = None
    """Likewise the most of them."""
    decimals: Annotated[int, Whole(0, DECIMALS_MAX)] = 0
    """Decimals that a number may have."""
    earliest: Day | None = None
    latest: Day | None = None
    """First and last day that a date may be."""
    lowest_label: Display = ""
    highest_label: Display = ""
    """What the ends of a rating mean."""

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """Least and most of what the type counts, both included; ``None`` where nothing bounds it."""
        low, high = self.minimum, self.maximum
        match self.type:
            case "rating":
                return Decimal(RATING[0]) if low is None else low, Decimal(RATING[1]) if high is None else high
            case "multipleChoice":
                return low, Decimal(len(self.choices)) if high is None else high
            case "text":
                return low, Decimal(ANSWER_CHARACTERS_MAX) if high is None else high
            case _:
                return low, high


class Benefit(Section):
    """What an answered section or survey earns: an action of the programme, and its points unless others are named."""

    action_id: ActionId
    points: Points | None = None


class SurveySection(Section):
    """Questions that are answered together."""

    section_id: DefinitionId
    section_name: Name
    description: Display = ""
    questions: Annotated[tuple[Question, ...], Few(QUESTIONS_MAX, 1)]
    benefit: Benefit | None = None


class Theme(Section):
    """How a shop's page shows the survey."""

    primary_color: Colour | None = None
    background_color: Colour | None = None
    text_color: Colour | None = None
    font_family: Display = ""
    logo_url: Url = ""


class Survey(Section):
    """A survey. Days are those of the programme's time zone, both included."""

    survey_id: DefinitionId
    survey_name: Name
    description: Annotated[str, Text(ANSWER_CHARACTERS_MAX, 0)] = ""
    image_url: Url = ""
    survey_type: Display = ""
    status: Annotated[Literal["ON", "OFF"], BeforeValidator(read_switch)] = "ON"
    start_date: Day | None = None
    end_date: Day | None = None
    finish_in_days: Annotated[int, Whole(1, DAYS_MAX)] | None = None
    """Days, with the one of the first section, within which a member must answer the rest."""
    members_max: Annotated[int, Whole(1, MEMBERS_MAX)] | None = None
    """Members who may answer; the first ones do."""
    audience: Audience = Field(default_factory=Audience)
    sections: Annotated[tuple[SurveySection, ...], Few(SECTIONS_MAX, 1)]
    benefit: Benefit | None = None
    """For answering all of it."""
    theme: Theme | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is switched on."""
        return self.status == "ON"

    def section(self, section_id: str) -> SurveySection | None:
        """The section with that id, ``None`` when it has none."""
        return next((section for section in self.sections if section.section_id == section_id), None)


def problems(
    surveys: Sequence[Survey],
    *,
    earning: set[int],
    priced: set[int],
    point_decimals: int,
    segments: set[str],
    tiers: set[str],
) -> Iterator[Problem]:
    """What contradicts itself or the programme. ``earning`` are the actions that can be earned by, ``priced`` those
    of them that have no points of their own.
    """
    yield from _repeated([survey.survey_id for survey in surveys], "surveys", "surveyId")
    for place, survey in enumerate(surveys):
        path = f"surveys[{place}]"
        yield from audiences.problems(f"{path}.audience", survey.audience, segments=segments, tiers=tiers)
        if survey.start_date and survey.end_date and survey.end_date < survey.start_date:
            yield Problem(f"{path}.endDate", f"wanted {survey.start_date} or later, the startDate")
        yield from _repeated([section.section_id for section in survey.sections], f"{path}.sections", "sectionId")
        paid = [(f"{path}.benefit", survey.benefit)]
        for number, section in enumerate(survey.sections):
            inside = f"{path}.sections[{number}]"
            paid.append((f"{inside}.benefit", section.benefit))
            yield from _repeated([each.question_id for each in section.questions], f"{inside}.questions", "questionId")
            for at, question in enumerate(section.questions):
                yield from _question(f"{inside}.questions[{at}]", question)
        for where, benefit in paid:
            if benefit is not None:
                yield from _benefit(where, benefit, earning, priced, point_decimals)


def _benefit(path: str, benefit: Benefit, earning: set[int], priced: set[int], decimals: int) -> Iterator[Problem]:
    if benefit.action_id not in earning:
        yield Problem(f"{path}.actionId", f"wanted an action that members earn by, got {benefit.action_id}")
    elif benefit.points is None and benefit.action_id in priced:
        yield Problem(f"{path}.points", f"is missing: action {benefit.action_id} has no points of its own")
    if benefit.points is not None and decimals_of(benefit.points) > decimals:
        yield Problem(f"{path}.points", f"wanted at most {decimals} decimals, got {benefit.points}")


_OWN: Final[dict[str, tuple[str, ...]]] = {
    "choices": CHOOSING,
    "minimum": ("multipleChoice", "rating", "number", "text"),
    "maximum": ("multipleChoice", "rating", "number", "text"),
    "decimals": ("number",),
    "earliest": ("date",),
    "latest": ("date",),
    "lowest_label": ("rating",),
    "highest_label": ("rating",),
}
"""Fields that belong to some types only."""


def _question(path: str, question: Question) -> Iterator[Problem]:
    for name, kinds in _OWN.items():
        if getattr(question, name) and question.type not in kinds:
            alias = Question.model_fields[name].alias
            yield Problem(f"{path}.{alias}", f"wanted nothing with {question.type}")
    if question.type in CHOOSING:
        if len(question.choices) < 2:
            yield Problem(f"{path}.choices", "wanted at least 2 of them")
        yield from _repeated([choice.choice_id for choice in question.choices], f"{path}.choices", "choiceId")
    if question.earliest and question.latest and question.latest < question.earliest:
        yield Problem(f"{path}.latest", f"wanted {question.earliest} or later, the earliest")
    if question.type in _OWN["minimum"]:
        yield from _bounds(path, question)


def _bounds(path: str, question: Question) -> Iterator[Problem]:
    low, high = question.bounds
    decimals = question.decimals if question.type == "number" else 0
    for name, bound in (("minimum", question.minimum), ("maximum", question.maximum)):
        if bound is not None and decimals_of(bound) > decimals:
            yield Problem(f"{path}.{name}", f"wanted at most {decimals} decimals, got {bound}")
        elif bound is not None and bound < 0 and question.type != "number":
            yield Problem(f"{path}.{name}", f"wanted 0 or more, got {bound}")
    tops = {"multipleChoice": len(question.choices), "rating": STEPS_MAX, "text": ANSWER_CHARACTERS_MAX}
    top = tops.get(question.type)
    if top is not None and high is not None and high > top:
        yield Problem(f"{path}.maximum", f"wanted at most {top}, got {high}")
    if low is not None and high is not None and low > high:
        yield Problem(f"{path}.minimum", f"wanted at most {high}, the maximum")


def _repeated(ids: Sequence[str], path: str, name: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for place, each in enumerate(ids):
        before = first.setdefault(each, place)
        if before != place:
            text = f"wanted one that no other has, got {each} as in {path}[{before}].{name}"
            yield Problem(f"{path}[{place}].{name}", text)
