"""What members can have for their points: the catalogue of rewards (annex-api-2, section 2; A013, A139-A144)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from chalicelib.programme.definitions import audience as audiences
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.definitions.bucket import BucketName
from chalicelib.programme.fields import Few, Matching, Text, Whole, decimals_of, wanted
from chalicelib.programme.section import DAYS_MAX, DefinitionId, Display, Money, Name, Points, Problem, Section

REWARDS_MAX: Final = 500
DESCRIPTION_CHARACTERS_MAX: Final = 2000
URL_CHARACTERS_MAX: Final = 500
IMAGES_MAX: Final = 10
ATTRIBUTES_MAX: Final = 20
PERIODS_MAX: Final = 6
BUCKETS_PER_REWARD_MAX: Final = 3
CODE_CHARACTERS_MAX: Final = 100
UNITS_MAX: Final = 1_000_000_000
RECOMMENDED_CODES: Final = 2_000
"""Codes that a reward level should have in stock (mission A141)."""
LOW_STOCK: Final = 200

Long = Annotated[str, Text(DESCRIPTION_CHARACTERS_MAX, 0)]
Url = Annotated[str, Matching("(https?://[^ ]{1,490})?", "a web address that begins with http:// or https://")]
SecureUrl = Annotated[str, Matching("https?://[^ ]{1,490}", "a web address that begins with https://")]
Code = Annotated[str, Text(CODE_CHARACTERS_MAX)]
Status = Literal["Draft", "Scheduled", "Live", "Archived"]
Period = Literal["days", "week", "month", "year", "anniversaryYear", "lifetime", "calendarRange"]


def _read_local(given: object) -> str:
    """A date and time of the programme's time zone; a date alone is its first second."""
    try:
        moment = datetime.fromisoformat(given) if isinstance(given, str) and given[:1].isdigit() else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None or not 1900 <= moment.year <= 2199:
        raise wanted("a date and time of the programme's time zone, for example 2026-08-19T15:50:07")
    return moment.replace(microsecond=0).isoformat()


def _read_date(given: object) -> str:
    try:
        day = date.fromisoformat(given) if isinstance(given, str) and len(given) == len("2026-01-31") else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2199:
        raise wanted("a date, for example 2026-08-19")
    return day.isoformat()


def _read_word(given: object) -> object:
    return given.strip().capitalize() if isinstance(given, str) else given


LocalTime = Annotated[str, BeforeValidator(_read_local)]
LocalDate = Annotated[str, BeforeValidator(_read_date)]


class Image(Section):
    """A picture of a reward."""

    url: Url
    alt: Display = ""


class BucketCost(Section):
    """What a reward costs in another bucket, beside its ordinary points."""

    bucket: BucketName
    points: Points


class Discount(Section):
    """What a discount code is worth in the shop. An amount is the ordinary kind (mission A139)."""

    type: Literal["amount", "percent", "freeShipping", "other"] = "amount"
    value: Money = Decimal(0)
    minimum_order_amount: Money = Decimal(0)
    """The order must come to so much for the code to be good: told to the shop, which takes the code."""


class CustomPoints(Section):
    """How many points a member may turn into money at once, for rewards of the kind customPoints."""

    minimum: Points = Decimal(1)
    maximum: Points | None = None
    step: Points = Decimal(1)
    """Only multiples of it, from 0."""


class CodeExpiry(Section):
    """How long a code is good once it is given: some days, or through a calendar date."""

    type: Literal["never", "rollingDays", "calendarDate"] = "never"
    days: Annotated[int, Whole(1, DAYS_MAX)] | None = None
    date: LocalDate | None = None


class Codes(Section):
    """Where a reward's codes come from.

    ``pool``: uploaded, each given once ever. ``api``: asked from the merchant's own coupon API when a member claims.
    ``generic``: one code for everybody, which ties no use to a person. ``none``: the reward has no code.
    """

    source: Literal["none", "pool", "api", "generic"] = "none"
    pool: DefinitionId | None = None
    """Name of the pool; rewards may share one. The reward's own id when left out."""
    code: Code | None = None
    """The generic code."""
    url: SecureUrl | None = None
    """Where the coupon API is asked (docs/api.md, Coupon API)."""
    expiry: CodeExpiry = Field(default_factory=CodeExpiry)
    uses: Annotated[int, Whole(1, 1000)] = 1
    """Orders that a given code may be used on."""
    low_stock_at: Annotated[int, Whole(0, UNITS_MAX)] = LOW_STOCK
    """An alert is raised when so many codes of the pool or fewer are left."""
    recommended_stock: Annotated[int, Whole(0, UNITS_MAX)] = RECOMMENDED_CODES
    """An upload that leaves fewer codes in the pool warns."""


