"""Awards, debits and transfers by an action: what they book, what they refuse, what a key remembers of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.dynamo import idempotency, items
from chalicelib.dynamo.idempotency import Key, Known
from chalicelib.errors import LIMIT_REACHED
from chalicelib.ledger import book, days, moves
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import PROMOTIONAL, STANDARD, Account
from chalicelib.ledger.entry import Counted, Draw, LotChange, Posting, Refs
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.rules import Lasting
from chalicelib.ledger.service import Command, NoSuchMember
from chalicelib.programme.in_force import InForce, compiled
from chalicelib.programme.performing import service
from chalicelib.programme.performing.limits import Withheld
from chalicelib.programme.performing.service import (
    ActionNotPostable,
    Balance,
    Booked,
    MemberMayNotTakePart,
    NothingLeft,
    TransferToSelf,
    UnknownAction,
    Wish,
    answer_of,
    answered,
)
from chalicelib.programme.validation import validate
from tests.programme.documents import document, place_of

SITE, ADA, BEA = "29235480", "m-ada", "m-bea"
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
TODAY = date(2026, 3, 18).toordinal()
IN_A_YEAR = TODAY + 365
pytestmark = pytest.mark.usefixtures("table")


def force(action_id: int = 129, *, version: int = 1, sections: dict[str, Any] | None = None, **fields: Any) -> InForce:
    """The default programme with fields of one action changed; ``None`` takes a field away."""
    whole = document(**(sections or {}))
    action = whole["actions"][place_of(action_id)]
    action.update(fields)
    return compiled(validate({**whole, "actions": [_kept(each) for each in whole["actions"]]}), version)


def _kept(action: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in action.items() if value is not None}


FORCE = force()


def enrol(mid: str, points: int = 0, state: str = "active") -> None:
    def decide(drafts: list[Any], _found: list[Any]) -> Any:
        moves.enrol(drafts[0], state)
        if points:
            moves.award(drafts[0], points, Lasting("days", 365), moves.Telling(action=100))
        return [], None

    ledger.post(SITE, [mid], run(), FORCE.rules, decide, opening=True)


@pytest.fixture(autouse=True)
def _ada(table: Any) -> Iterator[None]:
    enrol(ADA)
    return


def run(key: str | None = None) -> Command:
    return ledger.command(NOW, None if key is None else Key(key, "request"))


def account(mid: str = ADA) -> Account:
    return ledger.read(SITE, mid, FORCE.rules, NOW)


def figures(mid: str = ADA) -> tuple[int, ...]:
    """Available, held, used, expired, lifetime."""
    return book.balances(account(mid).bucket())


def row(number: int, mid: str = ADA) -> Any:
    return ledger.entry(SITE, mid, number)


def refused(mid: str = ADA) -> list[tuple[str, int, str]]:
    found = items.query(
        ledger_table.RefusedItem, f"M#{SITE}#{mid}", ledger_table.RefusedItem.sk.startswith("W#"), limit=9
    )
    return [(item.sk, item.times, item.reason) for item in found]


def award(wish: Wish, under: InForce = FORCE, key: str | None = None) -> Booked:
    return service.award(SITE, run(key), under, ADA, wish)


def test_an_award_gives_the_points_of_its_action_and_counts_them():
    booked = award(Wish(129))

    entry = row(2).entry
    assert booked == Booked(entry)
    assert (entry.kind, entry.action, entry.wished, entry.shown) == ("award", 129, 25, True)
    assert entry.postings == (Posting("issued", "available", "points", 25),)
    assert entry.lots == (LotChange("points", STANDARD, IN_A_YEAR, 25),)
    assert entry.counted == (Counted("129l", 0, 1, 25),)
    assert figures() == (25, 0, 0, 0, 25)


def test_points_of_an_action_come_from_the_programme_and_not_from_the_wish():
    booked = award(Wish(129, points=9_999))

    assert booked.entry is not None
    assert (booked.entry.wished, figures()[0]) == (25, 25)


@pytest.mark.parametrize("action_id", [100, 109])
def test_manual_points_and_those_of_purchases_come_with_the_wish(action_id: int):
    booked = award(Wish(action_id, points=137))

    assert booked.entry is not None
    assert (booked.entry.wished, figures()[0]) == (137, 137)


@pytest.mark.parametrize("action_id", [100, 109])
def test_a_manual_award_says_how_many(action_id: int):
    with pytest.raises(ActionNotPostable, match=r"^credit: is missing; this action has no points of its own\.$"):
        award(Wish(action_id))


def test_an_entry_keeps_what_the_caller_said():
    note = {"reason": "sorry", "customId": "c-1", "empty": "", "nothing": None, "attributes": {}, "zero": 0}

    award(Wish(100, 10, "Gift", order="o-1", store="s-1", source="till", note=note))

    stored = row(2)
    assert stored.entry.refs == Refs(order="o-1", store="s-1", source="till")
    assert stored.note == {"reason": "sorry", "customId": "c-1", "zero": 0, "pointType": "Gift"}


def test_an_entry_of_which_nothing_was_said_has_no_note():
    award(Wish(129, note={"reason": ""}))

    assert (row(2).entry.note, row(2).note) == (None, {})


@pytest.mark.parametrize(
    ("point_type", "kind"),
    [
        ("Promotional", PROMOTIONAL),
        ("PROMOTIONAL", PROMOTIONAL),
        ("promotional", PROMOTIONAL),
        ("Standard", STANDARD),
        ("Gift", STANDARD),
        ("", STANDARD),
    ],
)
def test_promotional_points_lie_in_lots_of_their_own(point_type: str, kind: str):
    award(Wish(100, 10, point_type))

    assert [lot.kind for lot in account().bucket().lots] == [kind]


def test_points_last_as_long_as_their_action_says():
    award(Wish(129), force(expireInDays=30))

    assert [lot.day for lot in account().bucket().lots] == [TODAY + 30]


def test_points_last_as_long_as_the_members_tier_says():
    whole = document()
    whole["tiers"]["levels"][1]["expiry"] = {"type": "never"}
    tiered = compiled(validate(whole), 1)
    award(Wish(100, 500), tiered)

    award(Wish(129), tiered)

    assert [(lot.day, lot.left) for lot in account().bucket().lots] == [(IN_A_YEAR, 500), (0, 25)]


def test_an_award_beyond_its_limit_is_counted_and_not_booked():
    award(Wish(129))
    award(Wish(100, 480))

    booked = award(Wish(129))

    withheld = Withheld(LIMIT_REACHED, "Points cannot be awarded due to limit reached")
    assert booked == Booked(withheld=withheld, balance=Balance(505, 505, "2"))
    assert refused() == [("W#129#2026-03-18", 1, LIMIT_REACHED)]
    assert account().version == 3


def test_what_a_cap_leaves_is_given_and_what_was_wished_is_told():
    capped = force(limits=None, maxPoints=40, period="month")
    award(Wish(129), capped)

    booked = award(Wish(129), capped)

    assert booked.entry is not None
    assert (booked.entry.wished, booked.entry.moved("issued")) == (25, 15)


def test_held_points_are_promised_until_their_day():
    held = force(holdDays=5, expireInDays=30, version=1)

    booked = award(Wish(129, point_type="Promotional", order="o-1", source="till"), held)

    entry, release = row(2).entry, days.to_ms(datetime(2026, 3, 23, tzinfo=UTC))
    assert booked == Booked(entry)
    assert (entry.kind, entry.action, entry.wished) == ("hold", 129, 25)
    assert entry.postings == (Posting("promised", "held", "points", 25),)
    assert entry.refs == Refs(order="o-1", source="till", release=release)
    assert (row(2).status, row(2).amount, row(2).day) == ("Hold", 25, None)
    assert ledger_table.read_holds(SITE, ADA) == [
        Hold(
            group="A2",
            place=0,
            row=2,
            action=129,
            parts={"0": 25},
            lasting=Lasting("days", 30),
            programme=1,
            release_at=release,
            kind=PROMOTIONAL,
            order="o-1",
            counted=(Counted("129l", 0, 1, 25),),
            version=1,
        )
    ]
    assert figures() == (0, 25, 0, 0, 0)


def test_a_hold_promises_what_the_limits_left_of_it():
    held = force(limits=None, maxPoints=40, period="month", holdDays=5)
    award(Wish(129), held)

    award(Wish(129), held)

    assert [hold.points for hold in ledger_table.read_holds(SITE, ADA)] == [25, 15]
    assert row(3).entry.counted == (Counted("129m", date(2026, 3, 1).toordinal(), 1, 15),)
    assert row(3).amount == 15


def test_a_hold_ends_on_a_day_of_the_programmes_zone_and_names_its_version():
    tokyo = force(sections={"timeZone": "Asia/Tokyo"}, holdDays=1, version=7)

    award(Wish(129), tokyo)

    (hold,) = ledger_table.read_holds(SITE, ADA)
    assert hold.release_at == days.to_ms(datetime(2026, 3, 18, 15, tzinfo=UTC))
    assert hold.programme == 7


def test_a_debit_takes_at_most_what_is_there():
    award(Wish(100, 60))

    booked = service.deduct(SITE, run(), FORCE, ADA, Wish(100, 100, note={"reason": "fraud"}))

    entry = row(3).entry
    assert booked == Booked(entry)
    assert (entry.kind, entry.action, entry.wished) == ("deduct", 100, 100)
    assert entry.postings == (Posting("available", "deducted", "points", 60),)
    assert row(3).note == {"reason": "fraud"}
    assert figures() == (0, 0, 60, 0, 60)


def test_a_debit_goes_below_zero_where_the_programme_allows_that():
    owing = force(sections={"negativePoints": {"allowed": True}})

    service.deduct(SITE, run(), owing, ADA, Wish(100, 30))

    assert figures() == (-30, 0, 30, 0, 0)


@pytest.mark.parametrize(("action_id", "used", "expired"), [(100, 10, 0), (107, 10, 0), (192, 0, 10)])
def test_a_debit_by_action_192_counts_as_expired_and_every_other_as_used(action_id: int, used: int, expired: int):
    award(Wish(100, 60))

    service.deduct(SITE, run(), FORCE, ADA, Wish(action_id, 10))

    assert figures() == (50, 0, used, expired, 60)


def test_a_debit_says_how_much():
    with pytest.raises(ActionNotPostable, match=r"^debit: is missing\.$"):
        service.deduct(SITE, run(), FORCE, ADA, Wish(100))
    with pytest.raises(ActionNotPostable, match=r"^debit: is missing\.$"):
        service.transfer(SITE, run(), FORCE, ADA, BEA, Wish(8055))


def send(points: int, key: str | None = None, **said: Any) -> Booked:
    return service.transfer(SITE, run(key), FORCE, ADA, BEA, Wish(8055, points, **said))


def test_a_transfer_moves_the_same_lots_from_one_to_the_other():
    enrol(BEA, 3)
    award(Wish(100, 100))

    booked = send(40, note={"reason": "gift", "customId": "c-1"}, source="app")

    sent, received = row(3).entry, row(3, BEA).entry
    assert (booked.entry, booked.received) == (sent, received)
    assert sent.draws == (Draw("points", STANDARD, IN_A_YEAR, 40),)
    assert received.lots == (LotChange("points", STANDARD, IN_A_YEAR, 40),)
    assert [(each.action, each.wished) for each in (sent, received)] == [(8055, 40), (8055, 40)]
    assert sent.refs == received.refs == Refs(source="app", transfer=sent.refs.transfer)
    assert sent.refs.transfer
    assert (figures()[0], figures(BEA)[0]) == (60, 43)


def test_the_receiver_is_told_the_reason_and_nothing_else():
    enrol(BEA)
    award(Wish(100, 100))
    send(1, note={"reason": "gift", "customId": "c-1"})
    send(1, note={"customId": "c-1"})

    assert row(3).note == {"reason": "gift", "customId": "c-1"}
    assert (row(2, BEA).note, row(3, BEA).note) == ({"reason": "gift"}, {})


def test_two_transfers_are_told_apart():
    enrol(BEA)
    award(Wish(100, 100))

    first, second = send(1), send(1)

    assert first.entry is not None
    assert second.entry is not None
    assert first.entry.refs.transfer != second.entry.refs.transfer


@pytest.mark.parametrize(("points", "is_enough"), [(99, True), (100, True), (101, False)])
def test_a_transfer_needs_the_whole_amount(points: int, is_enough: bool):  # noqa: FBT001
    enrol(BEA)
    award(Wish(100, 100))

    if is_enough:
        send(points)
    else:
        with pytest.raises(NothingLeft, match=r"^Not enough points: a transfer needs the whole amount available"):
            send(points)

    assert figures(BEA)[0] == (points if is_enough else 0)


def test_nobody_passes_points_to_himself():
    award(Wish(100, 100))

    with pytest.raises(TransferToSelf, match=r"^recipientData\.recipientId: another member than the giver\.$"):
        service.transfer(SITE, run(), FORCE, ADA, ADA, Wish(8055, 1))


def test_who_does_not_take_part_neither_earns_nor_spends_nor_passes_on():
    enrol(BEA, 100, "inactive")
    uses = [
        lambda: service.award(SITE, run(), FORCE, BEA, Wish(129)),
        lambda: service.deduct(SITE, run(), FORCE, BEA, Wish(100, 1)),
        lambda: service.transfer(SITE, run(), FORCE, BEA, ADA, Wish(8055, 1)),
        lambda: service.transfer(SITE, run(), FORCE, ADA, BEA, Wish(8055, 1)),
    ]

    for use in uses:
        with pytest.raises(MemberMayNotTakePart, match=r"^This member does not take part .* PATCH /users/\{id\} first"):
            use()

    assert figures(BEA) == (100, 0, 0, 0, 100)


def test_a_member_who_may_not_is_told_so_before_a_limit_is():
    award(Wish(129))
    ledger.post(SITE, [ADA], run(), FORCE.rules, lambda drafts, _: ([], moves.set_state(drafts[0], "opted_out")))

    with pytest.raises(MemberMayNotTakePart):
        award(Wish(129))


def test_nobody_earns_who_is_not_enrolled():
    with pytest.raises(NoSuchMember):
        service.award(SITE, run(), FORCE, "m-nobody", Wish(129))


@pytest.mark.parametrize(
    ("action_id", "refusal", "said"),
    [
        (31337, UnknownAction, r"^No data found: the programme has no action with this actionId\. GET /actions/all"),
        (106, ActionNotPostable, r"^actionId: 106 is booked by the system and cannot be posted\.$"),
        (148, ActionNotPostable, r"^actionId: 148 is booked by the system and cannot be posted\.$"),
        (129, ActionNotPostable, r"^actionId: 129 is not active in the programme\.$"),
    ],
)
def test_only_actions_of_the_programme_are_posted(action_id: int, refusal: type[Exception], said: str):
    retired = force(status="INACTIVE")
    uses = [
        lambda: service.award(SITE, run(), retired, ADA, Wish(action_id, 1)),
        lambda: service.deduct(SITE, run(), retired, ADA, Wish(action_id, 1)),
        lambda: service.transfer(SITE, run(), retired, ADA, BEA, Wish(action_id, 1)),
    ]

    for use in uses:
        with pytest.raises(refusal, match=said):
            use()


@pytest.mark.parametrize("action_id", [107, 160, 192, 8055])
def test_an_action_that_takes_points_gives_none(action_id: int):
    with pytest.raises(ActionNotPostable, match=rf"^activity: action {action_id} takes points; send DEBIT\.$"):
        award(Wish(action_id, 10))


def known(digest: str) -> Any:
    return idempotency.find(SITE, Key(digest, "request"))


def test_a_key_remembers_the_entry_of_an_award_and_of_a_debit():
    award(Wish(100, 60), key="k-1")
    service.deduct(SITE, run("k-2"), FORCE, ADA, Wish(100, 10))

    assert [(known(each).mid, known(each).ref, known(each).code) for each in ("k-1", "k-2")] == [
        (ADA, "E2", None),
        (ADA, "E3", None),
    ]


def test_a_key_remembers_what_a_limit_withheld():
    award(Wish(129))
    award(Wish(129), key="k-1")

    found = known("k-1")
    assert (found.status, found.ref, found.code) == (200, '[25, 25, "1"]', LIMIT_REACHED)
    assert found.message == "Points cannot be awarded due to limit reached"


def test_a_key_remembers_both_entries_of_a_transfer():
    enrol(BEA)
    award(Wish(100, 60))

    send(10, key="k-1")

    assert (known("k-1").mid, known("k-1").ref) == (ADA, "E3@m-bea:2")


def test_an_answer_without_an_entry_points_at_none():
    assert answer_of(Booked()).ref == "E0"
    assert answer_of(replace(Booked(), balance=Balance(1, 2, "3"))).ref == "E0"


def test_a_withheld_award_is_answered_again_from_its_key():
    booked = Booked(withheld=Withheld(LIMIT_REACHED, "used up"), balance=Balance(5, 7, "2"))
    said = answer_of(booked)

    assert said.ref == '[5, 7, "2"]'
    assert answered(Known(200, ADA, said.ref, said.code, said.message)) == booked
