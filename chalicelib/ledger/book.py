"""What an entry does to an account. No rule is known here: a changed programme never changes the past.

Replays, audits and folds use ``apply`` alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.ledger import days
from chalicelib.ledger.account import (
    EVER,
    KEPT,
    POINTS,
    Account,
    Bucket,
    Limit,
    Lot,
    Standing,
    Triple,
    counter_key,
    membership_year_key,
    month_key,
    turnover_key,
    year_key,
)
from chalicelib.ledger.entry import UNCHANGED, Entry, Posting, Side, core_of, hash_of

ANYWHERE: Final = ZoneInfo("UTC")
"""Where a day is told when the programme's zone does not matter."""


class BrokenBook(Exception):
    """An entry that does not fit the account: a defect of ours or a damaged book, never a caller's mistake."""


Effect = tuple[int, int, int, int, int, int, int]
"""Sign of the change of: available, held, used, redeemed, on rewards, expired, lifetime."""

EFFECTS: Final[dict[tuple[Side, Side], Effect]] = {
    ("issued", "available"): (+1, 0, 0, 0, 0, 0, +1),
    ("promised", "held"): (0, +1, 0, 0, 0, 0, 0),
    ("held", "promised"): (0, -1, 0, 0, 0, 0, 0),
    ("available", "redeemed"): (-1, 0, +1, +1, 0, 0, 0),
    ("redeemed", "available"): (+1, 0, -1, -1, 0, 0, 0),
    ("available", "rewarded"): (-1, 0, +1, +1, +1, 0, 0),
    ("rewarded", "available"): (+1, 0, -1, -1, -1, 0, 0),
    ("available", "deducted"): (-1, 0, +1, 0, 0, 0, 0),
    ("available", "transferred"): (-1, 0, +1, 0, 0, 0, 0),
    ("transferred", "available"): (+1, 0, 0, 0, 0, 0, +1),
    ("available", "expired"): (-1, 0, 0, 0, 0, +1, 0),
    ("available", "written_off"): (-1, 0, 0, 0, 0, +1, 0),
    ("available", "merged"): (-1, 0, 0, 0, 0, 0, -1),
    ("merged", "available"): (+1, 0, 0, 0, 0, 0, +1),
    ("held", "merged"): (0, -1, 0, 0, 0, 0, 0),
    ("merged", "held"): (0, +1, 0, 0, 0, 0, 0),
    ("rewarded", "merged"): (0, 0, -1, -1, -1, 0, -1),
    ("merged", "rewarded"): (0, 0, +1, +1, +1, 0, +1),
    ("redeemed", "merged"): (0, 0, -1, -1, 0, 0, -1),
    ("merged", "redeemed"): (0, 0, +1, +1, 0, 0, +1),
    ("deducted", "merged"): (0, 0, -1, 0, 0, 0, -1),
    ("merged", "deducted"): (0, 0, +1, 0, 0, 0, +1),
    ("expired", "merged"): (0, 0, 0, 0, 0, -1, -1),
    ("merged", "expired"): (0, 0, 0, 0, 0, +1, +1),
}
"""The table of effects. A release is a pair: ``held → promised`` and ``issued → available``."""


def apply(account: Account, entry: Entry) -> Account:
    """The account after the entry. Raises ``BrokenBook`` when numbers, chain, lots or sums do not fit."""
    if entry.number != account.version + 1:
        raise BrokenBook(f"entry {entry.number} follows {account.version}")
    if account.version and entry.previous != account.head:
        raise BrokenBook(f"entry {entry.number} does not follow the entry before it")
    changed = effects(account, entry)
    for name, figures in entry.balances.items():
        if figures != balances(changed.bucket(name)):
            raise BrokenBook(f"entry {entry.number}: balances of {name} are {balances(changed.bucket(name))}")
    if entry.tier[0] != account.standing.tier or entry.tier[1] != changed.standing.tier:
        raise BrokenBook(f"entry {entry.number}: tier was {account.standing.tier}")
    for name, (was, after) in entry.tiers.items():
        if (was, after) != (_tier_in(account, name), _tier_in(changed, name)):
            raise BrokenBook(f"entry {entry.number}: tier of {name} was {_tier_in(account, name)}")
    if entry.rows != changed.rows:
        raise BrokenBook(f"entry {entry.number}: row {changed.rows} was expected")
    return replace(changed, head=hash_of(core_of(entry)))