class ClaimLimit(Section):
    """How often a member may claim in a period.

    ``days`` are so many days from the first claim of the period; ``calendarRange`` is from one date through another.
    """

    times: Annotated[int, Whole(1, 1_000_000)]
    period: Period
    days: Annotated[int, Whole(1, DAYS_MAX)] | None = None
    start_date: LocalDate | None = None
    end_date: LocalDate | None = None


class Reward(Section):
    """A reward of the catalogue."""

    reward_id: DefinitionId
    reward_name: Name
    display_text: Display = ""
    """What members read; the name when left empty."""
    reward_type: Name = "Reward"
    """Any word of the merchant's, such as ``External Reward``."""
    kind: Literal["discountCode", "product", "customPoints"] = "discountCode"
    status: Annotated[Status, BeforeValidator(_read_word)] = "Draft"
    starts_at: LocalTime | None = None
    ends_at: LocalTime | None = None
    """The last second at which it may be claimed."""
    sequence: Annotated[int, Whole(0, 1_000_000)] = 0
    category_id: Annotated[str, Text(40, 0)] = ""
    category_name: Annotated[str, Text(100, 0)] = ""
    description: Long = ""
    terms: Long = ""
    url: Url = ""
    images: Annotated[tuple[Image, ...], Few(IMAGES_MAX)] = ()
    attributes: dict[Annotated[str, Text(40)], Annotated[str, Text(255, 0)]] = Field(
        default_factory=dict, max_length=ATTRIBUTES_MAX
    )
    """The merchant's own, told with each redemption as ``rewardAttribute``."""
    cost: Points = Decimal(0)
    bucket_costs: Annotated[tuple[BucketCost, ...], Few(BUCKETS_PER_REWARD_MAX)] = ()
    custom_points: CustomPoints | None = None
    discount: Discount | None = None
    product_id: Annotated[str, Text(255, 0)] = ""
    audience: Audience = Field(default_factory=Audience)
    stock: Annotated[int, Whole(0, UNITS_MAX)] | None = None
    """Units that there are; without it there is no end of them."""
    claims_in_all: Annotated[int, Whole(1, UNITS_MAX)] | None = None
    claims_per_member: Annotated[int, Whole(0, 1_000_000)] = 1
    """0: as often as a member likes."""
    claim_limits: Annotated[tuple[ClaimLimit, ...], Few(PERIODS_MAX)] = ()
    stackable: StrictBool | None = None
    """Whether it goes with other rewards on one order; amounts of money do, others do not, unless said."""
    codes: Codes = Field(default_factory=Codes)
    restock_on_cancel: StrictBool = True
    """Whether a cancelled redemption gives its unit back. A code is never given again."""

    @model_validator(mode="after")
    def _filled_in(self) -> Self:
        # Once here, so that what is stored, rendered and put back is the same document.
        filled: dict[str, Any] = {}
        if not self.display_text:
            filled["display_text"] = self.reward_name
        if self.stackable is None:
            filled["stackable"] = self.kind == "customPoints" or (
                self.discount is not None and self.discount.type == "amount"
            )
        if self.kind == "customPoints" and self.custom_points is None:
            filled["custom_points"] = CustomPoints()
        for name, found in filled.items():
            object.__setattr__(self, name, found)
        return self

    @property
    def pool(self) -> str | None:
        """The pool that its codes come from, if they do."""
        return (self.codes.pool or self.reward_id) if self.codes.source == "pool" else None


def problems(
    rewards: Sequence[Reward],
    *,
    tiers: set[str],
    segments: set[str],
    buckets: set[str],
    point_decimals: int,
    currency_decimals: int,
) -> Iterator[Problem]:
    """What the fields of rewards must be to each other and to the rest of the programme; buckets in small letters."""
    first: dict[str, int] = {}
    for place, reward in enumerate(rewards):
        path = f"rewards[{place}]"
        before = first.setdefault(reward.reward_id, place)
        if before != place:
            yield Problem(f"{path}.rewardId", f"wanted one that no other has, got that of rewards[{before}]")
        yield from audiences.problems(f"{path}.audience", reward.audience, segments=segments, tiers=tiers)
        yield from _costs(path, reward, buckets, point_decimals)
        yield from _kinds(path, reward, currency_decimals)
        yield from _codes(f"{path}.codes", reward.codes)
        yield from _claims(path, reward)
        if reward.starts_at and reward.ends_at and reward.ends_at < reward.starts_at:
            yield Problem(f"{path}.endsAt", f"wanted not before {reward.starts_at}, its startsAt")


