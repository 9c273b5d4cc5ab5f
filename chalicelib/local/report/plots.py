"""The plots of the page, as inline SVG that pygal draws: each once for wide and once for narrow screens.

A plot that is merely scaled down to a telephone has letters that nobody can read. Colours are those of Okabe
and Ito, which people with colour vision deficiencies tell apart; tiers, which have an order, go from dark to
light through cividis. What a mouse finds under it are the SVG's own titles, so no script is needed.
"""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pygal
from pygal.style import Style

from chalicelib.local.report import words
from chalicelib.local.report.figures import Figures, Month, share

BLUE: Final = "#0072b2"
ORANGE: Final = "#e69f00"
GREEN: Final = "#009e73"
RED: Final = "#d55e00"
CIVIDIS: Final = (
    "#00224e",
    "#1f3b6e",
    "#48516c",
    "#666970",
    "#808274",
    "#9b9b77",
    "#b8b570",
    "#d5d061",
    "#eedc4a",
)
WIDE: Final = (540, 300)
NARROW: Final = (340, 300)
LABELS_WIDE: Final = 7
LABELS_NARROW: Final = 4
DOTS_MAX: Final = 60
"""Months beyond which a line has no dots: they would be the line."""
FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
INK: Final = "#1c2733"
SOFT: Final = "#5b6875"
UNWANTED: Final = re.compile(r"<!--.*?-->|<script.*?</script>", re.DOTALL)
"""The day on which it was drawn, and settings of a script that is not there."""
_HINT: Final = re.compile(
    r'<desc class="value">(?P<value>.*?)</desc><desc class="x[^"]*">[^<]*</desc>'
    r'<desc class="y[^"]*">[^<]*</desc>(?:<desc class="x_label">(?P<label>.*?)</desc>)?'
)
_OPTIONS: Final[dict[str, Any]] = {
    "js": [],
    "disable_xml_declaration": True,
    "legend_at_bottom": True,
    "legend_box_size": 11,
    "truncate_legend": -1,
    "truncate_label": -1,
    "show_minor_x_labels": False,
    "show_x_guides": False,
    "min_scale": 3,
    "max_scale": 6,
    "include_x_axis": True,
    "margin": 8,
    "dots_size": 2.5,
    "stroke_style": {"width": 2.5},
    "no_data_text": "",
}
Value = int | float | None


# pygal hangs a finder for its map plugins into the import system, in a form that Python 3.11 warns of at every
# later import. Nothing here draws maps.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]


@dataclass(frozen=True, slots=True)
class Plot:
    """A titled picture in two widths."""

    title: str
    caption: str
    wide: str
    narrow: str


@dataclass(frozen=True, slots=True)
class _Series:
    name: str
    values: list[Value]
    colour: str


def plots(figures: Figures) -> list[Plot]:
    """All plots, in the order in which a merchant asks."""
    draw = _Drawing(figures)
    money, owed = figures.plan.programme.currency.code, "Points spent and still owed"
    holding = "" if figures.plan.holds else "; this programme puts nothing on hold"
    reached = _each(figures, "Reached", lambda month: _per_cent(share(month.rewarded, month.members)), BLUE)
    liability = _each(figures, "Liability", lambda month: float(figures.money(month.outstanding)), BLUE)
    orders = [
        _each(figures, "First orders", lambda month: month.first_orders, ORANGE),
        _each(figures, "Repeat orders", lambda month: month.orders - month.first_orders, BLUE),
    ]
    return [
        draw.bars("Members by tier", "At the end of each month.", _tiers(figures), stacked=True),
        draw.bars("Points issued, spent and expired", "In each month.", _flows(figures)),
        draw.lines("Points outstanding and on hold", f"At the end of each month{holding}.", _standing(figures)),
        draw.lines("Liability", f"Value of the points outstanding, in {money}.", [liability]),
        draw.lines("Cost of revenue", f"{owed}, per cent of revenue so far.", [_cost(figures)], unit="%"),
        draw.lines("Breakage", "Points expired, per cent of points issued so far.", [_breakage(figures)], unit="%"),
        draw.lines("Members who reached a first reward", "Per cent of the members so far.", [reached], unit="%"),
        draw.bars("First and repeat orders", "In each month.", orders, stacked=True),
    ]


def _each(figures: Figures, name: str, of: Callable[[Month], Value], colour: str) -> _Series:
    return _Series(name, [of(month) for month in figures.months], colour)


def _points(figures: Figures, name: str, of: Callable[[Month], int], colour: str) -> _Series:
    """Points as people count them, not in their smallest units."""
    units = 10**figures.plan.programme.point_decimals
    return _each(figures, name, lambda month: of(month) / units if units > 1 else of(month), colour)


