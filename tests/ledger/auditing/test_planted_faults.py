"""Each fault, planted into what is stored, turns the audit red and is named by member and entry."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.ledger.auditing import service
from chalicelib.ledger.auditing.sums import SIDES
from tests.ledger.auditing import damage
from tests.ledger.auditing.damage import ADA, BEA, CLEO, drop, edit, entry, found, one, put
from tests.support import stored
from tests.support.books import SITE
from tests.support.tables import everything, raw_items

Plant = Callable[[Any], None]


_made: list[damage.Item] = []


@pytest.fixture(autouse=True)
def world(table: Any) -> None:
    """The world of ``damage``, made through the product once and put back as it lay in the table then."""
    if _made:
        for item in _made:
            put(table, item)
    else:
        damage.world()
        _made.extend(everything(table))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults of tests do not go away by waiting."""
    monkeypatch.setattr(service, "PAUSE_SECONDS", 0.0)


def test_a_clean_world_adds_up() -> None:
    sums = damage.audit()

    assert sums.findings == []
    assert (sums.members, sums.entries, sums.holds, sums.keys, sums.claims) == (3, 9, 1, 1, 3)
    assert sums.totals() == {"points": 0}
    assert {line.side: line.points for line in sums.trial_balance()} == {
        "available": 883,
        "held": 50,
        "issued": -1_020,
        "promised": -50,
        "redeemed": 137,
    }


def amount(number: int, points: int) -> Plant:
    def plant(client: Any) -> None:
        edit(client, entry(client, ADA, number), "core", lambda core: core["p"][0].__setitem__(3, points))

    return plant


def swap(client: Any) -> None:
    second, third = entry(client, ADA, 2), entry(client, ADA, 3)
    put(client, {**second, "sk": third["sk"]})
    put(client, {**third, "sk": second["sk"]})


def spaces(client: Any) -> None:
    item = entry(client, ADA, 4)
    put(client, {**item, "core": {"S": json.dumps(json.loads(item["core"]["S"]))}})


def account(change: Callable[[dict[str, Any]], Any]) -> Plant:
    return lambda client: edit(client, one(client, ADA, "ACCOUNT"), "body", change)


def richer(body: dict[str, Any]) -> None:
    body["b"]["points"][1][1] = 9_999


def larger_hold(client: Any) -> None:
    edit(client, one(client, ADA, "H#"), "body", lambda hold: hold["p"].update({"0": 51}))


def older_account(client: Any) -> None:
    item = one(client, ADA, "ACCOUNT")
    put(client, {**item, "ver": {"N": "5"}})


def held_twice(client: Any) -> None:
    item = one(client, ADA, "H#")
    put(client, {**item, "sk": {"S": "H#order1#1"}})


def hold_of_nothing(client: Any) -> None:
    edit(client, one(client, ADA, "H#"), "body", lambda hold: hold.update(r=4))


def other_note(client: Any) -> None:
    edit(client, entry(client, ADA, 5), "note", lambda note: note.update(reason="a wedding"))


def without(name: str, place: Callable[[Any], Any]) -> Plant:
    def plant(client: Any) -> None:
        item = place(client)
        put(client, {key: value for key, value in item.items() if key != name})

    return plant


def ordered(client: Any) -> None:
    edit(client, entry(client, ADA, 6), "core", lambda core: core.update(q=[739_000, 0, 100, 1]))


