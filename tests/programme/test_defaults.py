"""The programme that a new site starts with."""

from decimal import Decimal

from chalicelib.programme import standard
from chalicelib.programme.defaults import completed, default_programme
from chalicelib.programme.validation import validate
from tests.programme.documents import place_of


def test_the_standard_actions_are_all_there():
    ids = {action.action_id for action in default_programme().actions}

    assert ids == {100, 101, 102, 106, 107, 109, 112, 116, 119, 128, 129, 132, 134, 148, 160, 192, 8055}


def test_joining_and_the_newsletter_are_rewarded_once():
    for action_id in (101, 102):
        action = default_programme().actions[place_of(action_id)]

        assert action.action_points > 0
        assert [(limit.times, limit.period) for limit in action.limits] == [(1, "lifetime")]


def test_manual_and_system_actions_have_no_limits():
    for action_id in (100, 107, 148, 192, 8055):
        action = default_programme().actions[place_of(action_id)]

        assert (action.limits, action.max_points, action.hold_days) == ((), None, 0)


def test_a_purchase_earns_a_point_for_each_currency_unit():
    assert default_programme().actions[place_of(standard.PURCHASE)].ratio == 1


def test_the_policies_of_the_default():
    programme = default_programme()

    assert (programme.expiry.type, programme.expiry.days) == ("rollingDays", 365)
    assert programme.purchase.hold.type == "none"
    assert not programme.negative_points.allowed
    assert programme.currency.credits_to_currency_ratio == Decimal("0.01")
    assert [level.tier_name for level in programme.tiers.levels] == ["Bronze", "Silver", "Gold"]


def test_names_that_clients_compare_are_theirs():
    assert default_programme().actions[place_of(109)].action_name_display == "Purchase"
    assert default_programme().actions[place_of(106)].action_name_display == "Points Expired"


def test_a_programme_file_may_leave_sections_out():
    programme = validate(completed({"timeZone": "Europe/Berlin"}))

    assert programme.time_zone == "Europe/Berlin"
    assert programme.actions == default_programme().actions
