"""What became of an order's points after it came: released, taken back, expired; told from holds, order and book."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.ids import composed
from chalicelib.ledger import days
from chalicelib.ledger.account import NEVER, POINTS
from chalicelib.ledger.entry import Entry, LotChange
from chalicelib.ledger.hold import Hold
from chalicelib.orders.booking import group_of
from chalicelib.orders.order import Order
from chalicelib.orders.results import OrderView
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.reasons import Check, Step, moment, not_reached, shown
from chalicelib.values import value

_NOT_YET: Final = "None of its points have been given yet."
_LAST_SECOND: Final = timedelta(seconds=1)
_SHIPPING: Final = {
    "itemShipDate": "Ship the products: PATCH /orders/{id} with status ship.",
    "wholeOrderShipped": "Ship the whole order: PUT /orders/{id} with status ship.",
}
_WORDS: Final = {
    "order": "points given for the purchase",
    "hold": "points of the purchase held",
    "release": "points on hold released",
    "shrink": "points on hold taken off",
    "split": "points on hold dated",
    "reverse": "points taken back for a return",
    "redeem": "points spent on the order",
    "refund": "points spent on the order given back",
}
_UNFELT: Final = {
    "ship": "shipped without effect",
    "return": "returned before the whole order was shipped, without effect on points on hold",
    "cancel": "cancelled after the points were given, which stay",
}


@value
class Event:
    """Something that happened to an order at an instant (milliseconds), and the points that its entry moved, if any."""

    at: int
    sentence: str
    points: int = 0
    entry: int | None = None


@value
class Story:
    """What is read of an order beside the order itself.

    ``entries`` begin with the purchase and end with what time alone has made due; ``is_whole`` is False when the
    member has more of them than were read.
    """

    view: OrderView
    holds: Sequence[Hold]
    entries: Sequence[Entry]
    is_whole: bool
    zone: ZoneInfo
    """The programme's zone now: days end by it, and times are told in it."""

    @property
    def order(self) -> Order:
        """The order as it stands."""
        return self.view.order

    @property
    def mine(self) -> list[Entry]:
        """The entries that name the order."""
        wanted = composed(self.order.id)
        return [each for each in self.entries if each.refs.order is not None and composed(each.refs.order) == wanted]

    @property
    def given_entries(self) -> list[Entry]:
        """The entries that gave its points: the purchase, or the releases of its holds."""
        group = f"{group_of(self.order.id)}#"
        return [
            each
            for each in self.mine
            if each.number == self.order.entry or (each.kind == "release" and (each.refs.hold or "").startswith(group))
        ]

    @property
    def gone(self) -> int:
        """Points of the order that were taken back or went with a hold."""
        return sum(line.taken + line.lost for line in self.order.lines)

    @property
    def taken_back(self) -> int:
        """Points that had been given and were to be taken back."""
        return self.gone - self.order.withdrawn


def steps(story: Story, then: InForce, now: datetime) -> list[Step]:
    """The checks that its points went through since."""
    return [
        Step("release", lambda: [_release(story, then, now)]),
        Step("arrears", lambda: [_arrears(story, then)]),
        Step("kept", lambda: [_kept(story, then)]),
        Step("expiry", lambda: [_expiry(story, then, now)]),
    ]


def events(story: Story) -> list[Event]:
    """Everything that the book and the order tell of it, oldest first."""
    found = [
        Event(each.at, _WORDS.get(each.kind, "points moved for the order"), _moved(each), each.number)
        for each in story.mine
    ]
    found += [Event(each.at, _UNFELT[each.verb]) for each in story.order.noted]
    return sorted(found, key=lambda event: event.at)


def _moved(entry: Entry) -> int:
    sides = {"available"} if entry.moved(target="available") or entry.moved("available") else {"held"}
    return sum(
        posting.amount
        for posting in entry.postings
        if posting.bucket == POINTS and (posting.source in sides or posting.target in sides)
    )


def _release(story: Story, then: InForce, now: datetime) -> Check:
    order, name = story.order, "release"
    if not order.held:
        return Check(name, "passed", "NOT_HELD", "The points were given at once.")
    if story.view.points_on_hold:
        return _waiting(story, then, now)
    if order.points > order.withdrawn:
        given = shown(then.programme, order.points - order.withdrawn)
        return Check(name, "passed", "RELEASED", f"{given} were released from hold.")
    voided = any(each.kind == "shrink" and each.refs.hold and not each.refs.undoes for each in story.mine)
    if voided or any(line.lost for line in order.lines):
        said = f"The hold waited {then.programme.purchase.hold_max_days} days for a shipment and voided itself."
        remedy = "The points are gone; a manual credit (action 100) can make up for them."
        return Check(name, "refused", "HOLD_VOIDED", said, remedy)
    if order.status == "returned":
        said = "The order was returned while its points were on hold, so they were never given."
        return Check(name, "refused", "RETURNED_ON_HOLD", said)
    said = "The order was cancelled while its points were on hold, so they were never given."
    return Check(name, "refused", "CANCELLED_ON_HOLD", said)


