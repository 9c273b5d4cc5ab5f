"""Campaigns in a transaction: what is read, what is added, and what is written of it. And activation, figures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, localcontext
from itertools import islice
from typing import Any, Final

from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer
from chalicelib.dynamo.items import Address
from chalicelib.errors import Malformed, NotFound, Refusal
from chalicelib.ledger import days
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.service import Command, post
from chalicelib.programme.amounts import EXACT, rounded
from chalicelib.programme.campaigning import judging, table
from chalicelib.programme.campaigning.judging import Applied, Happening
from chalicelib.programme.campaigning.progress import Progress, Spent
from chalicelib.programme.definitions.campaign import Campaign
from chalicelib.programme.earning import Benefit
from chalicelib.programme.in_force import InForce
from chalicelib.programme.segments import judging as conditions
from chalicelib.programme.segments import service as segments
from chalicelib.programme.segments.subject import Event
from chalicelib.values import value

ACTIVE: Final = "active"
CAMPAIGNS_READ_MAX: Final = 100
PLACES_MAX: Final = 80
"""Items that campaigns read beside the account in one call; of campaigns that need more those of the highest priority
are judged.
"""


class UnknownCampaign(NotFound):
    """The programme has no such campaign."""

    def __init__(self) -> None:
        super().__init__(
            "No data found: the programme has no such campaign. GET /campaign/ALL lists the campaignId of each."
        )


class CannotActivate(Malformed):
    """The campaign cannot be activated now, or not by this member."""

    def __init__(self, why: str) -> None:
        super().__init__(f"campaignId: {why}")


class CampaignSpent(Refusal):
    """Points that a caller attributes to a campaign are beyond what it may still give."""

    def __init__(self) -> None:
        super().__init__(
            "Not enough left: the campaign of this campaignId has given all the points that its budget or the "
            "member's own bound allow. Raise it, or send the award without campaignId."
        )


@value
class Wanted:
    """The campaigns that may apply to an event, and what has to be read beside the account to judge them."""

    campaigns: tuple[Campaign, ...]
    places: tuple[Address, ...]
    is_named: bool = False
    """Whether the caller attributes points to the one campaign."""


@value
class Judged:
    """The campaigns that apply, what their parts have spent, and conditions of a decision that rests on them."""

    applied: tuple[Applied, ...]
    spent: Mapping[str, tuple[Spent, ...]]
    checks: tuple[Write, ...]


def wanted(site: str, mid: str, force: InForce, action: int, at: datetime, *, only: str = "") -> Wanted:
    """What an event by this action at that moment may take part in; nothing where no campaign waits for it.

    An award that the caller attributes to the campaign ``only`` takes part in this one alone, whatever its conditions.
    Raises ``UnknownCampaign``.
    """
    if only:
        campaign = campaign_of(force, only)
        return Wanted((campaign,), tuple(_places(site, mid, campaign)), is_named=True)
    found = judging.candidates(force, action, at)
    while found:
        places = [*segments.addresses(site, mid, force, [each.audience for each in found])]
        places += [place for each in found for place in _places(site, mid, each)]
        if len(places) <= PLACES_MAX:
            return Wanted(found, tuple(places))
        found = found[:-1]
    return Wanted((), ())


def judged(
    site: str,
    force: InForce,
    of: Wanted,
    draft: Draft,
    found: Sequence[Any],
    happening: Happening,
    own: Any = None,
    attributes: Mapping[str, str] | None = None,
) -> Judged:
    """Which campaigns apply to what the draft's member does; ``found`` is what was read at ``of.places``."""
    if not of.campaigns:
        return Judged((), {}, ())
    audiences = [each.audience for each in of.campaigns]
    count = len(segments.addresses(site, draft.mid, force, audiences))
    event = Event(
        action=happening.action,
        store=happening.store,
        source=happening.source,
        coupons=happening.coupons,
        products=frozenset(line.product for line in happening.lines),
        categories=frozenset(line.category for line in happening.lines),
        amount=happening.amount,
        attributes=attributes or {},
    )
    subject = segments.subject(site, force, draft, audiences, found[:count], event)
    left, known = iter(found[count:]), {}
    for each in of.campaigns:
        known[each.campaign_id] = list(islice(left, len(_places(site, draft.mid, each))))
    progress = {name: table.load(read[0]) for name, read in known.items()}
    applied = judging.applied(force, subject, happening, progress, own)
    spent = {
        each.campaign.campaign_id: tuple(table.spent(item) for item in known[each.campaign.campaign_id][1:])
        for each in applied
    }
    needed = any(each.campaign.audience.segments for each in applied)
    checks = segments.checks(site, draft.mid, force, audiences, found[:count]) if needed else ()
    return Judged(applied, spent, checks)


