"""Items of rewards: what members got, and what is left of each reward for everybody."""

import json
from collections.abc import Sequence
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import due, items, keys
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.dynamo.listing import FindKeys
from chalicelib.ids import digest
from chalicelib.ledger.days import from_ms
from chalicelib.programme.definitions.reward import REWARDS_MAX
from chalicelib.rewards import benefit as benefits
from chalicelib.rewards.benefit import NUMBER_DIGITS, Benefit
from chalicelib.rewards.judging import Taken

DUE: Final = "coupon"
"""Kind of what is due: a code that the merchant's coupon API still owes."""
HOLDERS_MAX: Final = 50
"""Holders of one code that are looked up: a generic code has any number."""
SHELF_MAX: Final = 9 * REWARDS_MAX
"""Levels and shards of pools that are read at once: all of 500 rewards with a pool each."""
_PREFIX: Final = "BEN#"
_LAST: Final = "BEN$"
_CODE: Final = "coupon"


class BenefitItem(Item):
    """One redemption. ``code`` and ``personal`` are attributes of their own; listed under its code."""

    ver = Whole()
    body = UnicodeAttribute()
    code = UnicodeAttribute(null=True)
    personal = UnicodeAttribute(null=True)
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)
    find_pk = UnicodeAttribute(null=True)
    find_sk = UnicodeAttribute(null=True)


class LevelItem(Item):
    """Units and redemptions of a reward that are taken."""

    units = Whole()
    claims = Whole()


class ShelfItem(Item):
    """Any item of the partition that is shared by levels and pools of codes, read for both at once."""

    units = Whole(null=True)
    claims = Whole(null=True)
    left = Whole(null=True)


def benefit_address(site: str, mid: str, number: int) -> Address:
    """Where the redemption of that entry stands."""
    return (BenefitItem, keys.member(site, mid), f"{_PREFIX}{number:0{NUMBER_DIGITS}d}")


def load_benefit(item: BenefitItem | None) -> Benefit | None:
    """The redemption of its item."""
    if item is None:
        return None
    number = int(item.sk.removeprefix(_PREFIX))
    return benefits.load(item.body, number=number, code=item.code, personal=item.personal, version=item.ver)


def read_benefit(site: str, mid: str, number: int) -> Benefit | None:
    """One consistent read."""
    _, pk, sk = benefit_address(site, mid, number)
    return load_benefit(items.get(BenefitItem, pk, sk))


def read_benefits(site: str, mid: str, numbers: Sequence[int]) -> dict[int, Benefit]:
    """Those of the redemptions that there are, by number, in one call."""
    found = items.get_many([benefit_address(site, mid, number) for number in numbers]) if numbers else []
    return {each.number: each for item in found if (each := load_benefit(item)) is not None}


def benefit_write(site: str, mid: str, benefit: Benefit) -> Write:
    """The write of a new redemption, or in place of the one that was read. One that waits for its code is due."""
    _, pk, sk = benefit_address(site, mid, benefit.number)
    item = BenefitItem(pk, sk, ver=benefit.version + 1, body=benefits.dump(benefit), code=benefit.code)
    item.personal = json.dumps(dict(benefit.personal), ensure_ascii=False) if benefit.personal else None
    if benefit.retry_at is not None and benefit.status == "Pending":
        item.due_pk, item.due_sk = due.keys_at(DUE, pk, from_ms(benefit.retry_at))
    if benefit.code is not None:
        item.find_pk, item.find_sk = _listed(site, benefit.code), f"{mid}#{benefit.number:0{NUMBER_DIGITS}d}"
    return Write(item, BenefitItem.ver == benefit.version if benefit.version else Item.pk.does_not_exist())


def page(site: str, mid: str, *, through: int | None = None, limit: int) -> list[Benefit]:
    """At most ``limit`` redemptions of a member, newest first, from number ``through`` downwards."""
    last = _LAST if through is None else f"{_PREFIX}{through:0{NUMBER_DIGITS}d}"
    bounds = BenefitItem.sk.between(_PREFIX, last)
    found = items.query(BenefitItem, keys.member(site, mid), bounds, limit=limit, newest_first=True)
    return [each for item in found if (each := load_benefit(item)) is not None]


def number_in(sk: str) -> int:
    """The number of the redemption whose sort key it is."""
    return int(sk.removeprefix(_PREFIX))


def benefit_delete(site: str, mid: str, number: int) -> Write:
    """The write that deletes a redemption of an erased member."""
    _, pk, sk = benefit_address(site, mid, number)
    return Write(BenefitItem(pk, sk), delete=True)


def holders(site: str, code: str) -> list[tuple[str, int]]:
    """Numbers of the members who got a code, and of their redemptions. Follows the table within a moment."""
    items.connection()
    found = FindKeys.find.query(_listed(site, code), limit=HOLDERS_MAX, page_size=HOLDERS_MAX)
    return [(mid, int(number)) for mid, _, number in (str(each.find_sk).partition("#") for each in found)]


def level_address(site: str, reward_id: str) -> Address:
    """Where the level of a reward stands: all levels of a site share a partition, so that one query reads them."""
    return (LevelItem, partition(site), f"LEVEL#{reward_id}")


def partition(site: str) -> str:
    """The partition of a site's levels and code pools."""
    return f"RW#{site}"


def load_level(item: LevelItem | None) -> Taken:
    """What is taken, nothing where there is no item yet."""
    return Taken() if item is None else Taken(item.units, item.claims)


def shelf(site: str) -> tuple[dict[str, Taken], dict[str, int]]:
    """What is taken of each reward of a site, by reward id, and the codes left in each pool. One query."""
    bounds = ShelfItem.sk.between("LEVEL#", "POOL$")
    taken: dict[str, Taken] = {}
    left: dict[str, int] = {}
    for item in items.query(ShelfItem, partition(site), bounds, limit=SHELF_MAX):
        kind, name, *_ = item.sk.split("#")
        if kind == "LEVEL":
            taken[name] = Taken(item.units or 0, item.claims or 0)
        else:
            left[name] = left.get(name, 0) + (item.left or 0)
    return taken, left


def level_write(site: str, reward_id: str, *, units: int, claims: int, stock: int | None, most: int | None) -> Write:
    """The write that takes (or, below zero, gives back) of a reward's level.

    It fails when that would go beyond ``stock`` units or ``most`` redemptions: the decision is then taken anew.
    """
    _, pk, sk = level_address(site, reward_id)
    condition = None
    for attribute, added, bound in ((LevelItem.units, units, stock), (LevelItem.claims, claims, most)):
        if bound is not None and added > 0:
            fits = attribute.does_not_exist() | (attribute <= bound - added)
            condition = fits if condition is None else condition & fits
    return Write(LevelItem(pk, sk), condition, actions=(LevelItem.units.add(units), LevelItem.claims.add(claims)))


def _listed(site: str, code: str) -> str:
    return f"{_CODE}#{site}#{digest(code)[:32]}"