def _waiting(story: Story, then: InForce, now: datetime) -> Check:
    name, at_ms = "release", days.to_ms(now)
    said = f"{shown(then.programme, story.view.points_on_hold)} are on hold."
    if story.view.release_at is not None:
        at = days.from_ms(story.view.release_at)
        if story.view.release_at <= at_ms:
            remedy = f"Their date has come ({moment(at, story.zone)}); they are booked within minutes, as of that date."
            return Check(name, "waiting", "RELEASE_DUE", said, remedy, at)
        remedy = f"Released on {moment(at, story.zone)} if not returned or cancelled."
        return Check(name, "waiting", "AWAITS_RELEASE", said, remedy, at)
    void_at = min((hold.void_at for hold in story.holds if hold.void_at is not None), default=None)
    if void_at is not None and void_at <= at_ms:
        said = (
            f"The hold waited {then.programme.purchase.hold_max_days} days for a shipment; it is voided within minutes."
        )
        return Check(name, "refused", "HOLD_VOIDED", said)
    last = "" if void_at is None else f" Without a shipment they lapse on {moment(days.from_ms(void_at), story.zone)}."
    remedy = _SHIPPING.get(then.programme.purchase.hold.type, "Ship the order.")
    return Check(name, "waiting", "AWAITS_SHIPMENT", f"{said} They wait for the shipment.{last}", remedy)


def _arrears(story: Story, then: InForce) -> Check:
    if not _ever_given(story):
        return not_reached("arrears", _NOT_YET)
    paid = -sum(owed for each in story.given_entries for _, owed in each.owed if owed < 0)
    if not paid:
        return Check("arrears", "passed", "NOTHING_OWED", "None of its points went into points owed.")
    said = f"{shown(then.programme, paid)} of them paid what the member owed."
    return Check("arrears", "passed", "PAID_ARREARS", said)


def _kept(story: Story, then: InForce) -> Check:
    order, name = story.order, "kept"
    if not _ever_given(story):
        return not_reached(name, _NOT_YET)
    taken, gone = shown(then.programme, story.taken_back), shown(then.programme, story.gone)
    short = sum((each.wished or 0) - each.moved("available") for each in story.mine if each.kind == "reverse")
    rest = f" {shown(then.programme, short)} of that could not be deducted." if short else ""
    if order.is_undone:
        said = f"The order was returned: {taken} were taken back by what was recorded when they were given.{rest}"
        return Check(name, "refused", "RETURNED", said)
    if story.gone:
        said = f"{gone} went with what was returned, cancelled or not shipped in time.{rest}"
        return Check(name, "passed", "PARTLY_TAKEN_BACK", said)
    if any(line.spared for line in order.lines):
        said = "Units were cancelled after their points were given: the points stay; a return would take them back."
        return Check(name, "passed", "CANCELLED_AFTER_AWARD", said)
    return Check(name, "passed", "KEPT", "No points were taken back.")


def _ever_given(story: Story) -> bool:
    return story.order.points - story.order.withdrawn - story.view.points_on_hold > 0


def _expiry(story: Story, then: InForce, now: datetime) -> Check:
    name, zone = "expiry", story.zone
    if not story.view.points_awarded:
        return not_reached(name, _NOT_YET)
    lots = _lots(story)
    ends = {last: days.start_of(last + 1, zone) - _LAST_SECOND for _, last in lots if last != NEVER}
    if not ends:
        return Check(name, "passed", "NEVER_EXPIRES", "The points do not expire.")
    over = [end for end in ends.values() if end < now]
    dead = sum(_expired(story.entries, starts, story.order.kind, last) for starts, last in lots)
    if dead:
        least = shown(then.programme, min(dead, story.view.points_awarded))
        said = f"The points were good through {moment(max(over), zone)}; up to {least} were not spent and expired."
        return Check(name, "refused", "EXPIRED", said, at=max(over))
    if len(over) < len(ends):
        end = min(end for end in ends.values() if end >= now)
        said = f"What is not spent is good through {moment(end, zone)}{' or longer' if len(ends) > 1 else ''}."
        return Check(name, "passed", "GOOD_THROUGH", said, at=end)
    end = max(over)
    if not story.is_whole:
        said = f"The points were good through {moment(end, zone)}. The member's ledger tells what became of them."
        return Check(name, "passed", "EXPIRY_NOT_FOLLOWED", said, at=end)
    said = f"The points were good through {moment(end, zone)} and spent before."
    return Check(name, "passed", "USED_IN_TIME", said, at=end)


def _lots(story: Story) -> list[tuple[int, int]]:
    """Each lot that its points went to: the first entry that filled it, and its last day now."""
    order = story.order
    days_by_entry = {each.number: each.day for each in story.given_entries if each.moved("issued", "available")}
    if not days_by_entry:
        # They were given later than the entries that were read.
        freed = [line.freed for line in order.lines if line.freed is not None]
        days_by_entry = {order.entry: min(freed, default=order.day)}
    found: dict[int, int] = {}
    for number, day in days_by_entry.items():
        last = _followed(story.entries, number, order.kind, order.lasting.good_through(day))
        found[last] = min(number, found.get(last, number))
    return [(number, last) for last, number in found.items()]


def _followed(entries: Iterable[Entry], starts: int, kind: str, day: int) -> int:
    """The last day of a lot now, where days were merged forward since the entry that filled it."""
    for entry in entries:
        if entry.kind == "regroup" and entry.number > starts:
            for out, into in _pairs(entry):
                if (out.kind, out.day) == (kind, day):
                    day = into.day
                    break
    return day


def _pairs(entry: Entry) -> Iterable[tuple[LotChange, LotChange]]:
    """What a merging of days took out of each lot, and where it went."""
    changes = [change for change in entry.lots if change.bucket == POINTS]
    return zip(changes[::2], changes[1::2], strict=False)


def _expired(entries: Iterable[Entry], starts: int, kind: str, day: int) -> int:
    """Points of a lot that expired after the entry that filled it."""
    return sum(
        draw.amount
        for entry in entries
        if entry.kind == "expire" and entry.number > starts
        for draw in entry.draws
        if (draw.bucket, draw.kind, draw.day) == (POINTS, kind, day)
    )
