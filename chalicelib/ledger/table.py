"""The items of the book: account, entry, hold, refused attempts; and the reads and writes on them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.dynamo import due, items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.ids import composed, digest
from chalicelib.ledger import account as accounts
from chalicelib.ledger import hold as holds
from chalicelib.ledger import redemptions
from chalicelib.ledger.account import Account
from chalicelib.ledger.days import from_ms, to_ms
from chalicelib.ledger.draft import Draft, Face, Line
from chalicelib.ledger.entry import Entry, Note, parse, read_note
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.redemptions import Record
from chalicelib.values import value

REFUSED_KEPT_DAYS: Final = 90
_LAST_ENTRY: Final = "E#~"


class AccountItem(Item):
    """A member's account; its version is the number of its last entry."""

    ver = Whole()
    body = UnicodeAttribute()
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)


class EntryItem(Item):
    """One line of the book. ``core`` never changes; an erasure removes ``note``; the rest is how lists show it."""

    core = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    sts = UnicodeAttribute(null=True)
    amt = Whole(null=True)
    exp = Whole(null=True)


class HoldItem(Item):
    """Points promised. Ended by its deletion, which can happen once."""

    ver = Whole()
    body = UnicodeAttribute()
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)


class RefusedItem(Item):
    """How often a member's award was refused for an action on a day (or for one order of it), and why the last time."""

    times = Whole()
    reason = UnicodeAttribute()
    at = Whole(null=True)
    order = UnicodeAttribute(null=True)
    ttl = TTLAttribute()


class RedemptionsItem(Item):
    """What was redeemed for one order."""

    ver = Whole()
    body = UnicodeAttribute()


@value
class Refused:
    """Refused awards of an action on a day, ``yyyy-MM-dd``: how many, why the last, and when (milliseconds, where it
    is known). ``order`` is the one that was refused, where orders are counted one by one.
    """

    day: str
    times: int
    reason: str
    at: int | None = None
    order: str | None = None


class Row:
    """An entry as the activity list shows it: core, note, and what became of a held credit."""

    __slots__ = ("amount", "day", "entry", "note", "status")

    def __init__(self, entry: Entry, note: Note, status: str | None, amount: int | None, day: int | None) -> None:
        self.entry = entry
        self.note = note
        self.status = status
        self.amount = amount
        self.day = day


def account_address(site: str, mid: str) -> Address:
    """Where a member's account stands."""
    return (AccountItem, keys.member(site, mid), keys.ACCOUNT)


def load_account(item: AccountItem) -> Account:
    """The account of its item."""
    return accounts.load(item.body, item.ver)


def read_account(site: str, mid: str) -> Account | None:
    """One consistent read of a member's account."""
    found = items.get(AccountItem, keys.member(site, mid), keys.ACCOUNT)
    return None if found is None else load_account(found)


def account_write(site: str, mid: str, loaded: Account, account: Account) -> Write:
    """The write that puts an account in place of the one the decision rested on."""
    item = AccountItem(keys.member(site, mid), keys.ACCOUNT, ver=account.version, body=accounts.dump(account))
    if account.due is not None:
        item.due_pk, item.due_sk = due.keys_at("account", item.pk, from_ms(account.due))
    return Write(item, AccountItem.ver == loaded.version if loaded.version else ABSENT)


def account_check(site: str, mid: str, loaded: Account) -> Write:
    """The check that an account is still the one that a decision rested on."""
    item = AccountItem(keys.member(site, mid), keys.ACCOUNT)
    return Write(item, AccountItem.ver == loaded.version, check=True)


def entry_write(site: str, mid: str, line: Line, face: Face | None) -> Write:
    """The write of a new entry, once."""
    item = EntryItem(keys.member(site, mid), keys.entry(line.entry.number), core=line.core, note=line.note)
    if face is not None:
        item.sts, item.amt, item.exp = face.status, -face.less, face.day
    return Write(item, ABSENT)


def face_write(site: str, mid: str, number: int, face: Face) -> Write:
    """The write that changes how a held credit's row is shown."""
    actions: list[Action] = []
    if face.status is not None:
        actions.append(EntryItem.sts.set(face.status))
    if face.less:
        actions.append(EntryItem.amt.add(-face.less))
    if face.day is not None:
        actions.append(EntryItem.exp.set(face.day))
    item = EntryItem(keys.member(site, mid), keys.entry(number))
    return Write(item, EntryItem.pk.exists(), actions=tuple(actions))


def is_ours(site: str, mid: str, number: int, command: str) -> bool:
    """Whether the entry of that number was written by the command."""
    row = read_row(site, mid, number)
    return row is not None and row.entry.command == command


def read_row(site: str, mid: str, number: int) -> Row | None:
    """One entry by its number."""
    found = items.get(EntryItem, keys.member(site, mid), keys.entry(number))
    return None if found is None else _row(found)


def newest(site: str, mid: str, *, through: int | None = None, limit: int) -> list[Row]:
    """At most ``limit`` entries, newest first, from entry ``through`` downwards."""
    last = _LAST_ENTRY if through is None else keys.entry(through)
    found = items.query(
        EntryItem, keys.member(site, mid), EntryItem.sk.between("E#", last), limit=limit, newest_first=True
    )
    return [_row(item) for item in found]


