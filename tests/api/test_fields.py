"""Fields as clients send them, and sentences that say what was wanted."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from chalicelib.api import fields
from chalicelib.errors import Malformed


class Line(fields.Body):
    id: fields.OrderId
    quantity: Annotated[int, fields.whole_up_to(1_000_000)]
    unit_price: fields.Money


class Everything(fields.Body):
    id: fields.MemberId
    credit: fields.Points | None = None
    action_id: fields.ActionId | None = None
    activity: fields.Activity = "CREDIT"
    reason: fields.Text | None = None
    opt_in_status: fields.YesNo | None = None
    when: fields.Timestamp | None = None
    birth_date: fields.Day | None = None
    page: fields.Page = 1
    action_attribute: fields.Attributes | None = None
    order_detail: tuple[Line, ...] = ()


def read(**raw: object) -> Everything:
    return fields.read(Everything, {"id": "m-ada"} | raw)


def refusal(**raw: object) -> str:
    with pytest.raises(Malformed) as caught:
        read(**raw)
    return caught.value.message


@pytest.mark.parametrize("value", [50, "50", "50.0", " 50 ", "+50", Decimal("50.000"), "50."])
def test_points_may_be_a_number_or_its_text(value):
    assert read(credit=value).credit == 50


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        "0",
        "-5",
        "fifty",
        "",
        "1e3",
        "NaN",
        "Infinity",
        True,
        [],
        {},
        10**12 + 1,
        "0.0000001",
        "1." + "0" * 36 + "1",
        "5_0",
        "\u0665\u0660",
        "0x1F",
    ],
)
def test_other_points_are_refused_with_an_example(value):
    assert refusal(credit=value) == "credit: a positive number up to 1000000000000, for example 50."


@pytest.mark.parametrize("value", [10**12, Decimal("0.000001"), "999999999999.99"])
def test_points_up_to_the_bounds_are_read_exactly(value):
    assert read(credit=value).credit == Decimal(value)


@pytest.mark.parametrize(("value", "expected"), [("101", 101), (101, 101), (Decimal(101), 101), (" 101 ", 101)])
def test_an_action_is_a_number_in_any_clothes(value, expected):
    assert read(actionId=value).action_id == expected


@pytest.mark.parametrize("value", ["", "abc", "-1", "1.5", Decimal("1.5"), 10**9, True, "1" * 30])
def test_an_action_that_is_no_number_is_refused(value):
    assert "actionId: the number of an action" in refusal(actionId=value)


@pytest.mark.parametrize("value", ["ada+1@example.test", "a/b c%", "é" * 255, "x" * 255, 7, 12345678901234567890])
def test_a_member_id_is_any_text_or_number(value):
    assert read(id=value).id == str(value)


@pytest.mark.parametrize("value", ["", "   ", "x" * 256, "a\0b", "\ud800", True, [], {}, 10**255])
def test_a_member_id_is_not_blank_nor_endless(value):
    assert refusal(id=value) == "id: an id of 1 to 255 characters."


def test_the_same_rule_holds_for_the_id_in_a_path():
    assert fields.member_id("a b") == "a b"
    with pytest.raises(Malformed, match="memberId: an id of 1 to 255"):
        fields.member_id("x" * 256)
    with pytest.raises(Malformed, match="orderId"):
        fields.order_id(" ")


def test_null_means_absent_everywhere():
    body = read(credit=None, activity=None, page=None, orderDetail=None, reason=None)

    assert (body.credit, body.activity, body.page, body.order_detail) == (None, "CREDIT", 1, ())
    assert "credit" not in body.model_fields_set
    assert refusal(id=None) == "id is missing."


def test_null_means_absent_in_lines_too():
    with pytest.raises(Malformed, match=r"orderDetail\[0\]\.quantity is missing"):
        read(orderDetail=[{"id": "P1", "quantity": None, "unitPrice": 1}])


@pytest.mark.parametrize("value", ["debit", "Debit", " DEBIT "])
def test_the_activity_is_read_in_any_case(value):
    assert read(activity=value).activity == "DEBIT"


@pytest.mark.parametrize("value", ["", "GIVE", 5, True, []])
def test_another_activity_is_refused(value):
    assert refusal(activity=value) == "activity: CREDIT or DEBIT."


def test_numbers_in_text_fields_become_text():
    assert read(reason=1022).reason == "1022"
    assert read(reason=Decimal("1E+3")).reason == "1000"


@pytest.mark.parametrize("value", ["x" * 256, "a\0", True, [], {}])
def test_text_is_bounded_and_plain(value):
    assert refusal(reason=value) == "reason: text of at most 255 characters."


def test_text_is_kept_as_it_stands():
    assert read(reason=" ünï  ").reason == " ünï  "
    assert len(read(reason="x" * 255).reason or "") == 255


@pytest.mark.parametrize(("value", "expected"), [("YES", True), ("no", False), (True, True), (" Yes ", True)])
def test_a_flag_is_yes_or_no(value, expected):
    assert read(optInStatus=value).opt_in_status is expected


@pytest.mark.parametrize("value", ["", "Y", 1, 0, [], {}, "true"])
def test_other_flags_are_refused(value):
    assert refusal(optInStatus=value) == "optInStatus: YES or NO."


def test_instants_and_days_are_read_and_their_wish_is_named():
    assert read(when="2026-08-19T15:50:07+0000").when == datetime(2026, 8, 19, 15, 50, 7, tzinfo=UTC)
    assert read(birthDate="1990-12-31").birth_date == date(1990, 12, 31)
    assert "when: a time is written" in refusal(when="soon")
    assert "birthDate: a date is written" in refusal(birthDate=19901231)
    assert "birthDate: a date lies between" in refusal(birthDate="1066-10-14")


def test_free_attributes_are_an_object_of_bounded_size():
    given_attributes = {"attributeValue": "shirt size", "n": Decimal("1.50"), "deep": [{}]}

    assert read(actionAttribute=given_attributes).action_attribute == given_attributes
    for wrong in ("text", [], {"a": "x" * 4096}):
        assert "actionAttribute: an object" in refusal(actionAttribute=wrong)


def test_a_line_is_named_by_its_place():
    assert refusal(orderDetail=[{"id": "P1", "quantity": "0", "unitPrice": "abc"}, 5]) == (
        "orderDetail[0].quantity: a whole number from 1 to 1000000; "
        "orderDetail[0].unitPrice: an amount from 0 to 1000000000000, for example 19.99; "
        "orderDetail[1]: an object."
    )
    assert refusal(orderDetail={}) == "orderDetail: a list."


def test_a_price_of_zero_is_ordinary():
    (line,) = read(orderDetail=[{"id": 5, "quantity": "2.0", "unitPrice": "0.0"}]).order_detail

    assert (line.id, line.quantity, line.unit_price) == ("5", 2, 0)


def test_only_the_first_five_faults_are_listed():
    message = refusal(id="", credit=0, actionId="x", activity="x", reason=[], page=0, optInStatus=5)

    assert message.endswith("; and 2 more.")


scalars = st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.decimals(-(10**20), 10**20) | st.text()


@given(
    st.dictionaries(
        st.sampled_from([name for field in Everything.model_fields.values() if (name := field.alias)]),
        scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(), scalars, max_size=2),
    )
)
def test_anything_is_read_or_refused_in_a_sentence(raw):
    try:
        fields.read(Everything, raw)
    except Malformed as refused:
        assert refused.message.endswith(".")  # noqa: PT017


def test_a_text_is_counted_in_characters_and_a_list_in_pieces():
    class All(fields.Body):
        text: Annotated[fields.Text, Field(min_length=1)]
        code: Annotated[fields.Text, Field(min_length=8)]
        some: Annotated[list[str], Field(min_length=2)]

    wanted = "text: a text that is not empty; code: at least 8 characters; some: at least 2 of them."
    with pytest.raises(Malformed) as refused:
        fields.read(All, {"text": "", "code": "abc", "some": []})
    assert refused.value.message == wanted
