"""Counts of answers: how many members gave which. Nobody can be told from them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from decimal import Decimal
from typing import Any, Final

from chalicelib.programme.definitions.survey import Question, SurveySection
from chalicelib.surveys.answers import Answers
from chalicelib.values import value

COUNTED: Final = frozenset({"singleChoice", "multipleChoice", "rating", "yesNo"})
"""Types whose answers are counted one by one; of numbers there is a sum, of the others how many there are."""
MEAN_DECIMALS: Final = 4


@value
class Tally:
    """Counts of one section in one edition."""

    members: int = 0
    answered: Mapping[str, int] = field(default_factory=dict)
    """Question → members who answered it."""
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Question → answer → members who gave it."""
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    """Question → sum of the numbers given, of ratings and numbers."""
    version: int = 0


def counted(tally: Tally, section: SurveySection, answers: Answers) -> Tally:
    """The tally with one member's answers added."""
    answered, sums = dict(tally.answered), dict(tally.sums)
    counts = {question: dict(each) for question, each in tally.counts.items()}
    for question in section.questions:
        name = question.question_id
        given = answers.get(name)
        if given is None:
            continue
        answered[name] = answered.get(name, 0) + 1
        if question.type in COUNTED:
            each = counts.setdefault(name, {})
            for chosen in given if isinstance(given, tuple) else (str(given),):
                each[chosen] = each.get(chosen, 0) + 1
        if question.type in {"rating", "number"} and not isinstance(given, tuple):
            sums[name] = sums.get(name, Decimal(0)) + Decimal(given)
    return Tally(tally.members + 1, answered, counts, sums, tally.version)


def together(tallies: Iterable[Tally]) -> Tally:
    """The sum of the parts of one tally."""
    members, answered = 0, dict[str, int]()
    counts: dict[str, dict[str, int]] = {}
    sums: dict[str, Decimal] = {}
    for tally in tallies:
        members += tally.members
        for name, number in tally.answered.items():
            answered[name] = answered.get(name, 0) + number
        for name, each in tally.counts.items():
            into = counts.setdefault(name, {})
            for answer, number in each.items():
                into[answer] = into.get(answer, 0) + number
        for name, total in tally.sums.items():
            sums[name] = sums.get(name, Decimal(0)) + total
    return Tally(members, answered, counts, sums)


def possible(question: Question) -> tuple[str, ...]:
    """The answers that are counted one by one, in their order, also those that nobody gave; empty for other types."""
    match question.type:
        case "singleChoice" | "multipleChoice":
            return tuple(choice.choice_id for choice in question.choices)
        case "rating":
            low, high = question.bounds
            return tuple(map(str, range(int(low or 0), int(high or 0) + 1)))
        case "yesNo":
            return "YES", "NO"
        case _:
            return ()


def mean(tally: Tally, question: str) -> Decimal | None:
    """The mean of the numbers given, to four places; ``None`` where there are none."""
    total, number = tally.sums.get(question), tally.answered.get(question, 0)
    if total is None or not number:
        return None
    return round(total / number, MEAN_DECIMALS)


def dump(tally: Tally) -> str:
    """As compact JSON text; the version is an attribute of the item."""
    body = {
        "n": tally.members,
        "a": dict(tally.answered),
        "c": {name: dict(each) for name, each in tally.counts.items()},
        "s": {name: format(total, "f") for name, total in tally.sums.items()},
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def load(text: str, version: int) -> Tally:
    """The tally of ``dump``."""
    body: Mapping[str, Any] = json.loads(text)
    sums = {name: Decimal(total) for name, total in body["s"].items()}
    return Tally(body["n"], body["a"], body["c"], sums, version)
