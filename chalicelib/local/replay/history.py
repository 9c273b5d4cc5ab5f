"""A purchase history as values: who bought when, for how much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order: its line in the file, ``amount`` in currency units from 0, ``quantity`` above 0.

    ``at`` orders the purchases of a day where the file says the time; otherwise their lines do.
    """

    line: int
    customer: str
    day: date
    amount: Decimal
    quantity: Decimal = Decimal(1)
    at: time | None = None

    @property
    def order_id(self) -> str:
        """The order's id: the same for each replay of the file, and the way back to the line."""
        return f"line-{self.line}"

    def units(self, decimals: int) -> int:
        """The amount in the currency's smallest units, halves up, as the book counts spend."""
        return int(self.amount.scaleb(decimals).to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True)
class History:
    """The purchases of a file, at least one, in the order in which they happened."""

    purchases: Sequence[Purchase]

    @property
    def first_day(self) -> date:
        """Day of the first purchase."""
        return self.purchases[0].day

    @property
    def last_day(self) -> date:
        """Day of the last purchase."""
        return self.purchases[-1].day

    @cached_property
    def orders_by_customer(self) -> dict[str, list[Purchase]]:
        """The purchases of each customer, in the order of the customers' first."""
        found: dict[str, list[Purchase]] = {}
        for purchase in self.purchases:
            found.setdefault(purchase.customer, []).append(purchase)
        return found

    def by_day(self) -> Iterator[tuple[date, list[Purchase]]]:
        """Days on which something was bought, with their purchases."""
        for day, bought in groupby(self.purchases, lambda purchase: purchase.day):
            yield day, list(bought)


def in_order(purchases: Sequence[Purchase]) -> History:
    """The history of these purchases, given in any order."""
    return History(sorted(purchases, key=lambda each: (each.day, each.at or time(), each.line)))
