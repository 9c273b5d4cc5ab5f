"""The Loyalty Calculator (A098-A103): a structure of actions and rewards from a shop's figures. For staff."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import force_of
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.programme.fields import Exact, Whole
from chalicelib.programme.rendering import render
from chalicelib.reporting.calculator import draft, metrics
from chalicelib.reporting.calculator import service as calculator
from chalicelib.reporting.calculator.metrics import Metrics
from chalicelib.reporting.calculator.proposal import ActionProposed, LevelProposed, Proposal, propose

routes: Final = Routes(__name__, "Programme")
VISITORS_MAX: Final = 1_000_000_000
GIVE_BACK_MAX: Final = 50
_CENT: Final = Decimal("0.01")
_PERCENT: Final = Decimal(100)


def _of_percent(given: object) -> object:
    """``2.5%`` is 0.025; anything else as it stands."""
    if isinstance(given, str) and given.strip().endswith("%"):
        number = fields.exact(given.strip()[:-1].strip())
        return given if number is None else number / _PERCENT
    return given


Share = Annotated[Decimal, Exact("0", "1", 6), BeforeValidator(_of_percent)]


class CalculatorBody(Body):
    """The five figures of a shop, and what it may give back. Rates are shares from 0 to 1, or text such as 2.5%."""

    average_order_value: Annotated[Decimal, Exact("0.01", "1000000", 4)]
    cost_per_acquisition: Annotated[Decimal, Exact("0", "1000000", 4)]
    conversion_rate: Share
    repeat_purchase_rate: Share
    monthly_unique_visitors: Annotated[int, Whole(0, VISITORS_MAX)]
    give_back_percent: Annotated[Decimal, Exact("0.01", str(GIVE_BACK_MAX), 2)] = Decimal(5)
    breakage: Annotated[Decimal, Exact("0", "0.9", 6), BeforeValidator(_of_percent)] = Decimal("0.2")
    member_share: Share = Decimal("0.6")
    currency: fields.Text = "USD"
    time_zone: fields.Text = "UTC"
    with_programme: fields.YesNo = Field(default=False)


class ActionShown(TypedDict):
    """A proposed action; volumes and cost of a year."""

    actionId: int
    actionName: str
    points: int
    value: Number
    timesPerMember: Number
    cost: Number


class LevelShown(TypedDict):
    """A proposed reward; volumes and cost of a year."""

    points: int
    value: Number
    orders: int
    months: Number
    claims: Number
    cost: Number


class CalculatorAnswer(TypedDict):
    """The proposed structure, and what is expected of it in a year."""

    siteId: str
    pointsPerCurrencyUnit: int
    pointValue: Number
    pointsPerOrder: int
    actions: list[ActionShown]
    rewards: list[LevelShown]
    orders: Number
    ordersPerMember: Number
    members: Number
    memberOrders: Number
    memberRevenue: Number
    pointsIssued: Number
    pointsSpent: Number
    expectedCost: Number
    budget: Number
    expectedCostPercent: Number
    liability: Number
    remarks: list[str]
    programme: dict[str, Any] | None


class MetricsAnswer(TypedDict):
    """What the site's own members bought; null where nobody did."""

    siteId: str
    orders: int
    customers: int
    averageOrderValue: Number | None
    repeatPurchaseRate: Number | None
    isWholeYear: bool


@routes.add("POST", "/calculator", scope="programme:read", body=CalculatorBody, response=CalculatorAnswer)
def calculate_programme(request: Request) -> Mapping[str, Any]:
    """Propose a structure of actions and rewards for a shop, with its expected cost.

    From average order value, cost per acquisition, conversion rate, repeat purchase rate and monthly unique visitors:
    points per currency unit, points of actions, reward levels, volumes and liability of a year. The expected cost is
    never more than giveBackPercent of what members spend. With withProgramme YES the answer carries a programme that
    PUT /programme takes.
    """
    body: CalculatorBody = request.body
    found = propose(
        Metrics(
            average_order_value=body.average_order_value,
            cost_per_acquisition=body.cost_per_acquisition,
            conversion_rate=body.conversion_rate,
            repeat_purchase_rate=body.repeat_purchase_rate,
            monthly_unique_visitors=body.monthly_unique_visitors,
            give_back=body.give_back_percent / _PERCENT,
            breakage=body.breakage,
            member_share=body.member_share,
        )
    )
    programme = None
    if body.with_programme:
        programme = render(draft.programme_of(found, currency=body.currency, time_zone=body.time_zone))
    return {"siteId": request.site, **shown(found), "programme": programme}


@routes.add("GET", "/calculator/metrics", scope="programme:read", response=MetricsAnswer)
def get_calculator_metrics(request: Request) -> Mapping[str, Any]:
    """Measure average order value and repeat purchase rate from what up to 1,000 of the site's members bought."""
    decimals = force_of(request).programme.currency.decimals
    return {"siteId": request.site, **metrics.shown(calculator.measure(request.site, decimals))}


def shown(found: Proposal) -> dict[str, Any]:
    """A proposal as JSON: amounts and volumes to two places."""
    return {
        "pointsPerCurrencyUnit": found.points_per_unit,
        "pointValue": found.point_value,
        "pointsPerOrder": found.points_per_order,
        "actions": [_action(each) for each in found.actions],
        "rewards": [_level(each) for each in found.levels],
        "orders": _rounded(found.orders),
        "ordersPerMember": _rounded(found.orders_per_member),
        "members": _rounded(found.members),
        "memberOrders": _rounded(found.member_orders),
        "memberRevenue": _rounded(found.member_revenue),
        "pointsIssued": _rounded(found.points_issued),
        "pointsSpent": _rounded(found.points_spent),
        "expectedCost": _rounded(found.cost),
        "budget": _rounded(found.budget),
        "expectedCostPercent": _rounded(found.cost * _PERCENT / found.member_revenue) if found.member_revenue else 0,
        "liability": _rounded(found.liability),
        "remarks": list(found.remarks),
    }


def _action(each: ActionProposed) -> dict[str, Any]:
    return {
        "actionId": each.action_id,
        "actionName": each.name,
        "points": each.points,
        "value": _rounded(each.value),
        "timesPerMember": _rounded(each.times_a_year),
        "cost": _rounded(each.cost),
    }


def _level(each: LevelProposed) -> dict[str, Any]:
    return {
        "points": each.points,
        "value": _rounded(each.value),
        "orders": each.orders,
        "months": _rounded(each.months),
        "claims": _rounded(each.claims),
        "cost": _rounded(each.cost),
    }


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_CENT, ROUND_HALF_EVEN)
