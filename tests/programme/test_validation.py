"""Every field of the document, at both sides of its bounds, and the sentence that a wrong one gets."""

from decimal import Decimal
from typing import Any

import pytest

from chalicelib.programme import validation
from chalicelib.programme.definitions.ladder import TIERS_MAX
from chalicelib.programme.document import ACTIONS_MAX, COUNTERS_MAX, Programme
from chalicelib.programme.rendering import from_text, render, to_text
from chalicelib.programme.validation import PROBLEMS_MAX, InvalidProgramme, validate
from tests.programme.documents import document, place_of, problems, programme, with_action


def custom(action_id: int, **fields: Any) -> dict[str, Any]:
    return {"actionId": action_id, "actionName": f"Custom {action_id}", **fields}


def with_customs(*actions: dict[str, Any]) -> dict[str, Any]:
    whole = document()
    whole["actions"] += actions
    return whole


def test_what_was_rendered_reads_as_the_same_programme():
    before = validate(document())

    assert validate(render(before)) == before


def test_what_was_stored_reads_as_the_same_programme():
    before = programme(currency={"creditsToCurrencyRatio": Decimal("0.012345")})

    assert from_text(to_text(before)) == before


def test_equal_numbers_in_any_spelling_are_the_same_programme():
    spellings = ["1.50", Decimal("1.5"), Decimal("1.500")]

    assert len({to_text(validate(with_action(109, ratio=ratio))) for ratio in spellings}) == 1


def test_a_round_number_is_rendered_without_an_exponent():
    rendered = render(validate(with_action(101, actionPoints=Decimal("1E+3"))))

    assert str(rendered["actions"][place_of(101)]["actionPoints"]) == "1000"


def test_there_is_one_zero():
    assert to_text(validate(with_action(101, actionPoints=Decimal("-0.0")))) == to_text(
        validate(with_action(101, actionPoints=0))
    )


def test_null_means_absent():
    whole = document(display={"earnedPointsPeriod": None, "rewardDenomination": None})

    assert validate(whole).display.reward_denomination == 0


def test_a_display_name_left_out_is_the_name():
    found = validate(with_customs(custom(515))).action(515)

    assert found is not None
    assert found.action_name_display == "Custom 515"


@pytest.mark.parametrize("raw", [None, [], "text", 7, True])
def test_a_document_that_is_no_object_is_refused(raw: object):
    with pytest.raises(InvalidProgramme) as refused:
        validate(raw)

    assert "the programme: wanted an object" in refused.value.message


NEEDED = {field.alias or name for name, field in Programme.model_fields.items() if field.is_required()}


@pytest.mark.parametrize("section", sorted(document()))
def test_each_section_must_be_there(section: str):
    whole = document()
    del whole[section]
    # The number of decimals has a value when it is left out, and what a programme may do without is empty.
    expected = {section: "is missing"} if section in NEEDED else {}

    assert problems(whole) == expected


@pytest.mark.parametrize("section", ["currency", "purchase", "tiers", "refunds", "display", "negativePoints", "expiry"])
@pytest.mark.parametrize("wrong", [7, "text", [], True])
def test_a_section_must_be_an_object(section: str, wrong: object):
    whole = document()
    whole[section] = wrong

    assert problems(whole)[section].startswith("wanted an object")


def test_every_wrong_field_is_named_by_its_path():
    whole = with_action(100, actionName="")
    whole["actions"][3]["maxPoints"] = "many"
    whole["actions"][4]["limits"] = [{"times": 0, "period": "fortnight"}]
    whole["tiers"]["levels"][1]["threshold"] = "NaN"
    whole["colour"] = "red"
    found = problems(whole)

    assert found == {
        "actions[0].actionName": 'wanted a text of 1 to 100 characters without control characters, got ""',
        "actions[3].maxPoints": 'wanted a number from 0 to 1000000000 with at most 2 decimals, got "many"',
        "actions[4].limits[0].times": "wanted a whole number from 1 to 1000000, got 0",
        "actions[4].limits[0].period": (
            "wanted 'day', 'week', 'month', 'quarter', 'year' or 'lifetime', got \"fortnight\""
        ),
        "tiers.levels[1].threshold": 'wanted a number from 0 to 1000000000000 with at most 4 decimals, got "NaN"',
        "colour": "is not a field of a programme",
    }


