"""Which campaigns apply, and what each adds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger import days
from chalicelib.ledger.account import Account, Standing
from chalicelib.programme.campaigning import judging, progress
from chalicelib.programme.campaigning.judging import Happening
from chalicelib.programme.campaigning.progress import Progress
from chalicelib.programme.earning import PricedLine, Rule, purchase
from chalicelib.programme.in_force import compiled
from chalicelib.programme.segments.subject import Subject
from chalicelib.programme.validation import validate
from tests.programme.documents import document, problems

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
DOUBLE = {"type": "multiplier", "multiplier": 2}
FIFTY = {"type": "bonus", "points": 50}


def force(*campaigns: dict[str, Any], **more: Any):
    listed = [{"campaignId": str(place + 1), "campaignName": f"No. {place + 1}", **each}
              for place, each in enumerate(campaigns)]  # fmt: skip
    return compiled(validate(document(campaigns=listed, **more)), 1)


def member(tier: str = "1") -> Subject:
    return Subject(Account(standing=Standing(tier, 0)), NOON.toordinal())


def line(amount: object, product: str = "P1", quantity: int = 1, category: str = "", **more: Any) -> PricedLine:
    return PricedLine(Decimal(str(amount)), Decimal(quantity), product, category, **more)


def bought(*lines: PricedLine, **more: Any) -> Happening:
    return Happening(109, more.pop("at", NOON), tuple(lines), **more)


def applied(found, happening: Happening, known: dict[str, Progress] | None = None, own: Decimal | None = None):
    each = {campaign.campaign_id: Progress() for campaign in found.programme.campaigns}
    return judging.applied(found, member(), happening, {**each, **(known or {})}, own)


def adds(found, happening: Happening, known: dict[str, Progress] | None = None) -> dict[str, int]:
    """What a purchase earns from each campaign."""
    benefits = [each.added for each in applied(found, happening, known)]
    return dict(purchase(found.programme, happening.lines, "1", benefits=benefits).campaigns)


def test_a_multiplier_adds_the_points_once_more():
    assert adds(force({"benefit": DOUBLE}), bought(line(40), line("9.99", "P2"))) == {"1": 49}


@pytest.mark.parametrize(
    ("at", "is_open"),
    [("2026-06-01T09:59:59", False), ("2026-06-01T10:00:00", True), ("2026-06-30T17:59:59", True),
     ("2026-06-30T18:00:00", False)],
)  # fmt: skip
@pytest.mark.proves("A014")
def test_the_window_is_on_the_clocks_of_the_programmes_zone(at, is_open):
    found = force({"benefit": DOUBLE, "startsAt": "2026-06-01T10:00", "endsAt": "2026-06-30T18:00:00"})
    moment = datetime.fromisoformat(at).replace(tzinfo=found.zone)

    assert bool(judging.candidates(found, 109, moment)) == is_open


def test_a_campaign_that_is_off_or_waits_for_another_action_is_no_candidate():
    found = force({"benefit": DOUBLE, "status": "OFF"}, {"benefit": FIFTY, "actions": [101]}, {"benefit": FIFTY})

    assert [each.campaign_id for each in judging.candidates(found, 109, NOON)] == ["3"]
    assert [each.campaign_id for each in judging.candidates(found, 101, NOON)] == ["2"]


@pytest.mark.parametrize(
    ("conditions", "lines", "points"),
    [
        ({"products": ["P2"]}, [line(40), line(10, "P2")], 10),
        ({"categories": ["shoes"]}, [line(40, category="shoes"), line(10)], 40),
        ({"products": ["P2"], "minimumQuantity": 2}, [line(40), line(10, "P2")], None),
        ({"products": ["P2"], "minimumQuantity": 2}, [line(40), line(10, "P2", 2)], 10),
        ({"minimumAmount": "49.99"}, [line(50)], 50),
        ({"minimumAmount": "50.01"}, [line(50)], None),
        ({"products": ["P9"]}, [line(40)], None),
        ({}, [line(40, product_rule=Rule(excluded=True)), line(10, "P2")], 10),
        ({}, [line(40, product_rule=Rule(excluded=True))], None),
    ],
)  # fmt: skip
@pytest.mark.proves("A014")
def test_conditions_say_which_lines_count(conditions, lines, points):
    found = adds(force({"benefit": DOUBLE, "conditions": conditions}), bought(*lines))

    assert found == ({} if points is None else {"1": points})


@pytest.mark.parametrize(
    ("conditions", "is_met"),
    [({"stores": ["S1"]}, True), ({"stores": ["S2"]}, False), ({"sources": ["WEB"]}, True),
     ({"sources": ["App"]}, False), ({"coupons": ["XX", "YY"]}, True),
     ({"coupons": ["ZZ"]}, False)],
)  # fmt: skip
def test_store_source_and_coupon_are_asked_for(conditions, is_met):
    event = bought(line(40), store="S1", source="Web", coupons=("YY",))

    assert bool(applied(force({"benefit": DOUBLE, "conditions": conditions}), event)) == is_met


def test_store_and_source_bound_actions_too():
    found = force({"benefit": FIFTY, "actions": [101], "conditions": {"stores": ["S1"]}})

    assert applied(found, Happening(101, NOON, store="S1"), own=Decimal(10))
    assert not applied(found, Happening(101, NOON, store="S2"), own=Decimal(10))


def test_an_audience_leaves_others_out():
    found = force({"benefit": DOUBLE, "audience": {"tiers": ["2"]}})
    known = {"1": Progress()}

    assert not judging.applied(found, member("1"), bought(line(40)), known)
    assert judging.applied(found, member("2"), bought(line(40)), known)


@pytest.mark.proves("A014", "B209")
def test_only_what_follows_the_activation_counts():
    found = force({"benefit": DOUBLE, "activationRequired": True})
    at = days.to_ms(NOON)

    assert not applied(found, bought(line(40)))
    assert not applied(found, bought(line(40)), {"1": Progress(activated=at + 1)})
    assert applied(found, bought(line(40)), {"1": Progress(activated=at)})


def test_a_members_own_days_are_counted_from_the_first_event_or_the_activation():
    found = force({"benefit": DOUBLE, "validityDays": 3})
    first = days.day_of(NOON, found.zone)
    known = {"1": Progress(first=first, times=1)}

    assert applied(found, bought(line(40), at=NOON + timedelta(days=2)), known)
    assert not applied(found, bought(line(40), at=NOON + timedelta(days=3)), known)
    activated = {"1": Progress(first=first, activated=days.to_ms(NOON + timedelta(days=1)))}
    assert applied(found, bought(line(40), at=NOON + timedelta(days=3)), activated)


def run(found, amounts: list[int]) -> list[int]:
    """What the campaign adds to each of these purchases of one member, one after the other."""
    known, given = Progress(), []
    for amount in amounts:
        (one,) = applied(found, bought(line(amount)), {"1": known})
        points = purchase(found.programme, [line(amount)], "1", benefits=[one.added]).campaigns
        known = replace(one.progress, version=known.version + 1)
        given.append(sum(more for _, more in points))
    return given


@pytest.mark.parametrize(
    ("milestone", "given"),
    [
        ({"times": 2}, [0, 50, 0, 0, 0, 0]),
        ({"times": 2, "repeats": True}, [0, 50, 0, 50, 0, 50]),
        ({"times": 2, "repeats": True, "timesMax": 2}, [0, 50, 0, 50, 0, 0]),
        ({"counts": "amount", "amount": 25}, [0, 0, 50, 0, 0, 0]),
        ({"counts": "amount", "amount": 5, "repeats": True}, [100] * 6),
        ({"counts": "amount", "amount": 5, "repeats": True, "timesMax": 3}, [100, 50, 0, 0, 0, 0]),
    ],
)
@pytest.mark.proves("A014")
def test_milestones_are_reached_by_times_and_by_amount(milestone, given):
    assert run(force({"milestones": [{**milestone, "benefit": FIFTY}]}), [10] * 6) == given


@given(
    st.lists(st.integers(1, 500), min_size=1, max_size=12),
    st.integers(1, 400),
    st.one_of(st.none(), st.integers(1, 5)),
)
def test_an_amount_that_repeats_is_paid_once_for_every_multiple(amounts, step, most):
    limit = {} if most is None else {"timesMax": most}
    milestone = {"counts": "amount", "amount": step, "repeats": True, "benefit": FIFTY, **limit}

    given_points = sum(run(force({"milestones": [milestone]}), amounts))

    multiples = sum(amounts) // step
    assert given_points == 50 * (multiples if most is None else min(most, multiples))


def chosen(*campaigns: tuple[str, int, int]) -> set[str]:
    """Which of campaigns with these stackings, priorities and points count together."""
    found = force(*({"benefit": FIFTY, "stacking": kind, "priority": first} for kind, first, _ in campaigns))
    points = {str(place + 1): Decimal(each[2]) for place, each in enumerate(campaigns)}
    return {each.campaign.campaign_id for each in judging.together(applied(found, bought(line(10))), points)}


@pytest.mark.parametrize(
    ("campaigns", "together"),
    [
        ([("add", 0, 5), ("add", 0, 7)], {"1", "2"}),
        ([("best", 0, 5), ("best", 0, 7), ("add", 0, 1)], {"2", "3"}),
        ([("exclusive", 1, 5), ("exclusive", 2, 1), ("add", 9, 100), ("best", 9, 100)], {"2"}),
        ([("exclusive", 5, 0), ("add", 0, 3)], {"1", "2"}),
    ],
)
@pytest.mark.proves("A014")
def test_stacking_says_what_counts_together(campaigns, together):
    assert chosen(*campaigns) == together


@given(st.lists(st.tuples(st.sampled_from(["add", "best", "exclusive"]), st.integers(0, 3), st.integers(0, 9)),
                min_size=1, max_size=8))  # fmt: skip
def test_an_exclusive_campaign_is_alone_and_of_the_best_there_is_one(campaigns):
    ids = chosen(*campaigns)
    giving = [(str(place + 1), kind, points) for place, (kind, _, points) in enumerate(campaigns) if points]
    exclusive = {name for name, kind, _ in giving if kind == "exclusive"}
    best = {name: points for name, kind, points in giving if kind == "best"}
    with_points = {name for name, _, _ in giving}

    if exclusive:
        assert len(ids & with_points) == 1
        assert ids & with_points <= exclusive
    else:
        assert len(ids & set(best)) == min(1, len(best))
        assert max(best.values(), default=0) == max((best[name] for name in ids & set(best)), default=0)
        assert ids >= {name for name, kind, _ in giving if kind == "add"}


@given(st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=6), st.integers(1, 10**6), st.integers(1, 30))
def test_a_bonus_is_spread_over_its_lines_without_loss(amounts, bonus, of_all):
    lines = [line(amount, f"P{place % of_all}") for place, amount in enumerate(amounts)]
    found = force({"benefit": {"type": "bonus", "points": bonus}, "conditions": {"products": ["P0"]}})

    (one,) = applied(found, bought(*lines))

    assert sum(one.added.bonuses) == bonus
    assert all(not more for each, more in zip(lines, one.added.bonuses, strict=True) if each.product != "P0")


@given(st.integers(0, 10**9), st.integers(1, 16))
def test_the_slices_of_a_budget_are_the_whole(bound, parts):
    shares = [judging.share_of(bound, part, parts) for part in range(parts)]

    assert sum(shares) == bound
    assert max(shares) - min(shares) <= 1


def test_a_budget_in_currency_is_what_its_points_are_worth():
    both = {"budgetAmount": 10, "budgetPoints": 7}
    found = force({"benefit": FIFTY, "budgetAmount": "10.005"}, {"benefit": FIFTY, **both}, {"benefit": FIFTY})

    assert [judging.budget(found.programme, each) for each in found.programme.campaigns] == [1000, 7, None]


@given(st.builds(Progress, *[st.integers(0, 10**12)] * 6, st.lists(st.integers(0, 99)).map(tuple),
                 st.lists(st.text()).map(tuple)))  # fmt: skip
def test_progress_is_kept_as_it_is(known):
    assert progress.load(progress.dump(known), known.version) == known


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({}, "benefit"), ({"benefit": DOUBLE, "milestones": [{"times": 1, "benefit": DOUBLE}]}, "benefit"),
        ({"benefit": {"type": "multiplier"}}, "benefit.multiplier"),
        ({"benefit": {"type": "bonus", "points": 1, "multiplier": 2}}, "benefit.multiplier"),
        ({"benefit": {"type": "multiplier", "multiplier": "0.5"}}, "benefit.multiplier"),
        ({"benefit": {"type": "reward", "rewardId": "none"}}, "benefit.rewardId"),
        ({"benefit": DOUBLE, "actions": [4711]}, "actions[0]"), ({"benefit": DOUBLE, "actions": [107]}, "actions[0]"),
        ({"benefit": DOUBLE, "actions": [101], "conditions": {"products": ["P1"]}}, "actions"),
        ({"actions": [101], "milestones": [{"counts": "amount", "amount": 5, "benefit": FIFTY}]}, "actions"),
        ({"benefit": DOUBLE, "audience": {"segments": ["x"]}}, "audience.segments[0]"),
        ({"benefit": DOUBLE, "startsAt": "2026-06-02", "endsAt": "2026-06-02"}, "endsAt"),
        ({"benefit": DOUBLE, "startsAt": "2026-06-02T10:00:00Z"}, "startsAt"),
        ({"milestones": [{"benefit": FIFTY}]}, "milestones[0].times"),
        ({"milestones": [{"times": 2, "amount": 5, "benefit": FIFTY}]}, "milestones[0].amount"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_campaign_is_named(wrong, at):
    said = problems(document(campaigns=[{"campaignId": "1", "campaignName": "One", **wrong}]))

    assert set(said) == {f"campaigns[0].{at}"}
