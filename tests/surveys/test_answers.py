"""Whatever is sent is an answer in canonical form or is refused by name."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.programme.definitions.survey import ANSWER_CHARACTERS_MAX, Question, SurveySection
from chalicelib.surveys.answers import BadAnswers, read
from chalicelib.surveys.response import Response, Saved, dump, edition, load
from chalicelib.surveys.tally import Tally, counted, mean, together
from chalicelib.surveys.tally import dump as dump_tally
from chalicelib.surveys.tally import load as load_tally

CHOICES = [{"choiceId": each, "text": each.upper()} for each in ("a", "b", "c", "7")]


def question(kind: str, **more: Any) -> Question:
    own = {"choices": CHOICES} if kind in {"singleChoice", "multipleChoice"} else {}
    raw = {"questionId": kind, "text": "Well?", "type": kind, "required": False, **own, **more}
    return Question.model_validate(raw)


def section(*questions: Question) -> SurveySection:
    return SurveySection(section_id="s", section_name="S", questions=questions)


def one(asked: Question, raw: Any) -> Any:
    """The answer, ``None`` when it counts as none; a refusal's text when it is refused."""
    try:
        return read(section(asked), {asked.question_id: raw}).get(asked.question_id)
    except BadAnswers as refused:
        return refused.problems[0].text


@pytest.mark.parametrize(
    ("asked", "raw", "answer"),
    [
        (question("singleChoice"), "a", "a"),
        (question("singleChoice"), 7, "7"),
        (question("multipleChoice"), ["c", "a"], ("a", "c")),
        (question("multipleChoice"), "b", ("b",)),
        (question("multipleChoice"), [], None),
        (question("rating"), "5", 5),
        (question("rating"), 1, 1),
        (question("rating", minimum=0, maximum=10), Decimal("10.0"), 10),
        (question("number", decimals=2, minimum=-3), "-2.50", "-2.5"),
        (question("number"), "1000", "1000"),
        (question("text"), "  two\r\nlines ", "two\nlines"),
        (question("text"), "", None),
        (question("text", minimum=3), "abc", "abc"),
        (question("date", earliest="2026-01-01", latest="2026-01-31"), "2026-01-31", "2026-01-31"),
        (question("yesNo"), True, "YES"),
        (question("yesNo"), "no", "NO"),
        (question("yesNo"), None, None),
    ],
)
def test_answers_are_read_leniently(asked, raw, answer):
    assert one(asked, raw) == answer


@pytest.mark.parametrize(
    ("asked", "raw"),
    [
        (question("singleChoice"), "d"),
        (question("singleChoice"), ["a"]),
        (question("singleChoice"), True),
        (question("multipleChoice"), ["a", "a"]),
        (question("multipleChoice", maximum=2), ["a", "b", "c"]),
        (question("multipleChoice", minimum=2), ["a"]),
        (question("rating"), 0),
        (question("rating"), 6),
        (question("rating"), "2.5"),
        (question("number"), "1.5"),
        (question("number", maximum=3), 4),
        (question("number"), "1_0"),
        (question("number"), "NaN"),
        (question("number"), "1e999"),
        (question("number"), "9" * 21),
        (question("text"), "x" * (ANSWER_CHARACTERS_MAX + 1)),
        (question("text", maximum=3), "abcd"),
        (question("text", minimum=3), "ab"),
        (question("text"), "bell\a"),
        (question("date"), "2026-02-30"),
        (question("date"), "20260203"),
        (question("date", earliest="2026-01-01"), "2025-12-31"),
        (question("yesNo"), "perhaps"),
    ],
)
def test_what_is_no_answer_is_told_what_is_wanted(asked, raw):
    assert str(one(asked, raw)).startswith("wanted ")


def test_a_required_question_wants_an_answer_and_an_unknown_one_is_named():
    asked = section(question("text", required=True))

    with pytest.raises(BadAnswers, match=r"s\.other: is no question.*s\.text: is missing"):
        read(asked, {"text": "  ", "other": 1} | {"text": ""})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KINDS = ("singleChoice", "multipleChoice", "rating", "number", "text", "date", "yesNo")
QUESTIONS = tuple(question(kind) for kind in KINDS)
LIKELY = {
    "singleChoice": st.sampled_from(["a", "b", "d"]),
    "multipleChoice": st.lists(st.sampled_from(["a", "b", "c"]), max_size=3),
    "rating": st.integers(0, 6),
    "number": st.integers(-9, 9) | st.decimals(-9, 9, places=1),
    "text": st.text(max_size=5),
    "date": st.dates().map(str),
    "yesNo": st.sampled_from(["YES", "no", True, "x"]),
}


@given(st.fixed_dictionaries({}, optional={kind: LIKELY[kind] | JSON for kind in KINDS}))
def test_nothing_breaks_and_what_is_read_reads_again_and_is_kept_exactly(raw):
    asked = section(*QUESTIONS)
    try:
        answers = read(asked, raw)
    except BadAnswers:
        return

    again = {name: list(each) if isinstance(each, tuple) else each for name, each in answers.items()}
    assert read(asked, again) == answers
    response = Response("bread", 1, (Saved("s", 2, edition(asked), 3, answers),), version=4)
    assert load(dump(response), 4) == response


@given(st.lists(st.tuples(st.integers(1, 5), st.lists(st.sampled_from(["a", "b", "c"]), unique=True)), max_size=8))
def test_counts_in_parts_are_the_counts_of_all(given_):
    asked = section(question("rating"), question("multipleChoice"))
    everyone = [read(asked, {"rating": rating, "multipleChoice": chosen}) for rating, chosen in given_]
    parts = [Tally(), Tally()]
    whole = Tally()
    for place, answers in enumerate(everyone):
        parts[place % 2] = load_tally(dump_tally(counted(parts[place % 2], asked, answers)), 1)
        whole = counted(whole, asked, answers)

    assert together(parts) == whole == load_tally(dump_tally(whole), 0)
    assert whole.members == len(given_)
    if given_:
        ratings = [rating for rating, _ in given_]
        assert mean(whole, "rating") == round(Decimal(sum(ratings)) / len(ratings), 4)


def test_an_edition_is_what_is_asked_and_not_how_the_section_is_called():
    asked = section(question("rating"))
    renamed = asked.model_copy(update={"section_name": "Another"})
    edited = section(question("rating", maximum=10))

    assert edition(asked) == edition(renamed)
    assert edition(asked) != edition(edited)
