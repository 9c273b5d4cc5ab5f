"""Segments: which members are meant, by lists and by conditions (annex-api-2, section 4; mission A015, A016)."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from chalicelib.programme.fields import Exact, Few, Matching, Text, Whole, read_status, wanted
from chalicelib.programme.section import ActionId, DefinitionId, Display, Name, Problem, Section

SEGMENTS_MAX: Final = 300
LISTS_MAX: Final = 40
"""Active segments with a list: a decision reads an item, and may write a condition, for each that an audience names;
DynamoDB takes a hundred of either.
"""
LISTED_MAX: Final = 500
"""Ids, codes or places that one condition names."""
CLAUSES_MAX: Final = 30
"""Comparisons and groups side by side in one group."""
DEPTH_MAX: Final = 4
"""Groups within groups."""
CHAIN_MAX: Final = 5
"""Segments that name each other one after the other."""
_AMOUNT: Final = "1000000000000"

Listed = Annotated[tuple[Annotated[str, Text(255)], ...], Few(LISTED_MAX)]
Amount = Annotated[Decimal, Exact(f"-{_AMOUNT}", _AMOUNT, 6)]
Day = Annotated[str, Matching("[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day as yyyy-MM-dd")]
Occasion = Annotated[
    str,
    Matching(
        "([0-9]{4}-)?[0-9]{2}-[0-9]{2}|[0-9]{2}|today|thisWeek|thisMonth",
        "yyyy-MM-dd, MM-dd, a month as MM, today, thisWeek or thisMonth",
    ),
]
"""When a birthday or an anniversary is: a date, a day or month of every year, or one that is now."""


class MemberDetails(Section):
    """Who the members are."""

    user_id: Listed = ()
    zip_code: Listed = ()
    """A code, or its beginning with an asterisk: ``101*``."""
    anniversary_date: Occasion | None = None
    birth_date: Occasion | None = None


class ActionDetails(Section):
    """What they did: any of these actions, any of these series completed."""

    actions: Annotated[tuple[ActionId, ...], Few(LISTED_MAX)] = ()
    action_series: Listed = ()


class PointsDetails(Section):
    """How many points they have, ever had and redeemed; bounds belong to the range."""

    available_point_range_from: Amount | None = None
    available_point_range_to: Amount | None = None
    lifetime_point_range_from: Amount | None = None
    lifetime_point_range_to: Amount | None = None
    redeem_point_range_from: Amount | None = None
    redeem_point_range_to: Amount | None = None


class PurchaseDetails(Section):
    """What they bought, through which channel, in which country."""

    product_purchased: Listed = ()
    product_category: Listed = ()
    source: Listed = ()
    country: Listed = ()


class StoreDetails(Section):
    """Where they bought, by the attributes of stores."""

    store_id: Listed = ()
    store_name: Listed = ()
    country: Listed = ()
    region: Listed = ()
    state: Listed = ()
    city: Listed = ()


class Rfm(Section):
    """Recency in days since the last order, frequency in orders, and money spent; bounds belong to the range.

    ``months`` counts frequency and money in the present month and the ones before it, 12 at most together.
    """

    recency_days_from: Annotated[int, Whole(0, 36_500)] | None = None
    recency_days_to: Annotated[int, Whole(0, 36_500)] | None = None
    frequency_from: Annotated[int, Whole(0, 1_000_000)] | None = None
    frequency_to: Annotated[int, Whole(0, 1_000_000)] | None = None
    monetary_from: Amount | None = None
    monetary_to: Amount | None = None
    months: Annotated[int, Whole(1, 12)] | None = None


class TransactionDetails(Section):
    """The purchase or action under way; a segment with it holds nobody while nothing is under way."""

    actions: Annotated[tuple[ActionId, ...], Few(LISTED_MAX)] = ()
    store_id: Listed = ()
    coupon: Listed = ()
    source: Listed = ()
    product: Listed = ()
    category: Listed = ()
    minimum_amount: Amount | None = None
    attribute: dict[Annotated[str, Text(100)], Listed] = Field(default_factory=dict, max_length=CLAUSES_MAX)
    """Attributes of the order or action, each with the texts that it may have."""


NUMBERS: Final = {
    "available": "points",
    "held": "points",
    "used": "points",
    "redeemed": "points",
    "expired": "points",
    "lifetime": "points",
    "spend": "money",
    "averageOrder": "money",
    "orders": "count",
    "daysSinceLastOrder": "count",
    "daysSinceFirstOrder": "count",
    "daysSinceJoined": "count",
    "age": "count",
}
"""Facts that are numbers, and in which unit."""
TEXTS: Final = ("tier", "source", "zipCode", "emailDomain", "email", "phone", "optInStatus", "status")
"""Facts that are texts; an attribute of the member is ``extendedAttribute.name``."""
SEGMENTS: Final = "segments"
"""The fact that lists the segments that hold a member."""
SETS: Final = ("products", "categories", "stores", "sources", "actions", SEGMENTS)
"""Facts that are lists."""
ATTRIBUTE: Final = "extendedAttribute."
ORDERED: Final = ("lt", "le", "gt", "ge", "between")

Compared = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "notIn", "between", "contains", "startsWith", "empty"]
Said = Annotated[str, Text(255, 0)]


class Comparison(Section):
    """One fact of a member compared with one or several values."""

    fact: Annotated[str, Text(120)]
    compared: Compared = "eq"
    values: Annotated[tuple[Said, ...], Few(LISTED_MAX)] = ()

    @field_validator("values", mode="before")
    @classmethod
    def _as_list(cls, given: object) -> object:
        values = given if isinstance(given, (list, tuple)) else (given,)
        return tuple(format(each, "f") if isinstance(each, Decimal) else each for each in values)

    @model_validator(mode="after")
    def _agrees(self) -> "Comparison":
        known = self.fact in NUMBERS or self.fact in TEXTS or self.fact in SETS or self.fact.startswith(ATTRIBUTE)
        if not known:
            raise wanted(f"one of the facts {', '.join((*NUMBERS, *TEXTS, *SETS))} or {ATTRIBUTE}name")
        count = {"empty": 0, "between": 2}.get(self.compared, 1)
        enough = len(self.values) == count or (count == 1 and self.compared in {"in", "notIn"} and self.values)
        if not enough:
            raise wanted(f"{count} values with {self.compared}" if count != 1 else f"a value with {self.compared}")
        if self.fact in NUMBERS and self.compared in {"contains", "startsWith"}:
            raise wanted(f"another comparison than {self.compared}: {self.fact} is a number")
        if self.fact in NUMBERS and not all(_is_number(each) for each in self.values):
            raise wanted(f"numbers: {self.fact} is compared as a number")
        if self.fact == SEGMENTS and self.compared in {"empty", "startsWith"}:
            raise wanted(f"another comparison than {self.compared}: name the segments")
        if self.fact in SETS and self.compared in ORDERED:
            raise wanted(f"another comparison than {self.compared}: {self.fact} is a list")
        return self


class Group(Section):
    """Comparisons and groups joined: ``all`` of them, ``any`` of them, or ``none``."""

    join: Literal["all", "any", "none"] = "all"
    comparisons: Annotated[tuple[Comparison, ...], Few(CLAUSES_MAX)] = ()
    groups: Annotated[tuple["Group", ...], Few(CLAUSES_MAX)] = ()


class Segment(Section):
    """Members by a list, by conditions, or by both: whoever is listed is in it, and whoever meets all conditions.

    Families of conditions are joined by and, what one condition lists by or. Without any condition only the list
    counts.
    """

    segment_id: DefinitionId
    name: Name
    type: Display = ""
    status: Annotated[Literal["ACTIVE", "INACTIVE"], BeforeValidator(read_status)] = "ACTIVE"
    from_date: Day | None = None
    to_date: Day | None = None
    external_id: Display = ""
    external_name: Display = ""
    list_revision: Annotated[int, Whole(0, 1_000_000)] = 0
    """Which list of members belongs to it, 0 for none; replacing a list begins the next one."""
    member_details: MemberDetails | None = None
    action_details: ActionDetails | None = None
    points_details: PointsDetails | None = None
    purchase_details: PurchaseDetails | None = None
    store_details: StoreDetails | None = None
    rfm: Rfm | None = None
    transaction_details: TransactionDetails | None = None
    where: Group | None = None

    @property
    def has_list(self) -> bool:
        """Whether members are listed by name; the list is kept beside the programme."""
        return self.list_revision > 0

    @property
    def reads_list(self) -> bool:
        """Whether its list may decide anything."""
        return self.has_list and self.status == "ACTIVE"

    @property
    def is_computed(self) -> bool:
        """Whether it has conditions."""
        return any(part is not None for part in self.conditions)

    @property
    def conditions(self) -> tuple[Section | None, ...]:
        """Its families of conditions, where it has them."""
        named = (self.member_details, self.action_details, self.points_details, self.purchase_details)
        return (*named, self.store_details, self.rfm, self.transaction_details, self.where)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """All comparisons of its groups."""
        return () if self.where is None else tuple(_comparisons(self.where))

    @property
    def others(self) -> tuple[str, ...]:
        """The segments that its comparisons name."""
        return tuple(dict.fromkeys(name for each in self.comparisons if each.fact == SEGMENTS for name in each.values))


def problems(segments: Sequence[Segment], *, tiers: set[str], actions: set[int], series: set[str]) -> Iterator[Problem]:
    """Segments whose ids are taken, whose dates are the wrong way round, which name what the programme does not have,
    or which name each other in a circle.
    """
    first: dict[str, int] = {}
    by_id = {segment.segment_id: segment for segment in segments}
    with_list = [place for place, segment in enumerate(segments) if segment.reads_list]
    if len(with_list) > LISTS_MAX:
        text = f"wanted at most {LISTS_MAX} active segments with a list of members, got {len(with_list)}"
        yield Problem(f"segments[{with_list[LISTS_MAX]}].listRevision", text)
    for place, segment in enumerate(segments):
        path = f"segments[{place}]"
        before = first.setdefault(segment.segment_id, place)
        if before != place:
            same = f"segments[{before}].segmentId"
            yield Problem(f"{path}.segmentId", f"wanted one that no other has, got {segment.segment_id} as in {same}")
        if segment.from_date and segment.to_date and segment.to_date < segment.from_date:
            yield Problem(f"{path}.toDate", f"wanted {segment.from_date} or later, got {segment.to_date}")
        yield from _ranges(path, segment)
        yield from _named(path, segment, actions, series)
        if segment.where is not None:
            yield from _group(f"{path}.where", segment.where, 1, {"tier": tiers, SEGMENTS: set(by_id)})
        if _is_chained(segment, by_id, CHAIN_MAX):
            text = f"wanted at most {CHAIN_MAX} segments that name each other one after the other, and no circle"
            yield Problem(f"{path}.where", text)


def _named(path: str, segment: Segment, actions: set[int], series: set[str]) -> Iterator[Problem]:
    done = segment.action_details or ActionDetails()
    now = segment.transaction_details or TransactionDetails()
    for name, part in (("actionDetails", done), ("transactionDetails", now)):
        for place, action in enumerate(part.actions):
            if action not in actions:
                yield Problem(f"{path}.{name}.actions[{place}]", f"wanted an action of the programme, got {action}")
    for place, each in enumerate(done.action_series):
        if each not in series:
            at = f"{path}.actionDetails.actionSeries[{place}]"
            yield Problem(at, f"wanted an action series of the programme, got {each}")


def _is_chained(segment: Segment, by_id: Mapping[str, Segment], links: int) -> bool:
    """Whether more than so many segments hang on each other from here; level by level, so that circles end."""
    reached = {segment.segment_id}
    for _ in range(links):
        reached = {name for each in reached if each in by_id for name in by_id[each].others}
    return bool(reached)


def _comparisons(group: Group) -> Iterator[Comparison]:
    yield from group.comparisons
    for inner in group.groups:
        yield from _comparisons(inner)


def _ranges(path: str, segment: Segment) -> Iterator[Problem]:
    for name, part, stem in (
        *(
            ("pointsDetails", segment.points_details, f"{kind}_point_range_")
            for kind in ("available", "lifetime", "redeem")
        ),
        *(("rfm", segment.rfm, f"{kind}_") for kind in ("recency_days", "frequency", "monetary")),
    ):
        low, high = (getattr(part, stem + end, None) for end in ("from", "to"))
        if low is not None and high is not None and high < low:
            yield Problem(f"{path}.{name}", f"wanted an upper bound of {low} or more, got {high}")


def _group(path: str, group: Group, depth: int, known: Mapping[str, set[str]]) -> Iterator[Problem]:
    if depth > DEPTH_MAX:
        yield Problem(path, f"wanted at most {DEPTH_MAX} groups within each other")
        return
    if not (group.comparisons or group.groups):
        yield Problem(path, "wanted at least one comparison or group")
    for place, each in enumerate(group.comparisons):
        unknown = [value for value in each.values if value not in known[each.fact]] if each.fact in known else []
        if unknown:
            of = "tiers" if each.fact == "tier" else each.fact
            yield Problem(f"{path}.comparisons[{place}].values", f"wanted {of} of the programme, got {unknown[0]}")
    for place, inner in enumerate(group.groups):
        yield from _group(f"{path}.groups[{place}]", inner, depth + 1, known)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False
