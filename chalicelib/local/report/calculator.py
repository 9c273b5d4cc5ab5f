"""A proposal of the calculator as one HTML page with a plot of what it costs."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

import pygal
from pygal.style import Style

from chalicelib.local.report.plots import BLUE, FONT, ORANGE, UNWANTED
from chalicelib.reporting.calculator.metrics import Metrics
from chalicelib.reporting.calculator.proposal import Proposal

_STYLE: Final = Path(__file__).with_name("style.css")
_SIZE: Final = (720, 320)


def page(proposal: Proposal, given: Metrics, currency: str) -> str:
    """The whole page: no script, no font and no picture from elsewhere."""
    lead = (
        f"{proposal.points_per_unit} points per {currency}, each worth {proposal.point_value.normalize():f}. "
        f"Rewards are expected to cost {proposal.cost:,.0f} {currency} a year, of at most {proposal.budget:,.0f}."
    )
    actions = ((each.name, f"{each.points:,}", f"{each.value:,.2f}", f"{each.cost:,.0f}") for each in proposal.actions)
    levels = (
        (f"{each.points:,} points", f"{each.value:,.2f}", f"{each.orders}", f"{each.months:,.1f}", f"{each.cost:,.0f}")
        for each in proposal.levels
    )
    shop = (
        ("Average order value", f"{given.average_order_value:,}"),
        ("Cost per acquisition", f"{given.cost_per_acquisition:,}"),
        ("Conversion rate", f"{given.conversion_rate:.2%}"),
        ("Repeat purchase rate", f"{given.repeat_purchase_rate:.2%}"),
        ("Monthly unique visitors", f"{given.monthly_unique_visitors:,}"),
        ("Give-back", f"{given.give_back:.2%}"),
    )
    body = "\n".join(
        [
            f"<header><h1>A loyalty programme for this shop</h1><p class=lead>{escape(lead)}</p></header>",
            f"<figure>{_plot(proposal, currency)}</figure>",
            "<h2>Rewards</h2>",
            _table(("Reward", "Worth", "Orders", "Months", "A year"), levels),
            "<h2>Actions</h2>",
            _table(("Action", "Points", "Worth", "A year"), actions),
            "<h2>The shop</h2>",
            _table(("Figure", ""), shop),
            f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in proposal.remarks)}</ul>",
        ]
    )
    style = _STYLE.read_text(encoding="utf-8")
    return (
        "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
        '<meta name=viewport content="width=device-width, initial-scale=1">\n<title>Loyalty Calculator</title>\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _plot(proposal: Proposal, currency: str) -> str:
    """What each reward level is expected to cost, beside what may be spent."""
    style = Style(colors=(BLUE, ORANGE), font_family=FONT, background="transparent", plot_background="transparent")
    chart: Any = pygal.Bar(
        style=style,
        width=_SIZE[0],
        height=_SIZE[1],
        js=[],
        disable_xml_declaration=True,
        legend_at_bottom=True,
        title=f"Expected cost a year, {currency}",
        no_prefix=True,
    )
    chart.x_labels = [*(f"{level.points:,} points" for level in proposal.levels), "together"]
    costs = [float(level.cost) for level in proposal.levels]
    chart.add("rewards", [*costs, sum(costs)])
    chart.add("give-back at most", [*[None] * len(costs), float(proposal.budget)])
    return UNWANTED.sub("", chart.render(is_unicode=True))


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in header)
    lines = "".join(
        f"<tr><th scope=row>{escape(row[0])}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>\n"
        for row in rows
    )
    return f"<div class=scroll><table><thead><tr>{head}</tr></thead><tbody>\n{lines}</tbody></table></div>"
