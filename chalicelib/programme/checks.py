"""What the fields of a programme must be to each other. Each check yields the fields that are wrong."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from chalicelib.programme import standard
from chalicelib.programme.definitions import action_group as action_groups
from chalicelib.programme.definitions import action_series, attributes, erasure, membership, photos, receipts
from chalicelib.programme.definitions import bucket as buckets
from chalicelib.programme.definitions import campaign as campaigns
from chalicelib.programme.definitions import category as categories
from chalicelib.programme.definitions import gallery as galleries
from chalicelib.programme.definitions import photo_campaign as photo_campaigns
from chalicelib.programme.definitions import reward as rewards
from chalicelib.programme.definitions import segment as segments
from chalicelib.programme.definitions import survey as surveys
from chalicelib.programme.definitions import tier_program as tier_programs
from chalicelib.programme.definitions.ladder import Expiry, KeepUntil, Tiers
from chalicelib.programme.document import COUNTERS_MAX, Action, HoldPolicy, Programme
from chalicelib.programme.fields import decimals_of
from chalicelib.programme.limits import periods_of
from chalicelib.programme.section import Problem


def problems_of(programme: Programme) -> Iterator[Problem]:
    """All contradictions in a programme whose fields are right one by one."""
    yield from _actions(programme)
    for place, action in enumerate(programme.actions):
        yield from _action(f"actions[{place}]", action, programme.point_decimals)
    yield from _ladder("tiers", programme.tiers, programme.threshold_decimals)
    yield from _expiry("expiry", programme.expiry)
    yield from _hold("purchase.hold", programme.purchase.hold)
    decimals = programme.currency.decimals
    yield from _decimals("purchase.minimumOrderAmount", programme.purchase.minimum_order_amount, decimals)
    yield from _decimals("display.rewardDenomination", programme.display.reward_denomination, programme.point_decimals)
    yield from action_series.problems(programme.action_series, _earning(programme) - {standard.PURCHASE})
    yield from _tier_programs(programme)
    yield from _prerequisites(programme)
    yield from action_groups.problems(programme.action_groups, _earning(programme))
    yield from _buckets(programme)
    yield from attributes.problems(programme.extended_attributes)
    yield from membership.problems(programme.membership_status, {each.action_id for each in programme.actions})
    yield from erasure.problems(programme.transaction_erasure)
    yield from campaigns.problems(
        programme.campaigns,
        segments={segment.segment_id for segment in programme.segments},
        tiers={level.tier_id for level in programme.tiers.levels},
        actions={action.action_id for action in programme.actions},
        rewards={reward.reward_id for reward in programme.rewards},
    )
    yield from categories.problems(programme.categories)
    yield from segments.problems(
        programme.segments,
        tiers={level.tier_id for level in programme.tiers.levels},
        actions={action.action_id for action in programme.actions},
        series={each.series_id for each in programme.action_series},
    )
    earning = sorted(_earning(programme) - {standard.PURCHASE})
    yield from photos.problems(programme.photos, earning)
    yield from photo_campaigns.problems(programme.photo_campaigns, earning)
    yield from _surveys(programme)
    yield from _rewards(programme)
    yield from receipts.problems(programme.receipts, decimals)
    yield from galleries.problems(programme.galleries, {crop.name for crop in programme.photos.crops})


def _actions(programme: Programme) -> Iterator[Problem]:
    ids = [action.action_id for action in programme.actions]
    for place, problem in _repeated(ids, "actions", "actionId"):
        yield Problem(f"actions[{place}].actionId", problem)
    missing = sorted(standard.REQUIRED - set(ids))
    if missing:
        named = ", ".join(map(str, missing))
        yield Problem("actions", f"wanted also the standard actions {named}")
    counters = sum(len(periods_of(action)) for action in programme.actions) + len(programme.action_groups)
    if counters > COUNTERS_MAX:
        yield Problem("actions", f"wanted at most {COUNTERS_MAX} limits in all actions together, got {counters}")


def _action(path: str, action: Action, decimals: int) -> Iterator[Problem]:
    yield from _decimals(f"{path}.actionPoints", action.action_points, decimals)
    if action.action_id in standard.BOOKED and not action.is_active:
        yield Problem(f"{path}.status", f"wanted ACTIVE: the system itself books action {action.action_id}")
    if action.action_id in standard.WITHOUT_POINTS and action.action_points:
        yield Problem(f"{path}.actionPoints", f"wanted 0: the points of action {action.action_id} come with each use")
    if action.action_id in standard.DEBITS:
        yield from _debit(path, action)
    yield from _purchase(path, action)
    yield from _limits(path, action, decimals)
    if action.expiry is not None:
        if action.expire_in_days is not None:
            yield Problem(f"{path}.expiry", "wanted either this or expireInDays, got both")
        yield from _expiry(f"{path}.expiry", action.expiry)


def _debit(path: str, action: Action) -> Iterator[Problem]:
    given = {
        "maxPoints": action.max_points is not None,
        "limits": bool(action.limits),
        "customIdLimit": action.custom_id_limit is not None,
        "network": action.network is not None,
        "profileFields": bool(action.profile_fields),
        "oncePerOptIn": action.once_per_opt_in,
        "holdDays": action.hold_days > 0,
        "expireInDays": action.expire_in_days is not None,
        "expiry": action.expiry is not None,
    }
    for name, is_given in given.items():
        if is_given:
            yield Problem(f"{path}.{name}", f"wanted nothing: action {action.action_id} earns no points")


def _purchase(path: str, action: Action) -> Iterator[Problem]:
    if action.action_id != standard.PURCHASE:
        if action.ratio is not None:
            yield Problem(f"{path}.ratio", f"wanted nothing: only action {standard.PURCHASE}, purchase, earns by ratio")
        return
    if action.network is not None:
        yield Problem(f"{path}.network", "wanted nothing: a purchase connects no handle")
    if action.ratio is None:
        yield Problem(f"{path}.ratio", "is missing: points per currency unit of purchases")
    if action.action_points:
        yield Problem(f"{path}.actionPoints", "wanted 0: purchases earn by ratio")
    if action.hold_days:
        yield Problem(f"{path}.holdDays", "wanted 0: purchases are held by purchase.hold")


def _limits(path: str, action: Action, decimals: int) -> Iterator[Problem]:
    if action.max_points is not None:
        yield from _decimals(f"{path}.maxPoints", action.max_points, decimals)
        if not action.max_points:
            yield Problem(f"{path}.maxPoints", "wanted more than 0; leave it out where there is no limit")
        if action.period is None:
            yield Problem(f"{path}.period", "is missing: the period of maxPoints")
    elif action.period is not None:
        yield Problem(f"{path}.period", "wanted nothing where there is no maxPoints")
    periods = [limit.period for limit in action.limits]
    for place, problem in _repeated(periods, f"{path}.limits", "period"):
        yield Problem(f"{path}.limits[{place}].period", problem)


def _buckets(programme: Programme) -> Iterator[Problem]:
    yield from buckets.problems(programme.buckets)
    for place, bucket in enumerate(programme.buckets):
        path = f"buckets[{place}]"
        yield from _decimals(f"{path}.minimumOrderAmount", bucket.minimum_order_amount, programme.currency.decimals)
        if bucket.expiry is not None:
            yield from _expiry(f"{path}.expiry", bucket.expiry)
        if bucket.tiers is not None:
            yield from _ladder(f"{path}.tiers", bucket.tiers, programme.point_decimals)


def _tier_programs(programme: Programme) -> Iterator[Problem]:
    yield from tier_programs.problems(programme.tier_program, programme.tier_programs)
    for place, each in enumerate(programme.tier_programs):
        decimals = {"earnedPoints": programme.point_decimals, "spend": programme.currency.decimals, "orders": 0}
        yield from _ladder(f"tierPrograms[{place}].tiers", each.tiers, decimals[each.tiers.criterion])


def _prerequisites(programme: Programme) -> Iterator[Problem]:
    """Series that a tier asks for and the programme lacks; nobody can be asked for one in the first tier."""
    known = {each.series_id for each in programme.action_series}
    ladders = [("tiers", programme.tiers)]
    ladders += [(f"buckets[{at}].tiers", each.tiers) for at, each in enumerate(programme.buckets) if each.tiers]
    ladders += [(f"tierPrograms[{at}].tiers", each.tiers) for at, each in enumerate(programme.tier_programs)]
    for where, tiers in ladders:
        for place, level in enumerate(tiers.levels):
            path = f"{where}.levels[{place}].prerequisiteSeries"
            if level.prerequisite_series and not place:
                yield Problem(path, "wanted none: everybody starts in the first tier")
            for at, series in enumerate(level.prerequisite_series):
                if series not in known:
                    yield Problem(f"{path}[{at}]", f"wanted the seriesId of an action series, got {series}")


def _earning(programme: Programme) -> set[int]:
    """Actions that earn points."""
    return {action.action_id for action in programme.actions} - standard.DEBITS


def _surveys(programme: Programme) -> Iterator[Problem]:
    ids = {action.action_id for action in programme.actions} - standard.DEBITS - standard.BOOKED - {standard.PURCHASE}
    yield from surveys.problems(
        programme.surveys,
        earning=ids,
        priced=standard.WITHOUT_POINTS,
        point_decimals=programme.point_decimals,
        segments={segment.segment_id for segment in programme.segments},
        tiers={level.tier_id for level in programme.tiers.levels},
    )


def _rewards(programme: Programme) -> Iterator[Problem]:
    yield from rewards.problems(
        programme.rewards,
        tiers={level.tier_id for level in programme.tiers.levels},
        segments={segment.segment_id for segment in programme.segments},
        buckets={bucket.name.casefold() for bucket in programme.buckets},
        point_decimals=programme.point_decimals,
        currency_decimals=programme.currency.decimals,
    )


def _ladder(where: str, tiers: Tiers, decimals: int) -> Iterator[Problem]:
    levels = tiers.levels
    for place, problem in _repeated([level.tier_id for level in levels], f"{where}.levels", "tierId"):
        yield Problem(f"{where}.levels[{place}].tierId", problem)
    for place, problem in _repeated([level.tier_name for level in levels], f"{where}.levels", "tierName"):
        yield Problem(f"{where}.levels[{place}].tierName", problem)
    yield from _keep(where, tiers.keep_until)
    if levels[0].threshold:
        yield Problem(f"{where}.levels[0].threshold", "wanted 0: everybody starts in the first tier")
    for place, level in enumerate(levels):
        path = f"{where}.levels[{place}]"
        yield from _decimals(f"{path}.threshold", level.threshold, decimals)
        if place and level.threshold <= levels[place - 1].threshold:
            below = f"{levels[place - 1].threshold:f}"
            yield Problem(f"{path}.threshold", f"wanted more than {below}, the threshold of the tier before")
        if level.expiry is not None:
            yield from _expiry(f"{path}.expiry", level.expiry)


_EXPIRY_COUNT: Final = {"rollingDays": "days", "endOfMonth": "months", "endOfYear": "years", "never": None}
"""The count that belongs to each kind of expiry."""
_OPTIONAL_COUNT: Final = "years"


def _expiry(path: str, expiry: Expiry) -> Iterator[Problem]:
    wanted = _EXPIRY_COUNT[expiry.type]
    for name, count in {"days": expiry.days, "months": expiry.months, "years": expiry.years}.items():
        if name == wanted and count is None and name != _OPTIONAL_COUNT:
            yield Problem(f"{path}.{name}", f"is missing: how many {name}")
        if name != wanted and count is not None:
            yield Problem(f"{path}.{name}", f"wanted nothing with {expiry.type}")


def _keep(where: str, keep: KeepUntil) -> Iterator[Problem]:
    counts = keep.type in {"days", "months"}
    if counts and keep.count is None:
        yield Problem(f"{where}.keepUntil.count", f"is missing: how many {keep.type}")
    if not counts and keep.count is not None:
        yield Problem(f"{where}.keepUntil.count", f"wanted nothing with {keep.type}")


def _hold(path: str, hold: HoldPolicy) -> Iterator[Problem]:
    if hold.type == "none" and hold.days:
        yield Problem(f"{path}.days", "wanted 0 with none")


def _decimals(path: str, number: Decimal, decimals: int) -> Iterator[Problem]:
    if decimals_of(number) > decimals:
        yield Problem(path, f"wanted at most {decimals} decimals, got {number}")


def _repeated(values: Iterable[object], path: str, name: str) -> Iterator[tuple[int, str]]:
    """Place and problem of each value that was there before."""
    first_place: dict[object, int] = {}
    for place, each in enumerate(values):
        first = first_place.setdefault(each, place)
        if first != place:
            yield place, f"wanted one that no other has, got {each} as in {path}[{first}].{name}"
