"""What a purchase earns by the rules of its products, the tier and the limits. Orders and carts ask the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import localcontext
from typing import Any, Final

from chalicelib.catalog import service as catalog
from chalicelib.catalog.service import Bought
from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.items import Address
from chalicelib.errors import INVALID
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.orders import placing
from chalicelib.orders.booking import Award
from chalicelib.orders.order import NewOrder
from chalicelib.orders.shares import split
from chalicelib.programme import standard
from chalicelib.programme.amounts import EXACT
from chalicelib.programme.campaigning import service as campaigning
from chalicelib.programme.campaigning.judging import Happening, together
from chalicelib.programme.earning import NOTHING, ORDINARY, EarnedPurchase, PricedLine
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.limits import Allowed, Withheld, allow, counted_so_far
from chalicelib.values import value

NOT_ACTIVE: Final = Withheld(INVALID, "Points are not awarded: the purchase action (109) is not active.")
BESIDE_MAX: Final = 90
"""Products read in one call with the account; an order of more is read in calls of its own."""


@value
class Asked:
    """A purchase whose points are asked for, judged by the programme ``then``, and what has to be read for it."""

    mid: str
    new: NewOrder
    then: InForce
    at: datetime
    """When the purchase was made."""
    products: tuple[Address, ...]
    priced: Callable[[Sequence[Any]], tuple[PricedLine, ...]]
    campaigns: campaigning.Wanted

    @property
    def places(self) -> tuple[Address, ...]:
        """Everything that is read beside the account: products, and what campaigns rest on."""
        return (*self.products, *self.campaigns.places)

    @property
    def also(self) -> tuple[Address, ...]:
        """What is read in the same call as the account."""
        return self.places if len(self.places) <= BESIDE_MAX else ()

    def load(self) -> list[Any]:
        """What is read after it: the products of an order with very many."""
        if self.also or not self.places:
            return []
        size = items.BATCH_GET_MAX
        parts = [self.places[first : first + size] for first in range(0, len(self.places), size)]
        return [item for part in parts for item in items.get_many(part)]


@value
class Quote:
    """What a purchase is given, why not where a limit or a switch keeps points back, and how each line earns."""

    award: Award
    withheld: Withheld | None
    earned: EarnedPurchase
    lines: tuple[PricedLine, ...]
    judged: campaigning.Judged

    def writes(self, site: str, of: Asked, now: datetime) -> list[Write]:
        """What belongs into the transaction of an order that is given this."""
        granted = dict(self.award.campaigns)
        return campaigning.charged(site, of.mid, of.then, self.judged, granted, now, is_order=True)


def asked(site: str, mid: str, then: InForce, new: NewOrder, now: datetime) -> Asked:
    """What has to be read to say what a purchase earns."""
    at = min(new.ordered or now, now)
    lines = [Bought(line.product, line.quantity, line.unit_price, line.category_id, line.amount) for line in new.lines]
    campaigns = campaigning.wanted(site, mid, then, standard.PURCHASE, at)
    places, priced = catalog.addresses(site, lines), catalog.pricer(site, then, lines)
    return Asked(mid, new, then, at, places, priced, campaigns)


def quote(site: str, of: Asked, draft: Draft, found: Sequence[Any], tier: str) -> Quote:
    """What the purchase earns for the member of the draft, in the tier of its moment; ``found`` is what was read.

    First the lines by their rules, then what campaigns add, cut to their budgets, then the limits on all of it.
    """
    count = len(of.products)
    lines = of.priced(found[:count])
    new = of.new
    happening = Happening(standard.PURCHASE, of.at, lines, new.store, new.source, tuple(new.coupons))
    judged = campaigning.judged(
        site, of.then, of.campaigns, draft, found[count : len(of.places)], happening, attributes=new.attributes
    )
    earned, judged = _with_campaigns(of, tier, lines, judged)
    award, withheld = _limited(draft.account, of.then, earned, tier, draft.now)
    return Quote(replace(award, calculations=_calculations(lines, earned)), withheld, earned, lines, judged)


def _calculations(lines: Sequence[PricedLine], earned: EarnedPurchase) -> tuple[str, ...]:
    """What the order keeps of how its points came about: nothing of lines that earned by amount alone."""
    said = tuple(
        each.calculation if line.rule != ORDINARY or line.is_excluded else ""
        for line, each in zip(lines, earned.lines, strict=True)
    )
    return said if any(said) else ()


def _with_campaigns(
    of: Asked, tier: str, lines: Sequence[PricedLine], judged: campaigning.Judged
) -> tuple[EarnedPurchase, campaigning.Judged]:
    """What is earned with the campaigns that count beside each other, none beyond what it may still give."""
    every = [each.added for each in judged.applied]
    earned = placing.earned(of.then.programme, of.new, tier, lines, every)
    if not every:
        return earned, judged
    with localcontext(EXACT):
        adds = {
            each.campaign: sum((line.more.get(each.campaign, NOTHING) for line in earned.lines), NOTHING)
            for each in every
        }
    chosen = together(judged.applied, adds)
    if len(chosen) < len(judged.applied):
        earned = placing.earned(of.then.programme, of.new, tier, lines, [each.added for each in chosen])
    judged = replace(judged, applied=chosen)
    rooms = {each.campaign.campaign_id: campaigning.room(of.then, judged, each) for each in chosen}
    return _cut(earned, rooms), judged


def _cut(earned: EarnedPurchase, rooms: Mapping[str, int | None]) -> EarnedPurchase:
    """The points with each campaign's part no larger than there is room for."""
    kept = []
    for name, points in earned.campaigns:
        room = rooms.get(name)
        kept.append((name, points if room is None else min(points, room)))
    campaigns = tuple((name, points) for name, points in kept if points)
    if campaigns == earned.campaigns:
        return earned
    total = earned.own + sum(points for _, points in campaigns)
    return replace(earned, total=total, shares=split(total, earned.shares), campaigns=campaigns)


def _limited(
    account: Account, then: InForce, earned: EarnedPurchase, tier: str, now: datetime
) -> tuple[Award, Withheld | None]:
    """What the order is given after switches and limits; a capped total is shared out again."""
    action = then.action_by_id.get(standard.PURCHASE)
    nothing = (0,) * len(earned.shares)
    if action is None or not action.is_active:
        return Award(0, 0, nothing, (), tier), NOT_ACTIVE
    if not earned.total:
        return Award(0, 0, nothing, (), tier), None
    outcome = allow(account, then, standard.PURCHASE, earned.total, now)
    judged = counted_so_far(account, then, standard.PURCHASE, now)
    if not isinstance(outcome, Allowed):
        return Award(0, earned.total, nothing, (), tier, judged), outcome
    shares, campaigns = earned.shares, earned.campaigns
    if outcome.points != earned.total:
        shares = split(outcome.points, shares)
        parts = split(outcome.points, [earned.own, *(points for _, points in campaigns)])
        campaigns = tuple((name, points) for (name, _), points in zip(campaigns, parts[1:], strict=True) if points)
    return Award(outcome.points, earned.total, shares, outcome.counted, tier, judged, campaigns), None
