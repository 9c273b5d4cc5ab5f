"""The scalars of a document, each read from a model built here: what they take, what they refuse, what they say."""

from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chalicelib.programme import fields
from chalicelib.programme.fields import DIGITS_MAX, Exact, Few, Matching, Text, Whole


def said(kind: Any, given: object) -> str:
    """What a field says of what it refuses."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(given)
    (error,) = caught.value.errors()
    assert (error["type"], error["ctx"]) == ("wanted", {"wanted": error["msg"]})
    return error["msg"]


def taken(kind: Any, given: object) -> Any:
    return TypeAdapter(kind).validate_python(given)


def schema(kind: Any) -> dict[str, Any]:
    return TypeAdapter(kind).json_schema()


WHOLE = Annotated[int, Whole(3, 12)]


@pytest.mark.parametrize(
    ("given", "number"),
    [(3, 3), (12, 12), ("12", 12), (" 7 ", 7), ("+7", 7), ("7.0", 7), (Decimal("7.00"), 7), (Decimal("1E+1"), 10)],
)
def test_a_whole_number_is_taken_in_any_exact_spelling(given: object, number: int):
    found = taken(WHOLE, given)

    assert found == number
    assert type(found) is int


@pytest.mark.parametrize(
    "given", [2, 13, "2", "13", "7.5", Decimal("7.5"), 7.0, True, None, "", "x", "1e1", "\u0667", [7]]
)
def test_anything_else_is_no_whole_number(given: object):
    assert said(WHOLE, given) == "a whole number from 3 to 12"


EXACT = Annotated[Decimal, Exact("0.01", "100", 2)]


@pytest.mark.parametrize(
    ("given", "number"),
    [("0.01", "0.01"), ("100", "100"), ("1.50", "1.5"), (Decimal("1E+2"), "100"), (7, "7"), ("-0.0", None)],
)
def test_a_number_is_taken_exactly_and_without_trailing_zeros(given: object, number: str | None):
    if number is None:
        said(EXACT, given)
    else:
        assert str(taken(EXACT, given)) == number


@pytest.mark.parametrize("given", ["0.00", "0.009", "100.01", "1.001", 0, 101, 1.5, None, True, Decimal("NaN")])
def test_a_number_beyond_its_bounds_or_too_fine_is_refused(given: object):
    assert said(EXACT, given) == "a number from 0.01 to 100 with at most 2 decimals"


def test_zero_has_no_sign():
    assert str(taken(Annotated[Decimal, Exact("-1", "1", 2)], Decimal("-0.00"))) == "0"


TEXT = Annotated[str, Text(5, 2)]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("ab", "ab"),
        ("abcde", "abcde"),
        ("  abcde  ", "abcde"),
        (12, "12"),
        ("e\u0301e", "\u00e9e"),
        ("\U0001f600é", "\U0001f600é"),
    ],
)
def test_a_text_is_trimmed_and_composed(given: object, text: str):
    assert taken(TEXT, given) == text


@pytest.mark.parametrize(
    "given", ["a", " a ", "abcdef", 1, True, None, 1.5, ["ab"], "a\x00b", "a\nb", "a\x7fb", "a\ud800"]
)
def test_a_text_of_another_length_or_with_control_characters_is_refused(given: object):
    assert said(TEXT, given) == "a text of 2 to 5 characters without control characters"


def test_a_text_has_one_character_unless_it_may_have_none():
    assert said(Annotated[str, Text(5)], "") == "a text of 1 to 5 characters without control characters"
    assert taken(Annotated[str, Text(5, 0)], " ") == ""


CODE = Annotated[str, Matching("[A-Z]{2}[0-9]?", "two capital letters")]


@pytest.mark.parametrize(("given", "text"), [("AB", "AB"), ("AB7", "AB7")])
def test_a_text_of_the_right_form_is_taken(given: object, text: str):
    assert taken(CODE, given) == text


def test_a_number_has_the_form_of_its_digits():
    assert taken(Annotated[str, Matching("[0-9]+", "digits")], 137) == "137"
    assert said(Annotated[str, Matching("True|[0-9]+", "digits")], True) == "digits"


@pytest.mark.parametrize("given", ["A", "ABC", "ab", " AB", "AB\n", "AB77", 12, None, ["AB"], "AB\u0667"])
def test_only_the_whole_text_has_the_form(given: object):
    assert said(CODE, given) == "two capital letters"


SOME = Annotated[tuple[int, ...], Few(3, 1)]


@pytest.mark.parametrize("given", [[1], (1, 2, 3)])
def test_a_list_of_the_right_length_is_taken(given: object):
    assert taken(SOME, given) == tuple(given)


@pytest.mark.parametrize("given", [[], [1, 2, 3, 4], ("x",) * 4])
def test_a_list_of_another_length_is_not_looked_into(given: object):
    assert said(SOME, given) == "1 to 3 of them"


def test_a_list_may_be_empty_unless_it_must_not():
    assert taken(Annotated[tuple[int, ...], Few(3)], []) == ()


def test_what_is_no_list_is_refused_by_its_type():
    with pytest.raises(ValidationError, match="tuple"):
        taken(SOME, "x")


def test_the_json_schema_knows_the_bounds():
    assert schema(WHOLE) == {"type": "integer", "minimum": 3, "maximum": 12}
    assert schema(EXACT)["anyOf"][0] == {"type": "number", "minimum": 0.01, "maximum": 100.0}
    assert schema(TEXT) == {"type": "string", "minLength": 2, "maxLength": 5}
    assert schema(CODE) == {"type": "string", "pattern": "^[A-Z]{2}[0-9]?$"}
    assert schema(SOME) == {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (10**DIGITS_MAX - 1, "9" * DIGITS_MAX),
        (10**DIGITS_MAX, None),
        (-(10**DIGITS_MAX) + 1, "-" + "9" * DIGITS_MAX),
        (-(10**DIGITS_MAX), None),
        (Decimal("9" * DIGITS_MAX), "9" * DIGITS_MAX),
        (Decimal("1" + "0" * DIGITS_MAX), None),
        (Decimal("0." + "1" * DIGITS_MAX), "0." + "1" * DIGITS_MAX),
        (Decimal("0." + "1" * (DIGITS_MAX + 1)), None),
        (Decimal(f"1E+{DIGITS_MAX}"), "1" + "0" * DIGITS_MAX),
        (Decimal(f"1E+{DIGITS_MAX + 1}"), None),
        (Decimal(f"1E-{DIGITS_MAX}"), f"1E-{DIGITS_MAX}"),
        (Decimal(f"1E-{DIGITS_MAX + 1}"), None),
        (Decimal("Infinity"), None),
        ("9" * 18, "9" * 18),
        ("9" * 19, None),
        ("0.123456", "0.123456"),
        ("0.1234567", None),
        ("1.", None),
        (".5", None),
        ("-2.50", "-2.5"),
        ("120", "120"),
        (False, None),
        (b"1", None),
    ],
)
def test_a_number_is_bounded_in_digits_and_canonical(given: object, number: str | None):
    found = fields._number(given)

    assert (None if found is None else str(found)) == number


@pytest.mark.parametrize(
    ("number", "decimals"), [("1", 0), ("1.5", 1), ("1.25", 2), ("1E+2", 0), ("NaN", 0), ("Infinity", 0)]
)
def test_how_many_decimals_a_number_has(number: str, decimals: int):
    assert fields.decimals_of(Decimal(number)) == decimals


@pytest.mark.parametrize(
    ("name", "is_zone"),
    [
        ("UTC", True),
        ("Europe/Berlin", True),
        ("America/Argentina/Buenos_Aires", True),
        ("Etc/GMT+5", True),
        ("Europe", False),
        ("Europe/Nowhere", False),
        ("europe/berlin ", False),
        ("../UTC", False),
        ("/UTC", False),
        ("posix/UTC", False),
        ("right/UTC", False),
        ("localtime", False),
        ("posixrules", False),
        ("Factory", False),
        ("America/Argentina/Buenos_Aires/X", False),
        ("", False),
    ],
)
def test_only_zones_of_the_iana_list_are_zones(name: str, is_zone: bool):  # noqa: FBT001
    found = fields.zone_named(name)

    assert (found is not None) is is_zone
    assert found is None or found.key == name


def test_a_zone_is_read_as_its_name_and_anything_else_is_refused():
    assert fields.read_zone("Europe/Berlin") == "Europe/Berlin"
    for given in ("Berlin", 7, None):
        with pytest.raises(Exception, match=r'^the name of an IANA time zone, for example "Europe/Berlin"$'):
            fields.read_zone(given)


@pytest.mark.parametrize(("given", "status"), [("active", "ACTIVE"), ("Inactive", "INACTIVE"), (7, 7), (None, None)])
def test_a_status_is_read_in_any_case(given: object, status: object):
    assert fields.read_status(given) == status


def test_control_characters_and_lone_surrogates_are_replaced():
    assert fields.plain("a\x00b\ud800\u00e9\n") == "a\ufffdb\ufffdé\ufffd"