def oldest(site: str, mid: str, *, after: int, limit: int) -> list[tuple[Entry, EntryItem]]:
    """At most ``limit`` entries in their order, from the one after ``after``; for replays and erasures."""
    first, last = keys.entry(after + 1), _LAST_ENTRY
    found = items.query(EntryItem, keys.member(site, mid), EntryItem.sk.between(first, last), limit=limit)
    return [(parse(item.core), item) for item in found]


def erase_note(site: str, mid: str, number: int) -> Write:
    """The write that removes a note; the core stays."""
    item = EntryItem(keys.member(site, mid), keys.entry(number))
    return Write(item, EntryItem.pk.exists(), actions=(EntryItem.note.remove(),))


def hold_sk(group: str, place: int) -> str:
    """Sort key of a hold."""
    return f"H#{group}#{place}"


def hold_write(site: str, mid: str, hold: Hold) -> Write:
    """The write of a new hold, or in place of the one that was read; one that promises nothing is ended."""
    pk, sk = keys.member(site, mid), hold_sk(hold.group, hold.place)
    condition = HoldItem.ver == hold.version if hold.version else ABSENT
    if not hold.parts:
        return Write(HoldItem(pk, sk), condition, delete=True)
    item = HoldItem(pk, sk, ver=hold.version + 1, body=holds.dump(hold))
    if hold.due is not None:
        item.due_pk, item.due_sk = due.keys_at("hold", pk, from_ms(hold.due))
    return Write(item, condition)


def read_holds(site: str, mid: str, group: str = "") -> list[Hold]:
    """All holds of a group, or of the member, in key order."""
    prefix = f"H#{group}#" if group else "H#"
    found = items.query(HoldItem, keys.member(site, mid), HoldItem.sk.startswith(prefix), limit=HOLDS_READ_MAX)
    return [_hold(item) for item in found]


HOLDS_READ_MAX: Final = 1_000
"""Holds read at once; those beyond, of a member with very many orders on hold, are left out."""


def redemptions_address(site: str, mid: str, order: str) -> Address:
    """Where the redemptions of an order stand; ``order`` in its composed form."""
    return (RedemptionsItem, keys.member(site, mid), f"R#{order}")


def load_redemptions(item: RedemptionsItem | None) -> Record:
    """The record of its item, empty when nothing was redeemed for the order."""
    return Record() if item is None else redemptions.load(item.body, item.ver)


def read_redemptions(site: str, owners: Sequence[str], order: str) -> list[tuple[str, Record]]:
    """What each of these members redeemed for an order (in its composed form), in one call; none for nobody."""
    found = items.get_many([redemptions_address(site, owner, order) for owner in owners]) if owners else []
    return [(owner, load_redemptions(item)) for owner, item in zip(owners, found, strict=True)]


def redemptions_write(site: str, mid: str, order: str, record: Record) -> Write:
    """The write that puts the record in place of the one that was read (``record.version``, 0 for none)."""
    _, pk, sk = redemptions_address(site, mid, order)
    item = RedemptionsItem(pk, sk, ver=record.version + 1, body=redemptions.dump(record.redemptions))
    return Write(item, RedemptionsItem.ver == record.version if record.version else ABSENT)


def refused_write(site: str, mid: str, action: int, reason: str, now: datetime, *, order: str | None = None) -> Write:
    """Count a refused award, for 90 days; that of an ``order`` which was not recorded on its own."""
    day = f"W#{action}#{now:%Y-%m-%d}"
    item = RefusedItem(keys.member(site, mid), day if order is None else f"{day}#{digest(composed(order))[:24]}")
    actions: list[Action] = [
        RefusedItem.times.add(1),
        RefusedItem.reason.set(reason),
        RefusedItem.at.set(to_ms(now)),
        RefusedItem.ttl.set(now + timedelta(days=REFUSED_KEPT_DAYS)),
    ]
    if order is not None:
        actions.append(RefusedItem.order.set(order))
    return Write(item, actions=tuple(actions))


def read_refused(site: str, mid: str, action: int, limit: int) -> list[Refused]:
    """At most ``limit`` counts of refused awards of an action, newest day first. One query."""
    bounds = RefusedItem.sk.between(f"W#{action}#", f"W#{action}$")
    found = items.query(RefusedItem, keys.member(site, mid), bounds, limit=limit, newest_first=True)
    return [Refused(item.sk.split("#")[2], item.times, item.reason, item.at, item.order) for item in found]


def draft_writes(draft: Draft, loaded: Account) -> list[Write]:
    """All writes of a draft: its account, its entries, and the rows whose appearance changed."""
    if not draft.lines:
        return []
    new = {line.entry.number for line in draft.lines}
    writes = [account_write(draft.site, draft.mid, loaded, draft.account)]
    writes += [entry_write(draft.site, draft.mid, line, draft.faces.get(line.entry.number)) for line in draft.lines]
    writes += [
        face_write(draft.site, draft.mid, number, face)
        for number, face in draft.faces.items()
        if number not in new and face != Face()
    ]
    writes += [face_write(draft.site, home, row, face) for (home, row), face in draft.abroad.items() if face != Face()]
    return writes


def _row(item: EntryItem) -> Row:
    return Row(parse(item.core), read_note(item.note), item.sts, item.amt, item.exp)


def _hold(item: HoldItem) -> Hold:
    _, group, place = item.sk.split("#")
    return holds.load(item.body, group=group, place=int(place), version=item.ver)
