"""Figures as words: numbers with separators, money, per cent, and the sentences that text and page share."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from chalicelib.local.report.figures import Figures, share
from chalicelib.programme import amounts, standard

NOTHING: Final = "-"


def points(figures: Figures, units: int) -> str:
    """Points with the decimals of the programme."""
    return figures.plan.points(units)


def money(figures: Figures, amount: Decimal) -> str:
    """Money with the currency's decimals and code."""
    currency = figures.plan.programme.currency
    return f"{_rounded(amount, currency.decimals):,} {currency.code}"


def per_cent(part: Decimal | None) -> str:
    """A share in per cent with one decimal; a dash where there is none."""
    return NOTHING if part is None else f"{_rounded(part * 100, 1)} %"


def headline(figures: Figures) -> list[tuple[str, str, str]]:
    """The figures to look at first: name, value, what it means."""
    of = figures
    customers = len(of.history.orders_by_customer)
    cost = of.of_revenue(of.spent + of.outstanding + of.on_hold)
    return [
        ("Members", f"{of.members:,}", f"{of.orders:,} orders, {money(of, of.revenue)} revenue"),
        (
            "Cost of revenue",
            per_cent(cost),
            "points spent and points still owed, at face value",
        ),
        ("Liability", money(of, of.money(of.outstanding)), f"{points(of, of.outstanding)} points outstanding"),
        (
            "Breakage",
            per_cent(share(of.expired, of.issued)),
            f"expired of issued; {per_cent(share(of.expired, of.matured))} of the points whose time is over",
        ),
        (
            "Reach a first reward",
            per_cent(share(of.rewarded, of.members)),
            _wait(of),
        ),
        (
            "Repeat-purchase rate",
            per_cent(share(of.repeaters, customers)),
            f"more than one order; {per_cent(share(of.returners, customers))} came back on another day",
        ),
    ]


def balance(figures: Figures) -> list[tuple[str, str, str, str]]:
    """Where the points went: name, points, value, share of revenue."""
    rows = [
        ("Issued", figures.issued),
        ("Spent", figures.spent),
        ("Expired", figures.expired),
        ("Outstanding", figures.outstanding),
        ("On hold, not issued yet", figures.on_hold),
    ]
    return [
        (name, points(figures, units), money(figures, figures.money(units)), per_cent(figures.of_revenue(units)))
        for name, units in rows
    ]


def assumptions(figures: Figures) -> list[str]:
    """What was assumed, in sentences."""
    plan, history, programme = figures.plan, figures.history, figures.plan.programme
    customers = len(history.orders_by_customer)
    ratio = programme.currency.credits_to_currency_ratio
    said = [
        (
            f"{len(history.purchases):,} purchases of {customers:,} customers from {history.first_day} to "
            f"{history.last_day}, {figures.orders_of_zero:,} of them of zero; time ran to the end of {plan.through} "
            f"({programme.time_zone})."
        ),
        "Every customer joined on the day of the first purchase."
        + (f" Joining earned action {standard.ACCOUNT_CREATED}." if plan.welcomes else " Joining earned nothing."),
        f"A point is worth {ratio:f} {programme.currency.code}.",
        f"A first reward costs {points(figures, plan.reward)} points ({_origin(figures)}).",
    ]
    if plan.redeems:
        said.append("At the end of each day members spent as many whole rewards as their balance held.")
    else:
        said.append("Nobody spent points: histories do not say who would have. With --redeem members spend on rewards.")
    if plan.ships:
        said.append(f"Points wait for shipment: each order was reported as shipped {plan.ship_days} days later.")
    left = f"{points(figures, figures.outstanding)} points are still outstanding"
    held = f" and {points(figures, figures.on_hold)} on hold" if plan.holds else ""
    more = "; some of them will expire. --through lets time run on." if figures.outstanding or figures.on_hold else "."
    return [*said, f"At the end {left}{held}{more}"]


def _wait(figures: Figures) -> str:
    price = f"{points(figures, figures.plan.reward)} points"
    if figures.days_to_reward is None:
        return price
    within = f"within {figures.days_to_reward} days" if figures.days_to_reward else "on the day of joining"
    return f"{price}; half of those who did {within}"


def _origin(figures: Figures) -> str:
    denomination = figures.plan.programme.display.reward_denomination
    if denomination and amounts.points_in_units(figures.plan.programme, denomination) == figures.plan.reward:
        return "display.rewardDenomination of the programme"
    worth = money(figures, figures.money(figures.plan.reward))
    return f"worth {worth}; --reward or display.rewardDenomination says another price"


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
