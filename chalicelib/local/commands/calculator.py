"""``calculator``: propose actions and rewards for a shop, with their cost, from its figures or a purchase history.

Average order value and repeat purchase rate may be measured from a file of purchases instead of being named. Needs
nothing running. Exit status 0, and 2 with a sentence for input that cannot be used.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from chalicelib.api.calculator import CalculatorBody, shown
from chalicelib.api.fields import read as read_body
from chalicelib.errors import Malformed
from chalicelib.local.replay import options as file_options
from chalicelib.local.replay import reading
from chalicelib.local.replay.history import History
from chalicelib.local.report.calculator import page
from chalicelib.programme.rendering import to_text
from chalicelib.reporting.calculator import draft, metrics
from chalicelib.reporting.calculator.metrics import Measured, Metrics
from chalicelib.reporting.calculator.proposal import Proposal, propose

FIGURES: Final = {
    "average-order-value": "averageOrderValue",
    "cost-per-acquisition": "costPerAcquisition",
    "conversion-rate": "conversionRate",
    "repeat-purchase-rate": "repeatPurchaseRate",
    "monthly-unique-visitors": "monthlyUniqueVisitors",
    "give-back-percent": "giveBackPercent",
    "breakage": "breakage",
    "member-share": "memberShare",
    "currency": "currency",
    "time-zone": "timeZone",
}
_HUNDRED: Final = Decimal(100)


def main(arguments: list[str]) -> int:
    """Measure, propose and print."""
    options = _parser().parse_args(arguments)
    try:
        given = {name: getattr(options, option.replace("-", "_")) for option, name in FIGURES.items()}
        found = None if options.history is None else _measured(options)
        body = read_body(CalculatorBody, _filled(given, found))
        proposal = propose(figures_of(body))
        document = draft.programme_of(proposal, currency=body.currency, time_zone=body.time_zone)
    except (Malformed, reading.BadHistory) as problem:
        print(problem, file=sys.stderr)
        return 2
    said = shown(proposal)
    print(json.dumps(said, indent=2, default=str) if options.json else _as_text(proposal, found, body.currency))
    if options.programme is not None:
        text = json.dumps(json.loads(to_text(document)), indent=2, ensure_ascii=False)
        options.programme.write_text(text + "\n", encoding="utf-8")
    if options.page is not None:
        options.page.write_text(page(proposal, figures_of(body), body.currency), encoding="utf-8")
    return 0


def figures_of(body: CalculatorBody) -> Metrics:
    """The figures of a request."""
    found = Metrics(
        average_order_value=body.average_order_value,
        cost_per_acquisition=body.cost_per_acquisition,
        conversion_rate=body.conversion_rate,
        repeat_purchase_rate=body.repeat_purchase_rate,
        monthly_unique_visitors=body.monthly_unique_visitors,
    )
    return replace(
        found,
        give_back=body.give_back_percent / _HUNDRED,
        breakage=body.breakage,
        member_share=body.member_share,
    )


def _measured(options: argparse.Namespace) -> Measured:
    history: History = reading.read(options.history, file_options.layout_of(options), ZoneInfo("UTC"))
    bought = {
        customer: [(each.day.toordinal(), each.amount) for each in orders]
        for customer, orders in history.orders_by_customer.items()
    }
    return metrics.measured(bought, history.last_day.toordinal())


def _filled(given: dict[str, Any], found: Measured | None) -> dict[str, Any]:
    """What was named, and what was measured where nothing was."""
    if found is not None:
        for name, value in (
            ("averageOrderValue", found.average_order_value),
            ("repeatPurchaseRate", found.repeat_purchase_rate),
        ):
            if given[name] is None:
                given[name] = value
    return {name: value for name, value in given.items() if value is not None}


def _as_text(proposal: Proposal, found: Measured | None, currency: str) -> str:
    lines: list[str] = []
    if found is not None:
        share = f"{found.repeat_purchase_rate} buy again" + (" within 12 months" if found.is_whole_year else "")
        lines += [
            f"Measured: {found.orders:,} orders of {found.customers:,} customers, {found.average_order_value} each,",
            f"{share}.",
            "",
        ]
    lines += [
        f"{proposal.points_per_unit} points per {currency}, each worth {proposal.point_value.normalize():f}.",
        f"An ordinary order earns {proposal.points_per_order:,} points.",
        "",
        *_columns(
            ("action", "points", "worth", "a year"),
            ((each.name, f"{each.points:,}", f"{each.value:,.2f}", f"{each.cost:,.0f}") for each in proposal.actions),
        ),
        "",
        *_columns(
            ("reward", "worth", "orders", "months", "claims", "a year"),
            (
                (f"{each.points:,} points", f"{each.value:,.2f}", str(each.orders), f"{each.months:,.1f}",
                 f"{each.claims:,.0f}", f"{each.cost:,.0f}")
                for each in proposal.levels
            ),
        ),
        "",
        f"{proposal.members:,.0f} members spend {proposal.member_revenue:,.0f} {currency} a year.",
        f"Rewards cost {proposal.cost:,.0f} of at most {proposal.budget:,.0f} a year.",
        f"Points worth {proposal.liability:,.0f} are out at its end.",
        *proposal.remarks,
    ]  # fmt: skip
    return "\n".join(lines)


def _columns(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    table = [header, *rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(header))]
    return [
        "  ".join(cell.ljust(width) if not place else cell.rjust(width)
                  for place, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in table
    ]  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.local calculator", description=__doc__)
    figures = parser.add_argument_group("the shop; rates are shares from 0 to 1, or such as 2.5%%")
    for option in FIGURES:
        figures.add_argument(f"--{option}", metavar="N")
    parser.add_argument("--history", type=Path, metavar="FILE", help="measure a purchase history (docs/replay.md)")
    parser.add_argument("--programme", type=Path, metavar="OUT.json", help="write the proposal as a programme")
    parser.add_argument("--page", type=Path, metavar="OUT.html", help="write the proposal as a page with a plot")
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    file_options.add(parser)
    return parser