FAULTS: dict[str, tuple[Plant, tuple[str, int, str]]] = {
    "an amount is edited": (amount(2, 1_001), (ADA, 2, "fold")),
    "an edited entry is named by the one that follows": (amount(4, 99), (ADA, 4, "chain")),
    "the last entry is edited": (ordered, (ADA, 6, "chain")),
    "an entry is deleted": (lambda client: drop(client, entry(client, ADA, 3)), (ADA, 3, "gap")),
    "the last entry is deleted": (lambda client: drop(client, entry(client, ADA, 6)), (ADA, 6, "gap")),
    "the first entry is deleted": (lambda client: drop(client, entry(client, ADA, 1)), (ADA, 1, "gap")),
    "two entries are swapped": (swap, (ADA, 2, "number")),
    "a core is written with spaces": (spaces, (ADA, 4, "core")),
    "a core is no JSON": (lambda c: put(c, {**entry(c, ADA, 4), "core": {"S": "{"}}), (ADA, 4, "item")),
    "points are added to an account": (account(richer), (ADA, 0, "figures")),
    "a counter of an account is edited": (account(lambda body: body["c"].clear()), (ADA, 0, "account")),
    "a tier is edited": (account(lambda body: body["t"].__setitem__(0, "T2")), (ADA, 0, "account")),
    "an account is set back": (older_account, (ADA, 6, "beyond")),
    "an account is deleted": (lambda client: drop(client, one(client, ADA, "ACCOUNT")), (ADA, 1, "orphan")),
    "an account is not in the due index": (without("due_pk", lambda c: one(c, ADA, "ACCOUNT")), (ADA, 0, "due")),
    "a hold is not in the due index": (without("due_sk", lambda c: one(c, ADA, "H#")), (ADA, 0, "due")),
    "a hold is dropped": (lambda client: drop(client, one(client, ADA, "H#")), (ADA, 6, "hold")),
    "a hold is added": (held_twice, (ADA, 0, "hold")),
    "a hold names another row": (hold_of_nothing, (ADA, 4, "hold")),
    "a hold promises more": (larger_hold, (ADA, 6, "hold")),
    "a row no longer shows its hold": (without("sts", lambda c: entry(c, ADA, 6)), (ADA, 6, "hold")),
    "a note is changed": (other_note, (ADA, 5, "note")),
    "a note is lost": (without("note", lambda c: entry(c, ADA, 5)), (ADA, 5, "note")),
    "a redemption is lost": (lambda client: drop(client, one(client, ADA, "R#")), (ADA, 3, "redemption")),
    "half of a transfer is lost": (lambda client: drop(client, entry(client, BEA, 2)), ("", 0, "transfer")),
    "a key leads to an entry that is not there": (lambda _: damage.remember("k", CLEO, "E2"), (CLEO, 2, "orphan")),
    "a key leads to no member": (lambda _: damage.remember("k", "m-gone", "E1"), ("m-gone", 1, "orphan")),
    "a key leads to no answer": (lambda _: damage.remember("k", CLEO, "Pabc"), (CLEO, 0, "orphan")),
    "a key leads to no order": (lambda _: damage.remember("k", CLEO, 'OP{"o":"x","e":1}'), (CLEO, 1, "orphan")),
    "a key makes no sense": (lambda _: damage.remember("k", CLEO, "?"), (CLEO, 0, "orphan")),
    "a transfer's key leads to no other half": (lambda _: damage.remember("k", ADA, "E4@m-bea:3"), (ADA, 4, "orphan")),
    "a claim leads to no member": (lambda _: damage.claim("id", "ghost", "m-gone"), ("m-gone", 0, "orphan")),
    "a claim leads to no order": (lambda _: damage.claim("order", "o-7", ADA), (ADA, 0, "orphan")),
}  # fmt: skip


@pytest.mark.parametrize(("plant", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_named(table: Any, plant: Plant, expected: tuple[str, int, str]) -> None:
    plant(table)

    sums = damage.audit()

    assert expected in found(sums), sums.findings
    assert all(each.site == SITE for each in sums.findings)


def test_a_finding_quotes_nothing_that_a_client_wrote(table: Any) -> None:
    damage.claim("id", "ghost@example.test", "m-gone")
    drop(table, one(table, ADA, "R#"))
    other_note(table)

    said = " ".join(each.what for each in damage.audit().findings)

    assert said
    assert not any(word in said for word in ("ghost", "o-9", "wedding", "birthday"))


def test_faults_of_one_member_leave_the_others_proved(table: Any) -> None:
    amount(2, 1_001)(table)

    sums = damage.audit()

    assert {each.mid for each in sums.findings} == {ADA, ""}
    assert sums.members == 3


def test_a_chain_that_is_written_anew_still_misses_its_points(table: Any) -> None:
    """Whoever forges entry, chain and account alike must also balance the book."""
    stored.award(CLEO, 10)
    drop(table, entry(table, CLEO, 2))

    sums = damage.audit()

    assert (CLEO, 2, "gap") in found(sums)
    assert (CLEO, 0, "figures") in found(sums)


def test_many_faults_are_counted_and_the_first_are_kept(table: Any) -> None:
    for number in range(130):
        place = {"pk": {"S": f"C#{SITE}#id#ghost-{number}"}, "sk": {"S": "CLAIM"}}
        put(table, {**place, "mid": {"S": f"m-{number:03}"}})

    sums = damage.audit()

    assert sums.faults == 130
    assert len(sums.findings) == 100


def test_every_side_of_the_book_has_its_line() -> None:
    assert set(SIDES) == {side for pair in damage.ledger_sides() for side in pair}


def test_the_raw_items_are_left_as_they_were(table: Any) -> None:
    before = raw_items(table, f"M#{SITE}#{ADA}")

    damage.audit()

    assert raw_items(table, f"M#{SITE}#{ADA}") == before
