"""What a merchant is told of fields that contradict each other, word for word."""

from typing import Any

import pytest

from chalicelib.programme.document import COUNTERS_MAX
from chalicelib.programme.section import Problem
from chalicelib.programme.validation import PROBLEMS_IN_MESSAGE_MAX, InvalidProgramme, validate
from tests.programme.documents import document, place_of, problems, with_action

UNITS = ("day", "week", "month", "quarter", "year", "lifetime")


def at(action_id: int, field: str = "") -> str:
    return f"actions[{place_of(action_id)}]{field}"


def levels(*changes: dict[str, Any]) -> dict[str, Any]:
    found = document()["tiers"]["levels"]
    for level, change in zip(found, changes, strict=False):
        level.update(change)
    return document(tiers={"levels": found})


@pytest.mark.parametrize(
    ("action_id", "fields", "field", "text"),
    [
        (106, {"status": "INACTIVE"}, ".status", "wanted ACTIVE: the system itself books action 106"),
        (148, {"status": "INACTIVE"}, ".status", "wanted ACTIVE: the system itself books action 148"),
        (100, {"actionPoints": 5}, ".actionPoints", "wanted 0: the points of action 100 come with each use"),
        (109, {"actionPoints": 5}, ".actionPoints", "wanted 0: purchases earn by ratio"),
        (109, {"ratio": None}, ".ratio", "is missing: points per currency unit of purchases"),
        (109, {"holdDays": 1}, ".holdDays", "wanted 0: purchases are held by purchase.hold"),
        (129, {"ratio": 1}, ".ratio", "wanted nothing: only action 109, purchase, earns by ratio"),
        (129, {"actionPoints": "1.5"}, ".actionPoints", "wanted at most 0 decimals, got 1.5"),
        (129, {"maxPoints": "1.5", "period": "day"}, ".maxPoints", "wanted at most 0 decimals, got 1.5"),
        (
            129,
            {"maxPoints": 0, "period": "day"},
            ".maxPoints",
            "wanted more than 0; leave it out where there is no limit",
        ),
        (129, {"maxPoints": 5}, ".period", "is missing: the period of maxPoints"),
        (129, {"period": "day"}, ".period", "wanted nothing where there is no maxPoints"),
        (
            129,
            {"limits": [{"times": 1, "period": "day"}, {"times": 2, "period": "week"}, {"times": 3, "period": "day"}]},
            ".limits[2].period",
            f"wanted one that no other has, got day as in {at(129)}.limits[0].period",
        ),
        (
            129,
            {"expiry": {"type": "never"}, "expireInDays": 5},
            ".expiry",
            "wanted either this or expireInDays, got both",
        ),
        (129, {"expiry": {"type": "rollingDays"}}, ".expiry.days", "is missing: how many days"),
        (129, {"expiry": {"type": "never", "days": 5}}, ".expiry.days", "wanted nothing with never"),
        (107, {"maxPoints": 5, "period": "day"}, ".maxPoints", "wanted nothing: action 107 earns no points"),
        (107, {"limits": [{"times": 1, "period": "day"}]}, ".limits", "wanted nothing: action 107 earns no points"),
        (107, {"holdDays": 1}, ".holdDays", "wanted nothing: action 107 earns no points"),
        (107, {"expireInDays": 0}, ".expireInDays", "wanted nothing: action 107 earns no points"),
        (107, {"expiry": {"type": "never"}}, ".expiry", "wanted nothing: action 107 earns no points"),
    ],
)
def test_what_is_wrong_with_an_action(action_id: int, fields: dict[str, Any], field: str, text: str):
    assert problems(with_action(action_id, **fields)) == {at(action_id, field): text}


def test_a_standard_action_that_is_missing_is_named():
    whole = document()
    whole["actions"] = [action for action in whole["actions"] if action["actionId"] not in (106, 192)]

    assert problems(whole) == {"actions": "wanted also the standard actions 106, 192"}


def test_an_action_that_is_there_twice_is_named_with_the_first():
    whole = document()
    whole["actions"].append({"actionId": 129, "actionName": "Again"})
    last = len(whole["actions"]) - 1

    said = f"wanted one that no other has, got 129 as in {at(129)}.actionId"
    assert problems(whole) == {f"actions[{last}].actionId": said}


