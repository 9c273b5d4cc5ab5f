"""The programme document: one per site, as the merchant writes it and as it is stored.

Field names are camelCase on the wire, the vendor's own where it has them (annex-api-1, section 6). Every
limit of the document is a constant here. ``validation.validate`` is the way in; what one field cannot
know of another is in ``checks``.
"""

from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from chalicelib.ledger.days import Unit
from chalicelib.programme.definitions.action_group import GROUPS_MAX, ActionGroup
from chalicelib.programme.definitions.action_series import SERIES_MAX, ActionSeries
from chalicelib.programme.definitions.attributes import ATTRIBUTES_MAX, ExtendedAttribute
from chalicelib.programme.definitions.bucket import BUCKETS_MAX, Bucket
from chalicelib.programme.definitions.campaign import CAMPAIGNS_MAX, Campaign
from chalicelib.programme.definitions.category import CATEGORIES_MAX, Category
from chalicelib.programme.definitions.erasure import TransactionErasure
from chalicelib.programme.definitions.gallery import GALLERIES_MAX, Gallery
from chalicelib.programme.definitions.groups import Groups
from chalicelib.programme.definitions.ladder import Expiry, Tier, Tiers
from chalicelib.programme.definitions.membership import MembershipStatus
from chalicelib.programme.definitions.photo_campaign import CAMPAIGNS_MAX as PHOTO_CAMPAIGNS_MAX
from chalicelib.programme.definitions.photo_campaign import PhotoCampaign
from chalicelib.programme.definitions.photos import PhotoRules
from chalicelib.programme.definitions.receipts import Receipts
from chalicelib.programme.definitions.reward import REWARDS_MAX, Reward
from chalicelib.programme.definitions.segment import SEGMENTS_MAX, Segment
from chalicelib.programme.definitions.survey import SURVEYS_MAX, Survey
from chalicelib.programme.definitions.tier_program import OTHERS_MAX, LiveTierProgram, TierProgram
from chalicelib.programme.fields import Exact, Few, Matching, Whole, read_status, read_zone
from chalicelib.programme.section import (
    DAYS_MAX,
    POINT_DECIMALS_MAX,
    ActionId,
    Days,
    Display,
    Money,
    Name,
    Network,
    Points,
    Ratio,
    Rounding,
    Section,
)

ACTIONS_MAX: Final = 100
COUNTERS_MAX: Final = 60
"""Limit counters of all actions together: each may take room in every account."""
PROFILE_FIELDS_MAX: Final = 20
LIMITS_PER_ACTION_MAX: Final = 6
"""One for each period."""


class Limit(Section):
    """How often a member may earn by an action in a period."""

    times: Annotated[int, Whole(1, 1_000_000)]
    period: Unit


class Action(Section):
    """Something that moves points: earned by a member, posted by staff, or booked by the system."""

    action_id: ActionId
    action_name: Name
    action_name_display: Display = ""
    """What members read in their activity; the name when left empty."""
    action_limit_display: Display = ""
    status: Annotated[Literal["ACTIVE", "INACTIVE"], BeforeValidator(read_status)] = "ACTIVE"
    action_points: Points = Decimal(0)
    """Points for each performance."""
    ratio: Ratio | None = None
    """Points per currency unit; the purchase action has it, and no other."""
    max_points: Points | None = None
    """Most points that a member may earn by it in a period."""
    period: Unit | None = None
    """The period of ``max_points``."""
    limits: Annotated[tuple[Limit, ...], Few(LIMITS_PER_ACTION_MAX)] = ()
    custom_id_limit: Annotated[int, Whole(1, 1_000)] | None = None
    """How often a member may earn by it with one and the same customId; without it, as often as limits allow."""
    profile_fields: Annotated[tuple[Name, ...], Few(PROFILE_FIELDS_MAX)] = ()
    """Fields of the profile, or extended attributes, that must be full for it to earn."""
    network: Network | None = None
    """The social network whose handle it connects: the handle comes in ``actionAttribute``."""
    once_per_opt_in: StrictBool = False
    """Whether it earns once for each opt-in of the member, such as a newsletter."""
    hold_days: Days = 0
    expire_in_days: Days | None = None
    """Rolling expiry of its points, 0 for never; the tier's or the programme's policy when absent."""
    expiry: Expiry | None = None
    """Its own expiry where days do not say it."""

    @model_validator(mode="after")
    def _display_name(self) -> Self:
        # Filled in once here, so that what is stored, rendered and put back is the same document.
        if not self.action_name_display:
            object.__setattr__(self, "action_name_display", self.action_name)
        return self

    @property
    def is_active(self) -> bool:
        """Whether it may be performed."""
        return self.status == "ACTIVE"


class HoldPolicy(Section):
    """When the points of a purchase are released; without days, at once."""

    type: Literal["none", "orderDate", "itemShipDate", "wholeOrderShipped"] = "none"
    days: Days = 0


