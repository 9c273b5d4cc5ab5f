"""How often a member earned by an action with one customId: an item for each, in the member's partition."""

from collections.abc import Sequence
from typing import Final

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.ids import composed, digest

LETTERS: Final = 32
"""Hex digits of the customId's digest: what a client called a thing is not kept here."""


class RepeatedItem(Item):
    """How often it was."""

    times = Whole()


def address(site: str, mid: str, action: int, custom_id: str) -> Address:
    """Where the count of an action and a customId stands."""
    return (RepeatedItem, keys.member(site, mid), f"ONCE#{action}#{digest(composed(custom_id))[:LETTERS]}")


def times(item: RepeatedItem | None) -> int:
    """How often it was."""
    return 0 if item is None else item.times


def times_of(site: str, mids: Sequence[str], action: int, custom_id: str) -> int:
    """How often these members earned together, in one call; no call for nobody."""
    found = items.get_many([address(site, mid, action, custom_id) for mid in mids]) if mids else []
    return sum(times(item) for item in found)


def counted(site: str, mid: str, action: int, custom_id: str, before: int) -> Write:
    """The write that counts once more, if nobody did meanwhile."""
    _, pk, sk = address(site, mid, action, custom_id)
    return Write(RepeatedItem(pk, sk, times=before + 1), RepeatedItem.times == before if before else ABSENT)


def opt_in_address(site: str, mid: str, action: int) -> Address:
    """Where it stands for which opt-in an action has earned: ``times`` is its instant in milliseconds."""
    return (RepeatedItem, keys.member(site, mid), f"ONCE#{action}#optIn")


def opted(site: str, mid: str, action: int, before: int, opted_ms: int) -> Write:
    """The write that puts an opt-in in place of the one before."""
    _, pk, sk = opt_in_address(site, mid, action)
    return Write(RepeatedItem(pk, sk, times=opted_ms), RepeatedItem.times == before if before else ABSENT)
