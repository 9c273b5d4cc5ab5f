"""Facts and counters from the stream: at least once, in any order, and harmless to repeat.

A projection reads the present account, and in one transaction puts the facts row if its version is higher
and adds the difference to the day's counters. What the stream says of the change itself is not believed.
"""

from typing import Any, Final

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.facts import table as facts
from chalicelib.facts.row import Facts, difference, with_account, with_purchase
from chalicelib.ledger import days
from chalicelib.ledger import table as ledger
from chalicelib.ledger.account import DISSOLVED, GROUP
from chalicelib.ledger.draft import CLOSED
from chalicelib.orders.purchases import service as purchases
from chalicelib.programme import service as programme
from chalicelib.reporting import table

NO_MEMBERS: Final = frozenset({CLOSED, GROUP, DISSOLVED})
"""States of accounts that nobody is behind: their points count in the figures, they do not count as members."""
ORDER: Final = "O#"
"""How sort keys of orders begin."""


def project(pk: str, sk: str) -> bool:
    """Bring a member's facts and the site's counters up to the account, or the facts up to an order; False when the
    change is none of ours.
    """
    member = keys.parse_member(pk)
    if member is None:
        return False
    if sk.startswith(ORDER):
        return _project_order(*member, sk.removeprefix(ORDER))
    return _project_account(*member) if sk == keys.ACCOUNT else False


def _project_order(site: str, mid: str, order_id: str) -> bool:
    """What was bought, when and where; an order that is gone by now, or of an erased member, adds nothing."""
    bought = purchases.purchase(site, mid, order_id)
    if bought is None:
        return True

    def load() -> list[Any]:
        return items.get_many([ledger.account_address(site, mid), facts.address(site, mid)])

    def decide(found: list[Any]) -> Plan[bool]:
        account = None if found[0] is None else ledger.load_account(found[0])
        if account is None or account.state == CLOSED:
            return Plan((), result=True)
        # Without a row yet the account's own projection is still to come; it would be counted from nothing then.
        before = facts.load(found[1])
        after = with_purchase(before, bought)
        return Plan(() if after == before else (facts.write(site, mid, found[1], after),), result=True)

    return commit(load, decide)


def _project_account(site: str, mid: str) -> bool:
    zone = programme.in_force(site).zone

    def load() -> list[Any]:
        return items.get_many([ledger.account_address(site, mid), facts.address(site, mid)])

    def decide(found: list[Any]) -> Plan[bool]:
        if found[0] is None:
            return Plan((), result=True)
        before = facts.load(found[1])
        after = with_account(before, ledger.load_account(found[0]))
        if after.version <= before.version:
            return Plan((), result=True)
        day = days.day_of(days.from_ms(after.at), zone)
        writes = [facts.write(site, mid, found[1], after), *_counted(site, mid, day, before, after)]
        return Plan(tuple(writes), result=True)

    return commit(load, decide)


def _counted(site: str, mid: str, day: int, before: Facts, after: Facts) -> list[Write]:
    """The counters that change: all members, and the tiers the member left and entered."""
    was, is_now = before.version > 0 and before.state not in NO_MEMBERS, after.state not in NO_MEMBERS
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
