"""What falls due: found by the sweep, carried by a queue, done by workers. Safe to run twice, late or at once."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from chalicelib import clock, settings
from chalicelib.backtesting import places
from chalicelib.backtesting import service as backtesting
from chalicelib.dynamo import due, keys
from chalicelib.gateways import queue
from chalicelib.groups import service as groups
from chalicelib.groups.managing import service as managing
from chalicelib.groups.pooling import service as pooling
from chalicelib.ledger import service as ledger
from chalicelib.members.barring import service as barring
from chalicelib.members.blocking import service as blocking
from chalicelib.members.connecting import service as connecting
from chalicelib.members.erasing import service as erasing
from chalicelib.members.merging import service as merging
from chalicelib.members.merging.merged import Merge
from chalicelib.orders import service as orders
from chalicelib.photos import service as photos
from chalicelib.photos.collecting import service as collecting
from chalicelib.photos.taking import service as photo_taking
from chalicelib.programme import service as programme
from chalicelib.programme.campaigning import service as campaigning
from chalicelib.programme.campaigning.merging import service as campaigns
from chalicelib.programme.segments import service as segments
from chalicelib.rewards import service as rewards
from chalicelib.rewards.owing import service as owing
from chalicelib.surveys import service as surveys


def abandon_group(site: str, mid: str) -> bool:
    """End the group that a member who is being erased is the last of, before the member leaves it."""
    managing.abandon(site, ledger.command(clock.now()), programme.in_force(site).rules, mid)
    return True


FORGETTING: Final = (
    barring.forget,
    connecting.forget,
    abandon_group,
    groups.forget,
    orders.forget,
    segments.forget,
    campaigning.forget,
    rewards.forget,
    surveys.forget,
    photos.forget,
)
"""Packages above ``members`` that hold personal data, and how each forgets a member in slices."""


def inherit_group(site: str, secondary: str, primary: str) -> bool:
    """End the group that a merged member is the last of, where who goes on is in another."""
    managing.inherit(site, ledger.command(clock.now()), programme.in_force(site).rules, secondary, primary)
    return True


MERGING: Final = (inherit_group, groups.moved, campaigns.moved)
"""What packages above ``members`` do after a merge: ``(site, secondary, primary)``, each safe to repeat."""

FOLLOWS_MAX: Final = 10
"""Slices of each thing that follows a merge."""


def follow_merge(site: str, survivor: str, merge: Merge) -> None:
    """Do what follows a merge booked by ``survivor``, for whom that member is by now, and say that it was done.

    Safe to repeat. Who was erased since takes nothing over.
    """
    rules = programme.in_force(site).rules

    def follow(owner: str) -> None:
        ledger.read(site, owner, rules, clock.now())
        for each in MERGING:
            for _ in range(FOLLOWS_MAX):
                if each(site, merge.home, owner):
                    break

    with suppress(ledger.NoSuchMember):
        ledger.in_survivor(survivor, follow)
    merging.followed(site, survivor, merge.entry)


Message = Mapping[str, str]
"""``kind`` says what is due, ``pk`` and ``sk`` where its item stands."""


def sweep(now: datetime) -> int:
    """Queue everything that is due by now; how much that was. Costs grow with what is due."""
    return queue.send(json.dumps({"kind": each.kind, "pk": each.pk, "sk": each.sk}) for each in _due(now))


def work(message: Message, now: datetime) -> None:
    """Do one thing that the sweep found, or a slice of a backtest. It decides on a consistent read: what is no longer
    due is left alone. Raises ``ValueError`` for a kind that is not in ``WORKERS``.
    """
    worker = WORKERS.get(message["kind"])
    if worker is None:
        raise ValueError(f"nobody knows what to do with a due {message['kind']}")
    worker(message["pk"], message["sk"], now)


def site_of(message: Message) -> str:
    """The site of a message, for log lines: every partition that work is due in begins with its kind and its site."""
    return message["pk"].split("#", 2)[1]


def _settle_account(pk: str, _sk: str, now: datetime) -> None:
    site, mid = _member(pk)
    ledger.settle(site, mid, programme.in_force(site).rules, now)


def _settle_hold(pk: str, sk: str, now: datetime) -> None:
    site, mid = _member(pk)
    _, group, number = sk.split("#")
    force = programme.in_force(site)

    def through(at: str, owners: Sequence[str], *rest: Any, **more: Any) -> None:
        # What was promised to who was merged is released to who goes on, and it is that member's group that has it.
        pooling.earning(at, force.groups, owners[0]).post(at, owners, *rest, **more)

    ledger.settle_hold(site, mid, group, int(number), force.rules, now, through=through)


def _erase(pk: str, _sk: str, _now: datetime) -> None:
    erasing.continue_erasure(*_member(pk), FORGETTING)


def _coupon(pk: str, sk: str, now: datetime) -> None:
    site, mid = _member(pk)
    rewards.deliver(site, mid, sk, now)


def _campaign(pk: str, sk: str, now: datetime) -> None:
    site, mid = _member(pk)
    owing.give(site, mid, sk.partition("#")[2], now)


def _merge(pk: str, sk: str, _now: datetime) -> None:
    site, mid = _member(pk)
    merge = merging.due(site, mid, sk)
    if merge is not None:
        follow_merge(site, mid, merge)


def _photo(pk: str, _sk: str, now: datetime) -> None:
    _, site, photo_id = pk.split("#", 2)
    photo_taking.resume(site, photo_id, now)


def _hashtag(pk: str, sk: str, now: datetime) -> None:
    collecting.collect(pk.split("#", 1)[1], sk.partition("#")[2], now)


def _backtest(pk: str, sk: str, now: datetime) -> None:
    backtesting.resume(*places.parse(pk, sk), now)


def _block(pk: str, sk: str, now: datetime) -> None:
    site = pk.split("#")[1]
    part, _, domain = sk.partition("#")
    blocking.resume(site, domain, int(part), programme.in_force(site).rules, now)


WORKERS: Final[Mapping[str, Callable[[str, str, datetime], None]]] = {
    "account": _settle_account,
    "hold": _settle_hold,
    "erasure": _erase,
    "coupon": _coupon,
    "campaign": _campaign,
    "merge": _merge,
    "photo": _photo,
    "hashtag": _hashtag,
    backtesting.KIND: _backtest,
    blocking.KIND: _block,
}
"""Who does what is due of each kind, given where its item stands (partition and sort key) and the time."""


def _member(pk: str) -> tuple[str, str]:
    """Site and number of the member whose partition it is."""
    member = keys.parse_member(pk)
    if member is None:
        raise ValueError(f"nothing of a member is due in {pk}")
    return member


def _due(now: datetime) -> Iterator[due.Found]:
    for kind in due.KINDS:
        for shard in range(settings.DUE_SHARDS):
            yield from due.sweep(kind, shard, now)
