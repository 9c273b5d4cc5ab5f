"""Facts and counters from the stream: at least once, in any order, and harmless to repeat.

A projection reads the present account, and in one transaction puts the facts row if its version is higher
and adds the difference to the day's counters. What the stream says of the change itself is not believed.
"""

from typing import Any, Final

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.facts import table as facts
from chalicelib.facts.row import Facts, difference, of_account
from chalicelib.ledger import days
from chalicelib.ledger import table as ledger
from chalicelib.ledger.draft import CLOSED
from chalicelib.programme import service as programme
from chalicelib.reporting import table

PROJECTED: Final = frozenset({keys.ACCOUNT})
"""Sort keys whose changes are projected."""


def project(pk: str, sk: str) -> bool:
    """Bring a member's facts and the site's counters up to the account; False when the change is none of ours."""
    member = keys.parse_member(pk)
    if member is None or sk not in PROJECTED:
        return False
    site, mid = member
    zone = programme.in_force(site).zone

    def load() -> list[Any]:
        return items.get_many([ledger.account_address(site, mid), facts.address(site, mid)])

    def decide(found: list[Any]) -> Plan[bool]:
        if found[0] is None:
            return Plan((), result=True)
        before, after = facts.load(found[1]), of_account(ledger.load_account(found[0]))
        if after.version <= before.version:
            return Plan((), result=True)
        day = days.day_of(days.from_ms(after.at), zone)
        writes = [facts.write(site, mid, before, after), *_counted(site, mid, day, before, after)]
        return Plan(tuple(writes), result=True)

    return commit(load, decide)


def _counted(site: str, mid: str, day: int, before: Facts, after: Facts) -> list[Write]:
    """The counters that change: all members, and the tiers the member left and entered."""
    was, is_now = before.version > 0 and before.state != CLOSED, after.state != CLOSED
    changes = difference(before, after)
    if was != is_now:
        changes["members"] = int(is_now) - int(was)
    writes = [table.add(site, mid, day, table.ALL, changes)] if changes else []
    left, entered = (before.tier if was else ""), (after.tier if is_now else "")
    if left != entered:
        writes += [table.add(site, mid, day, f"tier#{left}", {"members": -1})] if left else []
        writes += [table.add(site, mid, day, f"tier#{entered}", {"members": 1})] if entered else []
    return writes


def monthly(site: str, first_day: int) -> dict[int, dict[str, dict[str, int]]]:
    """Day → subject (``all`` or ``tier#id``) → changes of the figures, in the month that begins on that day."""
    return table.month(site, first_day)
