"""Further buckets on the wire: what a movement names, and how each stands (annex-api-2, section 12)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from chalicelib.api.bodies import PointsBody
from chalicelib.api.common import WireFigures
from chalicelib.api.shapes import Number
from chalicelib.api.wire import timestamp
from chalicelib.errors import Malformed
from chalicelib.ledger import days, tiers
from chalicelib.ledger.account import NEVER, Account, Bucket
from chalicelib.ledger.entry import Entry
from chalicelib.orders.order import Purse
from chalicelib.programme.performing import bucketing
from chalicelib.programme.performing.bucketing import BucketWish


class BucketFigures(TypedDict):
    """How a member stands in a bucket; the tier fields are empty where it has no ladder."""

    bucketName: str
    displayName: str
    availablePoints: Number
    usedPoints: Number
    expiredPoints: Number
    lifetimePoints: Number
    holdPoints: Number
    negativePoints: Number
    pointsToExpire: Number
    pointsToExpireDate: str
    currentTier: str
    nextTier: str
    previousTier: str
    tierPoints: Number
    pointsToNextTier: Number


def wishes(body: PointsBody, show: WireFigures) -> tuple[BucketWish, ...]:
    """What a movement wants in further buckets. Raises ``UnknownBucket``, ``BucketNotActive`` and ``Malformed``."""
    found: dict[str, BucketWish] = {}
    for name, said in body.buckets.items():
        bucket = bucketing.named(show.force, name)
        if bucket.name in found:
            raise Malformed(f"Credit[{name}]: this bucket is named twice.")
        found[bucket.name] = BucketWish(bucket.name, show.units(said.points) or 0, show.units(said.counting))
    return tuple(found.values())


def moved(entries: Iterable[Entry], show: WireFigures) -> dict[str, Any]:
    """``multiBucketsData`` and ``tier`` of an answer about a movement, from its entries; each bucket's part stands
    under the vendor's literal key, such as ``tier[coins]``, as well.
    """
    data: dict[str, Any] = {}
    ranks: dict[str, Any] = {}
    for entry in entries:
        for name in entry.tiers:
            ranks[name] = _ranks(entry, name, show)
        for name, figures in entry.balances.items():
            if show.force.bucket_by_name.get(name.casefold()) is None:
                continue
            available, held, used, expired, lifetime = figures
            data[name] = {
                "bucketName": name,
                "pointsAwarded": show.points(entry.moved("issued", "available", bucket=name)),
                "pointsDeducted": show.points(_taken(entry, name)),
                "updatedAvailablePoints": show.points(available),
                "updatedLifetimePoints": show.points(lifetime),
                "usedPoints": show.points(used),
                "expiredPoints": show.points(expired),
                "holdPoints": show.points(held),
            }
    literal = {f"multiBucketsData[{name}]": said for name, said in data.items()}
    literal |= {f"tier[{name}]": said for name, said in ranks.items()}
    return {"multiBucketsData": data, "tier": ranks, **literal}


def of_order(purses: Iterable[Purse], show: WireFigures) -> dict[str, Any]:
    """What an order earned in further buckets, and how much of it was taken back since, by the bucket's name."""
    return {
        purse.bucket: {
            "bucketName": purse.bucket,
            "pointsEarned": show.points(purse.points),
            "pointsRemoved": show.points(sum(part.taken for part in purse.parts)),
        }
        for purse in purses
    }


def standing(account: Account, show: WireFigures, now: datetime) -> dict[str, Any]:
    """How a member stands in every bucket of the programme (``BucketFigures``), by its name."""
    return {
        bucket.name: {
            "bucketName": bucket.name,
            "displayName": bucket.display_name or bucket.name,
            **_figures(account.bucket(bucket.name), show, now),
            **_ladder(account, bucket.name, show, now),
        }
        for bucket in show.force.programme.buckets
    }


def _figures(bucket: Bucket, show: WireFigures, now: datetime) -> dict[str, Any]:
    dying, last = _next_expiry(bucket)
    return {
        "availablePoints": show.points(bucket.available),
        "usedPoints": show.points(bucket.used),
        "expiredPoints": show.points(bucket.expired),
        "lifetimePoints": show.points(bucket.lifetime),
        "holdPoints": show.points(bucket.held),
        "negativePoints": show.points(-bucket.arrears),
        "pointsToExpire": show.points(dying),
        "pointsToExpireDate": show.expiry(last) or timestamp(now),
    }


def _ladder(account: Account, name: str, show: WireFigures, now: datetime) -> dict[str, Any]:
    ladder = show.force.rules.ladders.get(name)
    if ladder is None:
        nothing = show.points(0)
        said = {"currentTier": "", "nextTier": "", "previousTier": "", "tierPoints": nothing}
        return {**said, "pointsToNextTier": nothing}
    seen = account.seen_by(name)
    rank, counted = ladder.rank(seen.standing.tier), tiers.amount(seen, ladder, days.day_of(now, show.force.zone))
    above = ladder.levels[rank + 1] if rank + 1 < len(ladder.levels) else None
    before = seen.standing.previous
    return {
        "currentTier": ladder.levels[rank].name,
        "nextTier": above.name if above else "",
        "previousTier": ladder.levels[ladder.rank(before)].name if before else "",
        "tierPoints": show.points(counted),
        "pointsToNextTier": show.points(max(0, above.threshold - counted) if above else 0),
    }


def _ranks(entry: Entry, name: str, show: WireFigures) -> Mapping[str, str]:
    ladder = show.force.rules.ladders.get(name)
    if ladder is None:
        return {"previousTier": "", "updatedUserTier": ""}
    before, after = (ladder.levels[ladder.rank(tier)].name for tier in entry.tiers[name])
    return {"previousTier": before, "updatedUserTier": after}


def _taken(entry: Entry, name: str) -> int:
    return entry.moved("available", bucket=name)


def _next_expiry(bucket: Bucket) -> tuple[int, int | None]:
    first = min((lot.day for lot in bucket.lots if lot.day != NEVER), default=None)
    return sum(lot.left for lot in bucket.lots if lot.day == first and first is not None), first
