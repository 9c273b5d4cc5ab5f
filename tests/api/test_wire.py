"""JSON and instants: exact, bounded, and never a surprise."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import wire
from chalicelib.errors import Malformed

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=12,
)


def refusal(raw: bytes, content_type: str = "application/json") -> str:
    with pytest.raises(Malformed) as caught:
        wire.parse(raw, content_type)
    assert caught.value.status == 400
    assert caught.value.message.endswith(".")
    return caught.value.message


@given(values)
def test_what_is_rendered_reads_back_equal(value):
    assert wire.parse(wire.render({"value": value})) == {"value": value}


@given(values)
def test_what_is_rendered_is_json_for_everyone(value):
    rendered = wire.render(value)

    assert rendered.isascii()
    json.loads(rendered)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Decimal("10.50"), b"10.50"),
        (Decimal("1E+2"), b"100"),
        (Decimal("0.000000000000001"), b"0.000000000000001"),
        (Decimal("-0.00"), b"0.00"),
        (Decimal("0E+5"), b"0"),
        (10**25, b"10000000000000000000000000"),
        (-7, b"-7"),
        (True, b"true"),
    ],
)
def test_numbers_keep_their_exact_digits(number, written):
    assert wire.render(number) == written


@pytest.mark.parametrize("value", [1.5, float("nan"), b"x", object(), {1: 2}, {"a": [1.0]}, {1, 2}])
def test_what_is_not_json_is_our_fault_and_loud(value):
    with pytest.raises(TypeError):
        wire.render(value)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "sNaN", "1e999999", "1e-999999"])
def test_numbers_that_are_no_numbers_never_go_out(value):
    with pytest.raises(ValueError, match="ordinary"):
        wire.render(Decimal(value))


def test_text_goes_out_whatever_it_holds():
    assert wire.render(['"\\\n\0é😀\ud800']) == b'["\\"\\\\\\n\\u0000\\u00e9\\ud83d\\ude00\\ud800"]'
    assert wire.render({}) == b"{}"
    assert wire.render([[], {}, ()]) == b"[[],{},[]]"


def test_numbers_come_in_as_whole_numbers_or_decimals():
    body = wire.parse(b'{"a": 12, "b": 12.50, "c": 1e2, "d": -0.0, "e": "12"}')

    assert body == {"a": 12, "b": Decimal("12.50"), "c": Decimal(100), "d": Decimal(0), "e": "12"}
    assert [type(body[name]) for name in "abc"] == [int, Decimal, Decimal]


@pytest.mark.parametrize(
    "number",
    [
        "1e31",
        "1e-31",
        "1e999999999",
        "-1e999999999",
        "1e99999999999999999999",
        "9" * 41,
        "0." + "1" * 40,
        "1" * 100_000,
    ],
)
def test_absurd_numbers_are_refused_at_once(number):
    started = time.perf_counter()

    assert "number" in refusal(b'{"credit": ' + number.encode() + b"}")
    assert time.perf_counter() - started < 0.2


@pytest.mark.parametrize("number", ["1e30", "1e-30", "9" * 31, "0e999999999"])
def test_numbers_up_to_the_bounds_are_read(number):
    assert wire.parse(b'{"credit": ' + number.encode() + b"}") == {"credit": Decimal(number) or 0}


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
def test_constants_that_are_not_json_are_refused(word):
    assert "not a number" in refusal(b'{"credit": ' + word + b"}")


@pytest.mark.parametrize("raw", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_an_empty_body_is_named_so(raw):
    assert "empty" in refusal(raw)


@pytest.mark.parametrize("raw", [b"[]", b"5", b'"text"', b"null", b"true", b"[{}]"])
def test_only_an_object_is_a_body(raw):
    assert "object" in refusal(raw)


@pytest.mark.parametrize(
    "raw", [b"{", b"{'a': 1}", b'{"a": 1,}', b"id=5&x=1", b'{"a": 01}', b'{"a":"\n"}', b"{}{}", b'{"a":"\\']
)
def test_what_is_not_json_is_refused_with_the_place(raw):
    assert "not JSON" in refusal(raw)
    assert "line" in refusal(raw)


@pytest.mark.parametrize("raw", [b'{"a": "\xff"}', b'{"a": "\xed\xa0\x80"}', "{}".encode("utf-16")])
def test_what_is_not_utf_8_is_refused(raw):
    refusal(raw)


def test_a_name_given_twice_is_refused():
    assert "twice" in refusal(b'{"a": {"credit": 1, "credit": 2}}')


def test_a_byte_order_mark_is_skipped():
    assert wire.parse(b'\xef\xbb\xbf{"id": "m-ada"}') == {"id": "m-ada"}


@pytest.mark.parametrize("raw", [b'{"a": "\\ud800"}', b'{"\\uDFFF": 1}', b'{"a": [["x\\udc00\\ud800"]]}'])
def test_lone_surrogates_are_refused(raw):
    assert "surrogate" in refusal(raw)


def test_a_whole_surrogate_pair_is_one_character():
    assert wire.parse(b'{"a": "\\ud83d\\ude00", "b": "\\\\ud800"}') == {"a": "😀", "b": "\\ud800"}


def nested(depth: int) -> bytes:
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_nesting_ends_at_its_limit():
    wire.parse(nested(32))

    assert "nested" in refusal(nested(33))


@pytest.mark.parametrize("raw", [nested(100_000), b"[" * 200_000, b'{"a":' * 80_000, b'{"a":"\\"' + b"[" * 200_000])
def test_deep_nesting_is_refused_before_it_is_followed(raw):
    refusal(raw)


def test_brackets_inside_text_are_no_nesting():
    wire.parse(json.dumps({"a": "[" * 500 + '\\"{' * 500}).encode())


@pytest.mark.parametrize("raw", [b'{"a":"' + b'\\"' * 200_000, b'"' * 400_001, b"{" + b'\\"' * 200_000 + b"[" * 40])
def test_hostile_quotes_cost_no_more_than_their_length(raw):
    started = time.perf_counter()

    refusal(raw)
    assert time.perf_counter() - started < 1


def test_the_size_has_an_edge_and_a_status_of_its_own():
    frame = len(b'{"a": ""}')
    wire.parse(b'{"a": "' + b"x" * (wire.BODY_BYTES_MAX - frame) + b'"}')

    with pytest.raises(wire.TooLarge) as caught:
        wire.parse(b'{"a": "' + b"x" * (wire.BODY_BYTES_MAX - frame + 1) + b'"}')
    assert caught.value.status == 413


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "application/json; charset=utf-8", 'application/json;charset="UTF-8"', "text/plain"],
)
def test_the_content_type_is_judged_leniently(content_type):
    assert wire.parse(b"{}", content_type) == {}


def test_another_charset_is_refused():
    assert "UTF-8" in refusal(b"{}", "application/json; charset=iso-8859-1")


# Instants

NOON = datetime(2026, 8, 19, 12, 30, 7, tzinfo=UTC)


def test_timestamps_go_out_in_utc_with_an_offset_without_colon():
    assert (
        wire.timestamp(datetime(2026, 8, 19, 17, 50, 7, 999_999, ZoneInfo("Europe/Berlin")))
        == "2026-08-19T15:50:07+0000"
    )
    assert wire.timestamp(datetime(1900, 1, 1, tzinfo=UTC)) == "1900-01-01T00:00:00+0000"


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-19T12:30:07+0000",
        "2026-08-19T12:30:07+00:00",
        "2026-08-19T12:30:07 0000",
        "2026-08-19T12:30:07 00:00",
        "2026-08-19T12:30:07Z",
        "2026-08-19t12:30:07z",
        "2026-08-19T14:30:07+02",
        "2026-08-19T14:30:07 0200",
        "2026-08-19T14:30:07 +0200",
        "2026-08-19T07:00:07-05:30",
        "2026-08-19 12:30:07",
        "2026-08-19T12:30:07",
        " 2026-08-19T12:30:07.0004+0000 ",
        "2026-08-19T12:30:07,000000001Z",
    ],
)
def test_every_form_that_clients_send_is_the_same_instant(text):
    assert wire.parse_timestamp(text) == NOON


def test_a_fraction_is_kept_to_the_millisecond():
    assert wire.parse_timestamp("2026-08-19T12:30:07.1239Z") == NOON + timedelta(milliseconds=123)
    assert wire.parse_timestamp("2026-08-19T12:30:07.5Z") == NOON + timedelta(milliseconds=500)


def test_without_an_offset_the_zone_decides():
    berlin = ZoneInfo("Europe/Berlin")

    assert wire.parse_timestamp("2026-08-19 14:30:07", zone=berlin) == NOON
    assert wire.parse_timestamp("2026-08-19", zone=berlin, date_only=True) == datetime(2026, 8, 18, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2026-08-19", "2026-8-19T12:30:07Z", "19.08.2026", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-08-19T25:00:00Z", "2026-08-19T12:60:00Z", "2026-08-19T12:30:07+1500", "2026-08-19T12:30:07+0060",
        "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "0001-01-01T00:00:00+1400", "9999-12-31T23:59:59-1400",
        "٢٠٢٦-08-19T12:30:07Z", "2026-08-19T12:30:07Z; drop", "2026-08-19T12:30:07.1234567890Z", "1755606607",
    ],
)  # fmt: skip
def test_other_forms_are_refused(text):
    with pytest.raises(Malformed):
        wire.parse_timestamp(text)


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC)))
def test_our_own_timestamps_read_back(instant):
    assert wire.parse_timestamp(wire.timestamp(instant)) == instant.replace(microsecond=0)


def test_a_day_is_a_day():
    assert wire.parse_date(" 2024-02-29 ") == date(2024, 2, 29)
    for wrong in ("2023-02-29", "20240229", "2024-W01-1", "1899-12-31", "2200-01-01", "0000-00-00", ""):
        with pytest.raises(Malformed):
            wire.parse_date(wrong)


@given(st.text(max_size=50))
def test_any_text_is_an_instant_or_is_refused(text):
    try:
        wire.parse_timestamp(text, date_only=True)
    except Malformed as refused:
        assert refused.message.endswith(".")  # noqa: PT017


@given(st.binary(max_size=80))
def test_any_bytes_are_an_object_or_are_refused(raw):
    try:
        assert isinstance(wire.parse(raw), dict)
    except Malformed as refused:
        assert refused.message.endswith(".")  # noqa: PT017