def _costs(path: str, reward: Reward, buckets: set[str], decimals: int) -> Iterator[Problem]:
    points = [(f"{path}.cost", reward.cost)]
    points += [(f"{path}.bucketCosts[{n}].points", each.points) for n, each in enumerate(reward.bucket_costs)]
    custom = reward.custom_points
    if custom is not None:
        named = {"minimum": custom.minimum, "maximum": custom.maximum, "step": custom.step}
        points += [(f"{path}.customPoints.{name}", each) for name, each in named.items() if each is not None]
        if not custom.step:
            yield Problem(f"{path}.customPoints.step", "wanted more than 0")
        if custom.maximum is not None and custom.maximum < custom.minimum:
            yield Problem(f"{path}.customPoints.maximum", "wanted not less than the minimum")
    for name, number in points:
        if decimals_of(number) > decimals:
            yield Problem(name, f"wanted at most {decimals} decimals, got {number}")
    seen: set[str] = set()
    for place, each in enumerate(reward.bucket_costs):
        name = each.bucket.casefold()
        if name not in buckets or name in seen:
            yield Problem(
                f"{path}.bucketCosts[{place}].bucket", f"wanted one of the programme's buckets, once, got {each.bucket}"
            )
        if not each.points:
            yield Problem(f"{path}.bucketCosts[{place}].points", "wanted more than 0")
        seen.add(name)


def _kinds(path: str, reward: Reward, decimals: int) -> Iterator[Problem]:
    if reward.kind == "customPoints":
        if reward.cost:
            yield Problem(f"{path}.cost", "wanted 0: members choose how many points they turn in")
    elif reward.custom_points is not None:
        yield Problem(f"{path}.customPoints", "wanted nothing: only rewards of the kind customPoints have it")
    if reward.product_id and reward.kind != "product":
        yield Problem(f"{path}.productId", "wanted nothing: only rewards of the kind product have it")
    discount = reward.discount
    if discount is None:
        return
    if reward.kind != "discountCode":
        yield Problem(f"{path}.discount", "wanted nothing: only rewards of the kind discountCode have it")
    if discount.type == "percent" and discount.value > 100:
        yield Problem(f"{path}.discount.value", "wanted at most 100")
    for name, number in {"value": discount.value, "minimumOrderAmount": discount.minimum_order_amount}.items():
        if decimals_of(number) > decimals and not (name == "value" and discount.type == "percent"):
            yield Problem(f"{path}.discount.{name}", f"wanted at most {decimals} decimals, got {number}")


_BELONGS: Final = {"pool": "pool", "code": "generic", "url": "api"}
"""Fields of codes, and the source that each belongs to."""


def _codes(path: str, codes: Codes) -> Iterator[Problem]:
    given = {"pool": codes.pool, "code": codes.code, "url": codes.url}
    for name, source in _BELONGS.items():
        if given[name] is not None and codes.source != source:
            yield Problem(f"{path}.{name}", f"wanted nothing with source {codes.source}")
        if given[name] is None and codes.source == source and name != "pool":
            yield Problem(f"{path}.{name}", f"is missing: source {source} needs it")
    expiry = codes.expiry
    counts = {"days": (expiry.days, "rollingDays"), "date": (expiry.date, "calendarDate")}
    for name, (count, kind) in counts.items():
        if (count is None) == (expiry.type == kind):
            text = "wanted nothing" if count is not None else "is missing"
            yield Problem(f"{path}.expiry.{name}", f"{text} with {expiry.type}")
    if expiry.type != "never" and codes.source == "none":
        yield Problem(f"{path}.expiry", "wanted nothing: without a source of codes there is none that could expire")


def _claims(path: str, reward: Reward) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, limit in enumerate(reward.claim_limits):
        where = f"{path}.claimLimits[{place}]"
        if limit.period in seen:
            yield Problem(f"{where}.period", f"wanted one that no other limit has, got {limit.period}")
        seen.add(limit.period)
        if (limit.days is not None) != (limit.period == "days"):
            yield Problem(f"{where}.days", "belongs to the period days, and to no other")
        ends = {"startDate": limit.start_date, "endDate": limit.end_date}
        for name, day in ends.items():
            if (day is not None) != (limit.period == "calendarRange"):
                yield Problem(f"{where}.{name}", "belongs to the period calendarRange, and to no other")
        if limit.start_date and limit.end_date and limit.end_date < limit.start_date:
            yield Problem(f"{where}.endDate", "wanted not before startDate")