def fold(entries: Iterable[Entry]) -> Account:
    """The account that the entries make, from nothing."""
    account = Account()
    for entry in entries:
        account = apply(account, entry)
    return account


def effects(account: Account, entry: Entry) -> Account:
    """The account with all of the entry's effects; ``head`` is left as it was."""
    return replace(
        account,
        version=entry.number,
        rows=account.rows + entry.shown,
        at=entry.at,
        state=account.state if entry.state is None else entry.state,
        joined=account.joined if entry.joined is None else entry.joined,
        buckets=_buckets(account, entry),
        counters=_counters(account, entry),
        limits=_limits(account, entry),
        actions=_actions(account, entry),
        standing=account.standing if entry.standing is None else Standing(*entry.standing),
        standings=_standings(account, entry),
        due=account.due if entry.due == UNCHANGED else entry.due,
        into=account.into if entry.into is None else entry.into,
        absorbed=_absorbed(account, entry),
    )


def balances(bucket: Bucket) -> tuple[int, int, int, int, int]:
    """Available, held, used, expired, lifetime, as entries carry them."""
    return bucket.available, bucket.held, bucket.used, bucket.expired, bucket.lifetime


def touched(entry: Entry) -> set[str]:
    """The buckets that the entry changes."""
    names = {posting.bucket for posting in entry.postings} | {change.bucket for change in entry.lots}
    return names | {draw.bucket for draw in entry.draws} | {name for name, _ in entry.owed}


def _buckets(account: Account, entry: Entry) -> dict[str, Bucket]:
    buckets = dict(account.buckets)
    for name in touched(entry):
        before = account.bucket(name)
        after = _posted(before, [posting for posting in entry.postings if posting.bucket == name])
        after = replace(
            after,
            lots=_lots(before, name, entry),
            arrears=before.arrears + sum(delta for owing, delta in entry.owed if owing == name),
        )
        moved = sum(posting.amount * _effect(posting)[0] for posting in entry.postings if posting.bucket == name)
        if after.available - before.available != moved:
            raise BrokenBook(f"entry {entry.number}: lots of {name} do not add up to its postings")
        if after.arrears < 0 or after.held < 0:
            raise BrokenBook(f"entry {entry.number}: {name} would be less than nothing")
        buckets[name] = after
    return buckets


def _posted(bucket: Bucket, postings: list[Posting]) -> Bucket:
    for posting in postings:
        if posting.amount <= 0:
            raise BrokenBook(f"a posting of {posting.amount}")
        _, held, used, redeemed, on_rewards, expired, lifetime = _effect(posting)
        bucket = replace(
            bucket,
            held=bucket.held + held * posting.amount,
            used=bucket.used + used * posting.amount,
            redeemed=bucket.redeemed + redeemed * posting.amount,
            on_rewards=bucket.on_rewards + on_rewards * posting.amount,
            expired=bucket.expired + expired * posting.amount,
            lifetime=bucket.lifetime + lifetime * posting.amount,
        )
    return bucket


def _effect(posting: Posting) -> Effect:
    effect = EFFECTS.get((posting.source, posting.target))
    if effect is None:
        raise BrokenBook(f"nothing moves from {posting.source} to {posting.target}")
    return effect


def _lots(bucket: Bucket, name: str, entry: Entry) -> tuple[Lot, ...]:
    left = {(lot.kind, lot.day): lot.left for lot in bucket.lots}
    for change in entry.lots:
        if change.bucket == name:
            left[change.kind, change.day] = left.get((change.kind, change.day), 0) + change.delta
    for draw in entry.draws:
        if draw.bucket == name:
            left[draw.kind, draw.day] = left.get((draw.kind, draw.day), 0) - draw.amount
    if any(points < 0 for points in left.values()):
        raise BrokenBook(f"entry {entry.number}: a lot of {name} is drawn beyond its points")
    return tuple(sorted((Lot(kind, day, points) for (kind, day), points in left.items() if points), key=Lot.order))


