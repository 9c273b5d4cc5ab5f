"""The shape of a member's facts, and how they follow from the account."""

from collections.abc import Iterable
from dataclasses import asdict, field, replace
from typing import Any, Final

from chalicelib.ledger.account import EVER, Account
from chalicelib.ledger.draft import CLOSED
from chalicelib.values import value

KEPT_MAX: Final = 300
"""Products a row remembers; of categories, stores and places a third. The latest stay: an item holds 400 KB."""


@value
class Purchase:
    """An order as the facts see it: its day, what was in it, and where it was bought (attributes of the store)."""

    day: int
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    store: str = ""
    source: str = ""
    places: tuple[tuple[str, str], ...] = ()
    """Attributes of the store, such as ``("city", "Berlin")``."""


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
    first_order: int = 0
    last_order: int = 0
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = field(default=())
    """Attributes of the stores that the member bought in."""

    def plain(self) -> dict[str, Any]:
        """As a dict, for storage."""
        return asdict(self)


NUMBERS: Final = ("available", "held", "used", "redeemed", "expired", "lifetime", "spend", "orders")
"""The figures that daily counters add up."""
OF_PURCHASES: Final = ("first_order", "last_order", "products", "categories", "stores", "sources", "places")
"""What orders tell; everything else follows from the account."""


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


def read(body: dict[str, Any]) -> Facts:
    """The facts of ``Facts.plain`` after JSON."""
    lists = {name: tuple(body.get(name, ())) for name in ("products", "categories", "stores", "sources")}
    places = tuple((kind, name) for kind, name in body.get("places", ()))
    return Facts(**{**body, **lists, "places": places})


def with_purchases(before: Facts, bought: Iterable[Purchase], *, is_all: bool = False) -> Facts:
    """The facts that also know of these purchases, given oldest first; knowing one twice changes nothing.

    ``is_all``: there are no others, so that what came back since is forgotten.
    """
    after = replace(before, **{name: getattr(Facts(), name) for name in OF_PURCHASES}) if is_all else before
    for each in bought:
        after = _with_purchase(after, each)
    return after


def with_absorbed(before: Facts, other: Facts) -> Facts:
    """The facts that also know what a member bought whose account was merged into this one."""
    firsts = [each.first_order for each in (before, other) if each.first_order]
    return replace(
        before,
        first_order=min(firsts, default=0),
        last_order=max(before.last_order, other.last_order),
        products=_with(other.products, before.products, KEPT_MAX),
        categories=_with(other.categories, before.categories),
        stores=_with(other.stores, before.stores),
        sources=_with(other.sources, before.sources),
        places=_with(other.places, before.places),
    )


def with_account(before: Facts, account: Account) -> Facts:
    """The facts with everything that follows from the account as it stands now; nothing else of an erased member."""
    now = of_account(account)
    if account.state == CLOSED:
        return now
    return replace(now, **{name: getattr(before, name) for name in OF_PURCHASES})


def _with_purchase(before: Facts, bought: Purchase) -> Facts:
    first = min(before.first_order or bought.day, bought.day)
    return replace(
        before,
        first_order=first,
        last_order=max(before.last_order, bought.day),
        products=_with(before.products, bought.products, KEPT_MAX),
        categories=_with(before.categories, bought.categories),
        stores=_with(before.stores, (bought.store,)),
        sources=_with(before.sources, (bought.source,)),
        places=_with(before.places, bought.places),
    )


def _with(before: tuple[Any, ...], more: Iterable[Any], most: int = KEPT_MAX // 3) -> tuple[Any, ...]:
    """What was known and what is new, each once, the newest last; nothing empty."""
    new = [each for each in more if each and each not in before]
    return tuple([*before, *dict.fromkeys(new)][-most:])


def difference(before: Facts, after: Facts) -> dict[str, int]:
    """What changed in the figures, without what did not."""
    changes = {name: getattr(after, name) - getattr(before, name) for name in NUMBERS}
    return {name: change for name, change in changes.items() if change}
