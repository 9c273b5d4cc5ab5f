"""The shapes of the vendor's answers: the OpenAPI document shows them, and the fuzz holds every answer to them.

Field names are the vendor's, odd ones included.
"""

from decimal import Decimal
from typing import Any, NotRequired

from typing_extensions import TypedDict

Number = int | Decimal


class Withheld(TypedDict):
    """Present when a limit withheld the award: AC1026 or AC1028 with the waiting time."""

    errorCode: NotRequired[str]
    errorMessage: NotRequired[str]


class _Moved(TypedDict):
    """What a movement of points answers, save for keys with a space in them."""

    siteId: str
    id: str
    actionId: NotRequired[int]
    activity: NotRequired[str]
    orderId: NotRequired[str]
    groupId: NotRequired[str]
    userId: NotRequired[str]
    rewardId: NotRequired[str]
    rewardName: NotRequired[str]
    rewardCategory: NotRequired[str]
    rewardCategoryId: NotRequired[str]
    rewardDescription: NotRequired[str]
    rewardTerms: NotRequired[str]
    rewardCode: NotRequired[str]
    rewardCodeExpDate: NotRequired[str]
    rewardAttribute: NotRequired[dict[str, str]]
    rewardStatus: NotRequired[str]
    credit: NotRequired[Number]
    debit: NotRequired[Number]
    storeDetails: NotRequired[dict[str, Any]]
    pointType: NotRequired[str]
    pointsAwarded: NotRequired[Number]
    holdPoints: NotRequired[Number]
    releaseDate: NotRequired[str]
    pointsDeducted: NotRequired[Number | None]
    pointsNotDeducted: NotRequired[Number]
    groupDebit: NotRequired[Number]
    groupPointsDeducted: NotRequired[Number]
    reason: NotRequired[str]
    customId: NotRequired[str]
    source: NotRequired[str]
    vendorEmail: NotRequired[str]
    vendorName: NotRequired[str]
    sectionId: NotRequired[str]
    sectionName: NotRequired[str]
    surveyId: NotRequired[str]
    surveyName: NotRequired[str]
    campaignId: NotRequired[str]
    campaignName: NotRequired[str]
    campaignPoints: NotRequired[Number]
    campaignDetails: NotRequired[dict[str, Any]]
    recipientData: NotRequired[dict[str, Any]]
    multiBucketsData: NotRequired[dict[str, Any]]
    tier: NotRequired[dict[str, Any]]
    actionAttribute: NotRequired[dict[str, Any]]
    updatedAvailablePoints: NotRequired[Number]
    updatedLifetimePoints: NotRequired[Number]
    previousTier: NotRequired[str]
    updatedUserTier: NotRequired[str]
    errorCode: NotRequired[str]
    errorMessage: NotRequired[str]


_Spaced = TypedDict(
    "_Spaced",
    {
        "hierarchy Data": NotRequired[dict[str, str]],
        "error code": NotRequired[str],
        "error message": NotRequired[str],
    },
)
"""Keys of the vendor's with a space in them."""


class PointsAnswer(_Moved, _Spaced):
    """What every variant of a movement of points answers; each carries the fields that concern it."""


class PointsFigures(TypedDict):
    """All figures of a member's points. The last three tell of what time they are, where one was asked for."""

    siteId: str
    id: str
    availablePoints: Number
    usedPoints: Number
    negativePoints: Number
    expiredPoints: Number
    lifetimePoints: Number
    earnedPointsPeriod: NotRequired[str]
    earnedPoints: NotRequired[Number]
    holdPoints: Number
    usedPointsOnReward: Number
    pointsToExpire: Number
    pointsToExpireDate: str
    pointsToNextTier: Number
    spendToNextTier: Number
    totalSpent: Number
    totalSpend: Number
    rewardDenomination: Number
    creditsToCurrencyRatio: Number
    creditsToCurrencyValue: Number | str
    ytdCreditPoints: Number
    ytdDebitPoints: Number
    multiBucketsData: dict[str, Any]
    availableRedemptionPoints: Number
    usedRedemptionPoints: Number
    groupDetails: dict[str, str]
    asOf: NotRequired[str]
    by: NotRequired[str]
    isForecast: NotRequired[bool]


