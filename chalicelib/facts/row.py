"""The shape of a member's facts, and how they follow from the account."""

from dataclasses import asdict
from typing import Any, Final

from chalicelib.ledger.account import EVER, Account
from chalicelib.values import value


@value
class Facts:
    """What lists, segments and reports know of a member, as of an account's version. No personal data.

    Points are in the smallest unit of the bucket, ``spend`` in the smallest unit of the currency; ``joined`` is a
    day, ``at`` the time of the last entry in milliseconds.
    """

    version: int = 0
    state: str = ""
    tier: str = ""
    available: int = 0
    held: int = 0
    used: int = 0
    redeemed: int = 0
    expired: int = 0
    lifetime: int = 0
    spend: int = 0
    orders: int = 0
    joined: int = 0
    at: int = 0

    def plain(self) -> dict[str, Any]:
        """As a dict, for storage."""
        return asdict(self)


NUMBERS: Final = ("available", "held", "used", "redeemed", "expired", "lifetime", "spend", "orders")
"""The figures that daily counters add up."""


def of_account(account: Account) -> Facts:
    """The facts of an account."""
    bucket = account.bucket()
    _, spend, orders = account.counter(EVER)
    return Facts(
        version=account.version,
        state=account.state,
        tier=account.standing.tier,
        available=bucket.available,
        held=bucket.held,
        used=bucket.used,
        redeemed=bucket.redeemed,
        expired=bucket.expired,
        lifetime=bucket.lifetime,
        spend=spend,
        orders=orders,
        joined=account.joined,
        at=account.at,
    )


def difference(before: Facts, after: Facts) -> dict[str, int]:
    """What changed in the figures, without what did not."""
    changes = {name: getattr(after, name) - getattr(before, name) for name in NUMBERS}
    return {name: change for name, change in changes.items() if change}
