"""Proves one member from the items of its partition, handed over one by one in key order.

Only running sums are kept, whatever the number of entries; beside them the ids of orders that entries name (eight
bytes each) until the orders themselves have gone by.

Two ways of counting stand side by side. The fold is the product's own (``book.apply``), so that what it makes of
the entries can be compared with the account to the letter. The sums are read from the stored text and know only
that a posting takes from one side and gives to another.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from chalicelib.ids import composed
from chalicelib.ledger import account as accounts
from chalicelib.ledger import book
from chalicelib.ledger import hold as holds
from chalicelib.ledger.account import Account
from chalicelib.ledger.auditing.sums import AVAILABLE, HELD, MERGED, TRANSFERRED, Finding, Sums, digest_of
from chalicelib.ledger.entry import Entry, core_of, genesis, hash_of, note_matches, parse

MEMBER_FINDINGS_MAX: Final = 20
"""Findings of one member; a broken chain says little more after that."""
_HOLD: Final = "Hold"
_CLOSED: Final = "closed"
_DAMAGED: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What reading a damaged item raises."""

Stored = Mapping[str, str]
"""An item's attributes as text: ``sk``, and of ``ver body core note sts amt due_pk due_sk`` those it has."""
DueKeys = Callable[[str, int], tuple[str, str]]
"""Kind and milliseconds → the due keys that the item must have."""


