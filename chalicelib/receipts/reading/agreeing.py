"""Several looks at one receipt: what they agree on, and which one is believed where they do not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from math import prod
from typing import Any, Final

from chalicelib.receipts.reading.found import Found
from chalicelib.receipts.reading.letters import similarity
from chalicelib.receipts.reading.reading import Reading
from chalicelib.receipts.reading.totals import INDEPENDENT, WITH_PAYMENT

SAME_NAME: Final = 0.8
"""Names at least this similar are of one shop."""


def agreed(readings: Sequence[Reading]) -> Reading:
    """One reading of several: the strongest, with what it lacks from the others, and how often each field was seen.

    ``ValueError`` without any.
    """
    if not readings:
        raise ValueError("no look was taken")
    best = max(readings, key=strength)
    said = [each.total.value for each in readings if each.total]
    others = {amount for amount in said if best.total and amount != best.total.value}
    return replace(
        best,
        shop=_shop(readings, best),
        address=best.address or _first(readings, lambda each: each.address),
        day=_day(readings, best),
        time_of_day=best.time_of_day or _first(readings, lambda each: each.time_of_day),
        number=best.number or _first(readings, lambda each: each.number),
        currency=best.currency or _first(readings, lambda each: each.currency),
        is_day_disputed=_is_disputed(readings),
        rivals=tuple(dict.fromkeys((*best.rivals, *others))) if others else best.rivals,
        looks=len(readings),
        looks_agreeing=said.count(best.total.value) if best.total else 0,
    )


def strength(reading: Reading) -> float:
    """How much speaks for the total of a reading."""
    if reading.total is None:
        return -1.0
    reasons = {each.code for each in reading.evidence}
    points = 2.0 * len(reasons & INDEPENDENT) + 0.5 * len(reasons - INDEPENDENT) + (WITH_PAYMENT in reasons)
    points += reading.is_total_labelled + reading.is_total_exact - 1.5 * bool(reading.rivals)
    return points + reading.total.confidence


def _shop(readings: Sequence[Reading], best: Reading) -> Found[str] | None:
    """The name that most looks agree on; of similar spellings the surest."""
    names = [each.shop for each in readings if each.shop]
    if not names:
        return None

    def weight(name: Found[str]) -> float:
        support = sum(other.confidence * similarity(name.value, other.value) for other in names)
        return support + (0.1 if name is best.shop else 0.0)

    chosen = max(names, key=weight)
    alike = [name for name in names if similarity(name.value, chosen.value) >= SAME_NAME]
    spelled = max(alike, key=lambda name: (" " in name.value, name.confidence))
    return replace(spelled, confidence=_together(alike))


def _day(readings: Sequence[Reading], best: Reading) -> Found[date] | None:
    days = [each.day for each in readings if each.day]
    if not days:
        return None

    def weight(day: Found[date]) -> tuple[float, bool]:
        return sum(other.confidence for other in days if other.value == day.value), day is best.day

    chosen = max(days, key=weight)
    return replace(chosen, confidence=_together([day for day in days if day.value == chosen.value]))


def _together(found: Sequence[Found[Any]]) -> float:
    """How sure several looks are together that each for itself are so sure."""
    return 1 - prod(1 - min(1.0, each.confidence) for each in found)


def _is_disputed(readings: Sequence[Reading]) -> bool:
    """No two looks agree on the day, and they name different ones, or the only one was in doubt."""
    days = [each.day.value for each in readings if each.day]
    if any(days.count(day) > 1 for day in days):
        return False
    return len(set(days)) > 1 or any(each.is_day_disputed for each in readings)


def _first(readings: Sequence[Reading], field: Callable[[Reading], Any]) -> Any:
    return next((found for each in readings if (found := field(each)) is not None), None)
