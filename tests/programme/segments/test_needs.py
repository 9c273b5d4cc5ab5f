"""What is read to judge an audience: only what its segments ask for."""

import pytest

from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.segments import needs
from chalicelib.programme.segments.needs import Needs
from tests.programme.segments.subjects import forced, segment


def of(*segments, named=("it",)):
    return needs.of(forced(*segments), [Audience(segments=tuple(named))])


def compared(fact, *values):
    return {"where": {"groups": [{"comparisons": [{"fact": fact, "compared": "in", "values": list(values)}]}]}}


def test_nothing_is_read_for_tiers_alone():
    assert needs.of(forced(), [Audience(tiers=("1",)), Audience()]) == Needs()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"pointsDetails": {"availablePointRangeFrom": 1}}, Needs()),
        ({"rfm": {"monetaryFrom": 1, "months": 3}}, Needs()),
        ({"rfm": {"recencyDaysTo": 1}}, Needs(facts=True)),
        ({"purchaseDetails": {"productPurchased": ["P1"]}}, Needs(facts=True)),
        ({"storeDetails": {"city": ["Berlin"]}}, Needs(facts=True)),
        ({"memberDetails": {"zipCode": ["1*"]}}, Needs(profile=True)),
        ({"transactionDetails": {"storeId": ["IN1"]}}, Needs()),
        ({"actionDetails": {"actions": [101]}}, Needs()),
        ({"listRevision": 2}, Needs(lists=("it",))),
        ({"listRevision": 2, "status": "INACTIVE"}, Needs()),
        (compared("tier", "1"), Needs()),
        (compared("spend", "1"), Needs()),
        (compared("age", "1"), Needs(profile=True)),
        (compared("extendedAttribute.size", "M"), Needs(profile=True)),
        (compared("daysSinceLastOrder", "1"), Needs(facts=True)),
        (compared("categories", "shoes"), Needs(facts=True)),
    ],
)
def test_a_segment_reads_what_its_conditions_ask_for(fields, expected):
    assert of(segment(**fields)) == expected


def test_a_segment_reads_also_for_those_it_names():
    found = of(
        segment(**compared("segments", "friends")),
        segment("friends", **compared("segments", "near"), listRevision=1),
        segment("near", memberDetails={"zipCode": ["1"]}),
        segment("other", purchaseDetails={"source": ["web"]}),
    )

    assert found == Needs(profile=True, lists=("friends",))


def test_what_the_programme_does_not_have_needs_nothing():
    assert of(named=("gone",)) == Needs()
