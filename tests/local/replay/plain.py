"""A loyalty programme in forty lines: what a replay must come to, worked out without any of the product."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

WELCOME = 100


@dataclass
class Shopper:
    lots: list[list[int]] = field(default_factory=list)
    """Last good day and points."""
    held: list[tuple[int, int]] = field(default_factory=list)
    """Day of release and points."""
    spend: Decimal = Decimal(0)
    lifetime: int = 0

    def give(self, day: int, points: int, good_days: int) -> int:
        self.lots.append([day + good_days, points])
        self.lifetime += points
        return points


@dataclass
class Plain:
    """Flows by month, and what is left at the end."""

    flows: dict[str, Counter[str]]
    shoppers: dict[str, Shopper]

    @property
    def outstanding(self) -> int:
        return sum(points for shopper in self.shoppers.values() for _, points in shopper.lots)

    @property
    def held(self) -> int:
        return sum(points for shopper in self.shoppers.values() for _, points in shopper.held)


def play(
    file: Path,
    through: date,
    *,
    good_days: int,
    hold_days: int = 0,
    reward: int = 0,
    doubles_from: Decimal | None = None,
) -> Plain:
    """Replay a file of the tests' own layout; ``doubles_from`` is the spend from which purchases earn twice."""
    bought: dict[date, list[tuple[str, Decimal]]] = {}
    for row in csv.DictReader(file.read_text().splitlines()):
        bought.setdefault(date.fromisoformat(row["date"]), []).append((row["customer"], Decimal(row["amount"])))
    result = Plain({}, {})
    day = min(bought)
    while day <= through:
        flow, today = result.flows.setdefault(f"{day:%Y-%m}", Counter()), day.toordinal()
        for shopper in result.shoppers.values():
            for due, points in [each for each in shopper.held if each[0] == today]:
                flow["issued"] += shopper.give(due, points, good_days)
            shopper.held = [each for each in shopper.held if each[0] > today]
            flow["expired"] += sum(points for last, points in shopper.lots if last < today)
            shopper.lots = [lot for lot in shopper.lots if lot[0] >= today]
        for name, amount in bought.get(day, []):
            if name not in result.shoppers:
                result.shoppers[name] = Shopper()
                flow["issued"] += result.shoppers[name].give(today, WELCOME, good_days)
            shopper = result.shoppers[name]
            points = int(amount * (2 if doubles_from is not None and shopper.spend >= doubles_from else 1))
            shopper.spend += amount
            if hold_days:
                shopper.held.append((today + hold_days, points))
            else:
                flow["issued"] += shopper.give(today, points, good_days)
        for shopper in result.shoppers.values() if reward else ():
            left = sum(points for _, points in shopper.lots) // reward * reward
            flow["spent"] += left
            for lot in sorted(shopper.lots):
                taken = min(left, lot[1])
                lot[1], left = lot[1] - taken, left - taken
        day += timedelta(days=1)
    return result
