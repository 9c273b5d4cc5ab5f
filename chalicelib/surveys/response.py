"""A member's response to a survey: one each, saved section by section, and its form as text."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from chalicelib.ids import digest
from chalicelib.programme.definitions.survey import SurveySection
from chalicelib.surveys.answers import Answer, Answers
from chalicelib.values import value

RESPONSE_BYTES_MAX: Final = 300_000
"""All answers of one member to one survey: an item holds 400 KB (AWS limit)."""
_EDITION_LETTERS: Final = 12


@value
class Earned:
    """What a benefit gave: the entry of the book with its points, in smallest units, or why there are none."""

    entry: int = 0
    points: int = 0
    held: int = 0
    code: str = ""
    message: str = ""


NOTHING: Final = Earned()


@value
class Saved:
    """A section as it was answered. ``programme`` is the version whose questions these are."""

    section: str
    programme: int
    edition: str
    at: int
    """Milliseconds since the epoch."""
    answers: Answers
    earned: Earned = NOTHING


@value
class Response:
    """What a member answered. ``completed`` is when the last section was, in milliseconds; ``None`` before."""

    survey: str
    begun: int
    sections: tuple[Saved, ...] = ()
    completed: int | None = None
    earned: Earned = NOTHING
    """For the whole of it."""
    version: int = 0

    def section(self, section_id: str) -> Saved | None:
        """The section as it was answered, ``None`` when it was not."""
        return next((saved for saved in self.sections if saved.section == section_id), None)


@value
class Stored:
    """A response as it is stored, with the member's outward id."""

    member: str
    response: Response


def edition(section: SurveySection) -> str:
    """Names what a section asks: the same for equal questions, whatever else of the survey was edited."""
    asked = [question.model_dump(mode="json", by_alias=True, exclude_defaults=True) for question in section.questions]
    return digest(json.dumps(asked, sort_keys=True))[:_EDITION_LETTERS]


def begun(survey: str, at: int) -> Response:
    """A response in which nothing is answered yet."""
    return Response(survey, at)


def with_section(response: Response, saved: Saved) -> Response:
    """The response with one more section."""
    return replace(response, sections=(*response.sections, saved))


def dump(response: Response) -> str:
    """As compact JSON text; the version is an attribute of the item."""
    body: dict[str, Any] = {"v": response.survey, "b": response.begun}
    if response.completed is not None:
        body["c"] = response.completed
    if response.earned != NOTHING:
        body["e"] = _row(response.earned)
    body["s"] = [
        [saved.section, saved.programme, saved.edition, saved.at, dict(saved.answers), _row(saved.earned)]
        for saved in response.sections
    ]
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def load(text: str, version: int) -> Response:
    """The response of ``dump``."""
    body: Mapping[str, Any] = json.loads(text)
    return Response(
        survey=body["v"],
        begun=body["b"],
        sections=tuple(
            Saved(section, programme, named, at, _answers(answers), Earned(*earned))
            for section, programme, named, at, answers, earned in body["s"]
        ),
        completed=body.get("c"),
        earned=Earned(*body.get("e", ())),
        version=version,
    )


def _row(earned: Earned) -> list[Any]:
    return [earned.entry, earned.points, earned.held, earned.code, earned.message]


def _answers(raw: Mapping[str, Any]) -> dict[str, Answer]:
    return {question: tuple(given) if isinstance(given, list) else given for question, given in raw.items()}
