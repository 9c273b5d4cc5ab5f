"""Comparing what was said and stored with what the model says."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.simulation.history import Raw
from tests.simulation.model_member import Member

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def differences(wanted: Any, got: Any, place: str = "") -> Iterator[str]:
    """Where an answer is not what it must be. Only what is wanted is looked at; lists must be as long."""
    if wanted is ...:
        return
    if isinstance(wanted, dict):
        if not isinstance(got, dict):
            yield f"{place}: wanted an object, got {got!r}"
            return
        for name, value in wanted.items():
            if name not in got:
                yield f"{place}.{name} is missing, wanted {value!r}"
            else:
                yield from differences(value, got[name], f"{place}.{name}")
    elif isinstance(wanted, list):
        if not isinstance(got, list) or len(got) != len(wanted):
            yield f"{place}: wanted {len(wanted)} elements, got {got!r}"
            return
        for number, (each, other) in enumerate(zip(wanted, got, strict=True)):
            yield from differences(each, other, f"{place}[{number}]")
    elif isinstance(wanted, Decimal | int) and not isinstance(wanted, bool):
        is_number = isinstance(got, Decimal | int) and not isinstance(got, bool)
        if not is_number or Decimal(got) != Decimal(wanted):
            yield f"{place}: wanted {wanted}, got {got!r}"
    elif wanted != got:
        yield f"{place}: wanted {wanted!r}, got {got!r}"


def account_of(raw: Raw) -> dict[str, Any]:
    """The figures of a stored account (``docs/data-model.md``)."""
    body = json.loads(raw["body"]["S"])
    kinds, numbers, held, used, redeemed, _, expired, lifetime, owed = body["b"].get("points", ["", [], *[0] * 7])
    return {
        "lots": list(zip(kinds, numbers[::2], numbers[1::2], strict=True)),
        "held": held,
        "used": used,
        "redeemed": redeemed,
        "expired": expired,
        "lifetime": lifetime,
        "owed": owed,
        "rows": body["r"],
        "state": body["s"],
        "earned": body["c"].get("E", [0, 0, 0]),
        "tier": body["t"],
    }


def figures_of(member: Member) -> dict[str, Any]:
    """The same figures of a member on paper."""
    earned = [sum(getattr(each, name) for each in member.diary) for name in ("points", "spend", "orders")]
    return {
        "lots": member.lots,
        "held": member.held,
        "used": member.used,
        "redeemed": member.redeemed,
        "expired": member.expired,
        "lifetime": member.lifetime,
        "owed": member.owed,
        "rows": len(member.rows),
        "state": member.state,
        "earned": earned,
        "tier": [member.tier, member.since, member.until, member.previous],
    }


def stored_differences(member: Member, raw: Raw) -> list[str]:
    """Where a stored account is not what the member on paper has."""
    wanted, got = figures_of(member), account_of(raw)
    return [f"{name}: wanted {value}, stored {got[name]}" for name, value in wanted.items() if got[name] != value]