class Proving:
    """One member's proof in the making.

    ``settled_by``: what was recorded by then (in milliseconds) is known to be whole; a transfer recorded later may
    have its other half where the audit has been already. ``due_keys`` as of this member.
    """

    def __init__(self, site: str, mid: str, *, settled_by: int, due_keys: DueKeys, due_shards: int) -> None:
        self.sums = Sums()
        self.version: int | None = None
        self.last = 0
        """The newest entry read; beyond ``version`` when others wrote meanwhile."""
        self._site, self._mid = site, mid
        self._settled_by, self._due_keys, self._due_shards = settled_by, due_keys, due_shards
        self._body = ""
        self._state = ""
        self._head: str | None = genesis(site, mid)
        self._head_at_version = ""
        self._fold: Account | None = Account()
        self._rows_on_hold: dict[int, int] = {}
        self._held_by_row: Counter[int] = Counter()
        self._orders: dict[bytes, int] = {}
        self._redemptions: dict[bytes, int] = {}
        self._missing_note = self._left_note = 0
        self._is_erasing = self._is_merged = self._is_survivor = False
        self._at = 0

    @property
    def findings(self) -> list[Finding]:
        """What is wrong so far."""
        return self.sums.findings

    def take(self, item: Stored) -> None:
        """The next item of the partition."""
        sk = item["sk"]
        read = self._READERS.get(sk) or self._READERS.get(sk.partition("#")[0] + "#")
        if read is None:
            return
        try:
            read(self, item)
        except _DAMAGED as damage:
            number = int(sk[2:]) if sk.startswith("E#") and sk[2:].isdigit() else 0
            self._wrong("item", f"an item {sk[:2]}… cannot be read ({type(damage).__name__})", number)
            if number:
                self._fold = self._head = None

    def end(self) -> Sums:
        """All items have been taken: compare, and give the member's sums."""
        self.sums.members = 1
        if self.version is None:
            self._wrong("account", "there are entries or holds, and no account")
        else:
            if self.last < self.version:
                self._missing(self.last + 1, self.version)
            self._check_account(self.version)
            self._check_figures()
        self._check_holds()
        self._check_notes()
        for number in sorted(self._orders.values()):
            self._wrong("order", "the order that the entry names does not exist", number)
        for number in sorted(self._redemptions.values()):
            self._wrong("redemption", "what was redeemed for the order of the entry is not recorded", number)
        self.sums.digest = digest_of(self._mid, self.version or 0, self._head_at_version)
        return self.sums

    def wrong_beyond(self, version: int) -> None:
        """Say that entries stand beyond the account, whose newest version is this."""
        self._wrong("beyond", f"the entry stands beyond the account, which is at version {version}", version + 1)

    # --- Item by item ---------------------------------------------------------------------------------------

    def _account(self, item: Stored) -> None:
        self.version = int(item["ver"])
        self._body = item["body"]
        body = json.loads(self._body)
        self._state = body["s"]
        self._is_merged, self._is_survivor, self._at = bool(body.get("i")), bool(body.get("g")), body["a"]
        for name, (_, numbers, held, *_others, arrears) in body["b"].items():
            self.sums.standing[AVAILABLE, name] += sum(numbers[1::2]) - arrears
            self.sums.standing[HELD, name] += held
        self._check_due(item, "account", body["d"])

    def _entry(self, item: Stored) -> None:
        number, core = int(item["sk"][2:]), item["core"]
        if number > self.last + 1:
            self._missing(self.last + 1, number - 1)
        self.last = number
        body = json.loads(core)
        entry = parse(core)
        is_counted = number <= (self.version or 0)
        if is_counted:
            self.sums.entries += 1
            self._count(body)
        if core_of(entry) != core:
            self._wrong("core", "the core is not written as cores are", number)
        self._chain(number, entry)
        self._apply(number, entry)
        self._head = hash_of(core)
        if number == self.version:
            self._head_at_version = self._head
            self._check_folded()
        self._note(number, entry, item.get("note"))
        self._refer(number, entry, item)

    def _hold(self, item: Stored) -> None:
        _, group, place = item["sk"].split("#")
        hold = holds.load(item["body"], group=group, place=int(place), version=int(item["ver"]))
        self.sums.holds += 1
        if not hold.parts or any(points <= 0 for points in hold.parts.values()):
            self._wrong("hold", "a hold promises nothing", hold.row)
        self._held_by_row[hold.row] += hold.points
        self._check_due(item, "hold", hold.due)

    def _erasure(self, _item: Stored) -> None:
        self._is_erasing = True

    def _order(self, item: Stored) -> None:
        self._orders.pop(_short(item["sk"][2:]), None)

    def _redemption(self, item: Stored) -> None:
        self._redemptions.pop(_short(item["sk"][2:]), None)
        for entry, *_ in json.loads(item["body"]):
            if not 0 < entry <= self.last:
                self._wrong("redemption", "a redemption is recorded whose entry does not exist", entry)

    _READERS: Final = {
        "ACCOUNT": _account,
        "E#": _entry,
        "ERASURE": _erasure,
        "H#": _hold,
        "O#": _order,
        "R#": _redemption,
    }

    # --- Of an entry ----------------------------------------------------------------------------------------

    def _count(self, body: Mapping[str, Any]) -> None:
        for source, target, bucket, amount in body.get("p", ()):
            self.sums.post(source, target, bucket, amount)
            if amount <= 0:
                self._wrong("posting", f"a posting of {amount}", body["n"])
            if TRANSFERRED in (source, target) and body["t"] > self._settled_by:
                self.sums.under_way[bucket] += amount if target == TRANSFERRED else -amount
            if MERGED in (source, target) and body["t"] > self._settled_by:
                self.sums.under_way[f"{MERGED}:{bucket}"] += amount if target == MERGED else -amount

    def _chain(self, number: int, entry: Entry) -> None:
        if entry.number != number:
            self._wrong("number", f"what stands here is entry {entry.number}", number)
            self._fold = None
        elif self._head is not None and entry.previous != self._head:
            self._fold = None
            if number == 1:
                self._wrong("chain", "the first entry does not begin with what the member's number makes it", 1)
            else:
                self._wrong("chain", f"it is not the one that entry {number} was written after", number - 1)

    def _apply(self, number: int, entry: Entry) -> None:
        if self._fold is None:
            return
        try:
            self._fold = book.apply(self._fold, entry)
        except (book.BrokenBook, *_DAMAGED) as broken:
            self._wrong("fold", str(broken), number)
            self._fold = None

    def _check_folded(self) -> None:
        """The account to the letter, where the fold came through; where it did not, that was said."""
        if self._fold is not None and accounts.dump(self._fold) != self._body:
            self._wrong("account", f"the account is not what its entries make of it: {self._differences()}")

    def _differences(self) -> str:
        said, made = json.loads(self._body), json.loads(accounts.dump(self._fold or Account()))
        names = [_WORDS.get(name, name) for name in made if said.get(name) != made[name]]
        return ", ".join(names) or "its text"

    def _note(self, number: int, entry: Entry, note: str | None) -> None:
        if note is None:
            if entry.note is not None:
                self._missing_note = self._missing_note or number
        else:
            self._left_note = self._left_note or number
            if not note_matches(entry, note):
                self._wrong("note", "the note is not the one that was sealed", number)

    def _refer(self, number: int, entry: Entry, item: Stored) -> None:
        if entry.kind == "hold" and item.get("sts") == _HOLD:
            self._rows_on_hold[number] = int(item["amt"])
        if entry.refs.undoes is not None and not 0 < entry.refs.undoes < number:
            self._wrong("reference", f"it undoes entry {entry.refs.undoes}", number)
        for draw in entry.draws:
            if draw.target is not None and not 0 < draw.target < number:
                self._wrong("reference", f"it draws on entry {draw.target}", number)
        if entry.refs.order is None or entry.refs.home is not None:
            return
        name = _short(composed(entry.refs.order))
        if entry.earned is not None and entry.earned.orders:
            self._orders.setdefault(name, number)
        if entry.kind in ("redeem", "refund"):
            self._redemptions.setdefault(name, number)

    # --- At the end -----------------------------------------------------------------------------------------

    def _check_account(self, version: int) -> None:
        if version < 1:
            self._wrong("account", f"an account of version {version}")
        if self._head_at_version and json.loads(self._body)["h"] != self._head_at_version:
            self._wrong("chain", "it is not the one that the account was left at", version)

    def _check_figures(self) -> None:
        """P1 of this member: what the account says it has against what was posted to it."""
        for key in sorted({*self.sums.standing, *(key for key in self.sums.postings if key[0] in (AVAILABLE, HELD))}):
            said, posted = self.sums.standing[key], self.sums.postings[key]
            if said != posted:
                side, bucket = key
                self._wrong("figures", f"the account says {said} {bucket} {side}, its entries make {posted}")

    def _check_holds(self) -> None:
        promised = sum(self._held_by_row.values())
        fold, said = self._fold, sum(n for (side, _), n in self.sums.standing.items() if side == HELD)
        is_closed = (self._state if fold is None else fold.state) == _CLOSED
        if is_closed and self._is_erasing:
            return
        held = said if fold is None else sum(bucket.held for bucket in fold.buckets.values())
        if self._is_merged or self._is_survivor:
            # The survivor of a merge holds the points of holds that stand with the merged: compared over the site.
            self.sums.astray = promised - held
            self.sums.is_moving = self._at > self._settled_by
        elif promised != held:
            self._wrong("hold", f"the holds promise {promised}, the account holds {held}")
        for row, points in sorted(self._held_by_row.items()):
            shown = self._rows_on_hold.pop(row, None)
            if shown is None:
                self._wrong("hold", "a hold is of this entry, whose row shows none", row)
            elif points > shown:
                self._wrong("hold", f"the holds of its row promise {points}, the row shows {shown}", row)
        if not is_closed or self._is_merged:
            for row in sorted(self._rows_on_hold):
                self._wrong("hold", "its row shows points on hold, and nothing is held for it", row)

    def _check_notes(self) -> None:
        is_closed = (self._state if self._fold is None else self._fold.state) == _CLOSED
        if self._is_merged:
            # Its words are erased with the member that it became, if ever.
            return
        if self._missing_note and not is_closed:
            self._wrong("note", "the note that was sealed is gone", self._missing_note)
        if self._left_note and is_closed and not self._is_erasing:
            self._wrong("note", "the member is erased, and the note is still there", self._left_note)

    def _check_due(self, item: Stored, kind: str, due: int | None) -> None:
        stands = item.get("due_pk"), item.get("due_sk")
        if due is None:
            if stands != (None, None):
                self._wrong("due", f"the {kind} stands in the index of what is due, and nothing is")
            return
        pk, sk = self._due_keys(kind, due)
        day, _, shard = (stands[0] or "").rpartition("#")
        # The number of shards may have grown since; what is beyond it is swept by nobody.
        if day != pk.rpartition("#")[0] or stands[1] != sk or not shard.isdigit() or int(shard) >= self._due_shards:
            self._wrong("due", f"the {kind} does not stand in the index at the instant when it is due")

    def _missing(self, first: int, last: int) -> None:
        what = "the entry is missing" if first == last else f"this entry and all up to {last} are missing"
        self._wrong("gap", what, first)
        self._fold = self._head = None

    def _wrong(self, kind: str, what: str, entry: int = 0) -> None:
        if self.sums.faults < MEMBER_FINDINGS_MAX:
            self.sums.report([Finding(self._site, self._mid, entry, kind, what)])


_WORDS: Final = {
    "h": "the hash of the last entry",
    "r": "rows",
    "s": "state",
    "j": "day of joining",
    "b": "balances or lots",
    "c": "qualifying counters",
    "l": "limits",
    "n": "actions",
    "t": "tier",
    "tb": "tiers of other buckets",
    "d": "what is due",
    "a": "time of the last entry",
    "i": "the account it was merged into",
    "g": "merged accounts",
}


def _short(order: str) -> bytes:
    return sha256(order.encode()).digest()[:8]
