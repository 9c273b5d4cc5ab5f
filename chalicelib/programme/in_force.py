"""A version of the programme, ready for use: the document and what is computed from it once."""

from collections.abc import Mapping
from dataclasses import field
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.groups.group import Policy
from chalicelib.ledger.rules import Downgrade, Keep, KeepUnit, Ladder, Level, Metric, Rules, Window
from chalicelib.programme.amounts import in_units
from chalicelib.programme.definitions.action_series import completions_key
from chalicelib.programme.definitions.bucket import Bucket
from chalicelib.programme.definitions.campaign import Campaign
from chalicelib.programme.definitions.category import Category
from chalicelib.programme.definitions.gallery import Gallery
from chalicelib.programme.definitions.ladder import Tier, Tiers
from chalicelib.programme.definitions.reward import Reward
from chalicelib.programme.definitions.segment import Segment
from chalicelib.programme.definitions.survey import Survey
from chalicelib.programme.document import Action, Programme
from chalicelib.programme.limits import Counter, counters, shared
from chalicelib.values import value


@value
class InForce:
    """One version of a site's programme."""

    version: int
    programme: Programme
    rules: Rules
    action_by_id: Mapping[int, Action]
    counters_by_id: Mapping[int, tuple[Counter, ...]]
    """The limits of each action that has any."""
    bucket_by_name: Mapping[str, Bucket] = field(default_factory=dict)
    """Buckets beside the ordinary points, by name in small letters."""
    survey_by_id: Mapping[str, Survey] = field(default_factory=dict)
    campaign_by_id: Mapping[str, Campaign] = field(default_factory=dict)
    category_by_id: Mapping[str, Category] = field(default_factory=dict)
    segment_by_id: Mapping[str, Segment] = field(default_factory=dict)
    reward_by_id: Mapping[str, Reward] = field(default_factory=dict)
    """The catalogue of rewards."""
    gallery_by_id: Mapping[str, Gallery] = field(default_factory=dict)
    groups: Policy = Policy()
    """What members may do in groups."""

    @property
    def zone(self) -> ZoneInfo:
        """The programme's time zone."""
        return self.rules.zone

    def counters(self, action_id: int) -> tuple[Counter, ...]:
        """The limits of an action, shortest period first."""
        return self.counters_by_id.get(action_id, ())

    def award_units(self, action: Action) -> int:
        """Points of one performance in smallest units."""
        return in_units(action.action_points, self.programme.point_decimals)


def compiled(programme: Programme, version: int) -> InForce:
    """The version with everything computed that its users would compute again and again."""
    decimals = programme.point_decimals
    limited = {
        action.action_id: counters(action, decimals) + shared(programme.action_groups, action.action_id, decimals)
        for action in programme.actions
    }
    return InForce(
        version=version,
        programme=programme,
        rules=rules(programme, version),
        action_by_id={action.action_id: action for action in programme.actions},
        counters_by_id={action_id: found for action_id, found in limited.items() if found},
        bucket_by_name={bucket.name.casefold(): bucket for bucket in programme.buckets},
        survey_by_id={survey.survey_id: survey for survey in programme.surveys},
        campaign_by_id={campaign.campaign_id: campaign for campaign in programme.campaigns},
        category_by_id={category.category_id: category for category in programme.categories},
        segment_by_id={segment.segment_id: segment for segment in programme.segments},
        reward_by_id={reward.reward_id: reward for reward in programme.rewards},
        gallery_by_id={gallery.gallery_id: gallery for gallery in programme.galleries},
        groups=programme.groups.policy(),
    )


def rules(programme: Programme, version: int) -> Rules:
    """What the book needs to know of this version."""
    return Rules(
        version=version,
        zone=ZoneInfo(programme.time_zone),
        ladder=_ladder(programme.tiers, programme.threshold_decimals),
        may_owe=programme.negative_points.allowed,
        ladders={
            bucket.name: _ladder(bucket.tiers, programme.point_decimals)
            for bucket in programme.buckets
            if bucket.tiers is not None
        },
    )


_METRICS: Final[dict[str, Metric]] = {"earnedPoints": "points", "spend": "spend", "orders": "orders"}
_WINDOWS: Final[dict[str, Window]] = {
    "lifetime": "lifetime",
    "calendarYear": "year",
    "rolling": "rolling",
    "anniversary": "anniversary",
}
_DOWNGRADES: Final[dict[str, Downgrade]] = {"earned": "earned", "oneStep": "one_step", "never": "never"}
_KEEPS: Final[dict[str, KeepUnit]] = {
    "days": "days",
    "months": "months",
    "endOfYear": "end_of_year",
    "endOfNextYear": "end_of_next_year",
}


def _ladder(tiers: Tiers, decimals: int) -> Ladder:
    keep = tiers.keep_until
    return Ladder(
        metric=_METRICS[tiers.criterion],
        window=_WINDOWS[tiers.window],
        sequential=tiers.sequential,
        keep=None if keep.type == "none" else Keep(_KEEPS[keep.type], keep.count or 0),
        downgrade=_DOWNGRADES[tiers.downgrade],
        levels=tuple(
            Level(level.tier_id, level.tier_name, in_units(level.threshold, decimals), _needs(level))
            for level in tiers.levels
        ),
    )


def _needs(level: Tier) -> tuple[str, ...]:
    return tuple(completions_key(series) for series in level.prerequisite_series)
