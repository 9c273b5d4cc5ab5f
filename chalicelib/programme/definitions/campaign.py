"""Campaigns: when, for whom, on what, and what they add (annex-api-2, section 5; mission A014, A019)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, StrictBool

from chalicelib.programme import standard
from chalicelib.programme.definitions import audience as audiences
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.fields import Few, Text, Whole, wanted
from chalicelib.programme.section import (
    DAYS_MAX,
    ActionId,
    DefinitionId,
    Display,
    Money,
    Name,
    Points,
    Problem,
    Ratio,
    Section,
)

CAMPAIGNS_MAX: Final = 200
LISTED_MAX: Final = 500
MILESTONES_MAX: Final = 10
TEXT_MAX: Final = 2000

Long = Annotated[str, Text(TEXT_MAX, 0)]
Listed = Annotated[tuple[Annotated[str, Text(255)], ...], Few(LISTED_MAX)]


def read_moment(given: object) -> str:
    """A moment on the clocks of the programme's zone, to the second; a day alone is its midnight."""
    try:
        read = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is not None:
        raise wanted("a moment as yyyy-MM-ddTHH:mm:ss in the programme's time zone, for example 2026-12-24T18:00:00")
    return read.replace(microsecond=0).isoformat()


def read_switch(given: object) -> object:
    """ON or OFF, also where it is said as ACTIVE or INACTIVE, in any case."""
    said = given.upper() if isinstance(given, str) else given
    return {"ACTIVE": "ON", "INACTIVE": "OFF"}.get(said, said) if isinstance(said, str) else said


Moment = Annotated[str, BeforeValidator(read_moment)]


class Benefit(Section):
    """What a campaign adds: so many times the points, points on top, or a reward without a price."""

    type: Literal["multiplier", "bonus", "reward"]
    multiplier: Ratio | None = None
    points: Points | None = None
    reward_id: DefinitionId | None = None


class Conditions(Section):
    """What a purchase must be for the campaign to apply; its products are also those whose points are multiplied."""

    products: Listed = ()
    categories: Listed = ()
    minimum_quantity: Annotated[int, Whole(0, 1_000_000)] = 0
    minimum_amount: Money = Decimal(0)
    stores: Listed = ()
    sources: Listed = ()
    coupons: Listed = ()


class Milestone(Section):
    """A benefit at the so manieth qualifying event, or when so much was spent in the campaign."""

    counts: Literal["times", "amount"] = "times"
    times: Annotated[int, Whole(1, 1_000_000)] | None = None
    amount: Money | None = None
    repeats: StrictBool = False
    """Whether every further multiple is one, too."""
    times_max: Annotated[int, Whole(1, 1_000_000)] | None = None
    """How often a member may reach it."""
    benefit: Benefit


class Campaign(Section):
    """A campaign. With milestones its benefits come at these alone; without, at every qualifying event."""

    campaign_id: DefinitionId
    campaign_name: Name
    description: Long = ""
    terms: Long = ""
    tagline: Display = ""
    group_name: Display = ""
    status: Annotated[Literal["ON", "OFF"], BeforeValidator(read_switch)] = "ON"
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    """The first moment at which it is over."""
    audience: Audience = Field(default_factory=Audience)
    actions: Annotated[tuple[ActionId, ...], Few(100, 1)] = (standard.PURCHASE,)
    conditions: Conditions = Field(default_factory=Conditions)
    benefit: Benefit | None = None
    milestones: Annotated[tuple[Milestone, ...], Few(MILESTONES_MAX)] = ()
    activation_required: StrictBool = False
    validity_days: Annotated[int, Whole(1, DAYS_MAX)] | None = None
    """Individual validity: so many days from the member's activation, or else from their first qualifying event."""
    budget_points: Points | None = None
    budget_amount: Money | None = None
    """Most that its points may be worth in the programme's currency."""
    member_points_max: Points | None = None
    member_times_max: Annotated[int, Whole(1, 1_000_000)] | None = None
    priority: Annotated[int, Whole(0, 1_000)] = 0
    stacking: Literal["add", "best", "exclusive"] = "add"
    """Beside other campaigns: added to them, only the best of its kind, or alone (the highest priority of these)."""

    @property
    def is_on(self) -> bool:
        """Whether it is switched on."""
        return self.status == "ON"

    @property
    def has_budget(self) -> bool:
        """Whether its points are bounded for all members together."""
        return self.budget_points is not None or self.budget_amount is not None


