"""The tables of a report, as words: a header and rows."""

from collections.abc import Callable

from chalicelib.local.report import words
from chalicelib.local.report.figures import Figures, Month, share

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def by_month(figures: Figures) -> Table:
    """Points, liability, orders and revenue of each month."""

    def points(of: Callable[[Month], int]) -> Callable[[Month], str]:
        return lambda month: words.points(figures, of(month))

    columns: list[tuple[str, Callable[[Month], str]]] = [
        ("Month", lambda month: f"{month.first:%Y-%m}"),
        ("Issued", points(lambda month: month.issued)),
        ("Spent", points(lambda month: month.spent)),
        ("Expired", points(lambda month: month.expired)),
        ("On hold", points(lambda month: month.on_hold)),
        ("Outstanding", points(lambda month: month.outstanding)),
        ("Liability", lambda month: words.money(figures, figures.money(month.outstanding))),
        ("Orders", lambda month: f"{month.orders:,}"),
        ("Revenue", lambda month: words.money(figures, month.revenue)),
    ]
    rows = [tuple(cell(month) for _, cell in columns) for month in figures.months]
    return tuple(name for name, _ in columns), rows


def by_tier(figures: Figures) -> Table:
    """Members of each tier, and the share of members who have reached a reward."""
    header = ("Month", "Members", *(name for _, name in figures.tiers), "Reached a reward")
    rows = [
        (
            f"{month.first:%Y-%m}",
            f"{month.members:,}",
            *(f"{month.members_by_tier.get(tier, 0):,}" for tier, _ in figures.tiers),
            words.per_cent(share(month.rewarded, month.members)),
        )
        for month in figures.months
    ]
    return header, rows