def _tiers(figures: Figures) -> list[_Series]:
    colours = _ladder(len(figures.tiers))
    return [
        _Series(name, [month.members_by_tier.get(tier, 0) for month in figures.months], colour)
        for (tier, name), colour in zip(figures.tiers, colours, strict=True)
    ]


def _flows(figures: Figures) -> list[_Series]:
    return [
        _points(figures, "Issued", lambda month: month.issued, BLUE),
        _points(figures, "Spent", lambda month: month.spent, GREEN),
        _points(figures, "Expired", lambda month: month.expired, RED),
    ]


def _standing(figures: Figures) -> list[_Series]:
    outstanding = _points(figures, "Outstanding", lambda month: month.outstanding, BLUE)
    on_hold = _points(figures, "On hold", lambda month: month.on_hold, ORANGE)
    return [outstanding, on_hold] if figures.plan.holds else [outstanding]


def _cost(figures: Figures) -> _Series:
    values: list[Value] = []
    spent, revenue = 0, Decimal(0)
    for month in figures.months:
        spent, revenue = spent + month.spent, revenue + month.revenue
        owed = figures.money(spent + month.outstanding + month.on_hold)
        values.append(_per_cent(owed / revenue if revenue else None))
    return _Series("Cost", values, ORANGE)


def _breakage(figures: Figures) -> _Series:
    values: list[Value] = []
    expired = issued = 0
    for month in figures.months:
        expired, issued = expired + month.expired, issued + month.issued
        values.append(_per_cent(share(expired, issued)))
    return _Series("Breakage", values, RED)


def _per_cent(part: Decimal | None) -> float | None:
    """For drawing only: pictures take floats."""
    return None if part is None else float(round(part * 100, 2))


def _ladder(count: int) -> list[str]:
    """Colours from dark to light, as far apart as the number of tiers lets them be."""
    if count == 1:
        return [BLUE]
    return [CIVIDIS[place * (len(CIVIDIS) - 1) // (count - 1)] for place in range(count)]


class _Drawing:
    """Draws the plots of one report."""

    def __init__(self, figures: Figures) -> None:
        self._labels = [f"{month.first:%b %y}" for month in figures.months]

    def bars(self, title: str, caption: str, series: Sequence[_Series], *, stacked: bool = False) -> Plot:
        """Bars for each month, side by side or one on the other."""
        return self._plot(pygal.StackedBar if stacked else pygal.Bar, title, caption, series, "")

    def lines(self, title: str, caption: str, series: Sequence[_Series], *, unit: str = "") -> Plot:
        """Lines from month to month."""
        return self._plot(pygal.Line, title, caption, series, unit)

    def _plot(self, kind: Any, title: str, caption: str, series: Sequence[_Series], unit: str) -> Plot:
        name = title.lower().replace(" ", "-").replace(",", "")
        wide = self._svg(title, kind, series, f"{name}-wide", WIDE, LABELS_WIDE, unit)
        narrow = self._svg(title, kind, series, f"{name}-narrow", NARROW, LABELS_NARROW, unit)
        return Plot(title, caption, wide, narrow)

    def _svg(
        self,
        title: str,
        kind: Any,
        series: Sequence[_Series],
        name: str,
        size: tuple[int, int],
        labels_max: int,
        unit: str,
    ) -> str:
        chart = kind(
            **_OPTIONS,
            width=size[0],
            height=size[1],
            style=_style([each.colour for each in series]),
            legend_at_bottom_columns=min(len(series), 3),
            show_legend=len(series) > 1,
            x_labels_major_every=-(-len(self._labels) // labels_max),
            show_dots=len(self._labels) <= DOTS_MAX,
            value_formatter=lambda value: _shown(value, unit),
        )
        chart.uuid = name
        chart.x_labels = self._labels
        for each in series:
            chart.add(each.name, each.values)
        drawn = UNWANTED.sub("", chart.render(is_unicode=True))
        drawn = _HINT.sub(_hint, drawn).replace(">Pygal</title>", f">{title}</title>")
        return drawn.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)


def _hint(found: re.Match[str]) -> str:
    label = found["label"]
    return f"<title>{f'{label}: ' if label else ''}{found['value']}</title>"


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return words.NOTHING
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:,.0f}"
    return f"{text} {unit}".rstrip()


def _style(colours: Sequence[str]) -> Style:
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground=SOFT,
        foreground_strong=INK,
        foreground_subtle="#d5dbe1",
        guide_stroke_color="#e3e8ec",
        major_guide_stroke_color="#e3e8ec",
        guide_stroke_dasharray="0",
        major_guide_stroke_dasharray="0",
        opacity="1",
        opacity_hover=".75",
        transition="0s",
        colors=tuple(colours),
        font_family=FONT,
        label_font_size=12,
        major_label_font_size=12,
        legend_font_size=13,
    )
