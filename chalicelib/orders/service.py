"""The use cases of orders: place one, ship, return or cancel it or parts of it, read it, forget its buyer."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer
from chalicelib.errors import Contention, NotFound
from chalicelib.groups.pooling import service as pooling
from chalicelib.ids import composed
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import POINTS, Account
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.hold import Hold, MoreThanPromised
from chalicelib.ledger.redemptions import Record
from chalicelib.ledger.service import Command, NoSuchMember
from chalicelib.orders import booking, changing, purses, results, selecting, table
from chalicelib.orders.changing import Outcome
from chalicelib.orders.order import Order, Verb
from chalicelib.orders.pages import STEADY_READS_MAX, steady, within
from chalicelib.orders.refunds import refunds_of
from chalicelib.orders.results import Changed, OrderView, Placed
from chalicelib.orders.selecting import Wanted
from chalicelib.programme import service as programmes
from chalicelib.programme.holding import is_held
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

PAGE_ORDERS: Final = 50
"""Orders of a page."""
FORGOTTEN_MAX: Final = 100
"""Orders whose buyer one call forgets."""
DOSSIER_PAGES_MAX: Final = 2_000


class UnknownOrder(NotFound):
    """The site has no order by that id."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no order with this id. Place it with POST /orders first.")


class BuyerErased(NoSuchMember):
    """The member of the order was erased."""

    def __init__(self) -> None:
        super().__init__()
        self.message = "No data found: the member of this order was erased, so nothing of it can change any more."


@value
class OrderPage:
    """Orders of a member by falling id, and the id to ask on from (``before``), if there are more."""

    orders: list[OrderView]
    following: str | None


class _HoldsUnread(Exception):
    """The order has holds and they were not read."""


class _Torn(Exception):
    """The order changed while its holds were read, so that what would be answered was never so."""


def change(
    site: str, run: Command, force: InForce, order_id: str, status: str, wanted: Sequence[Wanted] | None = None
) -> Changed:
    """Ship, return or cancel an order, or the units of it that are ``wanted``.

    A repeated change of the whole order answers what is so already, with nothing removed. Raises
    ``UnknownStatus``, ``BadSelection``, ``UnknownOrder``, ``NotInOrder``, ``TooManyUnits``, ``InvalidTransition``
    and ``NoSuchMember``; nothing is then written.
    """
    verb = selecting.verb_of(status)
    if wanted is not None:
        selecting.check(wanted)
    mid = table.owner(site, order_id)
    if mid is None:
        raise UnknownOrder
    # Most sites hold all purchases or none, so the programme of today tells whether there is a hold to be read.
    with_holds = is_held(force.programme.purchase.hold)
    for attempt in range(STEADY_READS_MAX):
        try:
            act = partial(_change, site, run, force, mid, order_id, verb, wanted, with_holds)
            return ledger.in_survivor(mid, act)
        except _HoldsUnread:
            with_holds = True
        except _Torn:
            continue
        except MoreThanPromised:
            # The order is older than its holds: another change came between the two reads.
            if attempt + 1 == STEADY_READS_MAX:
                raise
        except NoSuchMember:
            raise BuyerErased from None
    raise Contention


def details(site: str, order_id: str) -> OrderView:
    """An order as it stands: one read once its claim is known, three when its points are or were on hold.

    Raises ``UnknownOrder`` and ``Contention``.
    """
    mid = table.owner(site, order_id)
    if mid is None:
        raise UnknownOrder

    def read() -> list[Order]:
        order = table.read_order(site, mid, order_id)
        return [] if order is None else [order]

    found, holds = steady(read, lambda: ledger_table.read_holds(site, mid, booking.group_of(order_id)))
    if not found:
        raise UnknownOrder
    return results.view(mid, found[0], holds)


