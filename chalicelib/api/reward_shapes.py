"""The shapes of answers about rewards: the vendor's two families, and our own."""

from decimal import Decimal
from typing import Any, NotRequired

from typing_extensions import TypedDict

Number = int | Decimal


class RewardRow(TypedDict):
    """A reward as one member sees it. An ineligible one tells why, and how many points are missing."""

    rewardId: str
    rewardName: str
    displayText: str
    creditRequired: Number
    eligible: str
    reason: str
    reasonCode: str
    pointsNeeded: Number
    rewardUrl: str
    rewardImageUrl: str
    rewardImages: list[dict[str, str]]
    rewardStatus: str
    rewardState: str
    rewardType: str
    rewardKind: str
    rewardCategory: str
    rewardCategoryId: str
    rewardDescription: str
    rewardTerms: str
    rewardSequence: int
    rewardAttribute: dict[str, str]
    startDate: str
    endDate: str
    claimLimit: int
    claimCount: int
    claimLimitDetail: list[dict[str, Any]]
    stackable: str
    discount: dict[str, Any]
    productId: str
    remainingStock: NotRequired[int]
    multiBucketsData: dict[str, Any]
    customPoints: NotRequired[dict[str, Any]]


class RewardList(TypedDict):
    """All rewards available to a member."""

    siteId: str
    id: str
    creditsToCurrencyRatio: Number
    creditsToCurrencyValue: Number | str
    rewardDetail: list[RewardRow]


class UsedRow(TypedDict):
    """One redemption."""

    assignId: str
    rewardId: str
    rewardName: str
    rewardCode: str
    rewardCodeExpDate: str
    pointsUsed: Number
    multiBucketsData: dict[str, Any]
    rewardStatus: str
    reason: str
    orderId: str
    createDate: str
    claimLimit: int
    claimCount: int


class UsedList(TypedDict):
    """A page of a member's redemptions, newest first."""

    siteId: str
    id: str
    rewardDetail: list[UsedRow]
    pages: int
    current_page: int
    totalCount: int


class RewardV2(TypedDict):
    """A reward of the catalogue."""

    reward_id: str
    reward_name: str
    reward_type: str
    reward_kind: str
    reward_status: str
    reward_category_id: str
    reward_category_name: str
    reward_description: str
    reward_terms: str
    reward_sequence: int
    reward_images: list[dict[str, str]]
    reward_url: str
    reward_display_text: str
    reward_attributes: dict[str, str]
    points_required: Number
    bucket_points: dict[str, Number]
    custom_points: NotRequired[dict[str, Any]]
    discount: NotRequired[dict[str, Any]]
    product_id: NotRequired[str]
    start_date: str
    end_date: str
    source_type: str
    code_expiry: dict[str, Any]
    code_uses: int
    claims_per_member: int
    claim_limits: list[dict[str, Any]]
    claims_in_all: NotRequired[int]
    stock: NotRequired[int]
    stackable: bool
    eligible_tiers: list[str]
    eligible_segments: list[str]


class MemberReward(RewardV2):
    """The same for one member: whether it can be claimed now, and what is in the way."""

    eligible: bool
    claim_count: int
    ineligible_reasons: list[dict[str, Any]]


class Catalogue(TypedDict):
    """A page of the catalogue."""

    site_id: str
    rewards: list[RewardV2]
    total_count: int
    total_pages: int
    current_page: int
    page_size: int


class MemberCatalogue(TypedDict):
    """A page of the rewards of a member."""

    site_id: str
    user_id: str
    eligible: bool
    message: str
    rewards: list[MemberReward]
    total_count: int
    total_pages: int
    current_page: int
    page_size: int


class HistoryRow(TypedDict):
    """One redemption."""

    reward_id: str
    reward_name: str
    reward_type: str
    reward_category_id: str
    reward_category_name: str
    member_reward_status: str
    assign_id: str
    debit_points: Number
    issued_at: str
    issuance_details: dict[str, Any]
    collected_data: dict[str, Any]
    benefit_details: dict[str, Any]


class History(TypedDict):
    """A page of a member's redemptions."""

    site_id: str
    user_id: str
    data: list[HistoryRow]
    total_count: int
    total_pages: int
    current_page: int
    page_size: int


class Assigned(TypedDict):
    """A reward that was assigned, or whose assignment was changed."""

    site_id: str
    status: str
    message: str
    assign_id: str
    reward_id: str
    user_id: str
    member_reward_status: str
    debit_points: Number
    collected_data: dict[str, Any]
    benefit_details: dict[str, Any]


class Cancelled(TypedDict):
    """A redemption that was cancelled: the points that came back, and the balances after."""

    siteId: str
    id: str
    assignId: str
    rewardId: str
    rewardStatus: str
    pointsRefunded: Number
    multiBucketsData: dict[str, Any]
    updatedAvailablePoints: Number
    updatedLifetimePoints: Number
    previousTier: str
    updatedUserTier: str


class RefusedLine(TypedDict):
    """A line of an upload that was not taken."""

    line: int
    reason: str


class CodesUploaded(TypedDict):
    """What came of an upload of codes."""

    siteId: str
    rewardId: str
    pool: str
    accepted: int
    refused: int
    refusedLines: list[RefusedLine]
    remaining: int
    warning: str


class PoolUpload(TypedDict):
    """An earlier upload."""

    uploadId: str
    createDate: str
    accepted: int
    refused: int


class CodesLeft(TypedDict):
    """The state of a reward's codes."""

    siteId: str
    rewardId: str
    source: str
    pool: str
    remaining: int
    lowStockAt: int
    recommendedStock: int
    isLow: bool
    warning: str
    uploads: list[PoolUpload]


class LowPool(TypedDict):
    """A pool that runs low."""

    pool: str
    rewardIds: list[str]
    remaining: int
    lowStockAt: int
    since: str


class LowPools(TypedDict):
    """All pools that run low."""

    siteId: str
    alerts: list[LowPool]


class Holder(TypedDict):
    """Who got a code."""

    id: str
    assignId: str
    rewardId: str
    rewardStatus: str
    rewardCodeExpDate: str
    createDate: str
    uses: list[str]
    usesLeft: int


class CodeHolders(TypedDict):
    """What is known of a code."""

    siteId: str
    rewardCode: str
    pool: str
    holders: list[Holder]
