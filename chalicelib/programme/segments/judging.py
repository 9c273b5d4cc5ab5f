"""Whether a member is in a segment, and whether an audience admits them. Pure: the subject is all that is known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from chalicelib.ledger import days
from chalicelib.ledger.account import EVER, month_key
from chalicelib.programme.amounts import EXACT, money_on_wire, points_on_wire
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.definitions.segment import (
    ATTRIBUTE,
    NUMBERS,
    SETS,
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
from chalicelib.programme.segments.subject import Subject

SEGMENT_DEPTH_MAX: Final = 1
"""A segment may name other segments in a comparison; those are judged by their lists and dates, not further."""


def admits(force: InForce, audience: Audience, subject: Subject) -> bool:
    """Whether the member is in one of the audience's segments and in one of its tiers; an empty list bounds nothing."""
    if audience.tiers and subject.account.standing.tier not in audience.tiers:
        return False
    if not audience.segments:
        return True
    return any(
        inside(force, force.segment_by_id[each], subject) for each in audience.segments if each in force.segment_by_id
    )


def inside(force: InForce, segment: Segment, subject: Subject) -> bool:
    """Whether the member is in the segment: it is open today, and they are listed or meet its conditions."""
    if not is_open(segment, subject.today):
        return False
    if segment.has_list and segment.segment_id in subject.lists:
        return True
    return segment.is_computed and meets(force, segment, subject)


def is_open(segment: Segment, today: int) -> bool:
    """Whether the segment is active and today is one of its days, both ends included."""
    day = date.fromordinal(today).isoformat()
    begun, over = segment.from_date or day, segment.to_date or day
    return segment.status == "ACTIVE" and begun <= day <= over


def meets(force: InForce, segment: Segment, subject: Subject) -> bool:
    """Whether the member meets every family of conditions that the segment has."""
    judged = (
        segment.member_details is None or _member(segment.member_details, subject),
        segment.action_details is None
        or _any(
            (
                *map(str, segment.action_details.actions),
                *(f"series {each}" for each in segment.action_details.action_series),
            ),
            {*_performed(subject), *(f"series {each}" for each in subject.series)},
        ),
        segment.points_details is None or _points(force, segment.points_details, subject),
        segment.purchase_details is None or _purchases(segment.purchase_details, subject),
        segment.store_details is None or _stores(segment.store_details, subject),
        segment.rfm is None or _rfm(force, segment.rfm, subject),
        segment.transaction_details is None or _transaction(segment.transaction_details, subject),
        segment.where is None or _joined(force, segment.where, subject),
    )
    return all(judged)


def numbers(force: InForce, subject: Subject) -> dict[str, Decimal | None]:
    """The facts that are numbers, points and money in their units on the wire; ``None`` where there is none yet."""
    programme, account, facts, today = force.programme, subject.account, subject.facts, subject.today
    bucket = account.bucket()
    _, spend, orders = account.counter(EVER)
    amounts = {
        "available": bucket.available, "held": bucket.held, "used": bucket.used, "redeemed": bucket.redeemed,
        "expired": bucket.expired, "lifetime": bucket.lifetime,
    }  # fmt: skip
    money = money_on_wire(programme, spend)
    born = _day(subject.profile.get("birthDate"))
    return {
        **{name: points_on_wire(programme, units) for name, units in amounts.items()},
        "spend": money,
        "averageOrder": (money / orders).quantize(Decimal("0.000001")) if orders else None,
        "orders": Decimal(orders),
        "daysSinceLastOrder": _since(facts.last_order, today),
        "daysSinceFirstOrder": _since(facts.first_order, today),
        "daysSinceJoined": _since(account.joined, today),
        "age": None if born is None else Decimal(_years(born, date.fromordinal(today))),
    }


def texts(subject: Subject) -> dict[str, str]:
    """The facts that are texts; the profile's are as they stand there."""
    profile = subject.profile
    named = {
        name: str(profile.get(name) or "") for name in ("source", "zipCode", "email", "phone", "optInStatus", "status")
    }
    return {**named, "tier": subject.account.standing.tier, "emailDomain": named["email"].rpartition("@")[2]}


def sets(force: InForce, subject: Subject) -> dict[str, frozenset[str]]:
    """The facts that are lists. ``segments`` are those with a list that names the member and that are open today."""
    facts = subject.facts
    listed = {each for each in subject.lists if each in force.segment_by_id}
    return {
        "products": frozenset(facts.products),
        "categories": frozenset(facts.categories),
        "stores": frozenset(facts.stores),
        "sources": frozenset(facts.sources),
        "actions": frozenset(_performed(subject)),
        "segments": frozenset(each for each in listed if is_open(force.segment_by_id[each], subject.today)),
    }


