"""Whether a member is in a segment, and whether an audience admits them. Pure: the subject is all that is known."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from chalicelib.ledger import days
from chalicelib.ledger.account import EVER, month_key
from chalicelib.programme.amounts import money_on_wire, points_on_wire
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.definitions.segment import (
    ATTRIBUTE,
    NUMBERS,
    SEGMENTS,
    SETS,
    ActionDetails,
    Comparison,
    Group,
    MemberDetails,
    PointsDetails,
    PurchaseDetails,
    Rfm,
    Segment,
    StoreDetails,
    TransactionDetails,
)
from chalicelib.programme.in_force import InForce
from chalicelib.programme.segments import comparing
from chalicelib.programme.segments.known import day_of, numbers, performed, sets, since, texts
from chalicelib.programme.segments.subject import Subject
from chalicelib.values import value


@value
class _Case:
    """One member before the segments of a programme; ``judged`` keeps what was found, as segments name each other."""

    force: InForce
    subject: Subject
    judged: dict[str, bool]

    def is_inside(self, segment_id: str) -> bool:
        """Whether the programme has the segment and it holds the member."""
        if segment_id not in self.judged:
            segment = self.force.segment_by_id.get(segment_id)
            self.judged[segment_id] = segment is not None and _inside(self, segment)
        return self.judged[segment_id]


def admits(force: InForce, audience: Audience, subject: Subject) -> bool:
    """Whether the member is in one of the audience's segments and in one of its tiers; an empty list bounds nothing."""
    if audience.tiers and subject.account.standing.tier not in audience.tiers:
        return False
    if not audience.segments:
        return True
    case = _Case(force, subject, {})
    return any(case.is_inside(each) for each in audience.segments)


def inside(force: InForce, segment: Segment, subject: Subject) -> bool:
    """Whether the member is in the segment: it is open today, and they are listed or meet its conditions."""
    return _inside(_Case(force, subject, {}), segment)


def is_open(segment: Segment, today: int) -> bool:
    """Whether the segment is active and today is one of its days, both ends included."""
    day = date.fromordinal(today).isoformat()
    begun, over = segment.from_date or day, segment.to_date or day
    return segment.status == "ACTIVE" and begun <= day <= over


def _inside(case: _Case, segment: Segment) -> bool:
    if not is_open(segment, case.subject.today):
        return False
    if segment.has_list and segment.segment_id in case.subject.lists:
        return True
    return segment.is_computed and _meets(case, segment)


def _meets(case: _Case, segment: Segment) -> bool:
    """Whether the member meets every family of conditions that the segment has."""
    force, subject = case.force, case.subject
    judged = (
        segment.member_details is None or _member(segment.member_details, subject),
        segment.action_details is None or _actions(segment.action_details, subject),
        segment.points_details is None or _points(force, segment.points_details, subject),
        segment.purchase_details is None or _purchases(segment.purchase_details, subject),
        segment.store_details is None or _stores(segment.store_details, subject),
        segment.rfm is None or _rfm(force, segment.rfm, subject),
        segment.transaction_details is None or _transaction(segment.transaction_details, subject),
        segment.where is None or _group(case, segment.where),
    )
    return all(judged)


def _actions(wanted: ActionDetails, subject: Subject) -> bool:
    """Any of the actions, or any of the series; without either, everybody."""
    if not (wanted.actions or wanted.action_series):
        return True
    return _any(map(str, wanted.actions), performed(subject)) or _any(wanted.action_series, subject.series)


def _member(wanted: MemberDetails, subject: Subject) -> bool:
    profile, today = subject.profile, date.fromordinal(subject.today)
    return (
        (not wanted.user_id or _any(map(str.casefold, wanted.user_id), {str(profile.get("id", "")).casefold()}))
        and (not wanted.zip_code or any(_begins(str(profile.get("zipCode") or ""), each) for each in wanted.zip_code))
        and (wanted.anniversary_date is None or _falls(profile.get("anniversaryDate"), wanted.anniversary_date, today))
        and (wanted.birth_date is None or _falls(profile.get("birthDate"), wanted.birth_date, today))
    )


def _points(force: InForce, wanted: PointsDetails, subject: Subject) -> bool:
    bucket = subject.account.bucket()
    shown = {
        "available": bucket.available, "lifetime": bucket.lifetime, "redeem": bucket.redeemed,
    }  # fmt: skip
    return all(
        _within(
            points_on_wire(force.programme, units),
            getattr(wanted, f"{name}_point_range_from"),
            getattr(wanted, f"{name}_point_range_to"),
        )
        for name, units in shown.items()
    )


def _purchases(wanted: PurchaseDetails, subject: Subject) -> bool:
    facts = subject.facts
    pairs = (
        (wanted.product_purchased, facts.products),
        (wanted.product_category, facts.categories),
        (wanted.source, facts.sources),
        (wanted.country, _places(subject, "country")),
    )
    return all(not named or _any_folded(named, known) for named, known in pairs)


