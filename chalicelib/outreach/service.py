"""What falls due: found by the sweep, carried by a queue, done by workers. Safe to run twice, late or at once."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from chalicelib import settings
from chalicelib.backtesting import places
from chalicelib.backtesting import service as backtesting
from chalicelib.dynamo import due, keys
from chalicelib.gateways import queue
from chalicelib.ledger import service as ledger
from chalicelib.members.erasing import service as erasing
from chalicelib.orders import service as orders
from chalicelib.programme import service as programme

FORGETTING: Final = (orders.forget,)
"""Packages above ``members`` that hold personal data, and how each forgets a member in slices."""


def sweep(now: datetime) -> int:
    """Queue everything that is due by now; how much that was. Costs grow with what is due."""
    return queue.send(json.dumps({"kind": each.kind, "pk": each.pk, "sk": each.sk}) for each in _due(now))


def work(message: Mapping[str, Any], now: datetime) -> None:
    """Do one thing that the sweep found, or a slice of a backtest. It decides on a consistent read: what is no longer
    due is left alone.
    """
    if message["kind"] == backtesting.KIND:
        backtesting.resume(*places.parse(message["pk"], message["sk"]), now)
        return
    place = keys.parse_member(message["pk"])
    if place is None:
        raise ValueError(f"nothing of a member is due in {message['pk']}")
    site, mid = place
    kind = message["kind"]
    if kind == "account":
        ledger.settle(site, mid, programme.in_force(site).rules, now)
    elif kind == "hold":
        _, group, number = message["sk"].split("#")
        ledger.settle_hold(site, mid, group, int(number), programme.in_force(site).rules, now)
    elif kind == "erasure":
        erasing.continue_erasure(site, mid, FORGETTING)
    else:
        raise ValueError(f"nobody knows what to do with a due {kind}")


def site_of(message: Mapping[str, Any]) -> str:
    """The site of a message, for log lines; empty when it is of none."""
    if message["kind"] == backtesting.KIND:
        return places.parse(message["pk"], message["sk"])[0]
    place = keys.parse_member(message["pk"])
    return place[0] if place else ""


def _due(now: datetime) -> Iterator[due.Found]:
    for kind in due.KINDS:
        for shard in range(settings.DUE_SHARDS):
            yield from due.sweep(kind, shard, now)
