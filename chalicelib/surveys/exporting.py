"""Responses as comma-separated values: a row for each answer, in the words of the questions that were asked then."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from chalicelib.ledger import days
from chalicelib.programme.definitions.survey import Question, Survey
from chalicelib.surveys.answers import Answer
from chalicelib.surveys.response import Response, Saved

COLUMNS: Final = (
    "surveyId",
    "memberId",
    "sectionId",
    "sectionName",
    "questionId",
    "question",
    "type",
    "answer",
    "answerText",
    "answeredAt",
    "completedAt",
    "programmeVersion",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run; people's own words are kept from that by an apostrophe."""
_NUMBERS: Final = frozenset({"rating", "number"})

AtVersion = Callable[[int], Survey | None]
"""The survey as a version of the programme had it, ``None`` where that version is not known any more."""


def text(responses: Iterable[tuple[str, Response]], at_version: AtVersion, *, with_names: bool) -> str:
    """The rows of these responses (member and response), as RFC 4180 says; ``with_names`` puts the columns' names
    before them, so that pages put together are one file.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    if with_names:
        writer.writerow(COLUMNS)
    for member, response in responses:
        for saved in response.sections:
            writer.writerows(_rows(member, response, saved, at_version(saved.programme)))
    return out.getvalue()


def _rows(member: str, response: Response, saved: Saved, survey: Survey | None) -> Iterator[list[str]]:
    section = None if survey is None else survey.section(saved.section)
    asked = {} if section is None else {question.question_id: question for question in section.questions}
    for name, answer in saved.answers.items():
        question = asked.get(name)
        for given in answer if isinstance(answer, tuple) else (answer,):
            row = [
                response.survey,
                member,
                saved.section,
                "" if section is None else section.section_name,
                name,
                "" if question is None else question.text,
                "" if question is None else question.type,
                str(given),
                label(question, given),
                _stamp(saved.at),
                "" if response.completed is None else _stamp(response.completed),
                str(saved.programme),
            ]
            yield [each if place == _ANSWER and _is_number(question) else _safe(each) for place, each in enumerate(row)]


_ANSWER: Final = COLUMNS.index("answer")


def label(question: Question | None, answer: Answer) -> str:
    """What an answer reads like: the text of a choice, else the answer itself."""
    texts = {} if question is None else {choice.choice_id: choice.text for choice in question.choices}
    return texts.get(str(answer), str(answer))


def _is_number(question: Question | None) -> bool:
    """Whether the cell holds digits of ours; a number below zero must stay one."""
    return question is not None and question.type in _NUMBERS


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _stamp(milliseconds: int) -> str:
    return days.from_ms(milliseconds).isoformat(timespec="seconds")
