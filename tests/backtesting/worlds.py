"""Sites with a history, written by the use cases themselves."""

import random
from datetime import timedelta
from typing import Any

from chalicelib.backtesting import report
from chalicelib.backtesting.replaying.service import Trial, member
from chalicelib.backtesting.sums import Sums, merged
from chalicelib.dynamo import keys
from chalicelib.errors import Refusal
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.rules import Lasting
from chalicelib.orders import service as orders
from chalicelib.programme import service as programmes
from chalicelib.programme.performing import service as performing
from chalicelib.programme.performing.service import Wish
from chalicelib.programme.rendering import render
from chalicelib.reporting import service as reporting
from tests.orders.shop import ADA, Shop, line, want

BOB = "m-bob"
EVERYBODY = (ADA, BOB)
LASTING = Lasting("days", 365)
KNOWN_SECONDS = 6
"""After so long every process knows a new version of the programme."""


def publish(shop: Shop, **sections: Any) -> None:
    """Put a programme into force and wait until it is known."""
    shop.publish(**sections)
    shop.wait(seconds=KNOWN_SECONDS)


def award(shop: Shop, action: int, points: int | None = None, mid: str = ADA, kind: str = "") -> None:
    performing.award(shop.site, shop.run(), shop.force, mid, Wish(action, points, point_type=kind))


def send(shop: Shop, points: int, giver: str = ADA, receiver: str = BOB) -> None:
    performing.transfer(shop.site, shop.run(), shop.force, giver, receiver, Wish(8055, points))


def sweep(shop: Shop) -> None:
    """Let the worker do what is due, as it would every five minutes."""
    for mid in EVERYBODY:
        for hold in ledger_table.read_holds(shop.site, mid):
            ledger.settle_hold(shop.site, mid, hold.group, hold.place, shop.force.rules, shop.now)


def rich(shop: Shop) -> None:
    """Half a year of everything: holds by shipment, returns in parts, redemptions and their refunds, a transfer,
    expiry, two versions of the programme.
    """
    shop.enrol(BOB)
    publish(shop, purchase={"hold": {"type": "itemShipDate", "days": 14}}, expiry={"type": "rollingDays", "days": 60})
    award(shop, 101)
    shop.wait(days=1)
    shop.buy(line("A", "30"), line("B", "50", "2"), id="SO-1")
    shop.wait(days=1)
    shop.change("ship", want("A"))
    shop.wait(days=2)
    shop.change("ship", want("B", "1"))
    shop.wait(days=3)
    shop.change("cancel", want("B", "1"))
    shop.wait(days=30)
    sweep(shop)
    shop.change("return", want("A"))
    shop.wait(days=1)
    publish(shop, expiry={"type": "rollingDays", "days": 60})
    shop.buy(line("A", "300"), line("B", "50", "3"), id="SO-2")
    shop.redeem(120, "SO-2")
    for units in ("2", "1"):
        shop.wait(days=2)
        shop.change("return", want("B", units), id="SO-2")
    shop.wait(days=2)
    shop.change("return", id="SO-2")
    shop.buy(line("A", "700"), id="SO-3")
    performing.deduct(shop.site, shop.run(), shop.force, ADA, Wish(100, 13))
    send(shop, 50)
    shop.wait(days=100)
    award(shop, 102)
    shop.wait(days=1)


def draft_of(shop: Shop, **sections: Any) -> Any:
    """The programme in force with these sections changed."""
    whole: dict[str, Any] = render(shop.force.programme)
    for name, given in sections.items():
        whole[name] = {**whole[name], **given} if isinstance(given, dict) else given
    return programmes.drafted(shop.site, whole)


def trial(shop: Shop, start: Any, end: Any = None, **sections: Any) -> Trial:
    versions = programmes.versions(shop.site)
    return Trial(draft=draft_of(shop, **sections), start=start, end=end or shop.now, versions=versions)


def replayed(shop: Shop, tried: Trial) -> Sums:
    return merged(member(shop.site, mid, tried) for mid in EVERYBODY)


def told(shop: Shop, tried: Trial) -> dict[str, Any]:
    """The report on everybody."""
    return report.report(replayed(shop, tried), shop.force, tried.draft)


