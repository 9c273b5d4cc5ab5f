"""The replay's site as it lies in the table: read raw, with nothing of the product between."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from chalicelib import settings
from chalicelib.local import clients

_ENTRY: Final = "E#"
_ORDER: Final = "O#"
_HOLD: Final = "H#"


@dataclass(frozen=True, slots=True)
class RawEntry:
    """A line of the book: the number of its key, its core and its note as they are stored."""

    number: int
    core: str
    note: str | None


@dataclass(slots=True)
class RawMember:
    """All of a member's items that the proof looks at, entries in key order."""

    mid: str
    account: str = ""
    version: int = 0
    facts: str = ""
    facts_version: int = 0
    entries: list[RawEntry] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything of a site: its members by number, and which number each outward id leads to."""

    members: list[RawMember]
    mid_by_id: dict[str, str]


def gather(site: str) -> Evidence:
    """Read the members of a site, each by one query of its partition."""
    table = clients.client("dynamodb")
    claims = _claims(table, site)
    # By the members' own partitions, not by the ids that lead to them: points that nobody's id leads to count too.
    return Evidence([_member(table, site, mid) for mid in _numbers(table, site)], claims)


def _member(table: Any, site: str, mid: str) -> RawMember:
    member = RawMember(mid)
    query = {
        "TableName": settings.TABLE,
        "ConsistentRead": True,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": f"M#{site}#{mid}"}},
    }
    for page in table.get_paginator("query").paginate(**query):
        for item in page["Items"]:
            _add(member, item)
    return member


def _add(member: RawMember, item: Mapping[str, Any]) -> None:
    sk = item["sk"]["S"]
    if sk == "ACCOUNT":
        member.account, member.version = item["body"]["S"], int(item["ver"]["N"])
    elif sk == "FACTS":
        member.facts, member.facts_version = item["body"]["S"], int(item["ver"]["N"])
    elif sk.startswith(_ENTRY):
        note = item["note"]["S"] if "note" in item else None
        member.entries.append(RawEntry(int(sk[len(_ENTRY) :]), item["core"]["S"], note))
    elif sk.startswith(_ORDER):
        member.orders.append(sk[len(_ORDER) :])
    elif sk.startswith(_HOLD):
        member.holds.append(item["body"]["S"])


def _numbers(table: Any, site: str) -> list[str]:
    """Numbers of all members: the partitions that hold anything of a member of the site."""
    prefix = f"M#{site}#"
    found: dict[str, None] = {}
    for item in _scan(table, prefix, "pk"):
        found.setdefault(item["pk"]["S"][len(prefix) :])
    return list(found)


def _claims(table: Any, site: str) -> dict[str, str]:
    prefix = f"C#{site}#id#"
    return {item["pk"]["S"][len(prefix) :]: item["mid"]["S"] for item in _scan(table, prefix, "pk, mid")}


def _scan(table: Any, prefix: str, projection: str) -> list[Mapping[str, Any]]:
    """A scan, which no request of the product ever makes: the engine is the replay's own."""
    scan = {
        "TableName": settings.TABLE,
        "ConsistentRead": True,
        "FilterExpression": "begins_with(pk, :prefix)",
        "ProjectionExpression": projection,
        "ExpressionAttributeValues": {":prefix": {"S": prefix}},
    }
    return [item for page in table.get_paginator("scan").paginate(**scan) for item in page["Items"]]
