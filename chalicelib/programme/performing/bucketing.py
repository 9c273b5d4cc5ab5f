"""Points of further buckets that a caller credits or debits by ``Credit[name]`` and ``TierCredit[name]``."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.errors import Malformed, NotFound
from chalicelib.ledger import moves
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Earned, Entry
from chalicelib.ledger.moves import Telling
from chalicelib.programme.definitions.bucket import Bucket
from chalicelib.programme.expiry import lasting_of
from chalicelib.programme.in_force import InForce
from chalicelib.values import value


class UnknownBucket(NotFound):
    """The programme has no such bucket."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"No data found: the programme has no bucket for Credit[{name}] or TierCredit[{name}]. "
            "GET /programme lists its buckets."
        )


class BucketNotActive(Malformed):
    """The bucket is there, and switched off."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Credit[{name}]: this bucket is not active in the programme.")


@value
class BucketWish:
    """What a caller wants moved in a bucket, in smallest units: its points, and what counts towards its tiers where
    that is another number.
    """

    bucket: str
    points: int = 0
    counting: int | None = None


def named(force: InForce, name: str) -> Bucket:
    """The active bucket of that name, in any case. Raises ``UnknownBucket`` and ``BucketNotActive``."""
    found = force.bucket_by_name.get(name.casefold())
    if found is None:
        raise UnknownBucket(name)
    if not found.is_active:
        raise BucketNotActive(found.name)
    return found


def credit(draft: Draft, force: InForce, wishes: Sequence[BucketWish], told: Telling, kind: str) -> tuple[Entry, ...]:
    """Credit each bucket by an entry of its own; its points count towards its tiers unless the wish says otherwise."""
    return tuple(
        moves.award(
            draft,
            wish.points,
            lasting_of(named(force, wish.bucket).expiry or force.programme.expiry),
            replace(told, wished=wish.points, campaigns=()),
            kind=kind,
            bucket=wish.bucket,
            counting=wish.counting,
        )
        for wish in wishes
    )


def debit(draft: Draft, force: InForce, wishes: Sequence[BucketWish], told: Telling) -> tuple[Entry, ...]:
    """Take points of each bucket, as much as is there; ``TierCredit`` takes as much off what its tiers count."""
    return tuple(
        moves.debit(
            draft,
            wish.points,
            replace(told, wished=wish.points),
            side="deducted",
            may_owe=force.rules.may_owe,
            earned=Earned(draft.day, -wish.counting, bucket=wish.bucket) if wish.counting else None,
            bucket=wish.bucket,
        )
        for wish in wishes
    )
