"""Items of connected handles: one a network, in the member's partition; each handle is a claim of its site, too."""

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole

NETWORKS_MAX: Final = 50
"""Networks that a member's handles are read of; a programme names fewer."""
_NETWORK: Final = "NETWORK#"


class HandleItem(Item):
    """The member's handle in a network, as given, and when it was connected (milliseconds)."""

    given = UnicodeAttribute()
    at = Whole()


def address(site: str, mid: str, network: str) -> Address:
    """Where the member's handle in a network stands."""
    return (HandleItem, keys.member(site, mid), _NETWORK + network)


def write(site: str, mid: str, network: str, given: str, at: int) -> Write:
    """The write that connects a handle where there is none."""
    _, pk, sk = address(site, mid, network)
    return Write(HandleItem(pk, sk, given=given, at=at), ABSENT)


def delete(site: str, mid: str, network: str) -> Write:
    """The write that removes a handle."""
    _, pk, sk = address(site, mid, network)
    return Write(HandleItem(pk, sk), delete=True)


def read_of(site: str, mids: tuple[str, ...], network: str) -> list[HandleItem]:
    """The handles of these members in a network, in one call; no call for nobody."""
    found = items.get_many([address(site, mid, network) for mid in mids]) if mids else []
    return [item for item in found if item is not None]


def read(site: str, mid: str) -> dict[str, HandleItem]:
    """Network → the member's handle. One query."""
    found = items.query(HandleItem, keys.member(site, mid), HandleItem.sk.startswith(_NETWORK), limit=NETWORKS_MAX)
    return {item.sk.removeprefix(_NETWORK): item for item in found}