def _counters(account: Account, entry: Entry) -> dict[str, Triple]:
    counters = dict(account.counters)
    earned = entry.earned
    if earned is not None:
        amounts = earned.points, earned.spend, earned.orders
        joined = account.joined if entry.joined is None else entry.joined
        for base in (EVER, year_key(earned.day), month_key(earned.day), membership_year_key(joined, earned.day)):
            key = counter_key(earned.bucket or POINTS, base)
            counters[key] = _sum(counters.get(key), amounts)
    credit, debit = _turnover(entry)
    if credit or debit:
        key = turnover_key(entry.day)
        counters[key] = _sum(counters.get(key), (credit, debit, 0))
    if entry.taken is not None:
        counters |= {key: _sum(counters.get(key), amounts) for key, amounts in entry.taken.counters.items()}
    return _newest(counters, days.day_of(days.from_ms(entry.at), ANYWHERE) + 1)


def _turnover(entry: Entry) -> tuple[int, int]:
    """Ordinary points that became available, and those that ceased to be. A merge hands over what was counted."""
    if entry.kind in {"merged_in", "merged_out"}:
        return 0, 0
    moved = [posting.amount * _effect(posting)[0] for posting in entry.postings if posting.bucket == POINTS]
    return sum(n for n in moved if n > 0), -sum(n for n in moved if n < 0)


def _actions(account: Account, entry: Entry) -> Mapping[str, Triple]:
    if entry.taken is not None:
        taken = {key: _sum(account.actions.get(key), amounts) for key, amounts in entry.taken.actions.items()}
        return {**account.actions, **taken}
    if entry.action is None:
        return account.actions
    key = str(entry.action)
    credit, debit = _turnover(entry)
    return {**account.actions, key: _sum(account.actions.get(key), (credit, debit, int(entry.shown)))}


def _tier_in(account: Account, bucket: str) -> str:
    standing = account.standings.get(bucket)
    return "" if standing is None else standing.tier


def _standings(account: Account, entry: Entry) -> Mapping[str, Standing]:
    if not entry.standings and entry.taken is None:
        return account.standings
    taken = {} if entry.taken is None else entry.taken.standings
    moved = {**taken, **entry.standings}
    return {**account.standings, **{name: Standing(*fields) for name, fields in moved.items()}}


def _absorbed(account: Account, entry: Entry) -> Mapping[str, int]:
    if entry.taken is None:
        return account.absorbed
    return {**account.absorbed, **dict.fromkeys(entry.taken.homes, entry.number)}


def _newest(counters: dict[str, Triple], today: int) -> dict[str, Triple]:
    """Keep the newest of each kind up to today, in a fixed order, so that equal books give equal accounts.

    Periods that have not begun, which a clock that was set back leaves behind, come after all others. ``today``
    is a day late, so that it has begun in every zone.
    """
    begun = {"E": EVER, "Y": year_key(today), "T": turnover_key(today), "M": month_key(today), "A": f"A{today}"}
    kept: dict[str, Triple] = {}
    for bucket in ("", *sorted({key.partition(":")[0] + ":" for key in counters if ":" in key})):
        own = [key.removeprefix(bucket) for key in counters if key.startswith(bucket) and (bucket or ":" not in key)]
        for kind, count in KEPT.items():
            past = sorted((key for key in own if key[0] == kind and key <= begun[kind]), reverse=True)
            future = sorted(key for key in own if key[0] == kind and key > begun[kind])
            kept.update((bucket + key, counters[bucket + key]) for key in sorted([*past, *future][:count]))
    return kept


def _sum(before: Triple | None, amounts: Triple) -> Triple:
    if before is None:
        return amounts
    return before[0] + amounts[0], before[1] + amounts[1], before[2] + amounts[2]


def _limits(account: Account, entry: Entry) -> dict[str, Limit]:
    limits = dict(account.limits)
    for counted in entry.counted:
        period, times, points, *before = limits.get(counted.key, (counted.period, 0, 0, 0, 0, 0))
        if counted.period not in (period, before[0]) and counted.times > 0:
            # Another period began, or came back with a clock that was set back: the one counted last stays beside it.
            period, times, points, before = counted.period, 0, 0, [period, times, points]
        if counted.period == period:
            times, points = times + counted.times, points + counted.points
        elif counted.period == before[0]:
            before = [before[0], before[1] + counted.times, before[2] + counted.points]
        limits[counted.key] = (period, times, points, before[0], before[1], before[2])
    return limits if entry.taken is None else {**limits, **entry.taken.limits}
