"""Which campaigns apply to an event, and what each of them adds. Pure.

Campaigns add to what an event earns by itself; what several add is added up (``add``), of those that are ``best`` only
the one that adds most counts, and one that is ``exclusive`` counts alone: of several, that of the highest priority.
Multipliers are of the event's own points, never of what another campaign added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.ledger import days
from chalicelib.programme import standard
from chalicelib.programme.amounts import EXACT, in_units, money_in_units
from chalicelib.programme.campaigning.progress import Progress
from chalicelib.programme.definitions.campaign import Benefit, Campaign, Milestone
from chalicelib.programme.document import Programme
from chalicelib.programme.earning import NOTHING, ONE, PricedLine
from chalicelib.programme.earning import Benefit as Added
from chalicelib.programme.in_force import InForce
from chalicelib.programme.segments import judging
from chalicelib.programme.segments.subject import Subject
from chalicelib.values import value

CANDIDATES_MAX: Final = 15
"""Campaigns judged for one event, those of the highest priority: each takes five items of the call that reads them."""
MULTIPLES_MAX: Final = 100_000
"""Multiples of a milestone that one event pays; those beyond come with the member's next events."""
REWARDS_MAX: Final = 100
"""The same where each multiple is a reward, since a member's progress is one item of 400 KB (AWS limit)."""
OWED_MAX: Final = 1_000
"""Rewards that a campaign owes a member at once, before its milestones wait until some were given."""


@value
class Happening:
    """What a member does: an action, when it counts, and of a purchase its lines, store, source and codes."""

    action: int
    at: datetime
    lines: tuple[PricedLine, ...] = ()
    store: str = ""
    source: str = ""
    coupons: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        """What the lines come to."""
        return EXACT.create_decimal(0) if not self.lines else _sum([line.amount for line in self.lines])


@value
class Applied:
    """A campaign that applies: what it adds line by line, rewards it gives, and the progress after it."""

    campaign: Campaign
    added: Added
    rewards: tuple[str, ...]
    progress: Progress


def candidates(force: InForce, action: int, at: datetime) -> tuple[Campaign, ...]:
    """Campaigns that are on and open at that moment and wait for the action, by priority."""
    found = [
        each
        for each in force.programme.campaigns
        if each.is_on and action in each.actions and is_open(each, at, force.zone)
    ]
    return tuple(sorted(found, key=lambda each: -each.priority)[:CANDIDATES_MAX])


