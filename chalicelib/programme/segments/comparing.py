"""One comparison of a fact with the values that a segment names. Texts and lists compare without case."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from chalicelib.programme.amounts import EXACT
from chalicelib.programme.definitions.segment import ORDERED, Comparison


def number(known: Decimal | None, each: Comparison) -> bool:
    """Whether a number compares so; one that is not there yet is only unlike."""
    if each.compared == "empty":
        return known is None
    if known is None:
        return each.compared in {"ne", "notIn"}
    return _ordered(known, each.compared, [Decimal(value) for value in each.values])


def text(known: str, each: Comparison) -> bool:
    """Whether a text compares so; with a value that is a number like itself, by the amount.

    A text that is not there is unlike any value and neither below nor above one.
    """
    if each.compared == "empty":
        return not known
    known, values = known.casefold(), [value.casefold() for value in each.values]
    if each.compared == "contains":
        return bool(known) and values[0] in known
    if each.compared == "startsWith":
        return bool(known) and known.startswith(values[0])
    if not known and each.compared in ORDERED:
        return False
    pairs = [_alike(known, value) for value in values]
    if each.compared == "between":
        return bool(pairs[0][0] >= pairs[0][1] and pairs[1][0] <= pairs[1][1])
    if each.compared in {"in", "notIn"}:
        return any(one == other for one, other in pairs) == (each.compared == "in")
    return _ordered(pairs[0][0], each.compared, [pairs[0][1]])


def listed(known: frozenset[str], each: Comparison) -> bool:
    """Whether a list has any of the values, or for ``ne`` and ``notIn`` none."""
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


def _alike(known: str, wanted: str) -> tuple[Any, Any]:
    """Both as amounts, where both are numbers, and both as texts otherwise."""
    amounts = _amount(known), _amount(wanted)
    return (known, wanted) if None in amounts else amounts


def _amount(text: str) -> Decimal | None:
    try:
        found = EXACT.create_decimal(text)
    except ArithmeticError:
        return None
    return found if found.is_finite() else None