def problems(
    campaigns: Sequence[Campaign], *, segments: set[str], tiers: set[str], actions: set[int], rewards: set[str]
) -> Iterator[Problem]:
    """Ids that are taken, and whatever a campaign names that the programme does not have."""
    first: dict[str, int] = {}
    for place, each in enumerate(campaigns):
        path = f"campaigns[{place}]"
        before = first.setdefault(each.campaign_id, place)
        if before != place:
            same = f"campaigns[{before}].campaignId"
            yield Problem(f"{path}.campaignId", f"wanted one that no other has, got {each.campaign_id} as in {same}")
        if each.starts_at and each.ends_at and each.ends_at <= each.starts_at:
            yield Problem(f"{path}.endsAt", f"wanted a moment after {each.starts_at}, got {each.ends_at}")
        yield from audiences.problems(f"{path}.audience", each.audience, segments=segments, tiers=tiers)
        for index, action in enumerate(each.actions):
            if action not in actions or action in standard.DEBITS:
                yield Problem(f"{path}.actions[{index}]", f"wanted an action that earns points, got {action}")
        yield from _conditions(path, each)
        if (each.benefit is None) == (not each.milestones):
            yield Problem(f"{path}.benefit", "wanted either a benefit or milestones")
        if each.benefit is not None:
            yield from _benefit(f"{path}.benefit", each.benefit, rewards)
        for index, milestone in enumerate(each.milestones):
            yield from _milestone(f"{path}.milestones[{index}]", milestone, rewards)


def _conditions(path: str, campaign: Campaign) -> Iterator[Problem]:
    """What is asked of purchases needs a campaign that waits for these."""
    wanted = campaign.conditions
    of_purchases = (wanted.products, wanted.categories, wanted.coupons, wanted.minimum_quantity, wanted.minimum_amount)
    counted = any(each.counts == "amount" for each in campaign.milestones)
    if (any(of_purchases) or counted) and standard.PURCHASE not in campaign.actions:
        about = "milestones that count amounts" if counted else "conditions about products, amounts and coupons"
        yield Problem(f"{path}.actions", f"wanted {standard.PURCHASE} (purchase) among them: there are {about}")


def _milestone(path: str, milestone: Milestone, rewards: set[str]) -> Iterator[Problem]:
    for name, counts, given in (("times", "times", milestone.times), ("amount", "amount", milestone.amount)):
        if milestone.counts == counts and not given:
            yield Problem(f"{path}.{name}", "is missing: when it is reached")
        if milestone.counts != counts and given is not None:
            yield Problem(f"{path}.{name}", f"wanted nothing where {milestone.counts} count")
    yield from _benefit(f"{path}.benefit", milestone.benefit, rewards)


_NEEDS: Final = {"multiplier": "multiplier", "bonus": "points", "reward": "reward_id"}
_ON_WIRE: Final = {"multiplier": "multiplier", "points": "points", "reward_id": "rewardId"}


def _benefit(path: str, benefit: Benefit, rewards: set[str]) -> Iterator[Problem]:
    for name, shown in _ON_WIRE.items():
        given = getattr(benefit, name)
        if name == _NEEDS[benefit.type] and given is None:
            yield Problem(f"{path}.{shown}", f"is missing: a benefit of type {benefit.type}")
        if name != _NEEDS[benefit.type] and given is not None:
            yield Problem(f"{path}.{shown}", f"wanted nothing with type {benefit.type}")
    if benefit.multiplier is not None and benefit.multiplier < 1:
        yield Problem(f"{path}.multiplier", f"wanted 1 or more, got {benefit.multiplier:f}")
    if benefit.reward_id is not None and benefit.reward_id not in rewards:
        yield Problem(f"{path}.rewardId", f"wanted a reward of the programme, got {benefit.reward_id}")
