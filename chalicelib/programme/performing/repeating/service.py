"""Whether an action may still earn with the customId that a client gave it (annex-api-1, section 6.4)."""

from collections.abc import Sequence
from typing import Any

from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.items import Address
from chalicelib.errors import LIMIT_REACHED
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.limits import Withheld
from chalicelib.programme.performing.repeating import table


def addresses(site: str, mid: str, force: InForce, action_id: int, custom_id: str) -> tuple[Address, ...]:
    """What must be read beside the account: nothing where the action has no limit for a customId, or none is given."""
    action = force.action_by_id.get(action_id)
    if action is None or action.custom_id_limit is None or not custom_id:
        return ()
    return (table.address(site, mid, action_id, custom_id),)


def count(
    site: str, mid: str, force: InForce, action_id: int, custom_id: str, found: Sequence[Any]
) -> Withheld | list[Write]:
    """The write that counts an award with this customId, or why there is none left; ``found`` is what was read."""
    if not found:
        return []
    limit, before = force.action_by_id[action_id].custom_id_limit or 0, table.times(found[0])
    if before >= limit:
        said = f"Points cannot be awarded due to limit reached: this customId has earned {before} of {limit} times"
        return Withheld(LIMIT_REACHED, said)
    return [table.counted(site, mid, action_id, custom_id, before)]
