"""Users: enrol, read, change, erase."""

import pytest

from tests.api.shop import ADA, GRACE, quoted

NOW = "2026-03-18T12:00:00+0000"
IDS = [
    "555",
    "ada+1@example.test",
    "Ada Lovelace",
    "Zoë Ångström",
    "люба",
    "日本",
    "a/b",
    "a%2Fb",
    "a?b=c#d",
    'q"uote\\s',
    "<ada>&'",
    "é",
    ".",
    "..",
    "~",
    "{x}",
    "a;b,c",
    "x" * 255,
    "😀" * 255,
]


@pytest.mark.proves("B002")
def test_one_call_with_an_id_enrols_a_member(empty_shop):
    said = empty_shop.post("/users", {"id": ADA, "email": ADA})

    assert said.status == 201
    assert said.body == {
        "siteId": empty_shop.site, "id": ADA, "email": ADA, "firstName": "", "lastName": "", "phone": "", "zipCode": "",
        "birthDate": "", "anniversaryDate": "", "userProfileImageUrl": "", "optInStatus": "YES", "optInDate": NOW,
        "optOutDate": "", "status": "ACTIVE", "source": "", "extendedAttribute": {}, "createDate": NOW,
        "updateDate": NOW,
    }  # fmt: skip


def test_every_field_of_a_member_is_kept(empty_shop):
    fields = {
        "id": "jacklee2023", "email": "jack@example.test", "firstName": "Jack", "lastName": "Lee", "phone": "44-32456",
        "zipCode": "51750", "birthDate": "1990-12-31", "anniversaryDate": "2020-02-29", "optInStatus": "NO",
        "optInDate": "2024-04-28T06:02:06+0000", "status": "INACTIVE", "source": "store",
        "userProfileImageUrl": "https://images.example.test/jack.png", "extendedAttribute": {"userType": "gold"},
    }  # fmt: skip

    said = empty_shop.post("/users", fields)

    assert said.status == 201
    assert fields.items() <= said.body.items()
    read = empty_shop.get("/users/jacklee2023").ok
    assert said.body.items() <= read.items()
    assert (read["totalSpendCurrency"], read["totalSpend"]) == ("0.00 USD", 0)


@pytest.mark.proves("A104")
def test_enrolling_and_opting_in_award_nothing(shop):
    shop.patch(f"/users/{ADA}", {"optInStatus": "NO"})
    shop.patch(f"/users/{ADA}", {"optInStatus": "YES"})

    assert shop.figures()["lifetimePoints"] == 0
    assert shop.activity()["totalActivityCount"] == 0


@pytest.mark.proves("B045")
@pytest.mark.parametrize("member", IDS, ids=lambda member: ascii(member)[:20])
def test_ids_of_any_kind_are_ordinary(empty_shop, member):
    assert empty_shop.post("/users", {"id": member}).ok["id"] == member
    assert empty_shop.get(f"/users/{quoted(member)}").ok["id"] == member
    assert empty_shop.patch(f"/users/{quoted(member)}", {"id": member, "firstName": "Ada"}).ok["firstName"] == "Ada"

    assert empty_shop.credit(7, member)["id"] == member
    assert empty_shop.figures(member)["availablePoints"] == 7
    assert empty_shop.activity(member)["activityDetail"][0]["credit"] == 7
    assert empty_shop.post("/getbulkpoints", {"1": {"id": member}})["1"]["availablePoints"] == 7


@pytest.mark.parametrize("member", ["ADA@EXAMPLE.TEST", "Ada@Example.Test"])
def test_the_case_of_an_id_does_not_matter(shop, member):
    assert shop.post("/users", {"id": member}).refusal == (409, "AC1006")
    assert shop.get(f"/users/{member}").ok["id"] == ADA
    assert shop.credit(5, member)["updatedAvailablePoints"] == 5
    assert shop.get(f"/points/{member}").ok["availablePoints"] == 5


def test_an_id_is_the_same_however_its_letters_are_composed(empty_shop):
    empty_shop.enrol("Zo\u00eb")

    assert empty_shop.post("/users", {"id": "Zoe\u0308"}).refusal == (409, "AC1006")
    assert empty_shop.get("/users/" + quoted("Zoe\u0308")).ok["id"] == "Zo\u00eb"


def test_a_plus_in_a_path_is_a_plus_and_a_percent_is_decoded_once(empty_shop):
    empty_shop.enrol("a+b", "a b", "a%2Bb")

    for path, member in (("a+b", "a+b"), ("a%2Bb", "a+b"), ("a%20b", "a b"), ("a%252Bb", "a%2Bb")):
        assert empty_shop.get(f"/users/{path}").ok["id"] == member


def test_numbers_and_text_are_one_id(empty_shop):
    assert empty_shop.post("/users", {"id": 555}).ok["id"] == "555"
    assert empty_shop.post("/users", {"id": "555"}).refusal == (409, "AC1006")


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_change_touches_only_what_it_names(shop, method):
    shop.patch(f"/users/{ADA}", {"firstName": "Ada", "lastName": "Lovelace", "phone": "44-1"})

    said = shop.call(method, f"/users/{ADA}", {"phone": "44-2", "lastName": None}).ok

    assert (said["firstName"], said["lastName"], said["phone"]) == ("Ada", "Lovelace", "44-2")
    assert shop.get(f"/users/{ADA}").ok["phone"] == "44-2"


