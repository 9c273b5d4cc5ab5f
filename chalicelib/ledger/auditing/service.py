"""Proving members, and walking through the whole table piece by piece. Reads only."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from chalicelib import clock, settings
from chalicelib.dynamo import due, keys
from chalicelib.errors import Refusal
from chalicelib.ids import digest
from chalicelib.ledger import days
from chalicelib.ledger.auditing import pointers, table
from chalicelib.ledger.auditing.pointers import Wanted
from chalicelib.ledger.auditing.proving import Proving
from chalicelib.ledger.auditing.sums import Finding, Sums
from chalicelib.ledger.auditing.table import Place, Stored
from chalicelib.values import value

READINGS_MAX: Final = 4
"""How often a member is read before a fault is believed: others may have written while it was read."""
PAUSE_SECONDS: Final = 0.05
"""Between two readings, doubled each time."""
SETTLING: Final = timedelta(minutes=2)
"""What was recorded so long ago is whole: no request and no worker takes longer, and no clock is so wrong."""
ITEMS_READ_MAX: Final = 2_000
"""Items that one step of a walk reads."""
NAME_LETTERS: Final = 16


class TooManyEntries(Refusal):
    """The member has more entries than are proved within one request."""

    def __init__(self, entries: int, most: int) -> None:
        super().__init__(
            f"This member has {entries} entries; a request proves up to {most}. The daily audit covers all members, "
            "and `python -m chalicelib.local audit --member` proves one of any size."
        )


@value
class Walked:
    """Sums by site of a part of the table, and where the walk goes on; ``None`` at the end of the segment."""

    sums: dict[str, Sums]
    following: Place | None


def prove(site: str, mid: str, now: datetime, *, entries_max: int | None = None) -> Sums | None:
    """The sums of one member, ``None`` when nothing is stored under the number.

    One query of the partition. What looks broken is read again, up to ``READINGS_MAX`` times, before it is
    reported. Raises ``TooManyEntries`` beyond ``entries_max``.
    """
    return _proved(site, mid, settled_by(now), entries_max)


def settled_by(now: datetime) -> int:
    """What was recorded by this instant (in milliseconds) is seen whole by an audit that begins ``now``."""
    return days.to_ms(now - SETTLING)


def walk(
    segment: int,
    *,
    of: int,
    after: Place | None,
    settled: int,
    only: str | None = None,
    limit: int = ITEMS_READ_MAX,
) -> Walked:
    """One step through a segment (0 to ``of`` - 1) of the table, from its beginning or from ``after``.

    Proves each account on the way and checks each key and claim; with ``only`` those of one site. ``settled`` is
    ``settled_by`` of the moment when the audit began; ``limit`` items are read. In the end the whole table is read:
    for jobs and commands.
    """
    page = table.scan(segment, of=of, after=after, limit=limit)
    sums: defaultdict[str, Sums] = defaultdict(Sums)
    checks: list[_Check] = []
    for item in page.items:
        kind, site, rest = _parsed(item["pk"])
        if not site or (only is not None and site != only):
            continue
        into = sums[site]
        if kind == "M" and item["sk"] == keys.ACCOUNT:
            into.add(_proved(site, rest, settled, None) or Sums())
        elif check := _check(kind, site, rest, item):
            into.keys += kind == "K"
            into.claims += kind == "C"
            checks.append(check)
    for finding in _orphans(checks):
        sums[finding.site].report([finding])
    return Walked(dict(sums), page.following)


def _proved(site: str, mid: str, settled: int, entries_max: int | None) -> Sums | None:
    for reading in range(READINGS_MAX):
        if reading:
            clock.sleep(PAUSE_SECONDS * 2**reading)
        found = _read(site, mid, settled, entries_max)
        if found is None or not found.faults:
            return found
    return found


def _read(site: str, mid: str, settled: int, entries_max: int | None) -> Sums | None:
    """One reading of a member's partition. The account comes first; what stands beyond its version is newer."""
    pk = keys.member(site, mid)
    proving = Proving(
        site,
        mid,
        settled_by=settled,
        due_keys=lambda kind, at: due.keys_at(kind, pk, days.from_ms(at)),
        due_shards=settings.DUE_SHARDS,
    )
    is_empty = True
    for item in table.partition(site, mid):
        is_empty = False
        proving.take(item)
        if entries_max is not None and (proving.version or 0) > entries_max:
            raise TooManyEntries(proving.version or 0, entries_max)
    if is_empty:
        return None
    if proving.version is not None and proving.last > proving.version:
        now_at = table.account_version(site, mid)
        if now_at < proving.last:
            proving.wrong_beyond(now_at)
    return proving.end()


