"""What is decided about a reading, and what the shopper is told."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chalicelib.receipts.judging import Thresholds, judge
from chalicelib.receipts.reading.found import Found
from chalicelib.receipts.reading.reading import Reading
from chalicelib.receipts.reasons import AWARDED, MODERATION, REJECTED, Reason
from tests.receipts.layouts import GROCER, reading


@pytest.fixture
def sure() -> Reading:
    return reading(GROCER)


def codes(found: Reading, *more: Reason) -> list[str]:
    return [reason.code for reason in judge(found, more).reasons]


@pytest.mark.proves("A018")
def test_a_receipt_that_adds_up_is_awarded_without_a_human(sure):
    decision = judge(sure)

    assert decision.outcome == AWARDED
    assert decision.reasons == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"total": None}, "no-total"),
        ({"evidence": ()}, "unsure-total"),
        ({"is_total_exact": False}, "unsure-total"),
        ({"is_total_labelled": False, "evidence": ()}, "unsure-total"),
        ({"is_payment_other": True}, "unsure-total"),
        ({"rivals": (Decimal(12),)}, "rival-totals"),
        ({"total": Found(Decimal("5000.01"), 1.0)}, "high-total"),
        ({"day": None}, "no-date"),
        ({"is_day_disputed": True}, "unsure-date"),
        ({"shop": None}, "no-shop"),
        ({"shop": Found("X", 0.1)}, "unsure-shop"),
        ({"receipts": 2}, "several-receipts"),
    ],
)
@pytest.mark.proves("A018")
def test_each_doubt_brings_the_receipt_before_a_human(sure, change, code):
    decision = judge(replace(sure, **change))

    assert decision.outcome == MODERATION
    assert code in [reason.code for reason in decision.reasons]
    assert all(reason.text.endswith(".") for reason in decision.reasons)


def test_a_total_at_the_limit_is_awarded(sure):
    assert judge(replace(sure, total=Found(Decimal(5000), 1.0))).is_awarded


def test_one_proof_needs_a_second_look_that_agrees(sure):
    once = replace(sure, evidence=sure.evidence[:1])

    assert codes(once) == ["unsure-total"]
    assert codes(replace(once, looks=2, looks_agreeing=2)) == []
    assert codes(replace(once, looks=2, looks_agreeing=1)) == ["unsure-total"]


def test_a_picture_without_a_receipt_is_rejected_with_advice():
    decision = judge(Reading(words=3))

    assert decision.outcome == REJECTED
    assert "photograph the whole receipt" in decision.reasons[0].text


def test_a_receipt_that_is_hardly_readable_is_not_rejected():
    assert judge(reading("SOME SHOP LTD\n" + "ab cd  ef gh\n" * 10)).outcome == MODERATION


def test_reasons_found_elsewhere_decide_too_and_the_gravest_comes_first(sure):
    late = Reason("too-old", "Receipts must be sent within 30 days.", REJECTED)
    strange = Reason("unknown-shop", "This shop does not take part.")

    assert judge(sure, [strange]).outcome == MODERATION
    assert judge(sure, [strange, late]).outcome == REJECTED
    assert codes(sure, strange, late) == ["too-old", "unknown-shop"]


def test_thresholds_may_ask_for_more(sure):
    assert judge(sure, thresholds=Thresholds(checks_min=5)).outcome == MODERATION
    assert judge(sure, thresholds=Thresholds(total_max=Decimal(50))).outcome == MODERATION