def test_the_empty_text_empties_a_field(shop):
    shop.patch(f"/users/{ADA}", {"firstName": "Ada", "birthDate": "1990-12-31"})

    said = shop.patch(f"/users/{ADA}", {"firstName": "", "birthDate": ""}).ok

    assert (said["firstName"], said["birthDate"]) == ("", "")


def test_opting_out_and_in_again_keeps_both_dates(shop):
    out = shop.patch(f"/users/{ADA}", {"optInStatus": "no"}).ok
    assert (out["optInStatus"], out["optOutDate"]) == ("NO", NOW)

    back = shop.patch(f"/users/{ADA}", {"optInStatus": "yes"}).ok
    assert (back["optInStatus"], back["optInDate"], back["optOutDate"]) == ("YES", NOW, "")


def test_attributes_are_added_one_by_one_and_become_text(shop):
    shop.patch(f"/users/{ADA}", {"extendedAttribute": {"userType": "gold", "shoeSize": 38.5, "vip": True}})

    said = shop.patch(f"/users/{ADA}", {"extendedAttribute": {"userType": "silver", "shoeSize": None}}).ok

    assert said["extendedAttribute"] == {"userType": "silver", "shoeSize": "38.5", "vip": "true"}


@pytest.mark.parametrize(
    ("body", "about"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a@b@c.test"}, "email"),
        ({"email": "x" * 65 + "@example.test"}, "email"),
        ({"birthDate": "31.12.1990"}, "birthDate"),
        ({"birthDate": "1990-02-30"}, "birthDate"),
        ({"anniversaryDate": "1990-12-31T00:00:00"}, "anniversaryDate"),
        ({"optInStatus": "MAYBE"}, "optInStatus"),
        ({"optInDate": "yesterday"}, "optInDate"),
        ({"status": "DORMANT"}, "status"),
        ({"firstName": ["Ada"]}, "firstName"),
        ({"firstName": "x" * 256}, "firstName"),
        ({"phone": "1" * 51}, "phone"),
        ({"extendedAttribute": "gold"}, "extendedAttribute"),
        ({"extendedAttribute": {"userType": ["gold"]}}, "extendedAttribute"),
        ({"extendedAttribute": {"": "gold"}}, "extendedAttribute"),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_changed(shop, body, about):
    for said in (shop.post("/users", {"id": GRACE, **body}), shop.patch(f"/users/{ADA}", body)):
        assert said.refusal == (400, "AC1004")
        assert about in said["errorMessage"]

    assert shop.get(f"/users/{GRACE}").refusal == (404, "AC1005")
    assert shop.get(f"/users/{ADA}").ok["firstName"] == ""


@pytest.mark.parametrize("email", ["ada@example.test", "a.b+c@sub.example.test", "x" * 64 + "@example.test", ""])
def test_addresses_are_checked_for_form_only(empty_shop, email):
    assert empty_shop.post("/users", {"id": "m-ada", "email": email}).ok["email"] == email


def test_an_address_may_belong_to_several_members(empty_shop):
    for member in ("m-ada", "m-grace"):
        assert empty_shop.post("/users", {"id": member, "email": "family@example.test"}).status == 201


def test_an_id_cannot_be_changed(shop):
    shop.enrol(GRACE)

    for named in (GRACE, "somebody new"):
        said = shop.patch(f"/users/{ADA}", {"id": named, "firstName": "Ada"})
        assert said.refusal == (400, "AC1004")
        assert "id" in said["errorMessage"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/users/nobody"),
        ("PATCH", "/users/nobody"),
        ("PUT", "/users/nobody"),
        ("GET", "/users/nobody/activity"),
        ("GET", "/users/nobody/activitysummary/101"),
        ("GET", "/users/nobody/tiers"),
        ("GET", "/points/nobody"),
    ],
)
def test_who_is_not_enrolled_is_no_data_found(shop, method, path):
    assert shop.call(method, path, None if method == "GET" else {"firstName": "X"}).refusal == (404, "AC1005")


@pytest.mark.proves("B006")
def test_an_erased_member_is_gone_at_once_and_may_enrol_again_from_zero(shop, one_table):
    shop.patch(f"/users/{ADA}", {"firstName": "Augusta", "email": "augusta@example.test", "phone": "44-32456"})
    shop.credit(437, reason="for Augusta", customId="augusta-1")

    said = shop.post("/userdelete", {"id": ADA, "requestedBy": "operator@example.test"}).ok

    assert (said["id"], said["firstName"], said["requestedBy"]) == (ADA, "Augusta", "operator@example.test")
    for path in (f"/users/{ADA}", f"/points/{ADA}", f"/users/{ADA}/activity", f"/users/{ADA}/tiers"):
        assert shop.get(path).refusal == (404, "AC1005")
    left = str(one_table.scan(TableName="laurel")["Items"]).casefold()
    assert "augusta" not in left
    assert ADA not in left
    shop.enrol(ADA)
    assert shop.figures()["lifetimePoints"] == 0
    assert shop.activity()["totalActivityCount"] == 0
    assert shop.post("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"}).ok["pointsAwarded"] == 100


def test_who_erases_must_be_named_and_whom(shop):
    assert shop.post("/userdelete", {"id": ADA}).refusal == (400, "AC1004")
    assert shop.post("/userdelete", {"requestedBy": "operator@example.test"}).refusal == (400, "AC1004")
    assert shop.post("/userdelete", {"id": "nobody", "requestedBy": "o@example.test"}).refusal == (404, "AC1005")
    assert shop.get(f"/users/{ADA}").status == 200
