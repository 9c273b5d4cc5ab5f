"""Profiles as values: what is taken, what a change does, and what the vendor sees."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.members import checks
from chalicelib.members.checks import BadProfile
from chalicelib.members.profile import Change, NewMember, Profile, changed, dump, load, opened, render

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=40)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


def ada(**more: object) -> Profile:
    return opened(NewMember(id="m-ada", **more), NOW)


def test_only_the_id_is_needed():
    profile = ada()

    assert (profile.id, profile.email, profile.status, profile.opt_in_status) == ("m-ada", "", "ACTIVE", True)
    assert (profile.created, profile.updated, profile.opt_in_date) == (NOW, NOW, NOW)
    assert profile.opt_out_date is None
    assert profile.state == "active"


def test_a_member_may_begin_opted_out_and_inactive():
    assert ada(opt_in_status=False).opt_in_date is None
    assert ada(opt_in_status=False).opt_out_date is None
    assert ada(opt_in_status=False).state == "opted_out"
    assert ada(status="inactive").state == "inactive"
    assert ada(status="INACTIVE", opt_in_status=False).state == "inactive"


def test_a_given_opt_in_date_is_kept():
    assert ada(opt_in_date=NOW - timedelta(days=9)).opt_in_date == NOW - timedelta(days=9)


@pytest.mark.parametrize(
    "member_id",
    [
        "1",
        "a" * 255,
        "😀" * 255,
        "ada+1@example.test",
        "Ada Love",
        "a/b%2F#c",
        " x ",
        "İstanbul",
        "ﬃ" * 255,
        '"',
        "null",
    ],
)
def test_an_id_is_kept_as_it_is_spelled(member_id: str):
    assert opened(NewMember(id=member_id), NOW).id == member_id


@pytest.mark.parametrize("member_id", ["", " ", "\t\n", "\u3000", "a" * 256, "a\0", "\ud800"])
def test_what_cannot_be_an_id_is_refused(member_id: str):
    with pytest.raises(BadProfile, match=r"^id: 1 to 255"):
        opened(NewMember(id=member_id), NOW)


@pytest.mark.parametrize(
    ("field", "shown", "longest"),
    [
        ("first_name", "firstName", checks.NAME_CHARACTERS_MAX),
        ("last_name", "lastName", checks.NAME_CHARACTERS_MAX),
        ("phone", "phone", checks.PHONE_CHARACTERS_MAX),
        ("zip_code", "zipCode", checks.ZIP_CHARACTERS_MAX),
        ("user_profile_image_url", "userProfileImageUrl", checks.URL_CHARACTERS_MAX),
        ("source", "source", checks.SOURCE_CHARACTERS_MAX),
    ],
)
def test_texts_have_a_length(field: str, shown: str, longest: int):
    assert getattr(ada(**{field: "ä" * longest}), field) == "ä" * longest

    for wrong in ("ä" * (longest + 1), "a\0b", "\udfff"):
        with pytest.raises(BadProfile, match=f"^{shown}: text of at most {longest}"):
            ada(**{field: wrong})


@pytest.mark.parametrize(
    "day", ["1990-12-31", "2000-02-29", "1900-01-01", "2199-12-31", date(1990, 12, 31), " 1990-12-31"]
)
def test_days_are_real(day: str | date):
    assert ada(birth_date=day).birth_date == (day if isinstance(day, date) else date.fromisoformat(day.strip()))


@pytest.mark.parametrize(
    "day",
    ["31.12.1990", "1990-2-1", "2001-02-29", "1990-13-01", "19901231", "1990-12-31T00:00:00", "0000-00-00",
     "1899-12-31", "2200-01-01", "yesterday", "١٩٩٠-١٢-٣١", date(1899, 12, 31)],
)  # fmt: skip
def test_anything_else_is_no_day(day: str | date):
    for field, shown in (("birth_date", "birthDate"), ("anniversary_date", "anniversaryDate")):
        with pytest.raises(BadProfile, match=f"^{shown}: .*yyyy-MM-dd"):
            ada(**{field: day})


def test_an_address_is_checked_for_its_form_only():
    assert ada(email=" ada@example.test ").email == "ada@example.test"

    with pytest.raises(BadProfile, match=r"^email: "):
        ada(email="ada@@example.test")
    with pytest.raises(BadProfile, match=r"^email: "):
        ada(email="ada\ud800@example.test")


@pytest.mark.parametrize("status", ["active", "Active ", "ACTIVE", ""])
def test_a_status_is_read_in_any_case(status: str):
    assert ada(status=status).status == "ACTIVE"


@pytest.mark.parametrize("status", ["DELETED", "YES", "0", " "])
def test_other_statuses_are_refused(status: str):
    with pytest.raises(BadProfile, match=r"^status: ACTIVE or INACTIVE"):
        ada(status=status)


def test_attributes_become_text():
    given_ = {"tier": "vip", "visits": 12, "rate": Decimal("1.50"), "newsletter": True, "absent": None, "empty": ""}

    assert ada(extended_attribute=given_).extended_attribute == {
        "tier": "vip",
        "visits": "12",
        "rate": "1.50",
        "newsletter": "true",
        "empty": "",
    }


def test_attributes_given_are_set_and_the_others_stay():
    before = ada(extended_attribute={"userType": "web", "shoe": "41"})

    after = changed(before, Change(extended_attribute={"shoe": "42", "userType": None, "hat": "56"}), LATER)

    assert after.extended_attribute == {"userType": "web", "shoe": "42", "hat": "56"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"": "x"},
        {" ": "x"},
        {"n" * 101: "x"},
        {"n": "x" * 1001},
        {"n": []},
        {"n": {}},
        {"n": "\0"},
        {"n\ud800": "x"},
        {str(place): "x" for place in range(51)},
        {str(place): "x" * 1000 for place in range(17)},
    ],
)
def test_attributes_are_bounded(wrong: dict[str, object]):
    with pytest.raises(BadProfile, match=r"^extendedAttribute"):
        ada(extended_attribute=wrong)


def test_attributes_fit_up_to_the_bounds():
    fifty = {str(place): "x" * 300 for place in range(50)}

    assert ada(extended_attribute=fifty | {"n": None}).extended_attribute == fifty
    assert ada(extended_attribute={"n" * 100: "x" * 1000})
    with pytest.raises(BadProfile, match="at most 50"):
        changed(ada(extended_attribute=fifty), Change(extended_attribute={"one more": "x"}), LATER)


def test_absent_fields_stay_and_empty_ones_are_emptied():
    before = ada(email="ada@example.test", first_name="Ada", phone="44-32456", birth_date="1990-12-31")

    kept = changed(before, Change(first_name="Augusta"), LATER)
    emptied = changed(before, Change(phone="", birth_date="", email=""), LATER)

    assert (kept.first_name, kept.phone, kept.birth_date) == ("Augusta", "44-32456", date(1990, 12, 31))
    assert (kept.created, kept.updated) == (NOW, LATER)
    assert (emptied.first_name, emptied.phone, emptied.birth_date, emptied.email) == ("Ada", "", None, "")


def test_a_change_that_changes_nothing_gives_the_very_same():
    before = ada(first_name="Ada", extended_attribute={"a": "b"})

    assert changed(before, Change(), LATER) is before
    assert changed(before, Change(first_name="Ada", opt_in_status=True, status="active"), LATER) is before
    assert changed(before, Change(extended_attribute={"a": "b"}), LATER) is before


def test_opting_in_is_dated():
    before = ada(opt_in_status=False)

    assert changed(before, Change(opt_in_status=True), LATER).opt_in_date == LATER
    assert changed(before, Change(opt_in_status=True, opt_in_date=NOW), LATER).opt_in_date == NOW
    assert changed(ada(), Change(opt_in_status=True), LATER).opt_in_date == NOW


def test_opting_out_and_in_again_is_dated():
    out = changed(ada(), Change(opt_in_status=False), LATER)
    again = changed(out, Change(opt_in_status=True), LATER + timedelta(days=1))

    assert (out.opt_in_date, out.opt_out_date, out.state) == (NOW, LATER, "opted_out")
    assert (again.opt_in_date, again.opt_out_date, again.state) == (LATER + timedelta(days=1), None, "active")


def test_inactive_wins_over_opted_out():
    inactive = changed(ada(opt_in_status=False), Change(status="INACTIVE"), LATER)

    assert inactive.state == "inactive"
    assert changed(inactive, Change(opt_in_status=True), LATER).state == "inactive"
    assert changed(inactive, Change(status="active"), LATER).state == "opted_out"


@pytest.mark.parametrize(
    ("change", "touches"),
    [(Change(), False), (Change(first_name="A", status=""), False), (Change(opt_in_status=False), True),
     (Change(opt_in_status=True), True), (Change(status="ACTIVE"), True)],
)  # fmt: skip
def test_only_opting_and_status_touch_the_account(change: Change, touches: bool):  # noqa: FBT001
    assert change.touches_state is touches


def test_the_vendor_sees_a_flat_object_without_nulls():
    shown = render(ada(email="ada@example.test", birth_date="1990-12-31", extended_attribute={"a": "b"}), "29235480")

    assert shown == {
        "siteId": "29235480",
        "id": "m-ada",
        "email": "ada@example.test",
        "firstName": "",
        "lastName": "",
        "phone": "",
        "zipCode": "",
        "birthDate": "1990-12-31",
        "anniversaryDate": "",
        "userProfileImageUrl": "",
        "optInStatus": "YES",
        "optInDate": NOW,
        "optOutDate": "",
        "status": "ACTIVE",
        "source": "",
        "extendedAttribute": {"a": "b"},
        "createDate": NOW,
        "updateDate": NOW,
    }


@given(
    first_name=TEXTS,
    birth_date=st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    opt_in_status=st.none() | st.booleans(),
    opt_in_date=st.none() | st.just(LATER),
    status=st.sampled_from([None, "ACTIVE", "inactive"]),
    extended_attribute=st.dictionaries(TEXTS.filter(str.strip), TEXTS, max_size=5),
)
def test_what_is_stored_is_what_is_read(**fields: object):
    for profile in (ada(**fields), changed(ada(), Change(**fields), LATER)):
        assert load(dump(profile)) == profile


def test_a_profile_is_stored_in_a_form_that_stays_readable():
    profile = Profile(
        id="m-ada",
        created=datetime(2026, 3, 1, 12, tzinfo=UTC),
        updated=datetime(2026, 3, 2, 12, tzinfo=UTC),
        email="ada@example.test",
        first_name="Ada",
        last_name="Byron",
        phone="1",
        zip_code="2",
        birth_date=date(1990, 12, 31),
        anniversary_date=date(2020, 2, 29),
        user_profile_image_url="https://example.test/ada.png",
        opt_in_status=False,
        opt_in_date=datetime(2026, 3, 1, 12, tzinfo=UTC),
        opt_out_date=datetime(2026, 3, 2, 12, tzinfo=UTC),
        status="INACTIVE",
        source="till",
        extended_attribute={"shoe": "37"},
    )
    stored = (
        '{"id":"m-ada","status":"INACTIVE","opt_in_status":false,"first_name":"Ada","last_name":"Byron","phone":"1",'
        '"zip_code":"2","user_profile_image_url":"https://example.test/ada.png","source":"till",'
        '"email":"ada@example.test","birth_date":"1990-12-31","anniversary_date":"2020-02-29",'
        '"created":1772366400000,"updated":1772452800000,"opt_in_date":1772366400000,"opt_out_date":1772452800000,'
        '"extended_attribute":{"shoe":"37"}}'
    )

    assert dump(profile) == stored
    assert load(stored) == profile