class BulkError(TypedDict):
    """An element of a bulk call that was refused; the others are not touched by that."""

    id: NotRequired[str]
    errorCode: str
    errorMessage: str


class ExpiryRow(TypedDict):
    """Points that expire or expired on one day, with the totals of its block."""

    points: Number
    expiryDate: str
    totalPointsToExpire: Number
    totalPointsExpired: Number


class ExpiryBlock(TypedDict):
    """A week, month, quarter or year of expiries."""

    date: str
    pointsActivity: list[ExpiryRow]
    totalPointsToExpire: Number
    totalPointsExpired: Number


class ExpiryAnswer(TypedDict):
    """A page of expiry blocks."""

    siteId: str
    id: str
    expiryDetail: list[ExpiryBlock]
    pages: int
    currentPage: int
    totalExpiryDetailCount: int


class ActivityRow(TypedDict):
    """One row of a member's activity."""

    activityId: str
    actionId: int
    activity: str
    credit: Number
    debit: Number
    pointType: str
    pointStatus: str
    displayText: str
    reason: str
    rewardId: str
    rewardCode: str
    orderId: str
    customId: str
    source: str
    createDate: str
    expireDate: str | None
    storeDetails: dict[str, Any]
    campaignDetails: dict[str, Any]
    actionAttribute: dict[str, Any]


class ActivityAnswer(TypedDict):
    """A page of activity, newest first."""

    siteId: str
    id: str
    activityDetail: list[ActivityRow]
    pages: int
    currentPage: int
    totalActivityCount: int


class ActivitySummary(TypedDict):
    """What a member earned and lost by one action."""

    siteId: str
    id: str
    actionId: int
    actionName: str
    totalCredit: Number
    totalDebit: Number
    count: int


class TierAnswer(TypedDict):
    """Where a member stands."""

    siteId: str
    id: str
    currentTier: str
    nextTier: str
    previousTier: str
    pointsToNextTier: Number
    spendToNextTier: Number
    ordersToNextTier: int
    seriesToNextTier: str
    purchaseRatio: Number
    currentTierPurchaseRatio: Number
    tierLimitType: str
    tierLimitPeriod: str
    tierSince: str
    tierExpireDate: str
    multiBucketsData: dict[str, Any]


class TierRow(TypedDict):
    """One tier of the programme."""

    tierId: str
    tierName: str
    tierLevel: int
    tierStatus: str
    tierType: str
    tierPointsExpirationType: str
    prerequisiteSeries: list[str]
    tierThreshold: Number
    purchaseRatio: Number
    tierDisplay: str


class TierList(TypedDict):
    """The tiers of the programme, lowest first."""

    siteId: str
    tierMethod: str
    tierDetail: list[TierRow]
    pages: int
    currentPage: int


class ActionRow(TypedDict):
    """An action of the programme."""

    actionId: int
    actionName: str
    actionPoints: Number
    maxPoints: Number
    period: str
    ratio: Number
    status: str
    expireInDays: int
    holdDays: int
    actionNameDisplay: str
    actionLimitDisplay: str
    createDate: str
    updateDate: str
    isActionInActionGroup: str
    actionGroupDetails: NotRequired[list[dict[str, Any]]]
    actionPerformStatus: NotRequired[str]
    requiredCount: NotRequired[int]
    completedCount: NotRequired[int]
    pendingsCount: NotRequired[int]
    actionLimitReachedFlag: NotRequired[str]
    actionLimitReachedStatus: NotRequired[str]


class ActionList(TypedDict):
    """A page of actions."""

    siteId: str
    records: int
    pages: int
    currentPage: int
    current_page: int
    allActionDetails: list[ActionRow]
