"""Connecting a handle in a social network: stored with the member, and nobody else's on the site (rows A107 to A111).

A member has one handle a network. What it earns is the action's that connected it; photos that are found by their
hashtag belong to whom the handle leads to.
"""

from datetime import datetime
from typing import Any, Final

from chalicelib.dynamo import claims
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.items import Address
from chalicelib.errors import AlreadyExists, Malformed
from chalicelib.ids import folded
from chalicelib.ledger import days
from chalicelib.ledger.draft import Draft
from chalicelib.members import service as members
from chalicelib.members.connecting import table

CLAIM: Final = "handle"
HANDLE_MAX: Final = 100
"""Letters of a handle; the longest of the large networks take 30 to 50."""


class NoHandle(Malformed):
    """An action that connects a handle came without one."""

    def __init__(self, network: str) -> None:
        super().__init__(
            f"actionAttribute.handle: this action connects the member's {network} handle; send it as text of 1 to "
            f"{HANDLE_MAX} characters."
        )


class HandleTaken(AlreadyExists):
    """Another member of the site connected the handle."""

    def __init__(self, network: str) -> None:
        super().__init__(f"Data already exists: this {network} handle is connected to another member.")


def read_handle(network: str, given: object) -> str:
    """A handle as it was given, without blanks around it. Raises ``NoHandle``."""
    text = given.strip() if isinstance(given, str) else ""
    if not value_of(text) or len(text) > HANDLE_MAX:
        raise NoHandle(network)
    return text


def value_of(handle: str) -> str:
    """What makes two handles the same: neither case nor a leading @ does."""
    return folded(handle.strip().removeprefix("@"))


def address(site: str, mid: str, network: str) -> Address:
    """What must be read to decide on a connection."""
    return table.address(site, mid, network)


def connected(draft: Draft, network: str, handle: str, item: Any) -> tuple[Write, ...] | None:
    """The writes that connect the handle, none where it is connected already, ``None`` where another one is.

    ``item`` was read at ``address``. A handle of a member who was merged into this one counts as its own: one call more
    for whoever was merged. The writes raise ``HandleTaken`` when somebody else has the handle.
    """
    site, mid = draft.site, draft.mid
    known = [item] if item is not None else table.read_of(site, tuple(draft.account.absorbed), network)
    if known:
        return () if value_of(handle) in {value_of(each.given) for each in known} else None
    claimed = f"{network}/{value_of(handle)}"
    return (
        table.write(site, mid, network, handle, draft.at),
        claims.put(site, CLAIM, claimed, mid, given=handle, cmd=draft.command, taken=HandleTaken(network)),
    )


def holder(site: str, network: str, handle: str, by: datetime) -> tuple[str, str]:
    """Number and outward id of whoever had connected a handle by an instant; empty texts where nobody had.

    What was posted before the handle was connected belongs to nobody. Three calls at most.
    """
    text = value_of(handle)
    claim = claims.find(site, CLAIM, f"{network}/{text}", fresh=True) if text else None
    if claim is None:
        return "", ""
    mids = (claim.mid, *(claim.homes or "").split(",")) if claim.homes else (claim.mid,)
    known = [each for each in table.read_of(site, mids, network) if value_of(each.given) == text]
    if not any(days.from_ms(each.at) <= by for each in known):
        return "", ""
    profile = members.numbered(site, claim.mid)
    return claim.mid, "" if profile is None else profile.id


def had(site: str, mids: tuple[str, ...], network: str, handle: str, by: datetime) -> bool:
    """Whether a member, of whom these are all numbers, had connected a handle by an instant; any, for an empty one."""
    text = value_of(handle)
    known = [each for each in table.read_of(site, mids, network) if text in ("", value_of(each.given))]
    return any(days.from_ms(each.at) <= by for each in known)


def forget(site: str, mid: str) -> bool:
    """Remove the handles of a member who was erased; nothing is left afterwards."""
    writes: list[Write] = []
    for network, item in table.read(site, mid).items():
        writes += [table.delete(site, mid, network)]
        writes += [claims.release(site, CLAIM, f"{network}/{value_of(item.given)}", mid)]
    if writes:
        commit(lambda: None, lambda _: Plan(tuple(writes), None))
    return True


def dossier(site: str, mid: str) -> dict[str, Any]:
    """The member's handles by network; empty for one without."""
    found = {network: item.given for network, item in table.read(site, mid).items()}
    return {"handles": found} if found else {}