@value
class _Check:
    """Something that leads somewhere: its item, what it is in words, and what must be there."""

    site: str
    place: Place
    what: str
    mid: str
    wanted: tuple[Wanted, ...] | None
    """``None`` when the pointer makes no sense."""


def _check(kind: str, site: str, rest: str, item: Stored) -> _Check | None:
    place = item["pk"], item["sk"]
    if kind == "K":
        wanted = pointers.of_key(item)
        what = f"the idempotency key {rest[:NAME_LETTERS]}…"
        return _Check(site, place, what, item.get("mid", ""), None if wanted is None else tuple(wanted))
    if kind == "C":
        claimed, _, given = rest.partition("#")
        what = f"a claim ({claimed}, {digest(given)[:NAME_LETTERS]}…)"
        return _Check(site, place, what, item.get("mid", ""), tuple(pointers.of_claim(claimed, item)))
    if kind == "M":
        return _Check(site, place, "the first entry", rest, (Wanted(rest, keys.ACCOUNT),))
    return None


def _orphans(checks: Sequence[_Check]) -> Iterable[Finding]:
    """Of what leads to nothing what still does so when everything is read once more."""
    suspects = _leading_nowhere(checks)
    if not suspects:
        return
    clock.sleep(PAUSE_SECONDS)
    again = [
        check
        for old, item in zip(suspects, table.read([each.place for each in suspects]), strict=True)
        if item is not None and (check := _check(*_parsed(item["pk"]), item)) is not None and check.site == old.site
    ]
    for check in _leading_nowhere(again):
        number = max((wanted.version for wanted in check.wanted or ()), default=0)
        entry = 1 if check.place[1] == keys.entry(1) else number
        yield Finding(check.site, check.mid, entry, "orphan", f"{check.what} leads to nothing")


def _leading_nowhere(checks: Sequence[_Check]) -> list[_Check]:
    places = [(keys.member(check.site, each.mid), each.sk) for check in checks for each in check.wanted or ()]
    found = dict(zip(places, table.read(places), strict=True))
    return [check for check in checks if not _leads_somewhere(check, found)]


def _leads_somewhere(check: _Check, found: dict[Place, Stored | None]) -> bool:
    if check.wanted is None:
        return False
    for wanted in check.wanted:
        account = found.get((keys.member(check.site, wanted.mid), keys.ACCOUNT))
        item = found[keys.member(check.site, wanted.mid), wanted.sk]
        is_closed = account is not None and _is_closed(account)
        if item is None:
            if not (wanted.or_closed and is_closed):
                return False
        elif int(item.get("ver", "0")) < wanted.version or (wanted.is_open and is_closed):
            return False
    return True


def _is_closed(account: Stored) -> bool:
    try:
        return bool(json.loads(account["body"])["s"] == pointers.CLOSED)
    except (ValueError, KeyError, TypeError):
        return False


def _parsed(pk: str) -> tuple[str, str, str]:
    """Kind, site and the rest of a partition key; no site for partitions of none."""
    kind, _, rest = pk.partition("#")
    site, _, rest = rest.partition("#")
    return (kind, site, rest) if kind in {"M", "K", "C", "S"} else (kind, "", "")