def project(shop: Shop, *mids: str) -> None:
    """What the stream's consumer does a moment after each change."""
    for mid in mids or EVERYBODY:
        reporting.project(keys.member(shop.site, mid), keys.ACCOUNT)


def unequal(sums: Sums) -> dict[Any, Any]:
    """The counts that are not the same on both sides."""
    names = {(name, *rest) for name, side, *rest in filter(_has_side, sums.counts)}
    pairs = {key: tuple(sums.of(key[0], side, *key[1:]) for side in ("before", "after")) for key in names}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _has_side(name: tuple[str, ...]) -> bool:
    return len(name) > 1 and name[1] in ("before", "after")


def programme(chance: random.Random) -> dict[str, Any]:
    """Sections of a programme, by lot."""
    kind = chance.choice(["none", "orderDate", "itemShipDate", "wholeOrderShipped"])
    hold = {"type": kind, "days": 0 if kind == "none" else chance.choice([1, 5, 14])}
    expiry = [{"type": "rollingDays", "days": 30}, {"type": "endOfMonth", "months": 2}, {"type": "never"}]
    return {
        "purchase": {"hold": hold, "holdMaxDays": chance.choice([20, 180])},
        "expiry": {"days": None, **chance.choice(expiry)},
        "refunds": {"onPartialReturn": chance.random() < 0.5, "graceDays": chance.choice([0, 10])},
        "negativePoints": {"allowed": chance.random() < 0.5},
    }


def wander(shop: Shop, chance: random.Random, steps: int) -> None:
    """Anything that two members may do, in any order; what is refused did not happen."""
    shop.enrol(BOB)
    publish(shop, **programme(chance))
    for _ in range(steps):
        shop.wait(seconds=chance.choice([1, 3_600, 86_400, 3 * 86_400, 20 * 86_400]))
        sweep(shop)
        try:
            _DOINGS[chance.choice(list(_DOINGS))](shop, chance)
        except Refusal:
            continue


def _buy(shop: Shop, chance: random.Random) -> None:
    some = [
        line(chance.choice("ABC"), chance.choice(["10", "33", "99.5"]), chance.choice("123"))
        for _ in range(chance.choice([1, 1, 2, 3]))
    ]
    ordered = shop.now - timedelta(days=chance.choice([1, 9])) if chance.random() < 0.2 else None
    shop.buy(*some, id=f"SO-{shop.now.timestamp():.0f}", ordered=ordered)


def _change(shop: Shop, chance: random.Random) -> None:
    known = [found.order for found in _orders(shop)]
    if not known:
        return
    order = chance.choice(known[:4])
    product = chance.choice(order.lines).about.product
    wanted = [] if chance.random() < 0.4 else [want(product, chance.choice("12"))]
    shop.change(chance.choice(["ship", "ship", "return", "cancel"]), *wanted, id=order.id)


def _orders(shop: Shop) -> list[Any]:
    return orders.details_of(shop.site, ADA).orders


def _redeem(shop: Shop, chance: random.Random) -> None:
    ids = [None, *(found.order.id for found in _orders(shop)[:2])]
    shop.redeem(chance.choice([10, 50, 200]), chance.choice(ids), may_owe=chance.random() < 0.2)


def _award(shop: Shop, chance: random.Random) -> None:
    award(shop, chance.choice([100, 101, 102]), chance.choice([5, 70]), kind=chance.choice(["", "Promotional"]))


def _deduct(shop: Shop, chance: random.Random) -> None:
    wish = Wish(chance.choice([100, 192]), chance.choice([5, 70]))
    performing.deduct(shop.site, shop.run(), shop.force, ADA, wish)


def _send(shop: Shop, chance: random.Random) -> None:
    send(shop, chance.choice([5, 40]), *chance.choice([(ADA, BOB), (BOB, ADA)]))


_DOINGS = {
    "buy": _buy,
    "buy again": _buy,
    "change": _change,
    "change again": _change,
    "redeem": _redeem,
    "award": _award,
    "deduct": _deduct,
    "send": _send,
}
