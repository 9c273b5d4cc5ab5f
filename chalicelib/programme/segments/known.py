"""What is known of a member, by the names by which a segment's comparisons ask for it."""

from datetime import date
from decimal import Decimal

from chalicelib.ledger.account import EVER
from chalicelib.programme.amounts import money_on_wire, points_on_wire
from chalicelib.programme.in_force import InForce
from chalicelib.programme.segments.subject import Subject


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
    born = day_of(subject.profile.get("birthDate"))
    return {
        **{name: points_on_wire(programme, units) for name, units in amounts.items()},
        "spend": money,
        "averageOrder": (money / orders).quantize(Decimal("0.000001")) if orders else None,
        "orders": Decimal(orders),
        "daysSinceLastOrder": since(facts.last_order, today),
        "daysSinceFirstOrder": since(facts.first_order, today),
        "daysSinceJoined": since(account.joined, today),
        "age": None if born is None else Decimal(_years(born, date.fromordinal(today))),
    }


def texts(subject: Subject) -> dict[str, str]:
    """The facts that are texts; the profile's are as they stand there."""
    profile = subject.profile
    named = {
        name: str(profile.get(name) or "") for name in ("source", "zipCode", "email", "phone", "optInStatus", "status")
    }
    return {**named, "tier": subject.account.standing.tier, "emailDomain": named["email"].rpartition("@")[2]}


def sets(subject: Subject) -> dict[str, frozenset[str]]:
    """The facts that are lists; ``segments`` is not among them, those are judged one by one."""
    facts = subject.facts
    return {
        "products": frozenset(facts.products),
        "categories": frozenset(facts.categories),
        "stores": frozenset(facts.stores),
        "sources": frozenset(facts.sources),
        "actions": performed(subject),
    }


def performed(subject: Subject) -> frozenset[str]:
    """Ids of the actions that the member ever performed: those that moved points, or would have."""
    return frozenset(key for key, counted in subject.account.actions.items() if any(counted))


def since(day: int, today: int) -> Decimal | None:
    """Days from a day to today; ``None`` where there is no such day."""
    return Decimal(today - day) if day else None


def day_of(text: object) -> date | None:
    """A day of the profile; ``None`` where there is none."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