def details_of(site: str, mid: str, *, before: str | None = None) -> OrderPage:
    """Fifty orders of a member by falling id (for rising order numbers of one length: newest first)."""
    found, holds = steady(
        lambda: table.page(site, mid, before=before, limit=PAGE_ORDERS), lambda: ledger_table.read_holds(site, mid)
    )
    orders = within(found)
    by_group: dict[str, list[Hold]] = {}
    for hold in holds:
        by_group.setdefault(hold.group, []).append(hold)
    views = [results.view(mid, order, by_group.get(booking.group_of(order.id), [])) for order in orders]
    return OrderPage(views, composed(orders[-1].id) if len(found) == PAGE_ORDERS or len(orders) < len(found) else None)


def recall(site: str, mid: str, ref: str) -> Placed | Changed | None:
    """The answer that a key's pointer stands for: of a placed order with its lines as they are now, of a change
    as it was. ``None`` when the pointer is not of an order, or the order is gone.
    """
    if ref.startswith(results.CHANGED):
        return results.load_changed(ref)
    order_id = results.order_of(ref)
    order = None if order_id is None else table.read_order(site, mid, order_id)
    return None if order is None else results.load_placed(ref, order)


def forget(site: str, mid: str) -> bool:
    """Remove what up to 100 orders of a member say of a buyer; whether nothing personal is left. Safe to repeat."""

    def load() -> tuple[list[table.OrderItem], bool]:
        before: str | None = None
        for _ in range(DOSSIER_PAGES_MAX):
            found, before = table.personal(site, mid, before=before, limit=FORGOTTEN_MAX)
            if found or before is None:
                return found, before is None
        return [], True

    def decide(loaded: tuple[list[table.OrderItem], bool]) -> Plan[bool]:
        found, is_last = loaded
        return Plan(tuple(table.buyer_removal(item) for item in found), is_last)

    return commit(load, decide)


def dossier(site: str, mid: str) -> list[dict[str, Any]]:
    """Everything that this package holds of a member: each order with its buyer, products and their states."""
    orders: list[dict[str, Any]] = []
    before: str | None = None
    for _ in range(DOSSIER_PAGES_MAX):
        page = table.page(site, mid, before=before, limit=PAGE_ORDERS)
        orders += [results.as_dict(order) for order in page]
        if len(page) < PAGE_ORDERS:
            break
        before = composed(page[-1].id)
    return orders


def _change(
    site: str,
    run: Command,
    force: InForce,
    mid: str,
    order_id: str,
    verb: Verb,
    wanted: Sequence[Wanted] | None,
    with_holds: bool,  # noqa: FBT001 - of a ``partial``, which gives all but the last.
    owner: str,
) -> Changed:
    def load() -> list[Any]:
        # After the account: reads of one batch may be of two moments. Whatever is redeemed or released later than the
        # account was read changes the account, so that the decision is taken anew.
        spent = ledger_table.redemptions_address(site, mid, composed(order_id))
        holds = ledger_table.read_holds(site, mid, booking.group_of(order_id)) if with_holds else []
        return [None if verb == "ship" else items.get(*spent), *holds]

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Changed]:
        drafts[0].home = ledger.abroad(drafts[0], mid)
        return _decided(drafts[0], force, verb, wanted, found, with_holds=with_holds)

    def is_ours() -> bool:
        order = table.read_order(site, mid, order_id)
        return order is not None and order.command == run.id

    return pooling.returning(site, force.groups, owner).post(
        site,
        [owner],
        run,
        force.rules,
        decide,
        also=(table.order_address(site, mid, order_id),),
        load=load,
        answer=lambda changed: Answer(results.dump_changed(changed)),
        witness=is_ours,
    )


def _decided(
    draft: Draft, force: InForce, verb: Verb, wanted: Sequence[Wanted] | None, found: list[Any], *, with_holds: bool
) -> tuple[list[Write], Changed]:
    item, redeemed, *holds = found
    if item is None:
        raise UnknownOrder
    order = table.load_order(item)
    if order.has_holds and not with_holds:
        raise _HoldsUnread
    before = draft.account
    # An attempt of this very command may have been written although its answer was lost.
    cuts = () if order.command == draft.command else selecting.select(order, verb, wanted)
    if not cuts:
        # Nothing is written, so that no condition tells whether order and holds are of one moment.
        if order.has_holds and not _is_steady(draft, order, holds):
            raise _Torn
        return [], _unchanged(draft.where, order, holds, verb, before)
    then = force if order.programme == force.version else programmes.at_version(draft.site, order.programme)
    policy = changing.policy_of(order, then)
    out = changing.change(order, purses.of_bucket(holds), verb, cuts, policy, zone=force.zone, now=draft.now)
    further = purses.changes(order, holds, verb, cuts, policy, zone=force.zone, now=draft.now)
    return _book(draft, verb, out, further, then, redeemed, before)


