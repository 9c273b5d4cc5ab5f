"""What a purchase earns in buckets beside the ordinary points."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext

from chalicelib.ledger.account import Account
from chalicelib.ledger.rules import Lasting
from chalicelib.programme.amounts import EXACT, rounded
from chalicelib.programme.definitions.bucket import Bucket
from chalicelib.programme.earning import shared
from chalicelib.programme.expiry import lasting_of
from chalicelib.programme.in_force import InForce
from chalicelib.values import value


@value
class Bought:
    """One line of a purchase as a bucket looks at it; ``amount`` is unit price times quantity."""

    product: str
    category: str
    amount: Decimal


@value
class InBucket:
    """Points of one bucket in smallest units, each line's share of them, and how long they last."""

    bucket: str
    shares: tuple[int, ...]
    lasting: Lasting

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.shares)


def earned_in_buckets(force: InForce, lines: Sequence[Bought], account: Account) -> tuple[InBucket, ...]:
    """What each active bucket with a ratio gives: amounts of the lines it admits, times its ratio and that of the
    bucket's tier, rounded once as purchases are; nothing below its minimum. Buckets that give nothing are left out.
    """
    found = (_in_bucket(force, bucket, lines, account) for bucket in force.programme.buckets)
    return tuple(each for each in found if each is not None and each.total)


def _in_bucket(force: InForce, bucket: Bucket, lines: Sequence[Bought], account: Account) -> InBucket | None:
    if not bucket.is_active or not bucket.ratio:
        return None
    with localcontext(EXACT):
        if sum((line.amount for line in lines), Decimal(0)) < bucket.minimum_order_amount:
            return None
        factor = (bucket.ratio * _tier_ratio(bucket, account)).scaleb(force.programme.point_decimals)
        nothing = Decimal(0)
        exact = [line.amount * factor if bucket.admits(line.product, line.category) else nothing for line in lines]
        total = rounded(sum(exact, nothing), force.programme.purchase.rounding)
        return InBucket(bucket.name, shared(total, exact), lasting_of(bucket.expiry or force.programme.expiry))


def _tier_ratio(bucket: Bucket, account: Account) -> Decimal:
    if bucket.tiers is None:
        return Decimal(1)
    standing: Mapping[str, Decimal] = {level.tier_id: level.purchase_ratio for level in bucket.tiers.levels}
    present = account.seen_by(bucket.name).standing.tier
    return standing.get(present, bucket.tiers.levels[0].purchase_ratio)
