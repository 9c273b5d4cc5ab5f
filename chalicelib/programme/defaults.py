"""The programme that a new site starts with, and that fills the gaps of a programme file.

The actions are those of annex-api-1, section 10; names that clients compare (``Purchase``, ``Points
Expired``) are theirs.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from chalicelib.programme import standard
from chalicelib.programme.document import Programme
from chalicelib.programme.validation import validate

_ONCE: Final = {"limits": [{"times": 1, "period": "lifetime"}], "actionLimitDisplay": "1 time"}
_REFERRED: Final = {"limits": [{"times": 10, "period": "month"}], "actionLimitDisplay": "10 times a month"}


def _action(action_id: int, name: str, **more: object) -> dict[str, object]:
    return {"actionId": action_id, "actionName": name, **more}


DEFAULT_DOCUMENT: Final[dict[str, Any]] = {
    "timeZone": "UTC",
    "pointDecimals": 0,
    "currency": {"code": "USD", "decimals": 2, "creditsToCurrencyRatio": "0.01", "valueDecimals": 2},
    "purchase": {"rounding": "down", "pointType": "Standard", "hold": {"type": "none"}},
    "expiry": {"type": "rollingDays", "days": 365},
    "tiers": {
        "criterion": "earnedPoints",
        "window": "lifetime",
        "levels": [
            {"tierId": "1", "tierName": "Bronze", "threshold": 0},
            {"tierId": "2", "tierName": "Silver", "threshold": 500},
            {"tierId": "3", "tierName": "Gold", "threshold": 2000},
        ],
    },
    "negativePoints": {"allowed": False},
    "refunds": {"onReturn": True},
    "display": {},
    "actions": [
        _action(standard.MANUAL, "Points Adjustment"),
        _action(standard.ACCOUNT_CREATED, "Create an Account", actionPoints=100, **_ONCE),
        _action(102, "Newsletter Sign-up", actionPoints=50, **_ONCE),
        _action(standard.EXPIRED, "Points Expired"),
        _action(standard.REDEEMED, "Redemption"),
        _action(standard.PURCHASE, "Purchase", ratio=1),
        _action(112, "Friend's Purchase via Facebook", actionPoints=200, **_REFERRED),
        _action(116, "Friend's Purchase via Twitter", actionPoints=200, **_REFERRED),
        _action(119, "Friend's Purchase via E-mail", actionPoints=200, **_REFERRED),
        _action(128, "Friend's Purchase via Short Link", actionPoints=200, **_REFERRED),
        _action(129, "Follow on Twitter", actionPoints=25, **_ONCE),
        _action(132, "Connect with Facebook", actionPoints=25, **_ONCE),
        _action(134, "Connect with Instagram", actionPoints=25, **_ONCE),
        _action(standard.RETURNED, "Return"),
        _action(standard.GROUP_TRANSFER, "Group Transfer"),
        _action(standard.ACTION_DEBIT, "Points Removed"),
        _action(standard.MEMBER_TRANSFER, "Transfer to Another Member"),
    ],
}


@cache
def default_programme() -> Programme:
    """The programme of a site that has published none."""
    return validate(DEFAULT_DOCUMENT)


def completed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A programme file with the default's sections in place of those it leaves out.

    For files on an operator's disk; over HTTP a document is whole, so that none of it is lost unnoticed.
    """
    return {**DEFAULT_DOCUMENT, **raw}
