"""Erasing: nothing that leads to the person is left, the book stays true, and the id begins anew."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.dynamo import claims, due, idempotency, keys
from chalicelib.dynamo.idempotency import Key
from chalicelib.dynamo.items import EngineUnavailable
from chalicelib.errors import Contention
from chalicelib.ledger import days, moves
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.book import fold
from chalicelib.ledger.draft import Face
from chalicelib.ledger.entry import genesis, hash_of
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.service import NoSuchMember
from chalicelib.members import service
from chalicelib.members.erasing import service as erasing
from chalicelib.members.erasing.service import NoRequester
from chalicelib.members.profile import Change, NewMember
from tests.members.conftest import NOW
from tests.support.books import FOR_EVER
from tests.support.tables import everything, raw_items

pytestmark = pytest.mark.usefixtures("table")

SITE = "29235480"
STAFF = "staff@example.test"
LATER = NOW + timedelta(days=40)


class Package:
    """A package above members that cleans so many slices, as orders do."""

    def __init__(self, slices: int, fault: Exception | None = None) -> None:
        self.left, self.fault, self.asked = slices, fault, []

    def forget(self, site: str, mid: str) -> bool:
        self.asked.append((site, mid))
        if self.fault is not None:
            raise self.fault
        self.left = max(0, self.left - 1)
        return not self.left


@pytest.fixture
def ada(table: Any, run: Any, rules: Any) -> str:
    """A member with a name, an address and 137 points, alone in the table; her number."""
    assert everything(table) == []
    new = NewMember(id="Ada+1@example.test", email="ada@example.test", first_name="Augusta", phone="44-32456")
    service.enrol(SITE, run(key="enrolled"), rules, new)
    mid = service.resolve(SITE, "ada+1@example.test").mid
    award(run, rules, mid, 137, reason="Birthday of Augusta")
    return mid


def award(run: Any, rules: Any, mid: str, points: int, **note: str) -> None:
    telling = Telling(action=100, note=note or None)
    ledger.post(SITE, [mid], run(), rules, lambda drafts, _: ([], moves.award(drafts[0], points, FOR_EVER, telling)))


def hold(run: Any, rules: Any, mid: str, group: str, points: int) -> None:
    def decide(drafts: Any, _found: Any) -> Any:
        entry = moves.hold(drafts[0], points, Telling(action=109))
        drafts[0].faces[entry.number] = Face("Hold", less=-points)
        promised = Hold(group, 0, entry.number, 109, {"0": points}, FOR_EVER, 1, release_at=days.to_ms(LATER))
        return [ledger_table.hold_write(SITE, mid, promised)], None

    ledger.post(SITE, [mid], run(), rules, decide)


def personal(client: Any) -> set[str]:
    """Which of the member's words stand anywhere in the table."""
    text = str(everything(client)).casefold()
    return {word for word in ("augusta", "ada+1", "ada@example.test", "44-32456", STAFF) if word in text}


def check_book(mid: str) -> None:
    """Numbers, chain and sums of the book still hold, and its account is what the entries make."""
    rows = ledger_table.oldest(SITE, mid, after=0, limit=5_000)
    previous = genesis(SITE, mid)
    for entry, item in rows:
        assert entry.previous == previous
        previous = hash_of(item.core)
    assert fold(entry for entry, _ in rows) == ledger_table.read_account(SITE, mid)


@pytest.mark.usefixtures("ada")
def test_the_answer_shows_who_was_erased(run, rules):
    erased = erasing.erase(SITE, run(), rules, "ADA+1@EXAMPLE.TEST", STAFF)

    assert (erased.profile.id, erased.profile.first_name) == ("Ada+1@example.test", "Augusta")
    assert (erased.requested_by, erased.is_done) == (STAFF, True)


@pytest.mark.usefixtures("ada")
def test_nothing_that_leads_to_the_person_is_left(table, run, rules):
    assert personal(table) == {"augusta", "ada+1", "ada@example.test", "44-32456"}

    erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)

    assert personal(table) == set()
    assert [item["sk"]["S"] for item in everything(table)] == ["KEY", "ACCOUNT", *(keys.entry(n) for n in (1, 2, 3))]
    for look in (service.read, service.overview, service.resolve):
        with pytest.raises(NoSuchMember) as refused:
            look(SITE, "Ada+1@example.test")
        assert (refused.value.status, refused.value.code) == (404, "AC1005")