class Purchase(Section):
    """How orders earn. Their points per currency unit are the ``ratio`` of action 109."""

    minimum_order_amount: Money = Decimal(0)
    rounding: Rounding = "down"
    point_type: Literal["Standard", "Promotional"] = "Standard"
    hold: HoldPolicy = Field(default_factory=HoldPolicy)
    hold_max_days: Annotated[int, Whole(1, DAYS_MAX)] = 180
    """A hold that waits for a shipment voids itself after so many days."""
    apply_all_ratios: StrictBool = False
    """Whether points for each unit are multiplied by the ratios of purchase, tier and product, too."""
    award_type: Literal["Product", "Category"] = "Product"
    """Whose rule decides where a product and its category have one, unless the product says otherwise."""


class Currency(Section):
    """The money of the programme, and what a point is worth."""

    code: Annotated[str, Matching("[A-Z]{3}", 'an ISO 4217 code of three capital letters, for example "EUR"')]
    decimals: Annotated[int, Whole(0, 4)] = 2
    credits_to_currency_ratio: Annotated[Decimal, Exact("0.000001", "1000000", 6)]
    """Money per point."""
    rounding: Rounding = "down"
    value_decimals: Annotated[int, Whole(0, 4)] = 2
    value_as_text: StrictBool = False
    """Whether ``creditsToCurrencyValue`` is sent as text."""


class NegativePoints(Section):
    """Whether a debit may take a member's points below zero."""

    allowed: StrictBool = False


class Refunds(Section):
    """Whether points spent on an order come back when it is returned."""

    on_return: StrictBool = True
    on_partial_return: StrictBool = False
    grace_days: Days = 0
    """Days for which points that would come back expired may still be used."""


class DisplayOptions(Section):
    """What ``GET /points/{id}`` shows beside the balances."""

    earned_points_period: Literal["calendarYear", "anniversaryYear", "semester", "quarter"] | None = None
    reward_denomination: Points = Decimal(0)
    expiry_look_ahead_days: Annotated[int, Whole(1, DAYS_MAX)] | None = None


class Programme(Section):
    """The whole document."""

    time_zone: Annotated[str, BeforeValidator(read_zone)]
    point_decimals: Annotated[int, Whole(0, POINT_DECIMALS_MAX)] = 0
    currency: Currency
    purchase: Purchase
    expiry: Expiry
    tiers: Tiers
    negative_points: NegativePoints
    refunds: Refunds
    display: DisplayOptions
    actions: Annotated[tuple[Action, ...], Few(ACTIONS_MAX)]
    action_series: Annotated[tuple[ActionSeries, ...], Few(SERIES_MAX)] = ()
    tier_program: LiveTierProgram = Field(default_factory=LiveTierProgram)
    tier_programs: Annotated[tuple[TierProgram, ...], Few(OTHERS_MAX)] = ()
    action_groups: Annotated[tuple[ActionGroup, ...], Few(GROUPS_MAX)] = ()
    buckets: Annotated[tuple[Bucket, ...], Few(BUCKETS_MAX)] = ()
    extended_attributes: Annotated[tuple[ExtendedAttribute, ...], Few(ATTRIBUTES_MAX)] = ()
    membership_status: MembershipStatus = Field(default_factory=MembershipStatus)
    groups: Groups = Field(default_factory=Groups)
    transaction_erasure: TransactionErasure = Field(default_factory=TransactionErasure)
    campaigns: Annotated[tuple[Campaign, ...], Few(CAMPAIGNS_MAX)] = ()
    categories: Annotated[tuple[Category, ...], Few(CATEGORIES_MAX)] = ()
    segments: Annotated[tuple[Segment, ...], Few(SEGMENTS_MAX)] = ()
    surveys: Annotated[tuple[Survey, ...], Few(SURVEYS_MAX)] = ()
    rewards: Annotated[tuple[Reward, ...], Few(REWARDS_MAX)] = ()
    galleries: Annotated[tuple[Gallery, ...], Few(GALLERIES_MAX)] = ()
    photos: PhotoRules = Field(default_factory=PhotoRules)
    photo_campaigns: Annotated[tuple[PhotoCampaign, ...], Few(PHOTO_CAMPAIGNS_MAX)] = ()
    receipts: Receipts = Field(default_factory=Receipts)

    @property
    def threshold_decimals(self) -> int:
        """Decimals of what tiers count: points, money or orders."""
        decimals = {"earnedPoints": self.point_decimals, "spend": self.currency.decimals, "orders": 0}
        return decimals[self.tiers.criterion]

    def action(self, action_id: int) -> Action | None:
        """The action with that id, ``None`` when the programme has none."""
        return next((action for action in self.actions if action.action_id == action_id), None)

    def tier(self, tier_id: str) -> Tier:
        """The tier with that id; a tier that the programme no longer has counts as the lowest."""
        levels = self.tiers.levels
        return next((level for level in levels if level.tier_id == tier_id), levels[0])