def limited(count: int) -> dict[str, Any]:
    """So many limits in all actions together."""
    whole = document()
    for action in whole["actions"]:
        action.pop("limits", None)
    for number in range(count // 6):
        every = [{"times": 1, "period": unit} for unit in UNITS]
        whole["actions"].append({"actionId": 5000 + number, "actionName": "x", "limits": every})
    rest = [{"times": 1, "period": unit} for unit in UNITS[: count % 6]]
    whole["actions"].append({"actionId": 9000, "actionName": "x", "limits": rest})
    return whole


def test_all_actions_together_have_so_many_limits():
    assert problems(limited(COUNTERS_MAX)) == {}
    assert problems(limited(COUNTERS_MAX + 1)) == {
        "actions": f"wanted at most {COUNTERS_MAX} limits in all actions together, got {COUNTERS_MAX + 1}"
    }


@pytest.mark.parametrize(
    ("whole", "field", "text"),
    [
        (
            levels({}, {"tierId": "1"}),
            "tiers.levels[1].tierId",
            "wanted one that no other has, got 1 as in tiers.levels[0].tierId",
        ),
        (
            levels({}, {}, {"tierName": "Silver"}),
            "tiers.levels[2].tierName",
            "wanted one that no other has, got Silver as in tiers.levels[1].tierName",
        ),
        (levels({"threshold": 1}), "tiers.levels[0].threshold", "wanted 0: everybody starts in the first tier"),
        (levels({}, {"threshold": "1.5"}), "tiers.levels[1].threshold", "wanted at most 0 decimals, got 1.5"),
        (
            levels({}, {}, {"threshold": 500}),
            "tiers.levels[2].threshold",
            "wanted more than 500, the threshold of the tier before",
        ),
        (
            levels({}, {"expiry": {"type": "endOfMonth"}}),
            "tiers.levels[1].expiry.months",
            "is missing: how many months",
        ),
        (document(tiers={"keepUntil": {"type": "days"}}), "tiers.keepUntil.count", "is missing: how many days"),
        (
            document(tiers={"keepUntil": {"type": "endOfYear", "count": 1}}),
            "tiers.keepUntil.count",
            "wanted nothing with endOfYear",
        ),
        (document(expiry={"type": "endOfYear"}), "expiry.days", "wanted nothing with endOfYear"),
        (document(purchase={"hold": {"type": "none", "days": 1}}), "purchase.hold.days", "wanted 0 with none"),
        (
            document(purchase={"minimumOrderAmount": "1.001"}),
            "purchase.minimumOrderAmount",
            "wanted at most 2 decimals, got 1.001",
        ),
        (
            document(display={"rewardDenomination": "1.5"}),
            "display.rewardDenomination",
            "wanted at most 0 decimals, got 1.5",
        ),
    ],
)
def test_what_is_wrong_elsewhere(whole: dict[str, Any], field: str, text: str):
    assert problems(whole) == {field: text}


@pytest.mark.parametrize(("criterion", "fits", "too_fine"), [("spend", "1.25", "1.255"), ("orders", "2", "2.5")])
def test_a_threshold_has_the_decimals_of_what_it_counts(criterion: str, fits: str, too_fine: str):
    found = document()["tiers"]["levels"]
    found[1]["threshold"] = fits
    assert problems(document(tiers={"criterion": criterion, "levels": found})) == {}
    found[1]["threshold"] = too_fine

    assert list(problems(document(tiers={"criterion": criterion, "levels": found}))) == ["tiers.levels[1].threshold"]


def test_the_end_of_the_year_needs_no_count():
    assert problems({**document(), "expiry": {"type": "endOfYear"}}) == {}
    assert problems({**document(), "expiry": {"type": "endOfYear", "years": 2}}) == {}


def test_points_with_decimals_may_have_limits_with_decimals():
    whole = with_action(129, maxPoints="1.25", period="day")

    assert problems({**whole, "pointDecimals": 2}) == {}


def refusal(count: int) -> InvalidProgramme:
    return InvalidProgramme([Problem(f"f{number}", f"is wrong {number}") for number in range(count)])


@pytest.mark.parametrize(
    ("count", "end"),
    [
        (1, "f0: is wrong 0."),
        (PROBLEMS_IN_MESSAGE_MAX, "f3: is wrong 3; f4: is wrong 4."),
        (PROBLEMS_IN_MESSAGE_MAX + 1, "f3: is wrong 3; f4: is wrong 4; and 1 more."),
        (PROBLEMS_IN_MESSAGE_MAX + 2, "f3: is wrong 3; f4: is wrong 4; and 2 more."),
    ],
)
def test_a_message_names_the_first_problems_and_counts_the_rest(count: int, end: str):
    said = str(refusal(count))

    assert said.startswith("The programme is not valid. f0: is wrong 0")
    assert said.endswith(end)


def test_what_is_wrong_with_the_whole_document_is_said_of_the_programme():
    with pytest.raises(InvalidProgramme) as caught:
        validate([])

    assert str(caught.value) == "The programme is not valid. the programme: wanted an object, got a list."
    assert caught.value.data == {"problems": [{"field": "", "message": "wanted an object, got a list"}]}


@pytest.mark.parametrize(
    ("whole", "field", "text"),
    [
        (document(pointDecimals=3), "pointDecimals", "wanted a whole number from 0 to 2, got 3"),
        (
            document(tiers={"downgrade": "often"}),
            "tiers.downgrade",
            "wanted 'earned', 'oneStep' or 'never', got \"often\"",
        ),
        (document(negativePoints={"allowed": 1}), "negativePoints.allowed", "wanted true or false, got 1"),
        (document(colour="red"), "colour", "is not a field of a programme"),
        ({name: part for name, part in document().items() if name != "expiry"}, "expiry", "is missing"),
    ],
)
def test_a_field_that_is_wrong_by_itself_says_what_it_wants(whole: dict[str, Any], field: str, text: str):
    assert problems(whole) == {field: text}