def test_the_person_is_gone_before_any_cleaning(ada, table, run, rules, monkeypatch):
    """A crash right after the transaction leaves free words to the worker, and nothing that leads to anybody."""
    monkeypatch.setattr(erasing, "_begin", lambda *_: False)

    erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)

    left = {item["sk"]["S"].partition("#")[0] for item in everything(table)}
    assert left == {"KEY", "ACCOUNT", "E", "K", "ERASURE"}
    assert erasing.continue_erasure(SITE, ada)
    assert personal(table) == set()


def test_what_is_left_of_the_points_is_written_off_by_an_entry(ada, run, rules):
    hold(run, rules, ada, "a", 20)

    erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)

    account = ledger_table.read_account(SITE, ada)
    bucket = account.bucket()
    assert account.state == "closed"
    assert (bucket.available, bucket.held, bucket.expired, bucket.lifetime) == (0, 0, 137, 137)
    check_book(ada)


def test_the_same_id_enrols_again_at_once_and_starts_at_zero(ada, run, rules):
    erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)

    service.enrol(SITE, run(LATER), rules, NewMember(id="ada+1@EXAMPLE.test"))

    again = service.overview(SITE, "Ada+1@example.test")
    assert again.mid != ada
    assert (again.profile.id, again.profile.first_name, again.profile.created) == ("ada+1@EXAMPLE.test", "", LATER)
    assert again.account.bucket().lifetime == 0


@pytest.mark.usefixtures("ada")
def test_a_process_that_remembers_the_old_number_finds_the_new_one(run, rules):
    remembered = claims.find(SITE, "id", "ada+1@example.test")
    erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)
    service.enrol(SITE, run(), rules, NewMember(id="Ada+1@example.test", first_name="Anew"))
    pk = keys.claim(SITE, "id", "ada+1@example.test")

    for use in (
        lambda: service.read(SITE, "Ada+1@example.test"),
        lambda: service.overview(SITE, "Ada+1@example.test").profile,
        lambda: service.update(SITE, run(), rules, "Ada+1@example.test", Change(opt_in_status=True, phone="1")),
        lambda: service.update(SITE, run(), rules, "Ada+1@example.test", Change(zip_code="1")),
        lambda: erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF).profile,
    ):
        claims._cache[pk] = (float("inf"), remembered)
        assert use().first_name == "Anew"


@pytest.mark.usefixtures("ada")
def test_erasing_twice_is_not_found_the_second_time(table, run, rules):
    erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)
    before = everything(table)

    for member_id in ("Ada+1@example.test", "m-nobody"):
        with pytest.raises(NoSuchMember):
            erasing.erase(SITE, run(), rules, member_id, STAFF)

    assert everything(table) == before


@pytest.mark.parametrize("requester", ["", "  ", "x" * 256])
@pytest.mark.usefixtures("ada")
def test_somebody_must_ask_for_it(table, run, rules, requester):
    before = everything(table)

    with pytest.raises(NoRequester, match="requestedBy"):
        erasing.erase(SITE, run(), rules, "Ada+1@example.test", requester)

    assert everything(table) == before


@pytest.mark.usefixtures("ada")
def test_other_members_and_sites_are_left_alone(run, rules):
    service.enrol(SITE, run(), rules, NewMember(id="m-bob"))
    service.enrol("146031180", run(), rules, NewMember(id="Ada+1@example.test", first_name="Adele"))

    erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)

    assert service.read(SITE, "m-bob").id == "m-bob"
    assert service.read("146031180", "Ada+1@example.test").first_name == "Adele"


def test_an_award_at_the_same_moment_is_written_off_too(ada, run, rules, meanwhile):
    meanwhile(lambda: award(run, rules, ada, 50))

    erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)

    assert ledger_table.read_account(SITE, ada).bucket().expired == 187
    check_book(ada)