@value
class ForAction:
    """What campaigns add to the points of an action: smallest units of each, and what they rest on."""

    parts: tuple[tuple[str, int], ...] = ()
    judged: Judged = Judged((), {}, ())
    is_all: bool = False
    """Whether they are all the points that there are: the caller attributes them to a campaign."""

    @property
    def points(self) -> int:
        """All that they add."""
        return sum(points for _, points in self.parts)

    def total(self, own: int) -> int:
        """Points in all beside the action's own."""
        return self.points if self.is_all else own + self.points

    def within(self, own: int, given: int) -> tuple[tuple[str, int], ...]:
        """The campaigns' parts of the points that were really given, where limits let through less than all."""
        if given == self.total(own):
            return self.parts
        split = in_parts(given, [0 if self.is_all else own, *(points for _, points in self.parts)])
        return tuple((name, points) for (name, _), points in zip(self.parts, split[1:], strict=True) if points)


def for_action(
    site: str, force: InForce, of: Wanted, draft: Draft, found: Sequence[Any], action: int, own: int, event: Event
) -> ForAction:
    """What campaigns add to ``own`` points of an action, in smallest units, none beyond what it may still give."""
    if not of.campaigns:
        return ForAction()
    if of.is_named:
        return _given_to(of, found, own, force)
    happening = Happening(action, draft.now, store=event.store, source=event.source)
    with localcontext(EXACT):
        points = Decimal(own).scaleb(-force.programme.point_decimals)
        known = judged(site, force, of, draft, found, happening, points, event.attributes)
        adds = {each.campaign.campaign_id: each.added.of_line(0, points) for each in known.applied}
        known = replace(known, applied=judging.together(known.applied, adds))
        parts = []
        for each in known.applied:
            name, bound = each.campaign.campaign_id, room(force, known, each)
            units = rounded(adds[name].scaleb(force.programme.point_decimals), force.programme.purchase.rounding)
            parts.append((name, units if bound is None else min(units, bound)))
    return ForAction(tuple((name, units) for name, units in parts if units), known)


def room(force: InForce, of: Judged, each: Applied) -> int | None:
    """Points that a campaign may still give this member, by its budget and the member's bound; ``None``: any."""
    campaign = each.campaign
    bounds = []
    if campaign.member_points_max is not None:
        bounds.append(judging.member_room(force.programme, campaign, each.progress))
    bound = judging.budget(force.programme, campaign)
    if bound is not None:
        bounds.append(sum(_rooms(bound, of.spent[campaign.campaign_id])))
    return max(0, min(bounds)) if bounds else None


def charged(
    site: str, mid: str, force: InForce, of: Judged, granted: Mapping[str, int], now: datetime, *, is_order: bool
) -> list[Write]:
    """What is written of the campaigns that applied: progress of the member, figures and budgets. ``granted`` are the
    points that each really gave. A budget's condition fails where others spent it meanwhile; then all is decided anew.
    """
    writes: list[Write] = list(of.checks)
    for each in of.applied:
        name = each.campaign.campaign_id
        points = granted.get(name, 0)
        gives = bool(points or each.rewards)
        after = replace(
            each.progress,
            benefits=each.progress.benefits + gives,
            points=each.progress.points + points,
            owed=(*each.progress.owed, *each.rewards),
        )
        due = days.to_ms(now) if after.owed else None
        writes.append(table.progress_write(site, mid, name, after, due))
        if gives:
            more = Spent(points, 1, int(not each.progress.is_begun), int(is_order))
            writes += _counted(site, mid, force, each.campaign, of.spent[name], more)
    return writes


def activate(site: str, run: Command, force: InForce, mid: str, campaign_id: str) -> Progress:
    """Let a member take part in a campaign that asks for it, from now on; a second time changes nothing.

    Raises ``UnknownCampaign``, ``CannotActivate``, ``NoSuchMember`` and ``Contention``.
    """
    campaign = campaign_of(force, campaign_id)
    if not campaign.activation_required:
        raise CannotActivate("this campaign needs no activation; whoever it is for takes part.")
    if not campaign.is_on or not judging.is_open(campaign, run.now, force.zone):
        raise CannotActivate("this campaign is not open now.")
    audiences = [campaign.audience]

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Progress]:
        draft, (item, *rest) = drafts[0], found
        before = table.load(item)
        if before.activated:
            return [], before
        if draft.account.state != ACTIVE:
            raise CannotActivate("this member does not take part at present (inactive or opted out).")
        subject = segments.subject(site, force, draft, audiences, rest)
        if not conditions.admits(force, campaign.audience, subject):
            raise CannotActivate("this campaign is for other members.")
        after = replace(before, activated=days.to_ms(run.now))
        checks = segments.checks(site, mid, force, audiences, rest)
        return [table.progress_write(site, mid, campaign_id, after), *checks], after

    also = (table.address(site, mid, campaign_id), *segments.addresses(site, mid, force, audiences))
    return post(site, [mid], run, force.rules, decide, also=also, answer=lambda _: Answer(f"Y{campaign_id}"))


