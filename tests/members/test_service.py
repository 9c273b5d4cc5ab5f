"""Members in the table: one id is one member, a change changes both or nothing, and each costs what it may."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.dynamo import claims, idempotency, items, keys
from chalicelib.dynamo.idempotency import Key, KeyTaken
from chalicelib.dynamo.meter import metered
from chalicelib.errors import Refusal
from chalicelib.ledger import moves
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.service import NoSuchMember
from chalicelib.members import service
from chalicelib.members.barring import service as barring
from chalicelib.members.checks import BadProfile
from chalicelib.members.profile import Change, NewMember
from chalicelib.members.service import MemberExists, OtherMember
from tests.members.conftest import NOW
from tests.support.books import FOR_EVER, TOLD
from tests.support.tables import everything

pytestmark = pytest.mark.usefixtures("table")

SITE, OTHER_SITE = "29235480", "146031180"
LATER = NOW + timedelta(days=40)

STRANGE_IDS = [
    "ada+1@example.test",
    "Ada Love",
    " ada ",
    "a/b",
    "a%2Fb",
    "a#b#c",
    "😀" * 255,
    "ﬃ" * 255,
    "x" * 255,
    "İstanbul",
    "ΣΑΣ",
    "1",
]
SAME_IDS = [
    ("ada@example.test", "ADA@Example.TEST"),
    ("Straße", "STRASSE"),
    ("caf\u00e9", "cafe\u0301"),
    ("CAFE\u0301 2", "caf\u00e9 2"),
    ("\u212bngstr\u00f6m", "\u00e5ngstro\u0308m"),
]
OTHER_IDS = ["ada", " ada", "ada+1", "ada 1", "a/b", "a%2Fb", "1", "01"]


def award(site: str, run: Any, rules: Any, mid: str, points: int) -> None:
    ledger.post(site, [mid], run(), rules, lambda drafts, _: ([], moves.award(drafts[0], points, FOR_EVER, TOLD)))


def account(site: str, mid: str) -> Any:
    return ledger_table.read_account(site, mid)


def kinds(site: str, mid: str) -> list[str]:
    return [entry.kind for entry, _ in ledger_table.oldest(site, mid, after=0, limit=50)]


def test_a_member_is_enrolled_with_an_open_account(run, rules):
    enrolled = service.enrol(SITE, run(), rules, NewMember(id="Ada@example.test", first_name="Ada"))

    found = service.resolve(SITE, "Ada@example.test")
    opened = account(SITE, found.mid)
    assert service.read(SITE, "Ada@example.test") == enrolled
    assert (opened.state, opened.version, opened.standing.tier) == ("active", 1, rules.ladder.levels[0].id)
    assert opened.bucket().available == 0
    assert kinds(SITE, found.mid) == ["enrol"]
    assert found.given == "Ada@example.test"


def test_one_may_enrol_opted_out_or_inactive(run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-bob", opt_in_status=False))
    service.enrol(SITE, run(), rules, NewMember(id="m-cyd", status="INACTIVE"))

    assert account(SITE, service.resolve(SITE, "m-bob").mid).state == "opted_out"
    assert account(SITE, service.resolve(SITE, "m-cyd").mid).state == "inactive"


def test_ids_are_found_as_they_were_spelled(run, rules):
    for member_id in STRANGE_IDS:
        service.enrol(SITE, run(), rules, NewMember(id=member_id))
    claims.clear_cache()

    assert [service.read(SITE, member_id).id for member_id in STRANGE_IDS] == STRANGE_IDS


def test_case_and_composition_do_not_make_another_member(run, rules):
    for first, second in SAME_IDS:
        service.enrol(SITE, run(), rules, NewMember(id=first))

        with pytest.raises(MemberExists) as refused:
            service.enrol(SITE, run(), rules, NewMember(id=second))

        assert (refused.value.status, refused.value.code) == (409, "AC1006")
        assert service.read(SITE, second).id == first


def test_different_ids_are_different_members(run, rules):
    for member_id in OTHER_IDS:
        service.enrol(SITE, run(), rules, NewMember(id=member_id))

    assert len({service.resolve(SITE, member_id).mid for member_id in OTHER_IDS}) == len(OTHER_IDS)


def test_an_email_address_is_not_unique(run, rules):
    for member_id in ("m-ada", "m-bob"):
        service.enrol(SITE, run(), rules, NewMember(id=member_id, email="family@example.test"))

    assert service.read(SITE, "m-bob").email == "family@example.test"


def test_one_id_on_two_sites_is_two_members(run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada", first_name="Ada"))
    service.enrol(OTHER_SITE, run(), rules, NewMember(id="m-ada", first_name="Adele"))
    service.update(SITE, run(), rules, "m-ada", Change(first_name="Augusta", opt_in_status=False))

    assert service.read(SITE, "m-ada").first_name == "Augusta"
    assert service.read(OTHER_SITE, "m-ada").first_name == "Adele"
    assert account(OTHER_SITE, service.resolve(OTHER_SITE, "m-ada").mid).state == "active"
    with pytest.raises(NoSuchMember):
        service.read("1", "m-ada")


def test_a_refused_enrolment_writes_nothing(table, run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada"))
    before = everything(table)

    for wrong in (NewMember(id="M-ADA"), NewMember(id="m-bob", email="no address"), NewMember(id=" ")):
        with pytest.raises(Refusal):
            service.enrol(SITE, run(), rules, wrong)

    assert everything(table) == before


def test_of_two_who_enrol_one_id_at_once_one_wins(table, run, rules, meanwhile):
    meanwhile(lambda: service.enrol(SITE, run(), rules, NewMember(id="m-ada", first_name="First")))

    with pytest.raises(MemberExists):
        service.enrol(SITE, run(), rules, NewMember(id="M-Ada", first_name="Second"))

    assert service.read(SITE, "m-ada").first_name == "First"
    assert sum(item["sk"]["S"] == "PROFILE" for item in everything(table)) == 1


def test_an_unknown_member_is_not_found():
    for look in (service.resolve, service.read, service.overview):
        with pytest.raises(NoSuchMember) as refused:
            look(SITE, "m-nobody")
        assert (refused.value.status, refused.value.code) == (404, "AC1005")


def test_what_is_given_changes_and_the_rest_stays(run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada", first_name="Ada", phone="44-32456"))

    changed = service.update(SITE, run(LATER), rules, "M-ADA", Change(id="m-Ada", phone="", zip_code="51750"))

    assert (changed.id, changed.first_name, changed.phone, changed.zip_code) == ("m-ada", "Ada", "", "51750")
    assert (changed.created, changed.updated) == (NOW, LATER)
    assert service.read(SITE, "m-ada") == changed


def test_opting_out_and_in_again_changes_the_account_too(run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada"))
    mid = service.resolve(SITE, "m-ada").mid

    service.update(SITE, run(), rules, "m-ada", Change(opt_in_status=False))
    assert account(SITE, mid).state == "opted_out"
    service.update(SITE, run(), rules, "m-ada", Change(status="INACTIVE"))
    assert account(SITE, mid).state == "inactive"
    service.update(SITE, run(LATER), rules, "m-ada", Change(opt_in_status=True))
    assert account(SITE, mid).state == "inactive"
    service.update(SITE, run(), rules, "m-ada", Change(status="active"))

    assert account(SITE, mid).state == "active"
    assert kinds(SITE, mid) == ["enrol", "state", "state", "state"]
    assert service.read(SITE, "m-ada").opt_in_date == LATER


def test_opting_in_once_more_writes_no_entry(table, run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada"))
    before = everything(table)

    service.update(SITE, run(LATER), rules, "m-ada", Change(opt_in_status=True, status="ACTIVE"))

    assert everything(table) == before


def test_a_refused_change_writes_nothing(table, run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada"))
    service.enrol(SITE, run(), rules, NewMember(id="m-bob"))
    before = everything(table)

    for wrong, refusal in [
        (Change(first_name="A", email="no address", opt_in_status=False), BadProfile),
        (Change(id="m-bob", first_name="A"), OtherMember),
        (Change(id="m-nobody", first_name="A"), OtherMember),
    ]:
        with pytest.raises(refusal) as refused:
            service.update(SITE, run(), rules, "m-ada", wrong)
        assert (refused.value.status, refused.value.code) == (400, "AC1004")
    with pytest.raises(NoSuchMember):
        service.update(SITE, run(), rules, "m-nobody", Change(first_name="A"))

    assert everything(table) == before


@pytest.mark.parametrize("mine", [Change(first_name="Mine"), Change(first_name="Mine", opt_in_status=False)])
def test_changes_at_the_same_moment_are_both_made(run, rules, meanwhile, mine):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada"))
    meanwhile(lambda: service.update(SITE, run(), rules, "m-ada", Change(last_name="Theirs", status="INACTIVE")))

    service.update(SITE, run(), rules, "m-ada", mine)

    after = service.overview(SITE, "m-ada")
    assert (after.profile.first_name, after.profile.last_name) == ("Mine", "Theirs")
    assert after.account.state == after.profile.state == "inactive"


@pytest.mark.parametrize("change", [Change(first_name="Ada"), Change(opt_in_status=False), Change()])
def test_a_key_is_used_up_with_the_change(run, rules, change):
    service.enrol(SITE, run(key="enrolled"), rules, NewMember(id="m-ada"))
    service.update(SITE, run(key="changed"), rules, "m-ada", change)
    mid = service.resolve(SITE, "m-ada").mid

    for name, status in (("enrolled", 201), ("changed", 200)):
        known = idempotency.find(SITE, Key(name, f"request of {name}"))
        assert (known.mid, known.ref[0], known.status, known.code) == (mid, "P", status, None)
    with pytest.raises(KeyTaken):
        service.update(SITE, run(key="changed"), rules, "m-ada", Change(first_name="Once more"))
    assert service.read(SITE, "m-ada").first_name == (change.first_name or "")


@pytest.mark.parametrize("change", [Change(first_name="Augusta"), Change(opt_in_status=False), Change()])
def test_a_repeated_key_gets_the_answer_of_its_call(run, rules, change):
    enrolled = service.enrol(SITE, run(key="enrolled"), rules, NewMember(id="m-ada", first_name="Ada"))
    changed = service.update(SITE, run(LATER, key="changed"), rules, "m-ada", change)
    service.update(SITE, run(LATER), rules, "m-ada", Change(first_name="Later", status="INACTIVE"))
    mid = service.resolve(SITE, "m-ada").mid

    for name, answer in (("enrolled", enrolled), ("changed", changed)):
        known = idempotency.find(SITE, Key(name, f"request of {name}"))
        assert service.answered(SITE, mid, known) == answer
    assert len(service.dossier(SITE, mid)["answers"]) == 2
    assert service.forget(SITE, mid)
    assert service.answered(SITE, mid, known) is None
    assert service.dossier(SITE, mid) == {}


@pytest.mark.parametrize("change", [Change(), Change(opt_in_status=True), Change(first_name="A")])
def test_no_answer_is_kept_for_a_member_erased_in_between(table, run, rules, meanwhile, change):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada", last_name="Augusta"))
    meanwhile(lambda: service.forget(SITE, service.resolve(SITE, "m-ada").mid))

    with pytest.raises(NoSuchMember):
        service.update(SITE, run(key="k"), rules, "m-ada", change)

    assert "Augusta" not in str(everything(table))


def test_many_kept_answers_are_forgotten_in_slices(table, run, rules, monkeypatch):
    monkeypatch.setattr(service, "FORGOTTEN_AT_ONCE", 3)
    service.enrol(SITE, run(), rules, NewMember(id="m-ada", first_name="Augusta"))
    for number in range(5):
        service.update(SITE, run(key=f"{number}"), rules, "m-ada", Change(phone=f"{number}"))
    mid = service.resolve(SITE, "m-ada").mid

    assert [service.forget(SITE, mid) for _ in range(3)] == [False, True, True]

    assert "Augusta" not in str(everything(table))


def test_a_key_remembers_nothing_personal(table, run, rules):
    service.enrol(SITE, run(key="k"), rules, NewMember(id="m-ada", email="ada@example.test", first_name="Augusta"))

    outside = str([item for item in everything(table) if item["pk"]["S"].startswith("K#")])
    assert "Augusta" not in outside
    assert "ada" not in outside


def test_profile_and_account_come_together(run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada", first_name="Ada"))
    award(SITE, run, rules, service.resolve(SITE, "m-ada").mid, 137)

    seen = service.overview(SITE, "m-ada")

    assert (seen.profile.first_name, seen.account.bucket().available) == ("Ada", 137)
    assert seen.mid == service.resolve(SITE, "m-ada").mid


def test_calls_stay_within_the_budget(run, rules):
    # Asked at most every five seconds, and only about members with an e-mail.
    barring._known.clear()
    with metered() as asking:
        assert not barring.has_domains(SITE)
    with metered() as enrolling:
        service.enrol(SITE, run(), rules, NewMember(id="m-ada", email="ada@example.test", first_name="Ada"))
    with metered() as first:
        service.read(SITE, "m-ada")
    with metered() as again:
        service.read(SITE, "m-ada")
    with metered() as together:
        service.overview(SITE, "m-ada")
    with metered() as changing:
        service.update(SITE, run(), rules, "m-ada", Change(first_name="Augusta"))
    with metered() as opting:
        service.update(SITE, run(), rules, "m-ada", Change(opt_in_status=False))

    assert asking.operations == ["Query"]
    assert enrolling.operations == ["GetItem", "TransactWriteItems"]
    assert enrolling.write_units == 12  # Four for the account, and a place in the lists of e-mails and of first names.
    assert [meter.calls for meter in (first, again, together)] == [2, 1, 1]
    assert (changing.calls, changing.write_units) == (2, 4)
    assert (opting.operations, opting.write_units) == (["BatchGetItem", "TransactWriteItems"], 6)


def test_an_id_that_moved_on_is_followed(run, rules):
    """What this process remembers of an id is up to five seconds old."""
    service.enrol(SITE, run(), rules, NewMember(id="m-ada", first_name="Old"))
    remembered = claims.find(SITE, "id", "m-ada")
    service.forget(SITE, remembered.mid)
    service.enrol(SITE, run(), rules, NewMember(id="m-ada", first_name="New"))
    claims._cache[keys.claim(SITE, "id", "m-ada")] = (float("inf"), remembered)

    assert service.resolve(SITE, "m-ada").mid == remembered.mid
    assert service.read(SITE, "m-ada").first_name == "New"


def test_forgetting_leaves_no_profile_and_no_claim(table, run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada", first_name="Augusta"))
    mid = service.resolve(SITE, "m-ada").mid
    assert service.dossier(SITE, mid)["profile"]["firstName"] == "Augusta"

    assert service.forget(SITE, mid)
    assert service.forget(SITE, mid)

    assert service.dossier(SITE, mid) == {}
    assert "Augusta" not in str(everything(table))
    assert items.get(claims.ClaimItem, keys.claim(SITE, "id", "m-ada"), "CLAIM") is None


def test_forgetting_leaves_the_claim_of_another_member_alone(table, run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-ada"))
    mid = service.resolve(SITE, "m-ada").mid
    table.put_item(
        TableName="laurel",
        Item={"pk": {"S": keys.claim(SITE, "id", "m-ada")}, "sk": {"S": "CLAIM"}, "mid": {"S": "another"}},
    )

    assert service.forget(SITE, mid)

    assert claims.find(SITE, "id", "m-ada", fresh=True).mid == "another"
