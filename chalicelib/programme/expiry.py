"""How long points are good: which policy decides, as the book takes it."""

from typing import assert_never

from chalicelib.ledger.rules import Lasting
from chalicelib.programme.definitions.ladder import Expiry
from chalicelib.programme.document import Action, Programme


def lasting(programme: Programme, action_id: int, tier_id: str) -> Lasting:
    """How long points last that are earned by an action in a tier: the action's own policy, else the tier's,
    else the programme's. An unknown action has none of its own.
    """
    action = programme.action(action_id)
    own = None if action is None else own_expiry(action)
    return lasting_of(own or programme.tier(tier_id).expiry or programme.expiry)


def own_expiry(action: Action) -> Expiry | None:
    """The policy of the action itself; ``expireInDays`` 0 means never."""
    if action.expire_in_days is None:
        return action.expiry
    return Expiry(type="rollingDays", days=action.expire_in_days) if action.expire_in_days else Expiry(type="never")


def lasting_of(policy: Expiry) -> Lasting:
    """The policy as the book takes it."""
    match policy.type:
        case "rollingDays":
            return Lasting("days", policy.days or 0)
        case "endOfMonth":
            return Lasting("month_end", policy.months or 0)
        case "endOfYear":
            return Lasting("year_end", policy.years or 0)
        case "never":
            return Lasting("never")
        case unknown:
            assert_never(unknown)


def rolling_days(policy: Expiry) -> int | None:
    """The policy as ``expireInDays`` shows it: days, 0 for never, ``None`` for ends of months and years."""
    return policy.days if policy.type == "rollingDays" else 0 if policy.type == "never" else None