def segments_named(segment: Segment) -> set[str]:
    """Other segments whose lists the conditions name."""

    def of(group: Group) -> set[str]:
        own = {value for each in group.comparisons if each.fact == "segments" for value in each.values}
        return own.union(*(of(inner) for inner in group.groups))

    return set() if segment.where is None else of(segment.where)


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
    recency = _since(subject.facts.last_order, subject.today)
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
        (wanted.store_id, (event.store,)),
        (wanted.coupon, event.coupons),
        (wanted.source, (event.source,)),
        (wanted.product, event.products),
        (wanted.category, event.categories),
        *((values, (event.attributes.get(name, ""),)) for name, values in wanted.attribute.items()),
    )
    enough = wanted.minimum_amount is None or event.amount >= wanted.minimum_amount
    return enough and all(not named or _any_folded(named, known) for named, known in pairs)


def _joined(force: InForce, group: Group, subject: Subject) -> bool:
    known = (numbers(force, subject), texts(subject), sets(force, subject))
    return _group(group, *known, subject)


def _group(
    group: Group,
    counted: Mapping[str, Decimal | None],
    said: Mapping[str, str],
    listed: Mapping[str, frozenset[str]],
    subject: Subject,
) -> bool:
    judged = [_compared(each, counted, said, listed, subject) for each in group.comparisons]
    judged += [_group(inner, counted, said, listed, subject) for inner in group.groups]
    if group.join == "all":
        return all(judged)
    return any(judged) if group.join == "any" else not any(judged)


def _compared(
    each: Comparison,
    counted: Mapping[str, Decimal | None],
    said: Mapping[str, str],
    listed: Mapping[str, frozenset[str]],
    subject: Subject,
) -> bool:
    if each.fact in NUMBERS:
        return _compare_number(counted[each.fact], each)
    if each.fact in SETS:
        return _compare_set(listed[each.fact], each)
    if each.fact.startswith(ATTRIBUTE):
        attributes = subject.profile.get("extendedAttribute") or {}
        return _compare_text(str(attributes.get(each.fact.removeprefix(ATTRIBUTE), "")), each)
    return _compare_text(said[each.fact], each)


def _compare_number(known: Decimal | None, each: Comparison) -> bool:
    if each.compared == "empty":
        return known is None
    if known is None:
        return each.compared in {"ne", "notIn"}
    return _ordered(known, each.compared, [Decimal(value) for value in each.values])


def _compare_text(known: str, each: Comparison) -> bool:
    """Texts compare without case; where both are numbers, by their amount."""
    if each.compared == "empty":
        return not known
    known, values = known.casefold(), [value.casefold() for value in each.values]
    if each.compared == "contains":
        return values[0] in known
    if each.compared == "startsWith":
        return known.startswith(values[0])
    amounts = [_amount(text) for text in (known, *values)]
    exact = [amount for amount in amounts if amount is not None]
    if len(exact) == len(amounts):
        return _ordered(exact[0], each.compared, exact[1:])
    return _ordered(known, each.compared, values)


def _compare_set(known: frozenset[str], each: Comparison) -> bool:
    folded, values = {name.casefold() for name in known}, [value.casefold() for value in each.values]
    match each.compared:
        case "empty":
            return not folded
        case "startsWith":
            return any(name.startswith(values[0]) for name in folded)
        case "ne" | "notIn":
            return folded.isdisjoint(values)
        case _:
            return not folded.isdisjoint(values)


def _ordered(known: Any, compared: str, values: Sequence[Any]) -> bool:
    match compared:
        case "eq" | "in":
            return known in values
        case "ne" | "notIn":
            return known not in values
        case "lt":
            return bool(known < values[0])
        case "le":
            return bool(known <= values[0])
        case "gt":
            return bool(known > values[0])
        case "ge":
            return bool(known >= values[0])
        case _:
            return bool(values[0] <= known <= values[1])


def _amount(text: str) -> Decimal | None:
    try:
        found = EXACT.create_decimal(text)
    except ArithmeticError:
        return None
    return found if found.is_finite() else None


def _performed(subject: Subject) -> set[str]:
    """Actions that credited or debited anything, by their ids."""
    return {key for key, (credit, debit, rows) in subject.account.actions.items() if credit or debit or rows}


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


def _since(day: int, today: int) -> Decimal | None:
    return Decimal(today - day) if day else None


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _falls(known: object, wanted: str, today: date) -> bool:
    """Whether a yearly date is the wanted one. A 29 February is kept on the 28th in other years."""
    found = _day(known)
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
