"""A proposal as a programme document that validates, to start from or to backtest."""

from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from chalicelib.programme import standard
from chalicelib.programme.defaults import DEFAULT_DOCUMENT
from chalicelib.programme.document import Programme
from chalicelib.programme.validation import validate
from chalicelib.reporting.calculator.proposal import ActionProposed, Proposal

CURRENCY_DECIMALS: Final = 2
_ONCE: Final = frozenset({standard.ACCOUNT_CREATED, 102})
_CENT: Final = Decimal("0.01")


def programme_of(proposal: Proposal, *, currency: str = "USD", time_zone: str = "UTC") -> Programme:
    """The default programme with the proposal's purchase ratio, actions and rewards. Rewards are drafts until their
    codes are there. Raises ``InvalidProgramme`` for a currency or time zone that is none.
    """
    given = {each.action_id: each for each in proposal.actions}
    kept = [each for each in DEFAULT_DOCUMENT["actions"] if each["actionId"] not in given]
    document: dict[str, Any] = {
        **DEFAULT_DOCUMENT,
        "timeZone": time_zone,
        "currency": {
            "code": currency,
            "decimals": CURRENCY_DECIMALS,
            "creditsToCurrencyRatio": proposal.point_value,
            "valueDecimals": CURRENCY_DECIMALS,
        },
        "actions": [
            *(_purchase(each, proposal) for each in kept),
            *(_action(each) for each in proposal.actions),
        ],
        "rewards": _rewards(proposal),
    }
    return validate(document)


def _purchase(action: dict[str, Any], proposal: Proposal) -> dict[str, Any]:
    return {**action, "ratio": proposal.points_per_unit} if action["actionId"] == standard.PURCHASE else action


def _action(proposed: ActionProposed) -> dict[str, Any]:
    found: dict[str, Any] = {
        "actionId": proposed.action_id,
        "actionName": proposed.name,
        "actionPoints": proposed.points,
    }
    if proposed.action_id in _ONCE:
        return {**found, "limits": [{"times": 1, "period": "lifetime"}], "actionLimitDisplay": "1 time"}
    return {**found, "limits": [{"times": 10, "period": "month"}], "actionLimitDisplay": "10 times a month"}


def _rewards(proposal: Proposal) -> list[dict[str, Any]]:
    """A voucher for each level that is worth anything."""
    return [
        {
            "rewardId": f"level-{place}",
            "rewardName": f"{level.value.normalize():f} off",
            "kind": "discountCode",
            "status": "Draft",
            "cost": level.points,
            "discount": {"type": "amount", "value": level.value.quantize(_CENT, ROUND_FLOOR)},
            "codes": {"source": "pool", "expiry": {"type": "rollingDays", "days": 90}},
            "claimsPerMember": 0,
            "sequence": place,
        }
        for place, level in enumerate(proposal.levels, 1)
        if level.value
    ]
