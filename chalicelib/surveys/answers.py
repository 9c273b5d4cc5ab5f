"""Answers to the questions of a section: read leniently, judged question by question."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from chalicelib.errors import Malformed
from chalicelib.programme.definitions.survey import ANSWER_CHARACTERS_MAX, Question, SurveySection
from chalicelib.programme.fields import decimals_of, plain
from chalicelib.programme.section import Problem
from chalicelib.surveys.refusals import sentence

Answer = str | int | tuple[str, ...]
"""A choice, a day, YES or NO, a text or a number's digits; the step of a rating; several choices."""
Answers = Mapping[str, Answer]
"""By question, in the order of the section; questions left out are not in it."""
NUMERAL_CHARACTERS_MAX: Final = 20
DAY_CHARACTERS: Final = 10
_YES_NO: Final = {"YES": "YES", "NO": "NO", "TRUE": "YES", "FALSE": "NO"}
_KEPT_CONTROLS: Final = "\n\t"


class BadAnswers(Malformed):
    """Some answers are none: ``problems`` names each question and what it wants."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{sentence(problems)}. Nothing was saved.")
        self.problems = tuple(problems)


def read(section: SurveySection, given: Mapping[str, Any]) -> Answers:
    """The answers of one section in canonical form; an empty text or list is no answer.

    Raises ``BadAnswers`` naming every question that is unknown, missing or wrongly answered.
    """
    found: dict[str, Answer] = {}
    problems = list(_unknown(section, given))
    for question in section.questions:
        path = f"{section.section_id}.{question.question_id}"
        raw = given.get(question.question_id)
        if raw is None or raw in ("", [], ()):
            if question.required:
                problems.append(Problem(path, "is missing, an answer is required"))
            continue
        answer = _READERS[question.type](question, raw)
        if answer is None:
            problems.append(Problem(path, f"wanted {wanted(question)}"))
        else:
            found[question.question_id] = answer
    if problems:
        raise BadAnswers(problems)
    return found


def wanted(question: Question) -> str:
    """What counts as an answer, as the rest of a sentence."""
    low, high = question.bounds
    match question.type:
        case "singleChoice":
            return f"one of {_named(question)}"
        case "multipleChoice":
            return f"a list of {low or 1} to {high} of {_named(question)}, each once"
        case "rating":
            return f"a whole number from {low} to {high}"
        case "number":
            return f"a number{_range(low, high)} with at most {question.decimals} decimals"
        case "text":
            return f"a text of {low or 1} to {high} characters"
        case "date":
            return f"a day as yyyy-MM-dd{_range(question.earliest, question.latest)}"
        case "yesNo":
            return "YES or NO"


def _unknown(section: SurveySection, given: Mapping[str, Any]) -> Iterator[Problem]:
    known = {question.question_id for question in section.questions}
    for name in given:
        if name not in known:
            yield Problem(f"{section.section_id}.{plain(name[:40])}", "is no question of this section")


def _named(question: Question) -> str:
    return ", ".join(choice.choice_id for choice in question.choices)


def _range(low: object | None, high: object | None) -> str:
    return f"{'' if low is None else f' from {low}'}{'' if high is None else f' to {high}'}"


def _single(question: Question, raw: Any) -> Answer | None:
    text = str(raw) if isinstance(raw, (str, int)) and not isinstance(raw, bool) else None
    return text if text in {choice.choice_id for choice in question.choices} else None


def _multiple(question: Question, raw: Any) -> Answer | None:
    """In the order of the question, so that equal answers are equal; one choice may come without a list."""
    listed = list(raw) if isinstance(raw, (list, tuple)) else [raw]
    chosen = [_single(question, each) for each in listed]
    low, high = question.bounds
    if None in chosen or len(set(chosen)) != len(chosen) or not _is_within(Decimal(len(chosen)), low, high):
        return None
    return tuple(choice.choice_id for choice in question.choices if choice.choice_id in chosen)


def _rating(question: Question, raw: Any) -> Answer | None:
    number = _number_of(raw)
    if number is None or decimals_of(number) or not _is_within(number, *question.bounds):
        return None
    return int(number)


def _number(question: Question, raw: Any) -> Answer | None:
    number = _number_of(raw)
    if number is None or decimals_of(number) > question.decimals or not _is_within(number, *question.bounds):
        return None
    return format(number, "f")


def _text(question: Question, raw: Any) -> Answer | None:
    if not isinstance(raw, (str, int, Decimal)) or isinstance(raw, bool):
        return None
    text = unicodedata.normalize("NFC", str(raw).replace("\r\n", "\n").strip())
    # Lines and tabs are ordinary in what people write; other controls are not.
    if len(text) > ANSWER_CHARACTERS_MAX or any(
        unicodedata.category(letter) in {"Cc", "Cs"} and letter not in _KEPT_CONTROLS for letter in text
    ):
        return None
    low, high = question.bounds
    return text if text and _is_within(Decimal(len(text)), low, high) else None


def _day(question: Question, raw: Any) -> Answer | None:
    if not isinstance(raw, str) or len(raw.strip()) != DAY_CHARACTERS:
        return None
    try:
        day = date.fromisoformat(raw.strip()).isoformat()
    except ValueError:
        return None
    low, high = question.earliest or day, question.latest or day
    return day if low <= day <= high else None


def _yes_no(_question: Question, raw: Any) -> Answer | None:
    return _YES_NO.get(str(raw).strip().upper()) if isinstance(raw, (str, bool)) else None


_READERS: Final[Mapping[str, Callable[[Question, Any], Answer | None]]] = {
    "singleChoice": _single,
    "multipleChoice": _multiple,
    "rating": _rating,
    "number": _number,
    "text": _text,
    "date": _day,
    "yesNo": _yes_no,
}


def _number_of(raw: Any) -> Decimal | None:
    """A finite number in canonical form, of a number or its digits."""
    if isinstance(raw, bool) or not isinstance(raw, (int, str, Decimal)):
        return None
    text = str(raw).strip()
    if len(text) > NUMERAL_CHARACTERS_MAX or not text.isascii() or "_" in text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > NUMERAL_CHARACTERS_MAX:
        return None
    number = number.normalize() + 0
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _is_within(number: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)