def _stores(wanted: StoreDetails, subject: Subject) -> bool:
    pairs = (
        (wanted.store_id, subject.facts.stores),
        (wanted.store_name, _places(subject, "name")),
        (wanted.country, _places(subject, "country")),
        (wanted.region, _places(subject, "region")),
        (wanted.state, _places(subject, "state")),
        (wanted.city, _places(subject, "city")),
    )
    return all(not named or _any_folded(named, known) for named, known in pairs)


def _rfm(force: InForce, wanted: Rfm, subject: Subject) -> bool:
    account = subject.account
    if wanted.months is None:
        _, spend, orders = account.counter(EVER)
    else:
        first = days.period_of("month", subject.today)
        counted = [account.counter(month_key(days.add_months(first, -back))) for back in range(wanted.months)]
        spend, orders = sum(each[1] for each in counted), sum(each[2] for each in counted)
    recency = since(subject.facts.last_order, subject.today)
    money = money_on_wire(force.programme, spend)
    bounded = wanted.recency_days_from is not None or wanted.recency_days_to is not None
    is_recent = not bounded or (
        recency is not None and _within(recency, wanted.recency_days_from, wanted.recency_days_to)
    )
    return (
        is_recent
        and _within(Decimal(orders), wanted.frequency_from, wanted.frequency_to)
        and _within(money, wanted.monetary_from, wanted.monetary_to)
    )


def _transaction(wanted: TransactionDetails, subject: Subject) -> bool:
    event = subject.event
    if event is None:
        return False
    pairs: tuple[tuple[Sequence[str], Iterable[str]], ...] = (
        (tuple(map(str, wanted.actions)), (str(event.action),)),
        (wanted.store_id, (event.store,)),
        (wanted.coupon, event.coupons),
        (wanted.source, (event.source,)),
        (wanted.product, event.products),
        (wanted.category, event.categories),
        *((values, (event.attributes.get(name, ""),)) for name, values in wanted.attribute.items()),
    )
    enough = wanted.minimum_amount is None or event.amount >= wanted.minimum_amount
    return enough and all(not named or _any_folded(named, known) for named, known in pairs)


def _group(case: _Case, group: Group) -> bool:
    judged = (*(_compared(case, each) for each in group.comparisons), *(_group(case, each) for each in group.groups))
    if group.join == "all":
        return all(judged)
    return any(judged) if group.join == "any" else not any(judged)


def _compared(case: _Case, each: Comparison) -> bool:
    subject = case.subject
    if each.fact == SEGMENTS:
        return comparing.listed(frozenset(name for name in each.values if case.is_inside(name)), each)
    if each.fact in NUMBERS:
        return comparing.number(numbers(case.force, subject)[each.fact], each)
    if each.fact in SETS:
        return comparing.listed(sets(subject)[each.fact], each)
    if each.fact.startswith(ATTRIBUTE):
        attributes = subject.profile.get("extendedAttribute") or {}
        return comparing.text(str(attributes.get(each.fact.removeprefix(ATTRIBUTE), "")), each)
    return comparing.text(texts(subject)[each.fact], each)


def _places(subject: Subject, kind: str) -> list[str]:
    return [name for known, name in subject.facts.places if known == kind]


def _any(named: Iterable[str], known: Iterable[str]) -> bool:
    return not set(named).isdisjoint(known)


def _any_folded(named: Iterable[str], known: Iterable[str]) -> bool:
    return _any(map(str.casefold, named), map(str.casefold, known))


def _begins(known: str, wanted: str) -> bool:
    known, wanted = known.casefold(), wanted.casefold()
    return known.startswith(wanted[:-1]) if wanted.endswith("*") else known == wanted


def _within(known: Decimal, low: Decimal | int | None, high: Decimal | int | None) -> bool:
    return (low is None or known >= low) and (high is None or known <= high)


def _falls(known: object, wanted: str, today: date) -> bool:
    """Whether a yearly date is the wanted one. A 29 February is kept on the 28th in other years."""
    found = day_of(known)
    if found is None:
        return False
    if wanted == "thisMonth":
        return found.month == today.month
    if wanted in {"today", "thisWeek"}:
        monday = today.toordinal() - today.weekday()
        around = [today] if wanted == "today" else [date.fromordinal(monday + step) for step in range(7)]
        return any(_kept_on(found, each) for each in around)
    if len(wanted) == len("MM"):
        return found.month == int(wanted)
    return found.isoformat().endswith(wanted)


def _kept_on(found: date, day: date) -> bool:
    is_leap_day = (found.month, found.day) == (2, 29) and day.year % 4
    return (day.month, day.day) == ((2, 28) if is_leap_day else (found.month, found.day))
