"""What an action asks beside its limits: a customId that has not earned yet, a full profile, a new opt-in
(annex-api-1, section 6.4; mission rows A105, A121, A122, A124), or a handle that it connects (A107 to A111).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.items import Address
from chalicelib.errors import LIMIT_REACHED
from chalicelib.ledger import days
from chalicelib.ledger.draft import Draft
from chalicelib.members import service as members
from chalicelib.members.connecting import service as connecting
from chalicelib.programme.document import Action
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.limits import Withheld
from chalicelib.programme.performing.repeating import table


def addresses(site: str, mid: str, force: InForce, action_id: int, note: Mapping[str, Any]) -> tuple[Address, ...]:
    """What must be read beside the account: nothing where the action asks nothing more than its limits.

    ``note`` is what the caller said. Raises ``NoHandle``.
    """
    action, custom_id = force.action_by_id.get(action_id), _custom_id(note)
    if action is None:
        return ()
    if action.network:
        _handle(action.network, note)
    handles = (connecting.address(site, mid, action.network),) if action.network else ()
    counted = (table.address(site, mid, action_id, custom_id),) if action.custom_id_limit and custom_id else ()
    profile = (members.address(site, mid),) if _asks_profile(action) else ()
    opted = (table.opt_in_address(site, mid, action_id),) if action.once_per_opt_in else ()
    return (*handles, *counted, *profile, *opted)


def count(
    draft: Draft, force: InForce, action_id: int, note: Mapping[str, Any], found: Sequence[Any]
) -> Withheld | list[Write]:
    """The writes that belong to an award, or why there is none; ``found`` is what was read.

    A customId counts what members merged into the draft's earned with it, too: one call more for whoever was merged.
    """
    if not found:
        return []
    site, mid = draft.site, draft.mid
    action, rest, writes = force.action_by_id[action_id], list(found), list[Write]()
    custom_id = _custom_id(note)
    if action.network:
        connected = connecting.connected(draft, action.network, _handle(action.network, note), rest.pop(0))
        if connected is None:
            said = f"another {action.network} handle is connected already"
            return Withheld(LIMIT_REACHED, f"Points cannot be awarded due to limit reached: {said}")
        writes += connected
    if action.custom_id_limit and custom_id:
        before = table.times(rest.pop(0))
        total = before + table.times_of(site, tuple(draft.account.absorbed), action_id, custom_id)
        if total >= action.custom_id_limit:
            said = f"this customId has earned {total} of {action.custom_id_limit} times"
            return Withheld(LIMIT_REACHED, f"Points cannot be awarded due to limit reached: {said}")
        writes.append(table.counted(site, mid, action_id, custom_id, before))
    if not _asks_profile(action):
        return writes
    item = rest.pop(0)
    profile = members.fields_of(site, item)
    missing = [name for name in action.profile_fields if not _said(profile, name)]
    if missing:
        return Withheld(LIMIT_REACHED, f"Points cannot be awarded: the profile lacks {', '.join(missing)}")
    unchanged = members.check(site, mid, item)
    writes += [] if unchanged is None else [unchanged]
    if action.once_per_opt_in:
        return _opted(site, mid, action_id, profile, table.times(rest.pop(0)), writes)
    return writes


def _opted(
    site: str, mid: str, action_id: int, profile: dict[str, Any], before: int, writes: list[Write]
) -> Withheld | list[Write]:
    """The award counts for the opt-in of the profile, once."""
    since = profile.get("optInDate")
    if not isinstance(since, datetime):
        return Withheld(LIMIT_REACHED, "Points cannot be awarded: the member has not opted in")
    opted = days.to_ms(since)
    if before >= opted:
        said = "this opt-in has earned already; it earns again after a new one"
        return Withheld(LIMIT_REACHED, f"Points cannot be awarded due to limit reached: {said}")
    return [*writes, table.opted(site, mid, action_id, before, opted)]


def _custom_id(note: Mapping[str, Any]) -> str:
    return str(note.get("customId") or "")


def _handle(network: str, note: Mapping[str, Any]) -> str:
    """The handle among the attributes of a call. Raises ``NoHandle``."""
    attributes = note.get("actionAttribute") or "{}"
    return connecting.read_handle(network, json.loads(attributes).get("handle"))


def _asks_profile(action: Action) -> bool:
    return bool(action.profile_fields) or action.once_per_opt_in


def _said(profile: dict[str, Any], name: str) -> bool:
    """Whether the profile has a field, or an extended attribute of that name."""
    own = profile.get("extendedAttribute")
    further = own.get(name) if isinstance(own, dict) else None
    return bool(profile.get(name) or further)
