"""A site's lists are read part by part and page by page, and know nothing of other sites."""

from itertools import count
from typing import Any

from chalicelib.dynamo import items, listing
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.facts import table as facts
from chalicelib.facts.row import Facts

MIDS = [f"m-{number:02}" for number in range(40)]


def listed(site: str, limit: int = 50) -> list[str]:
    """All members of all parts, each read in pages of that size."""
    found: list[str] = []
    for shard in range(listing.SHARDS):
        after = ""
        for _ in count():
            page = facts.members(site, shard, after=after, limit=limit)
            found += page
            if len(page) < limit:
                break
            after = page[-1]
    return found


def enrol(site: str, mid: str, version: int = 1) -> None:
    def decide(found: list[Any]) -> Plan[None]:
        write: Write = facts.write(site, mid, found[0], Facts(version=version))
        return Plan((write,), None)

    commit(lambda: items.get_many([facts.address(site, mid)]), decide)


def test_every_member_is_listed_once_in_pages_of_any_size(table):
    for mid in MIDS:
        enrol("7", mid)
    enrol("7", MIDS[0], version=2)

    for limit in (1, 3, 50):
        assert sorted(listed("7", limit)) == MIDS


def test_a_site_lists_its_own_members_alone(table):
    enrol("7", "m-ada")
    enrol("71", "m-bob")

    assert listed("7") == ["m-ada"]
    assert listed("1") == []


def test_the_list_is_spread_over_its_parts():
    parts = {listing.keys_of("F", "7", mid)[0] for mid in MIDS}

    assert len(parts) == listing.SHARDS
