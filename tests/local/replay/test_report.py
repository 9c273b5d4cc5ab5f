"""The report says what was counted, and its page is whole by itself."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chalicelib.local.replay.counting import Count, MonthlyCount
from chalicelib.local.replay.history import History, Purchase, in_order
from chalicelib.local.replay.plan import Plan, load_programme, reward_price
from chalicelib.local.replay.proof import Check, Proof
from chalicelib.local.report import figures, page, plots, text, words
from chalicelib.local.report.figures import Figures

JANUARY, FEBRUARY = date(2024, 1, 1).toordinal(), date(2024, 2, 1).toordinal()
SOUND = Proof([Check("P1: nothing <vanishes>", is_true=True, details=["2 & 2 is 4"])], [], {})
BROKEN = Proof([Check("P1: nothing vanishes", is_true=False, details=["member x: entry 2"])], [], {})


def history() -> History:
    return in_order(
        [
            Purchase(1, "ann", date(2024, 1, 10), Decimal("120.00")),
            Purchase(2, "ann", date(2024, 1, 10), Decimal(0)),
            Purchase(3, "ben", date(2024, 1, 20), Decimal("30.00")),
            Purchase(4, "ben", date(2024, 2, 20), Decimal("50.00")),
        ]
    )


def plan(**changes) -> Plan:
    document, programme = load_programme(None)
    whole = Plan("replay", document, programme, 200, redeems=False, ship_days=2, through=date(2024, 2, 29))
    return replace(whole, **changes)


def counters() -> dict[int, MonthlyCount]:
    return {
        JANUARY: MonthlyCount(
            Counter(members=2, lifetime=350, available=300, used=50, held=40, orders=3, spend=15_000),
            Counter({"1": 2}),
        ),
        FEBRUARY: MonthlyCount(
            Counter(lifetime=90, available=-10, expired=100, held=-40, orders=1, spend=5_000),
            Counter({"1": -1, "2": 1}),
        ),
    }


def counts() -> list[Count]:
    ann = Count("m1", joined_day=JANUARY + 9, reward_day=JANUARY + 9)
    ben = Count("m2", joined_day=JANUARY + 19)
    ann.issued_by_day.update({JANUARY: 100, FEBRUARY + 28: 50, 0: 70})
    return [ann, ben]


def shown(**changes) -> Figures:
    return figures.figures(history(), plan(**changes), counters(), counts())


def test_flows_add_up_and_standings_run_on():
    january, february = shown().months

    assert (january.issued, january.spent, january.expired) == (350, 50, 0)
    assert (february.issued, february.expired, february.outstanding, february.on_hold) == (90, 100, 290, 0)
    assert (january.members_by_tier, february.members_by_tier) == ({"1": 2}, {"1": 1, "2": 1})
    assert (january.revenue, january.first_orders, january.rewarded) == (Decimal("150.00"), 2, 1)


def test_shares_are_of_what_they_say():
    found = shown()

    assert (found.repeaters, found.returners) == (2, 1)
    assert (found.rewarded, found.days_to_reward, found.orders_of_zero) == (1, 0, 1)
    assert found.matured == 100
    assert found.money(290) == Decimal("2.90")
    assert found.of_revenue(290) == Decimal("0.0145")


def test_nothing_is_divided_by_nothing():
    free = in_order([Purchase(1, "ann", date(2024, 1, 10), Decimal(0))])
    empty = figures.figures(free, plan(through=date(2024, 1, 31)), {}, [])

    assert empty.of_revenue(5) is None
    assert "-" in [value for _, value, _ in words.headline(empty)]
    assert text.text(empty, SOUND)
    assert page.page(empty, SOUND)


def test_months_run_to_the_last_day_of_the_replay():
    assert figures.months_of(history(), plan(through=date(2024, 4, 1)))[-1] == date(2024, 4, 1).toordinal()


@pytest.mark.parametrize(
    "line",
    [
        "Members  2  4 orders, 200.00 USD revenue",
        "Cost of revenue  1.7 %  points spent and points still owed, at face value",
        "Liability  2.90 USD  290 points outstanding",
        "Breakage  22.7 %  expired of issued; 100.0 % of the points whose time is over",
        "Reach a first reward  50.0 %  200 points; half of those who did on the day of joining",
        "Repeat-purchase rate  100.0 %  more than one order; 50.0 % came back on another day",
        "2024-02  90  0  100  0  290  2.90 USD  1  50.00 USD",
        "2024-02  2  1  1  0  50.0 %",
        "[ok] P1: nothing <vanishes>",
        "Everything adds up.",
    ],
)
def test_the_text_says_each_figure(line):
    said = [re.sub(" {2,}", "  ", each) for each in text.text(shown(), SOUND).splitlines()]

    assert line in said


def test_the_text_says_what_was_assumed():
    said = text.text(shown(redeems=True), SOUND)

    assert "At the end of each day members spent as many whole rewards" in said
    assert "Nobody spent points" in text.text(shown(), SOUND)
    assert "290 points are still outstanding" in said


def test_a_text_that_does_not_add_up_says_so():
    said = text.text(shown(), BROKEN)

    assert "[NO] P1: nothing vanishes" in said
    assert "IT DOES NOT ADD UP" in said


def test_the_page_asks_nothing_of_a_network_and_runs_nothing():
    made = page.page(shown(), SOUND)

    assert not re.search(r"(src|href)\s*=\s*[\"']?(?![\"'#])", made)
    assert not re.search(r"@import|url\(|<script|<link|<iframe", made)
    assert set(re.findall(r"https?://[^\"'\s<)]+", made)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert '<meta name=viewport content="width=device-width' in made


def test_the_page_escapes_what_it_shows():
    made = page.page(shown(), SOUND)

    assert "P1: nothing &lt;vanishes&gt;" in made
    assert "2 &amp; 2 is 4" in made


def test_the_page_is_the_same_each_time():
    assert page.page(shown(), SOUND) == page.page(shown(), SOUND)


def test_the_page_shows_whether_it_adds_up():
    assert "✓ Everything adds up" in page.page(shown(), SOUND)
    assert "✗ It does not add up" in page.page(shown(), BROKEN)


def test_every_plot_is_drawn_for_both_widths_with_its_values_as_titles():
    drawn = {plot.title: plot for plot in plots.plots(shown())}

    assert len(drawn) == 8
    assert all("<svg" in plot.wide and "<svg" in plot.narrow for plot in drawn.values())
    assert "<title>Jan 24: 350</title>" in drawn["Points issued, spent and expired"].wide
    assert "<title>Feb 24: 2.9</title>" in drawn["Liability"].narrow


def test_tiers_have_colours_of_their_own_up_to_the_limit_of_tiers():
    for count in range(2, 10):
        assert len(set(plots._ladder(count))) == count


@pytest.mark.parametrize(("asked", "price"), [(None, 500), (75, 75)])
def test_a_reward_costs_what_was_asked_or_a_small_voucher(asked, price):
    assert reward_price(plan().programme, asked) == price


def test_the_denomination_of_the_programme_is_the_price_of_a_reward(tmp_path):
    file = tmp_path / "programme.json"
    file.write_text('{"display": {"rewardDenomination": 250}}')

    assert reward_price(load_programme(file)[1], None) == 250
