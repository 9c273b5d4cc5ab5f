"""Facts and counters from the stream: at least once, in any order, and harmless to repeat.

A projection reads the present account, and in one transaction puts the facts row if its version is higher
and adds the difference to the day's counters. What the stream says of the change itself is not believed.
"""

from typing import Any, Final

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.facts import table as facts
from chalicelib.facts.row import Facts, difference, with_absorbed, with_account, with_purchases
from chalicelib.ledger import days
from chalicelib.ledger import table as ledger
from chalicelib.ledger.account import DISSOLVED, GROUP
from chalicelib.ledger.draft import CLOSED
from chalicelib.ledger.service import MERGES_MAX
from chalicelib.orders.purchases import service as purchases
from chalicelib.orders.purchases.service import Told
from chalicelib.programme import service as programme
from chalicelib.programme.segments import service as segments
from chalicelib.reporting import table

NO_MEMBERS: Final = frozenset({CLOSED, GROUP, DISSOLVED})
"""States of accounts that nobody is behind: their points count in the figures, they do not count as members."""
LIST_ROUNDS_MAX: Final = 10
"""Transactions that move the lists of a merged member, fifty lists each."""
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
    """What was bought, when and where; an order of an erased member adds nothing, one of an account that was merged
    into another tells of that one.
    """
    home = _home(site, mid)

    def load() -> tuple[list[Any], Told]:
        found = items.get_many([ledger.account_address(site, home), facts.address(site, home)])
        # Read after the facts: who writes later has read the order later, or is refused and reads again.
        return found, purchases.told(site, mid, order_id)

    def decide(loaded: tuple[list[Any], Told]) -> Plan[bool]:
        found, told = loaded
        owner = None if found[0] is None else ledger.load_account(found[0])
        if owner is None or owner.state in NO_MEMBERS:
            return Plan((), result=True)
        # Without a row yet the account's own projection is still to come; it would be counted from nothing then.
        before = facts.load(found[1])
        # Orders of merged accounts stand elsewhere, so that what came back of them cannot be told from what did not.
        is_all = told.is_all and home == mid and not owner.absorbed
        after = with_purchases(before, told.purchases, is_all=is_all)
        return Plan(() if after == before else (facts.write(site, home, found[1], after),), result=True)

    return commit(load, decide)


def _home(site: str, mid: str) -> str:
    """The account that has taken over a merged one; the number itself where nothing was merged."""
    for _ in range(MERGES_MAX):
        (item,) = items.get_many([ledger.account_address(site, mid)])
        into = "" if item is None else ledger.load_account(item).into
        if not into:
            break
        mid = into
    return mid


def _project_account(site: str, mid: str) -> bool:
    zone = programme.in_force(site).zone

    def load() -> list[Any]:
        found = items.get_many([ledger.account_address(site, mid), facts.address(site, mid)])
        into = "" if found[0] is None else ledger.load_account(found[0]).into
        return [*found, items.get(*facts.address(site, into)) if into else None]

    def decide(found: list[Any]) -> Plan[str]:
        if found[0] is None:
            return Plan((), "")
        account = ledger.load_account(found[0])
        before = facts.load(found[1])
        after = with_account(before, account)
        if after.version <= before.version:
            return Plan((), account.into)
        day = days.day_of(days.from_ms(after.at), zone)
        writes = [facts.write(site, mid, found[1], after), *facts.standing_writes(site, mid, before, after)]
        writes += _counted(site, mid, day, before, after)
        if account.into and before.last_order:
            with_both = with_absorbed(facts.load(found[2]), before)
            writes.append(facts.write(site, account.into, found[2], with_both))
        return Plan(tuple(writes), account.into)

    if commit(load, decide):
        _move_lists(site, mid)
    return True


def _move_lists(site: str, mid: str) -> None:
    """Let lists that name a merged member name the one who took over."""
    home = _home(site, mid)
    for _ in range(LIST_ROUNDS_MAX):
        if segments.absorb(site, mid, home):
            break


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