def test_an_award_that_comes_too_late_finds_nobody(ada, run, rules, meanwhile):
    meanwhile(lambda: erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF))

    with pytest.raises(NoSuchMember):
        award(run, rules, ada, 50)

    assert ledger_table.read_account(SITE, ada).bucket().lifetime == 137


@pytest.mark.usefixtures("ada")
def test_a_change_that_comes_too_late_brings_nothing_back(table, run, rules, meanwhile):
    meanwhile(lambda: erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF))

    with pytest.raises(NoSuchMember):
        service.update(SITE, run(), rules, "Ada+1@example.test", Change(last_name="Augusta"))

    assert personal(table) == set()


def many_notes(run: Any, rules: Any, mid: str, count: int) -> None:
    """Entries by the dozen, each with a note."""

    def decide(drafts: Any, _found: Any) -> Any:
        for _ in range(min(count, 50)):
            moves.award(drafts[0], 1, FOR_EVER, Telling(action=100, note={"reason": "for Augusta"}))
        return [], None

    for _ in range(0, count, 50):
        ledger.post(SITE, [mid], run(), rules, decide)


def test_a_long_history_is_cleaned_slice_by_slice(ada, table, run, rules):
    many_notes(run, rules, ada, 100)

    erased = erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)

    assert not erased.is_done
    assert personal(table) == {"augusta"}
    assert [found.pk for found in due.sweep("erasure", 0, NOW)] == [keys.member(SITE, ada)]
    assert erasing.continue_erasure(SITE, ada)
    assert personal(table) == set()
    assert list(due.sweep("erasure", 0, NOW)) == []
    assert raw_items(table, keys.member(SITE, ada), "ERASURE") == []
    check_book(ada)


def test_a_run_of_the_worker_is_bounded(ada, table, run, rules, monkeypatch):
    monkeypatch.setattr(erasing, "SLICE_ENTRIES", 10)
    monkeypatch.setattr(erasing, "SLICES_MAX", 2)
    many_notes(run, rules, ada, 50)
    erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)

    runs = [erasing.continue_erasure(SITE, ada) for _ in range(3)]

    assert runs == [False, False, True]
    assert erasing.continue_erasure(SITE, ada)
    assert personal(table) == set()


def test_packages_above_clean_until_they_are_done(ada, table, run, rules):
    orders, reviews = Package(slices=3), Package(slices=1)

    erased = erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF, [orders.forget, reviews.forget])
    assert not erased.is_done
    assert raw_items(table, keys.member(SITE, ada), "ERASURE")
    assert erasing.continue_erasure(SITE, ada, [orders.forget, reviews.forget])

    assert len(orders.asked) == 3
    assert set(orders.asked + reviews.asked) == {(SITE, ada)}
    assert raw_items(table, keys.member(SITE, ada), "ERASURE") == []


@pytest.mark.parametrize("fault", [Contention(), EngineUnavailable()])
def test_a_fault_while_cleaning_leaves_the_rest_to_the_worker(ada, table, run, rules, fault):
    broken = Package(slices=1, fault=fault)

    erased = erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF, [broken.forget])

    assert not erased.is_done
    assert len(list(due.sweep("erasure", 0, NOW))) == 1
    broken.fault = None
    assert erasing.continue_erasure(SITE, ada, [broken.forget])
    assert raw_items(table, keys.member(SITE, ada), "ERASURE") == []


def test_promises_are_dropped(ada, run, rules):
    for group in ("a", "b", "c"):
        hold(run, rules, ada, group, 20)

    erasing.erase(SITE, run(), rules, "Ada+1@example.test", STAFF)

    assert ledger_table.read_holds(SITE, ada) == []
    assert list(due.sweep("hold", 0, LATER + timedelta(days=1))) == []
    check_book(ada)


def test_a_key_points_at_nothing_personal(ada, table, run, rules):
    erasing.erase(SITE, run(key="gone"), rules, "Ada+1@example.test", STAFF)

    known = idempotency.find(SITE, Key("gone", "request of gone"))
    assert (known.mid, known.ref, known.code) == (ada, "X", None)
    assert personal(table) == set()
