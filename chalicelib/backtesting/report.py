"""What a backtest answers: every figure as it was, under the draft, and the difference."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from chalicelib.backtesting import figures
from chalicelib.backtesting.sums import EDGES, Sums
from chalicelib.programme import amounts
from chalicelib.programme.in_force import InForce

MEANINGS: Final[dict[str, str]] = {
    "tooManyEntries": "Members with more entries than one replay takes; they are left out.",
    "changingNow": "Members whose orders changed again and again while they were read; they are left out.",
    "bookDoesNotAddUp": "Members whose book or replay does not add up; they are left out. Run the audit.",
    "orderNotFound": "Entries about an order that is not there.",
    "orderUnitsGuessed": "Changes of orders of which the book does not tell the units; taken line by line.",
    "awardRefusedThen": "Awards that a limit refused then: their times of day are not recorded (and their count for "
    "90 days only), so they are tried under neither programme.",
    "refusedAgain": "Events that were granted then and are refused in the replay under the same programme.",
}
"""Why something could not be replayed, or not for certain."""
_TIMES: Final = "times"

Pair = dict[str, Any]


def report(sums: Sums, was: InForce, draft: InForce) -> dict[str, Any]:
    """The whole answer but for the run itself. ``was`` is the programme in force at the end of the period; a figure
    of money is points by the ratio of its own side.
    """
    return {
        "replayed": _replayed(sums),
        "points": {name: _points(sums, was, name) for name in figures.NAMES},
        "refused": _refused(sums, was),
        "liability": _liability(sums, was, draft),
        "tiers": _tiers(sums, was, draft),
        "members": _members(sums, was),
        "actions": _actions(sums, was, draft),
    }


def _replayed(sums: Sums) -> dict[str, Any]:
    members = {name: sums.of("members", name) for name in ("found", "replayed", "reproduced", "differing")}
    gaps = sums.under("gap")
    return {
        "events": sums.of("events"),
        "membersFound": members["found"],
        "membersReplayed": members["replayed"],
        "membersReproduced": members["reproduced"],
        "membersDiffering": members["differing"],
        "membersLater": sums.of("members", "later"),
        "notReplayed": [
            {"reason": reason, "count": gaps[reason,], "meaning": meaning}
            for reason, meaning in MEANINGS.items()
            if gaps.get((reason,))
        ],
    }


def _points(sums: Sums, was: InForce, name: str, action: str | None = None) -> Pair:
    def of(side: str) -> int:
        found = sums.under("flow", side)
        return sum(count for (key, flow), count in found.items() if flow == name and action in {None, key})

    return _pair(of, lambda units: amounts.points_on_wire(was.programme, units))


def _refused(sums: Sums, was: InForce) -> dict[str, Any]:
    """Awards and redemptions that a limit, a switch or the balance refused, and their points."""

    def total(side: str, what: str) -> int:
        return sum(count for (_, kind), count in sums.under("refused", side).items() if kind == what)

    return {
        "times": _pair(lambda side: total(side, _TIMES), int),
        "points": _pair(lambda side: total(side, "points"), lambda units: amounts.points_on_wire(was.programme, units)),
    }


def _liability(sums: Sums, was: InForce, draft: InForce) -> dict[str, Any]:
    """Points outstanding at the end, and what they are worth by each programme's own conversion."""
    available = {side: sums.of("end", side, "available") for side in ("before", "after")}
    value = {
        "before": amounts.currency_value(was.programme, available["before"]),
        "after": amounts.currency_value(draft.programme, available["after"]),
    }

    def shown(units: int) -> Decimal:
        return amounts.points_on_wire(was.programme, units)

    return {
        "points": _pair(available.__getitem__, shown),
        "pointsOnHold": _pair(lambda side: sums.of("end", side, "held"), shown),
        "value": {**value, "difference": value["after"] - value["before"]},
        "currency": was.programme.currency.code,
    }


def _tiers(sums: Sums, was: InForce, draft: InForce) -> dict[str, Any]:
    names: dict[str, str] = {}
    for force in (draft, was):
        names |= {tier.tier_id: names.get(tier.tier_id, tier.tier_name) for tier in force.programme.tiers.levels}
    counted = {key for (key,) in (*sums.under("tier", "before"), *sums.under("tier", "after"))}
    listed = [*names, *sorted(counted - set(names))]
    members = [{"tierId": key, "tierName": names.get(key, ""), **_standing(sums, key)} for key in listed]
    return {"levels": members, "movedUp": sums.of("moved", "up"), "movedDown": sums.of("moved", "down")}


def _standing(sums: Sums, tier: str) -> Pair:
    return _pair(lambda side: sums.of("tier", side, tier), int)


def _members(sums: Sums, was: InForce) -> dict[str, Any]:
    """Who has more or less of the draft: points at hand, on hold and redeemed, together."""
    decimals = was.programme.point_decimals
    bounds: list[int | None] = [0, *EDGES, None]
    distribution = [
        {
            "change": word,
            "from": bounds[reached],
            "below": bounds[reached + 1],
            "members": sums.of("distribution", word, str(reached)),
        }
        for word in ("worse", "better")
        for reached in range(len(EDGES) + 1)
        if sums.of("distribution", word, str(reached))
    ]
    return {
        "better": sums.of("members", "better"),
        "worse": sums.of("members", "worse"),
        "same": sums.of("members", "same"),
        "largestGains": [amounts.on_wire(points, decimals) for points in sums.gains],
        "largestLosses": [amounts.on_wire(points, decimals) for points in sums.losses],
        "distribution": distribution,
    }


def _actions(sums: Sums, was: InForce, draft: InForce) -> list[dict[str, Any]]:
    """The figures of each action that anything was counted for, by its number."""
    counted = [key for name in ("flow", "refused") for _, key, _ in sums.under(name)]
    numbers = sorted({int(key) for key in counted if key.isdigit()} - {0})
    return [_action(sums, was, draft, number) for number in numbers]


def _action(sums: Sums, was: InForce, draft: InForce, number: int) -> dict[str, Any]:
    known = draft.action_by_id.get(number) or was.action_by_id.get(number)
    told = {name: _points(sums, was, name, str(number)) for name in figures.NAMES}
    refused = _pair(lambda side: sums.of("refused", side, str(number), _TIMES), int)
    return {
        "actionId": number,
        "actionName": known.action_name if known else "",
        "times": _pair(lambda side: sums.of("flow", side, str(number), _TIMES), int),
        "refused": refused,
        "points": {name: pair for name, pair in told.items() if pair["before"] or pair["after"]},
    }


def _pair(of: Callable[[str], int], shown: Callable[[int], Decimal | int]) -> Pair:
    before, after = of("before"), of("after")
    return {"before": shown(before), "after": shown(after), "difference": shown(after - before)}