def is_open(campaign: Campaign, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the moment is in the campaign's window; the end is not."""
    local = at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
    return (campaign.starts_at or local) <= local and (campaign.ends_at is None or local < campaign.ends_at)


def applied(
    force: InForce, subject: Subject, happening: Happening, found: Mapping[str, Progress], own: Decimal | None = None
) -> tuple[Applied, ...]:
    """The campaigns that apply to what the member does, and what each adds. ``found`` is the member's progress in the
    candidates; ``own`` are the points of an action, a purchase's lines have theirs. Which of them count together is
    decided by ``together``.
    """
    judged = (
        _applied(force, campaign, subject, happening, found[campaign.campaign_id], own)
        for campaign in candidates(force, happening.action, happening.at)
        if campaign.campaign_id in found
    )
    return tuple(each for each in judged if each is not None)


def together(found: Sequence[Applied], points: Mapping[str, Decimal]) -> tuple[Applied, ...]:
    """Those of the campaigns that count beside each other, given what each would add. Campaigns that only count towards
    a milestone take nothing away from others, and count always.
    """
    gives = [each for each in found if points.get(each.campaign.campaign_id) or each.rewards]
    alone = [each for each in gives if each.campaign.stacking == "exclusive"]
    best = [each for each in gives if each.campaign.stacking == "best"]
    chosen = {each.campaign.campaign_id for each in found if each not in gives}
    if alone:
        chosen.add(alone[0].campaign.campaign_id)
    else:
        chosen |= {each.campaign.campaign_id for each in gives if each.campaign.stacking == "add"}
        if best:
            most = max(best, key=lambda each: points.get(each.campaign.campaign_id, NOTHING))
            chosen.add(most.campaign.campaign_id)
    return tuple(each for each in found if each.campaign.campaign_id in chosen)


def why_not(force: InForce, campaign: Campaign, subject: Subject, happening: Happening, progress: Progress) -> str:
    """Why a campaign adds nothing for this member and event; empty when nothing stands against it."""
    if not judging.admits(force, campaign.audience, subject):
        return "The campaign is for other members."
    if campaign.activation_required and not 0 < progress.activated <= days.to_ms(happening.at):
        return "The member has not activated the campaign, or did so later."
    if not _is_valid(force, campaign, progress, happening.at):
        return "The member's own time in the campaign is over."
    if not _meets(campaign, happening):
        return "What the member did does not meet the campaign's conditions."
    if campaign.member_times_max is not None and progress.benefits >= campaign.member_times_max:
        return "The member has had its benefit as often as possible."
    if campaign.member_points_max is not None and member_room(force.programme, campaign, progress) <= 0:
        return "The member has had as many of its points as possible."
    return ""


def member_room(programme: Programme, campaign: Campaign, progress: Progress) -> int:
    """Points, in smallest units, that the campaign may still give the member, where that is bounded."""
    return in_units(campaign.member_points_max or NOTHING, programme.point_decimals) - progress.points


def budget(programme: Programme, campaign: Campaign) -> int | None:
    """Points, in smallest units, that the campaign may give in all; ``None`` where it is not bounded."""
    bounds = []
    if campaign.budget_points is not None:
        bounds.append(in_units(campaign.budget_points, programme.point_decimals))
    if campaign.budget_amount is not None:
        worth = programme.currency.credits_to_currency_ratio
        bounds.append(int((campaign.budget_amount / worth).scaleb(programme.point_decimals)))
    return min(bounds, default=None)


def share_of(bound: int, part: int, parts: int) -> int:
    """The part of a budget that one of its slices has; together they are the whole."""
    return bound // parts + (part < bound % parts)


def _applied(
    force: InForce,
    campaign: Campaign,
    subject: Subject,
    happening: Happening,
    before: Progress,
    own: Decimal | None,
) -> Applied | None:
    if why_not(force, campaign, subject, happening, before):
        return None
    day = days.day_of(happening.at, force.zone)
    spent = money_in_units(force.programme, happening.amount)
    after = replace(before, first=before.first or day, times=before.times + 1, amount=before.amount + spent)
    benefits: list[Benefit] = [campaign.benefit] if campaign.benefit is not None else []
    if campaign.milestones:
        benefits, after = _reached(force, campaign, before, after)
    added = _added(force, campaign, benefits, happening, own)
    rewards = tuple(each.reward_id for each in benefits if each.reward_id is not None)
    return Applied(campaign, added, rewards, after)


def _reached(force: InForce, campaign: Campaign, before: Progress, after: Progress) -> tuple[list[Benefit], Progress]:
    """The benefits of the milestones that this event reaches, and the progress that remembers them."""
    counts = [*before.reached, *(0 for _ in campaign.milestones)][: len(campaign.milestones)]
    benefits: list[Benefit] = []
    for place, milestone in enumerate(campaign.milestones):
        due = _due(force, milestone, after) - counts[place]
        if milestone.times_max is not None:
            due = min(due, milestone.times_max - counts[place])
        if due > 0:
            # One event may pass several multiples of an amount; each of them pays, at most so many at once.
            due = min(due, _at_once(milestone, len(before.owed)))
            counts[place] += due
            benefits += [milestone.benefit] * due
    return benefits, replace(after, reached=tuple(counts))


def _at_once(milestone: Milestone, owed: int) -> int:
    """Multiples of the milestone that one event may pay, of a campaign that owes so many rewards already."""
    if milestone.benefit.reward_id is None:
        return MULTIPLES_MAX
    return max(0, min(REWARDS_MAX, OWED_MAX - owed))


def _due(force: InForce, milestone: Milestone, progress: Progress) -> int:
    """How often the milestone has been reached by now."""
    if milestone.counts == "times":
        have, need = progress.times, milestone.times or 1
    else:
        have, need = progress.amount, max(1, money_in_units(force.programme, milestone.amount or NOTHING))
    return have // need if milestone.repeats else int(have >= need)


def _added(
    force: InForce, campaign: Campaign, benefits: Sequence[Benefit], happening: Happening, own: Decimal | None
) -> Added:
    more = _sum([each.multiplier - ONE for each in benefits if each.multiplier is not None])
    bonus = _sum([each.points for each in benefits if each.points is not None])
    if own is not None:
        return Added(campaign.campaign_id, (ONE + more,), (bonus,))
    chosen = [_is_meant(campaign, line) for line in happening.lines]
    multipliers = tuple(ONE + more if meant else ONE for meant in chosen)
    return Added(campaign.campaign_id, multipliers, _spread(force, bonus, happening.lines, chosen))


def _spread(force: InForce, bonus: Decimal, lines: Sequence[PricedLine], chosen: Sequence[bool]) -> tuple[Decimal, ...]:
    """A bonus over the lines it is for, by what they cost, in whole smallest units; the first has what is left over."""
    units = in_units(bonus, force.programme.point_decimals)
    weights = [line.amount if meant else NOTHING for line, meant in zip(lines, chosen, strict=True)]
    whole = _sum(weights)
    if not whole:
        weights = [ONE if meant else NOTHING for meant in chosen]
        whole = _sum(weights) or ONE
    parts = [int(units * weight // whole) for weight in weights]
    first = next((place for place, meant in enumerate(chosen) if meant), 0)
    parts[first] += units - sum(parts)
    return tuple(Decimal(part).scaleb(-force.programme.point_decimals) for part in parts)


def _meets(campaign: Campaign, happening: Happening) -> bool:
    """Store and source are asked of whatever a member does, the rest of purchases alone."""
    wanted = campaign.conditions
    if wanted.stores and happening.store not in wanted.stores:
        return False
    if wanted.sources and happening.source.casefold() not in {each.casefold() for each in wanted.sources}:
        return False
    if happening.action != standard.PURCHASE:
        return True
    meant = [line for line in happening.lines if _is_meant(campaign, line)]
    return (
        bool(meant)
        and _sum([line.quantity for line in meant]) >= wanted.minimum_quantity
        and _sum([line.amount for line in meant]) >= wanted.minimum_amount
        and (not wanted.coupons or not set(wanted.coupons).isdisjoint(happening.coupons))
    )


def _is_meant(campaign: Campaign, line: PricedLine) -> bool:
    wanted = campaign.conditions
    if line.is_excluded:
        return False
    return (
        not (wanted.products or wanted.categories)
        or line.product in wanted.products
        or line.category in wanted.categories
    )


def _is_valid(force: InForce, campaign: Campaign, progress: Progress, at: datetime) -> bool:
    """Whether the member's own days in the campaign are not over; before they begin they are not."""
    if campaign.validity_days is None:
        return True
    begun = days.day_of(days.from_ms(progress.activated), force.zone) if progress.activated else progress.first
    return not begun or days.day_of(at, force.zone) < begun + campaign.validity_days


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    total = NOTHING
    for each in numbers:
        total = EXACT.add(total, each)
    return total
