"""Who is in a segment: each condition on both sides of its edge, and how conditions are joined."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.facts.row import Facts
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.definitions.segment import LISTS_MAX
from chalicelib.programme.segments.judging import admits, inside
from chalicelib.programme.segments.subject import Event
from tests.programme.documents import document, problems
from tests.programme.segments.subjects import PROFILE, forced, segment, subject


def holds(who=None, **conditions):
    force = forced(segment(**conditions))
    return inside(force, force.segment_by_id["it"], who or subject())


def where(fact, compared, *values):
    return {"where": {"comparisons": [{"fact": fact, "compared": compared, "values": list(values)}]}}


@pytest.mark.proves("A015")
@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"memberDetails": {"userId": ["ADA@example.TEST"]}}, True),
        ({"memberDetails": {"userId": ["bob@example.test"]}}, False),
        ({"memberDetails": {"zipCode": ["10117"]}}, True),
        ({"memberDetails": {"zipCode": ["101*"]}}, True),
        ({"memberDetails": {"zipCode": ["1011"]}}, False),
        ({"memberDetails": {"birthDate": "thisWeek"}}, True),
        ({"memberDetails": {"birthDate": "today"}}, False),
        ({"memberDetails": {"birthDate": "03"}}, True),
        ({"memberDetails": {"birthDate": "03-06"}}, True),
        ({"memberDetails": {"birthDate": "1990-03-06"}}, True),
        ({"memberDetails": {"birthDate": "1991-03-06"}}, False),
        ({"memberDetails": {"anniversaryDate": "thisMonth"}}, False),
        ({"actionDetails": {"actions": [100]}}, True),
        ({"actionDetails": {"actions": [109]}}, False),
        ({"pointsDetails": {"availablePointRangeFrom": 137, "availablePointRangeTo": 137}}, True),
        ({"pointsDetails": {"availablePointRangeFrom": 138}}, False),
        ({"pointsDetails": {"lifetimePointRangeTo": 176}}, False),
        ({"pointsDetails": {"redeemPointRangeFrom": 40}}, True),
        ({"pointsDetails": {"redeemPointRangeFrom": 41}}, False),
        ({"purchaseDetails": {"productPurchased": ["p9", "p2"]}}, True),
        ({"purchaseDetails": {"productPurchased": ["P9"]}}, False),
        ({"purchaseDetails": {"productCategory": ["Shoes"], "country": ["de"]}}, True),
        ({"purchaseDetails": {"productCategory": ["Shoes"], "country": ["fr"]}}, False),
        ({"storeDetails": {"city": ["Berlin"], "storeName": ["alexanderplatz"]}}, True),
        ({"storeDetails": {"region": ["North"]}}, False),
        ({"rfm": {"recencyDaysFrom": 30, "recencyDaysTo": 30}}, True),
        ({"rfm": {"recencyDaysTo": 29}}, False),
        ({"rfm": {"frequencyFrom": 4, "monetaryFrom": 300}}, True),
        ({"rfm": {"frequencyFrom": 5}}, False),
        ({"rfm": {"monetaryFrom": "300.01"}}, False),
        ({"rfm": {"months": 1, "monetaryTo": 50, "frequencyTo": 1}}, True),
        ({"rfm": {"months": 3, "monetaryFrom": 130, "frequencyFrom": 2}}, True),
        ({"rfm": {"months": 1, "frequencyFrom": 2}}, False),
        ({"transactionDetails": {"storeId": ["IN1"]}}, False),
    ],
)
def test_a_condition_holds_whom_it_means(conditions, expected):
    assert holds(**conditions) is expected


@pytest.mark.proves("A016")
def test_who_never_ordered_is_not_recent_and_has_no_average():
    nobody = subject(facts=Facts())

    assert not holds(nobody, rfm={"recencyDaysTo": 36_500})
    assert holds(nobody, **where("daysSinceLastOrder", "empty"))
    assert not holds(nobody, **where("daysSinceLastOrder", "le", "9999"))
    assert holds(nobody, **where("daysSinceLastOrder", "ne", "3"))


@pytest.mark.parametrize(
    ("fact", "compared", "values", "expected"),
    [
        ("available", "eq", ["137.0"], True), ("available", "lt", ["137"], False), ("available", "le", ["137"], True),
        ("available", "gt", ["136.9"], True), ("available", "ge", ["138"], False),
        ("available", "between", ["137", "200"], True), ("available", "between", ["138", "200"], False),
        ("available", "in", ["1", "137"], True), ("available", "notIn", ["1", "137"], False),
        ("spend", "eq", ["300"], True), ("averageOrder", "eq", ["75"], True), ("orders", "ne", ["4"], False),
        ("daysSinceJoined", "eq", ["500"], True), ("daysSinceFirstOrder", "ge", ["401"], False),
        ("age", "eq", ["35"], True), ("tier", "eq", ["2"], True), ("tier", "in", ["1", "3"], False),
        ("emailDomain", "eq", ["EXAMPLE.test"], True), ("zipCode", "startsWith", ["10"], True),
        ("email", "contains", ["@"], True), ("phone", "empty", [], True), ("phone", "contains", [""], False),
        ("optInStatus", "eq", ["yes"], True), ("status", "ne", ["ACTIVE"], False),
        ("extendedAttribute.size", "in", ["s", "m"], True), ("extendedAttribute.visits", "gt", ["9"], True),
        ("extendedAttribute.visits", "eq", ["10.0"], True), ("extendedAttribute.visits", "between", ["2", "9"], False),
        ("extendedAttribute.since", "lt", ["2024-05-02"], True), ("extendedAttribute.none", "lt", ["5"], False),
        ("extendedAttribute.none", "ne", ["5"], True), ("extendedAttribute.none", "empty", [], True),
        ("products", "contains", ["p1"], True), ("products", "notIn", ["P9"], True), ("products", "ne", ["P1"], False),
        ("categories", "startsWith", ["sho"], True), ("stores", "empty", [], False), ("actions", "eq", ["515"], True),
    ],
)  # fmt: skip
def test_a_fact_is_compared_as_what_it_is(fact, compared, values, expected):
    assert holds(**where(fact, compared, *values)) is expected


@given(low=st.decimals(-500, 500, places=2), high=st.decimals(-500, 500, places=2))
def test_between_is_both_ends_and_all_in_between(low, high):
    said = where("available", "between", str(low), str(high))

    assert holds(**said) is (low <= Decimal(137) <= high)


@given(text=st.text("aAßé 01.", max_size=5), wanted=st.text("aAßé 01.", max_size=5))
def test_unlike_is_the_opposite_of_alike(text, wanted):
    who = subject(profile={**PROFILE, "extendedAttribute": {"x": text}})

    assert holds(who, **where("extendedAttribute.x", "eq", wanted)) is not holds(
        who, **where("extendedAttribute.x", "ne", wanted)
    )


@given(yes=st.lists(st.booleans(), min_size=1, max_size=4), join=st.sampled_from(["all", "any", "none"]))
def test_groups_join_what_is_in_them(yes, join):
    comparisons = [{"fact": "orders", "values": ["4" if each else "5"]} for each in yes]
    expected = {"all": all(yes), "any": any(yes), "none": not any(yes)}[join]

    flat = {"join": join, "comparisons": comparisons}
    assert holds(where=flat) is expected
    assert holds(where={"groups": [{"groups": [flat]}]}) is expected


def test_families_are_joined_by_and():
    rich, buyer = {"pointsDetails": {"availablePointRangeFrom": 100}}, {"rfm": {"frequencyFrom": 1}}

    assert holds(**rich, **buyer)
    assert not holds(**rich, rfm={"frequencyFrom": 99})


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"fromDate": "2026-03-04", "toDate": "2026-03-04"}, True),
        ({"fromDate": "2026-03-05"}, False),
        ({"toDate": "2026-03-03"}, False),
        ({"status": "INACTIVE"}, False),
    ],
)
def test_a_segment_holds_members_on_its_days_alone(dates, expected):
    assert holds(**dates, pointsDetails={"availablePointRangeFrom": 1}) is expected


def test_a_list_counts_beside_conditions_and_without_any():
    listed = subject(lists=frozenset({"it"}))

    assert holds(listed, listRevision=1)
    assert holds(listed, listRevision=1, rfm={"frequencyFrom": 99})
    assert not holds(subject(), listRevision=1)
    assert not holds(listed)


@pytest.mark.proves("A019")
def test_a_purchase_under_way_is_judged_by_what_it_is():
    event = Event(
        action=109, store="in1", coupons=("SAVE5",), products=frozenset({"P1"}), amount=Decimal(20),
        attributes={"channel": "till"},
    )  # fmt: skip
    now = subject(event=event)

    for wanted in (
        {"storeId": ["IN1"]}, {"coupon": ["save5", "x"]}, {"minimumAmount": 20}, {"attribute": {"channel": ["TILL"]}},
        {"product": ["p1"], "actions": [109]}, {},
    ):  # fmt: skip
        assert holds(now, transactionDetails=wanted), wanted
    for wanted in (
        {"storeId": ["IN2"]},
        {"minimumAmount": "20.01"},
        {"attribute": {"till": ["1"]}},
        {"actions": [100]},
    ):
        assert not holds(now, transactionDetails=wanted), wanted


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 2, 28), True), (date(2026, 3, 1), False), (date(2028, 2, 29), True), (date(2028, 2, 28), False)],
)
def test_a_leap_day_is_kept_on_the_28th_of_other_years(day, expected):
    assert holds(subject(today=day.toordinal()), memberDetails={"anniversaryDate": "today"}) is expected


def test_a_segment_may_ask_for_others():
    rich = segment("rich", pointsDetails={"availablePointRangeFrom": 100})
    both = segment("both", **where("segments", "in", "rich", "friends"))
    none = segment("none", **where("segments", "notIn", "rich"))
    force = forced(rich, segment("friends", listRevision=1), both, none)

    judged = {name: inside(force, force.segment_by_id[name], subject()) for name in ("both", "none")}
    assert judged == {"both": True, "none": False}


def test_an_audience_wants_one_of_its_segments_and_one_of_its_tiers():
    force = forced(segment("rich", pointsDetails={"availablePointRangeFrom": 100}), segment("empty"))

    expected = {
        Audience(): True,
        Audience(tiers=("1", "2")): True,
        Audience(tiers=("1",)): False,
        Audience(segments=("empty", "rich")): True,
        Audience(segments=("empty",)): False,
        Audience(segments=("gone",)): False,
        Audience(segments=("rich",), tiers=("3",)): False,
    }
    assert {audience: admits(force, audience, subject()) for audience in expected} == expected


def names(name, *others):
    return segment(name, **where("segments", "in", *others))


CHAIN = "wanted at most 5 segments that name each other one after the other, and no circle"


@pytest.mark.parametrize(
    ("segments", "found"),
    [
        ([names("a", "a")], {"segments[0].where": CHAIN}),
        ([names("a", "b"), names("b", "a")], {"segments[0].where": CHAIN, "segments[1].where": CHAIN}),
        ([names("a", "b"), names("b", "c"), names("c", "d"), names("d", "e"), segment("e")], {}),
        ([names("a", "b"), names("b", "c"), names("c", "d"), names("d", "e"), names("e", "f"), segment("f")],
         {"segments[0].where": CHAIN}),
        ([names("a", "b")], {"segments[0].where.comparisons[0].values": "wanted segments of the programme, got b"}),
        ([segment(actionDetails={"actions": [999]})],
         {"segments[0].actionDetails.actions[0]": "wanted an action of the programme, got 999"}),
        ([segment(actionDetails={"actionSeries": ["s"]})],
         {"segments[0].actionDetails.actionSeries[0]": "wanted an action series of the programme, got s"}),
        ([segment(pointsDetails={"availablePointRangeFrom": 2, "availablePointRangeTo": 1})],
         {"segments[0].pointsDetails": "wanted an upper bound of 2 or more, got 1"}),
        ([segment(), segment()],
         {"segments[1].segmentId": "wanted one that no other has, got it as in segments[0].segmentId"}),
    ],
)  # fmt: skip
def test_definitions_that_cannot_be_met_are_named(segments, found):
    assert problems(document(segments=segments)) == found


def test_forty_active_segments_have_lists_and_any_number_of_inactive_ones():
    listed = [segment(f"s{number}", listRevision=1) for number in range(LISTS_MAX + 1)]
    over = "wanted at most 40 active segments with a list of members, got 41"

    assert problems(document(segments=listed)) == {"segments[40].listRevision": over}
    assert problems(document(segments=[{**listed[0], "status": "INACTIVE"}, *listed[1:]])) == {}