def campaign_of(force: InForce, campaign_id: str) -> Campaign:
    """The campaign of that id. Raises ``UnknownCampaign``."""
    found = force.campaign_by_id.get(campaign_id)
    if found is None:
        raise UnknownCampaign
    return found


def progress_of(site: str, mid: str, campaigns: Sequence[str]) -> list[Progress]:
    """How far a member is in each of these campaigns, a hundred at most. One call."""
    return table.read(site, mid, campaigns[:CAMPAIGNS_READ_MAX])


def figures(site: str, campaign_id: str) -> Spent:
    """What a campaign has done so far: points, events with a benefit, members with one, orders. One call."""
    parts = table.read_figures(site, campaign_id)
    return Spent(*(sum(getattr(part, name) for part in parts) for name in ("points", "times", "members", "orders")))


def owed(site: str, mid: str, campaign_id: str) -> Progress:
    """A member's progress, for the worker that gives the rewards it owes. One call."""
    return table.read(site, mid, [campaign_id])[0]


def given(site: str, mid: str, campaign_id: str, progress: Progress, count: int, now: datetime) -> Write:
    """The write that says that the first ``count`` owed were given; the progress must be as it was read."""
    left = replace(progress, owed=progress.owed[count:], given=progress.given + count)
    return table.progress_write(site, mid, campaign_id, left, days.to_ms(now) if left.owed else None)


def forget(site: str, mid: str) -> bool:
    """Delete an erased member's progress, a hundred campaigns at a time; whether none is left. Safe to repeat."""

    def decide(writes: list[Write]) -> Plan[bool]:
        return Plan(tuple(writes), len(writes) < table.FORGOTTEN_MAX)

    return commit(lambda: table.deletes(site, mid), decide)


def dossier(site: str, mid: str) -> list[str]:
    """The campaigns that a member took part in, by their ids."""
    return [str(write.item.sk).partition("#")[2] for write in table.deletes(site, mid)]


def _given_to(of: Wanted, found: Sequence[Any], points: int, force: InForce) -> ForAction:
    """An award that the caller attributes to a campaign, and as many of its points as this may still give.

    ``found`` is what was read at ``of.places``. Raises ``CampaignSpent`` when that is nothing.
    """
    campaign, progress = of.campaigns[0], table.load(found[0])
    name = campaign.campaign_id
    applied = Applied(campaign, Benefit(name), (), replace(progress, times=progress.times + 1))
    case = Judged((applied,), {name: tuple(table.spent(item) for item in found[1:])}, ())
    bound = room(force, case, applied)
    given = points if bound is None else min(points, bound)
    if points and not given:
        raise CampaignSpent
    return ForAction(((name, given),), case, is_all=True)


def _places(site: str, mid: str, campaign: Campaign) -> list[Address]:
    """Where a member's progress in a campaign stands, and of one with a budget what its parts have spent."""
    name = campaign.campaign_id
    figures_of = table.figures_addresses(site, name) if campaign.has_budget else ()
    return [table.address(site, mid, name), *figures_of]


def _counted(
    site: str, mid: str, force: InForce, campaign: Campaign, spent: Sequence[Spent], more: Spent
) -> list[Write]:
    own, name = table.part_of(mid), campaign.campaign_id
    bound = judging.budget(force.programme, campaign)
    if bound is None:
        return [table.figures_write(site, name, own, more)]
    rooms, left, writes = _rooms(bound, spent), more.points, []
    for step in range(table.SLICES):
        part = (own + step) % table.SLICES
        taken = min(left, rooms[part])
        left -= taken
        counted = replace(more, points=taken) if not step else Spent(points=taken)
        if taken or not step:
            limit = judging.share_of(bound, part, table.SLICES) if taken else None
            writes.append(table.figures_write(site, name, part, counted, bound=limit))
    return writes


def in_parts(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """``total`` in whole parts by weight, by largest remainder, ties by place."""
    whole = sum(weights) or 1
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def _rooms(bound: int, spent: Sequence[Spent]) -> list[int]:
    """What is left in each part of a budget; one that was lowered meanwhile leaves nothing."""
    return [max(0, judging.share_of(bound, part, table.SLICES) - each.points) for part, each in enumerate(spent)]