def test_the_message_names_the_first_problems_and_counts_the_others():
    whole = document()
    for action in whole["actions"][:8]:
        action["actionName"] = ""
    with pytest.raises(InvalidProgramme) as refused:
        validate(whole)

    assert refused.value.message.startswith("The programme is not valid. actions[0].actionName: wanted a text")
    assert refused.value.message.endswith("; and 3 more.")
    assert len(refused.value.data["problems"]) == 8


def test_the_problems_of_a_hopeless_document_are_bounded():
    whole = document()
    whole["actions"] = [{"bad": 1}] * ACTIONS_MAX
    with pytest.raises(InvalidProgramme) as refused:
        validate(whole)

    assert len(refused.value.data["problems"]) == PROBLEMS_MAX
    assert len(refused.value.message) < 2_000


NUMBERS: list[tuple[str, str, list[Any], list[Any]]] = [
    ("", "pointDecimals", [0, 2, "1"], [-1, 3, "two", True, Decimal("0.5")]),
    ("currency", "decimals", [0, 2, 4], [-1, 5]),
    ("currency", "creditsToCurrencyRatio", [Decimal("0.000001"), 1, "0.01", 1000000], [0, -1, "1e3", 1000001]),
    ("currency", "valueDecimals", [0, 4], [-1, 5]),
    ("purchase", "minimumOrderAmount", [0, "9.99", 1], [-1, "-0.01", Decimal("0.005")]),
    ("purchase", "holdMaxDays", [1, 3650], [0, 3651]),
    ("refunds", "graceDays", [0, 3650], [-1, 3651]),
    ("display", "rewardDenomination", [0, 500], [-1, Decimal("0.5")]),
    ("display", "expiryLookAheadDays", [1, 3650], [0, 3651, Decimal("1.5")]),
]
CASES_RIGHT = [(section, name, value) for section, name, right, _ in NUMBERS for value in right]
CASES_WRONG = [(section, name, value) for section, name, _, wrong in NUMBERS for value in wrong]
NEVER_A_NUMBER = [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999999"), 10**5000, 1.5, "", "1,5", [], {}, "٣"]


@pytest.mark.parametrize(("section", "name", "value"), CASES_RIGHT)
def test_a_number_within_its_bounds_is_taken(section: str, name: str, value: object):
    assert problems(document(**({section: {name: value}} if section else {name: value}))) == {}


@pytest.mark.parametrize(("section", "name", "value"), CASES_WRONG)
def test_a_number_beyond_its_bounds_is_refused_by_name(section: str, name: str, value: object):
    path = f"{section}.{name}" if section else name

    assert list(problems(document(**({section: {name: value}} if section else {name: value})))) == [path]


@pytest.mark.parametrize("value", NEVER_A_NUMBER, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(("section", "name"), [("currency", "creditsToCurrencyRatio"), ("refunds", "graceDays")])
def test_what_is_no_exact_number_is_refused(section: str, name: str, value: object):
    assert list(problems(document(**{section: {name: value}}))) == [f"{section}.{name}"]


@pytest.mark.parametrize(("value", "shown"), [("yes", '"yes"'), ("true", '"true"'), (1, "1"), (0, "0")])
def test_a_switch_takes_only_true_and_false(value: object, shown: str):
    assert problems(document(negativePoints={"allowed": value})) == {
        "negativePoints.allowed": f"wanted true or false, got {shown}"
    }


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
def test_a_time_zone_of_the_list_is_taken(zone: str):
    assert problems(document(timeZone=zone)) == {}


@pytest.mark.parametrize(
    "zone",
    ["", "Europe", "Mars/Base", "../etc/passwd", "/etc/passwd", "right/UTC", "posixrules", "x" * 300, 5, "UTC\x00"],
)
def test_any_other_time_zone_is_refused(zone: object):
    assert problems(document(timeZone=zone))["timeZone"].startswith("wanted the name of an IANA time zone")


@pytest.mark.parametrize(
    ("code", "is_right"), [("EUR", True), ("eur", False), ("EURO", False), ("", False), (978, False)]
)
def test_a_currency_code_is_three_capitals(code: object, is_right: bool):  # noqa: FBT001
    assert (problems(document(currency={"code": code})) == {}) is is_right


@pytest.mark.parametrize(
    ("policy", "wrong"),
    [
        ({"type": "rollingDays", "days": 1}, ""),
        ({"type": "rollingDays", "days": 3650}, ""),
        ({"type": "rollingDays", "days": 0}, "expiry.days"),
        ({"type": "rollingDays", "days": 3651}, "expiry.days"),
        ({"type": "rollingDays"}, "expiry.days"),
        ({"type": "endOfMonth", "months": 0}, ""),
        ({"type": "endOfMonth"}, "expiry.months"),
        ({"type": "endOfMonth", "months": 121}, "expiry.months"),
        ({"type": "endOfMonth", "months": 3, "days": 1}, "expiry.days"),
        ({"type": "endOfYear"}, ""),
        ({"type": "endOfYear", "years": 10}, ""),
        ({"type": "endOfYear", "years": 11}, "expiry.years"),
        ({"type": "never"}, ""),
        ({"type": "never", "days": 3}, "expiry.days"),
        ({"type": "sometimes"}, "expiry.type"),
        ({}, "expiry.type"),
    ],
)
def test_an_expiry_policy_has_the_count_of_its_kind(policy: dict[str, Any], wrong: str):
    whole = document()
    whole["expiry"] = policy

    assert list(problems(whole)) == ([wrong] if wrong else [])


@pytest.mark.parametrize(
    ("keep", "wrong"),
    [
        ({"type": "none"}, ""),
        ({"type": "endOfYear"}, ""),
        ({"type": "endOfNextYear"}, ""),
        ({"type": "days", "count": 1}, ""),
        ({"type": "months", "count": 12}, ""),
        ({"type": "days", "count": 0}, "tiers.keepUntil.count"),
        ({"type": "months"}, "tiers.keepUntil.count"),
        ({"type": "none", "count": 1}, "tiers.keepUntil.count"),
        ({"type": "week"}, "tiers.keepUntil.type"),
    ],
)
def test_a_keep_period_has_its_count(keep: dict[str, Any], wrong: str):
    assert list(problems(document(tiers={"keepUntil": keep}))) == ([wrong] if wrong else [])


@pytest.mark.parametrize(
    ("hold", "wrong"),
    [
        ({"type": "orderDate", "days": 0}, ""),
        ({"type": "itemShipDate", "days": 3650}, ""),
        ({"type": "wholeOrderShipped", "days": 3651}, "purchase.hold.days"),
        ({"type": "none", "days": 1}, "purchase.hold.days"),
        ({"type": "someday"}, "purchase.hold.type"),
    ],
)
def test_a_hold_has_days_unless_there_is_none(hold: dict[str, Any], wrong: str):
    assert list(problems(document(purchase={"hold": hold}))) == ([wrong] if wrong else [])


def levels(*thresholds: object) -> dict[str, Any]:
    return {
        "levels": [
            {"tierId": str(place), "tierName": f"Tier {place}", "threshold": threshold}
            for place, threshold in enumerate(thresholds)
        ]
    }


@pytest.mark.parametrize(
    ("thresholds", "criterion", "wrong"),
    [
        ((0,), "earnedPoints", []),
        ((0, 1), "earnedPoints", []),
        ((1, 2), "earnedPoints", ["tiers.levels[0].threshold"]),
        ((0, 5, 5), "earnedPoints", ["tiers.levels[2].threshold"]),
        ((0, 5, 4), "earnedPoints", ["tiers.levels[2].threshold"]),
        ((0, Decimal("0.5")), "earnedPoints", ["tiers.levels[1].threshold"]),
        ((0, Decimal("0.55")), "spend", []),
        ((0, Decimal("0.555")), "spend", ["tiers.levels[1].threshold"]),
        ((0, Decimal("1.5")), "orders", ["tiers.levels[1].threshold"]),
        (tuple(range(TIERS_MAX)), "orders", []),
        (tuple(range(TIERS_MAX + 1)), "orders", ["tiers.levels"]),
        ((), "orders", ["tiers.levels"]),
    ],
)
def test_thresholds_rise_from_zero(thresholds: tuple[object, ...], criterion: str, wrong: list[str]):
    assert list(problems(document(tiers={"criterion": criterion, **levels(*thresholds)}))) == wrong


def test_tiers_differ_in_id_and_name():
    whole = document()
    whole["tiers"]["levels"][2].update(tierId="2", tierName="Bronze")

    assert problems(whole) == {
        "tiers.levels[2].tierId": "wanted one that no other has, got 2 as in tiers.levels[1].tierId",
        "tiers.levels[2].tierName": "wanted one that no other has, got Bronze as in tiers.levels[0].tierName",
    }


@pytest.mark.parametrize(
    ("tier_id", "is_right"), [("Tier-1_a", True), (1592, True), ("", False), ("a b", False), ("x" * 41, False)]
)
def test_a_tier_id_is_a_plain_word(tier_id: object, is_right: bool):  # noqa: FBT001
    whole = document()
    whole["tiers"]["levels"][0]["tierId"] = tier_id

    assert (problems(whole) == {}) is is_right


@pytest.mark.parametrize(
    ("action_id", "fields", "wrong"),
    [
        (101, {"actionPoints": 0}, []),
        (101, {"actionPoints": Decimal("0.5")}, ["actionPoints"]),
        (101, {"status": "inactive"}, []),
        (101, {"status": "PAUSED"}, ["status"]),
        (101, {"maxPoints": 1, "period": "day"}, []),
        (101, {"maxPoints": 0, "period": "day"}, ["maxPoints"]),
        (101, {"maxPoints": 1}, ["period"]),
        (101, {"period": "day"}, ["period"]),
        (101, {"limits": [{"times": 1, "period": "day"}, {"times": 2, "period": "day"}]}, ["limits[1].period"]),
        (101, {"limits": [{"times": 1_000_001, "period": "day"}]}, ["limits[0].times"]),
        (101, {"ratio": 1}, ["ratio"]),
        (101, {"expireInDays": 0}, []),
        (101, {"expireInDays": 3651}, ["expireInDays"]),
        (101, {"expiry": {"type": "endOfYear"}}, []),
        (101, {"expiry": {"type": "endOfMonth"}}, ["expiry.months"]),
        (101, {"expiry": {"type": "never"}, "expireInDays": 1}, ["expiry"]),
        (101, {"holdDays": 3650}, []),
        (101, {"holdDays": 3651}, ["holdDays"]),
        (101, {"actionName": "x" * 101}, ["actionName"]),
        (101, {"actionName": "tab\there"}, ["actionName"]),
        (101, {"actionName": "\ud800"}, ["actionName"]),
        (100, {"maxPoints": 50, "period": "day"}, []),
        (100, {"actionPoints": 1}, ["actionPoints"]),
        (106, {"status": "INACTIVE"}, ["status"]),
        (148, {"status": "INACTIVE"}, ["status"]),
        (107, {"status": "INACTIVE"}, []),
        (107, {"limits": [{"times": 1, "period": "day"}]}, ["limits"]),
        (192, {"maxPoints": 5, "period": "day"}, ["maxPoints"]),
        (8055, {"holdDays": 1}, ["holdDays"]),
        (160, {"expireInDays": 1}, ["expireInDays"]),
        (109, {"ratio": Decimal("0.000001")}, []),
        (109, {"ratio": 0}, []),
        (109, {"ratio": None}, ["ratio"]),
        (109, {"actionPoints": 5}, ["actionPoints"]),
        (109, {"holdDays": 5}, ["holdDays"]),
        (109, {"status": "INACTIVE"}, []),
    ],
)
def test_what_an_action_may_say(action_id: int, fields: dict[str, Any], wrong: list[str]):
    path = f"actions[{place_of(action_id)}]"

    assert list(problems(with_action(action_id, **fields))) == [f"{path}.{name}" for name in wrong]


def test_points_may_have_the_programmes_decimals_and_no_more():
    whole = with_action(101, actionPoints="0.55")

    assert problems({**whole, "pointDecimals": 2}) == {}
    assert problems({**whole, "pointDecimals": 1}) == {
        f"actions[{place_of(101)}].actionPoints": "wanted at most 1 decimals, got 0.55"
    }


@pytest.mark.parametrize("action_id", [100, 106, 107, 109, 148, 160, 192, 8055])
def test_a_programme_names_every_action_of_the_system(action_id: int):
    whole = document()
    del whole["actions"][place_of(action_id)]

    assert problems(whole) == {"actions": f"wanted also the standard actions {action_id}"}


def test_actions_differ_in_id():
    assert problems(with_customs(custom(101))) == {
        "actions[17].actionId": "wanted one that no other has, got 101 as in actions[1].actionId"
    }


@pytest.mark.parametrize(
    ("action_id", "is_right"), [("515", True), (1, True), (0, False), (10**9, False), ("1.5", False)]
)
def test_an_action_id_is_a_number(action_id: object, is_right: bool):  # noqa: FBT001
    assert (problems(with_customs({"actionId": action_id, "actionName": "Visit"})) == {}) is is_right


def test_a_programme_has_a_hundred_actions_at_most():
    room = ACTIONS_MAX - len(document()["actions"])

    assert problems(with_customs(*(custom(1000 + n) for n in range(room)))) == {}
    assert problems(with_customs(*(custom(1000 + n) for n in range(room + 1)))) == {
        "actions": "wanted 0 to 100 of them, got a list"
    }


def test_the_limits_of_all_actions_together_are_bounded():
    periods = ("day", "week", "month", "quarter", "year", "lifetime")
    whole = document()
    for action in whole["actions"]:
        action.pop("limits", None)
    many = [
        custom(1000 + n, limits=[{"times": 1, "period": unit} for unit in periods]) for n in range(COUNTERS_MAX // 6)
    ]
    one_more = custom(2000, maxPoints=1, period="day")

    assert problems({**whole, "actions": [*whole["actions"], *many]}) == {}
    assert problems({**whole, "actions": [*whole["actions"], *many, one_more]}) == {
        "actions": "wanted at most 60 limits in all actions together, got 61"
    }


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"a": 1}, "an object"),
        ([1], "a list"),
        ((1,), "a list"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        ("x", '"x"'),
        ("x" * 38, '"' + "x" * 38 + '"'),
        ("x" * 39, '"' + "x" * 39 + "…"),
        ("a\x00", '"a\ufffd"'),
        (10**40 - 1, "9" * 40),
        (10**40, "a number of many digits"),
        (-(10**40), "a number of many digits"),
        (1 - 10**40, "-" + "9" * 39 + "…"),
        (401, "401"),
        (Decimal("1.50"), "1.50"),
    ],
)
def test_what_was_given_is_shown_short_enough_for_a_sentence(given: object, shown: str):
    assert validation._shown(given) == shown