def _is_steady(draft: Draft, order: Order, holds: list[Hold]) -> bool:
    """Whether holds and order are still as they were read."""
    held = ledger_table.read_holds(draft.site, draft.where, booking.group_of(order.id))
    again = table.read_order(draft.site, draft.where, order.id)
    return again is not None and again.version == order.version and held == holds


def _book(
    draft: Draft, verb: Verb, out: Outcome, further: Sequence[Outcome], then: InForce, redeemed: Any, before: Account
) -> tuple[list[Write], Changed]:
    """Refund what was spent on what came back, book the change, and write order, holds and redemptions.

    The refund comes first: points that were earned by the order and spent on it are there to be taken back then.
    """
    site, mid, order, refunded = draft.site, draft.where, replace(out.order, command=draft.command), 0
    writes = [ledger_table.hold_write(site, mid, hold) for each in (out, *further) for hold in each.holds]
    if out.is_effective and verb != "ship":
        refunded, records = _refund(draft, order, then, ledger_table.load_redemptions(redeemed))
        if records:
            writes += records
            order = replace(order, refunded=order.refunded + refunded)
            # What came back to a lot that is dead by now expires before anything is taken.
            draft.settle()
    entry = booking.book_change(draft, verb, out)
    order = booking.book_purse_changes(draft, verb, order, further)
    writes.append(table.order_write(site, mid, order))
    draft.settle()
    deducted = out.taken if entry is None or not out.taken else entry.moved("available")
    shown = _answer(mid, order, list(out.left), verb, results.figures(before, draft.account))
    return writes, replace(
        shown,
        points_removed=deducted + out.from_hold,
        removed_from_hold=out.from_hold,
        points_not_deducted=out.taken - deducted,
        points_refunded=refunded,
        entry=_told(entry),
        has_effect=out.is_effective,
    )


def _refund(draft: Draft, order: Order, then: InForce, own: Record) -> tuple[int, list[Write]]:
    """Give back what was spent on the part of the order that is gone, by whichever of the members that the draft's
    member was made of; the ordinary points of it, and the writes of the records. ``own`` is that of the order's member.
    """
    where, rules, points, writes = draft.where, then.programme.refunds, 0, list[Write]()
    name = composed(order.id)
    others = [each for each in (draft.mid, *draft.account.absorbed) if each != where]
    for owner, known in ((where, own), *ledger_table.read_redemptions(draft.site, others, name)):
        record, refunds = refunds_of(order, known, rules, draft.day)
        if refunds:
            draft.home = ledger.abroad(draft, owner)
            booking.book_refunds(draft, order, refunds, rules.grace_days)
            writes.append(ledger_table.redemptions_write(draft.site, owner, name, record))
        points += sum(refund.points for refund in refunds if refund.redemption.bucket == POINTS)
    draft.home = ledger.abroad(draft, where)
    return points, writes


def _unchanged(mid: str, order: Order, holds: list[Hold], verb: Verb, account: Account) -> Changed:
    return _answer(mid, order, holds, verb, results.figures(account, account))


def _answer(mid: str, order: Order, holds: list[Hold], verb: Verb, figures: results.Figures) -> Changed:
    seen = results.view(mid, order, holds)
    return Changed(
        order_id=order.id,
        verb=verb,
        status=order.status,
        points_awarded=seen.points_awarded,
        points_on_hold=seen.points_on_hold,
        points_removed=0,
        removed_from_hold=0,
        points_not_deducted=0,
        points_refunded=0,
        release_at=seen.release_at,
        entry=None,
        has_effect=False,
        figures=figures,
    )


def _told(entry: Entry | None) -> int | None:
    return None if entry is None else entry.number
