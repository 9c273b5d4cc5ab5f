"""Why an order of a member earned what it did. Nothing is ever written here."""

from datetime import datetime
from typing import Final

from chalicelib.errors import Contention
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.draft import Draft
from chalicelib.orders import results, table
from chalicelib.orders.booking import group_of
from chalicelib.orders.explaining import aftermath, receipt
from chalicelib.orders.explaining.aftermath import Event, Story
from chalicelib.orders.order import Order
from chalicelib.orders.pages import STEADY_READS_MAX
from chalicelib.orders.results import OrderView
from chalicelib.programme import service as programmes
from chalicelib.programme import standard
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing import service as performing
from chalicelib.programme.performing.reasons import Attempt, Check, sequence
from chalicelib.values import value

ENTRIES_READ: Final = 200
"""Entries of the member that are read from the purchase on; those later than that are not told of."""


@value
class OrderExplained:
    """Why an order earned points or did not. ``view`` is None for an order that this member does not have.

    ``wished`` is what it would have earned without limits, ``granted`` what it was given or promised when it came;
    ``programme`` (its version) and ``tier`` (its name) decided that. ``coming`` are the checks of an order that came
    now, where it never did.
    """

    view: OrderView | None
    programme: int
    tier: str
    wished: int
    granted: int
    at: int | None
    checks: tuple[Check, ...]
    coming: tuple[Check, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    events: tuple[Event, ...] = ()
    is_whole: bool = True


def explain(site: str, force: InForce, mid: str, order_id: str, now: datetime) -> OrderExplained:
    """Why the order earned what it did, by the programme, tier and counts recorded with it, and what came since.

    At most four reads, five where the member has more entries than are read, and those of an old version of the
    programme. An order of somebody else is unknown here: it is looked for among the member's own. Raises
    ``NoSuchMember``, and ``Contention`` when the member's book moves on each time that it is read.
    """
    for _ in range(STEADY_READS_MAX):
        found = _explained(site, force, mid, order_id, now)
        if found is not None:
            return found
    raise Contention


def _explained(site: str, force: InForce, mid: str, order_id: str, now: datetime) -> OrderExplained | None:
    """The explanation, ``None`` when the book moved on between the reads."""
    draft = ledger.settled(site, mid, force.rules, now)
    order = table.read_order(site, mid, order_id)
    if order is None:
        attempts = performing.attempts(site, mid, standard.PURCHASE)
        return OrderExplained(
            view=None,
            programme=force.version,
            tier=force.programme.tier(draft.account.standing.tier).tier_name,
            wished=0,
            granted=0,
            at=None,
            checks=(receipt.missing(order_id, attempts),),
            coming=sequence(receipt.coming(draft.account, force, now)),
            attempts=attempts,
        )
    then = force if order.programme == force.version else programmes.at_version(site, order.programme)
    story = _story(site, mid, order, draft, force)
    if story is None:
        return None
    purchase = story.entries[0]
    return OrderExplained(
        view=story.view,
        programme=order.programme,
        tier=then.programme.tier(order.tier).tier_name,
        wished=purchase.wished or 0,
        granted=order.points,
        at=purchase.at,
        checks=sequence([*receipt.judged(order, purchase, then), *aftermath.steps(story, then, now)]),
        events=tuple(aftermath.events(story)),
        is_whole=story.is_whole,
    )


def _story(site: str, mid: str, order: Order, draft: Draft, force: InForce) -> Story | None:
    """The order's holds, the entries from its purchase on, and what time alone has made due since.

    Whatever changes an order's points is an entry. So all is of one moment when there is none above the account that
    was read first; ``None`` when there is.
    """
    holds = ledger_table.read_holds(site, mid, group_of(order.id)) if order.held else []
    found = [entry for entry, _ in ledger_table.oldest(site, mid, after=order.entry - 1, limit=ENTRIES_READ)]
    is_whole = len(found) < ENTRIES_READ
    pending = [line.entry for line in draft.lines]
    now = None if is_whole else ledger_table.read_account(site, mid)
    last = found[-1].number if now is None else now.version
    if last != draft.account.version - len(pending):
        return None
    return Story(
        view=results.view(mid, order, holds),
        holds=holds,
        entries=[*found, *pending],
        is_whole=is_whole,
        zone=force.zone,
    )
