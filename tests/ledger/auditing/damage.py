"""A table with a little of everything in it, and hands that spoil what is stored."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chalicelib import settings
from chalicelib.dynamo import claims, idempotency
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.dynamo.idempotency import Key
from chalicelib.errors import AlreadyExists
from chalicelib.ledger import moves
from chalicelib.ledger import table as ledger
from chalicelib.ledger.auditing import service
from chalicelib.ledger.auditing.sums import Sums, site_findings
from chalicelib.ledger.book import EFFECTS
from chalicelib.ledger.entry import Refs
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.redemptions import Record, Redemption
from chalicelib.ledger.service import command
from tests.support import stored
from tests.support.books import SITE, at
from tests.support.tables import raw_items

ADA, BEA, CLEO = "m-ada", "m-bea", "m-cleo"
LATER = stored.NOW + timedelta(hours=1)
"""When an audit begins that sees everything whole."""
Item = dict[str, Any]


def world() -> None:
    """Three members: gifts, a purchase on hold, a redemption for an order, a transfer, a note, keys and claims.

    Ada's entries: 1 enrolled, 2 a gift of 1000 under a key, 3 a redemption of 137 for order o-9, 4 a transfer of
    100 to Bea, 5 a gift with a note, 6 50 points on hold.
    """
    for mid in (ADA, BEA, CLEO):
        stored.enrol(mid)
        _write(claims.put(SITE, "id", mid, mid, given=mid, cmd="c", taken=AlreadyExists("taken")))
    stored.award(ADA, 1_000, run=command(stored.NOW, Key("key-of-ada", "request")))
    _redeem(ADA, 137, "o-9")
    stored.transfer(ADA, BEA, 100)
    told = Telling(action=100, note={"reason": "a birthday"})
    stored.post([ADA], lambda draft: moves.award(draft, 20, stored.A_YEAR, told))
    stored.promise(ADA, 50, release=at("2026-03-01"))


def audit(now: Any = LATER, **more: Any) -> Sums:
    """The sums of the whole site, walked in one go, with what is wrong with them."""
    sums = Sums()
    after = None
    while True:
        walked = service.walk(0, of=1, after=after, settled=service.settled_by(now), **more)
        sums.add(walked.sums.get(SITE, Sums()))
        after = walked.following
        if after is None:
            sums.report(site_findings(SITE, sums))
            return sums


def found(sums: Sums) -> set[tuple[str, int, str]]:
    """Member, entry and kind of all findings."""
    return {(each.mid, each.entry, each.kind) for each in sums.findings}


def put(client: Any, item: Item) -> None:
    """Store an item as it is, past all of the product."""
    client.put_item(TableName=settings.TABLE, Item=item)


def drop(client: Any, item: Item) -> None:
    """Delete an item."""
    client.delete_item(TableName=settings.TABLE, Key={"pk": item["pk"], "sk": item["sk"]})


def one(client: Any, mid: str, sk: str) -> Item:
    """An item of a member."""
    (item,) = raw_items(client, f"M#{SITE}#{mid}", sk)
    return item


def entry(client: Any, mid: str, number: int) -> Item:
    """An entry of a member."""
    return one(client, mid, f"E#{number:012d}")


def edit(client: Any, item: Item, name: str, change: Callable[[Any], Any]) -> None:
    """Change the JSON in an attribute, written as compactly as before."""
    body = json.loads(item[name]["S"])
    text = json.dumps(change(body) or body, separators=(",", ":"), ensure_ascii=False)
    put(client, {**item, name: {"S": text}})


def _redeem(mid: str, points: int, order: str) -> None:
    def decide(drafts: list[Any], _found: list[Any]) -> tuple[list[Any], None]:
        made = moves.debit(drafts[0], points, Telling(107, Refs(order=order)), side="redeemed")
        record = Record().added(Redemption(made.number, "redeemed", made.draws))
        return [ledger.redemptions_write(SITE, mid, order, record)], None

    stored.service.post(SITE, [mid], command(stored.NOW), stored.RULES, decide)


def remember(key: str, mid: str, ref: str) -> None:
    """Use a key up, pointing wherever."""
    _write(idempotency.remember(SITE, Key(key, "request"), status=200, mid=mid, ref=ref))


def claim(kind: str, value: str, mid: str) -> None:
    """Claim an id for a number."""
    _write(claims.put(SITE, kind, value, mid, given=value, cmd="c", taken=AlreadyExists("taken")))


def ledger_sides() -> list[tuple[str, str]]:
    """Every pair of sides between which points may move."""
    return list(EFFECTS)


def _write(write: Any) -> None:
    commit(lambda: None, lambda _: Plan((write,), None))
