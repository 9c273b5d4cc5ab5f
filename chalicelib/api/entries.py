"""How entries and trails go on the wire. Our own names: the vendor shows neither."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NotRequired

from typing_extensions import TypedDict

from chalicelib.api.common import WireFigures, stamp, unpacked, without_none
from chalicelib.api.shapes import Number
from chalicelib.ids import composed
from chalicelib.ledger.account import NEVER, PROMOTIONAL
from chalicelib.ledger.entry import Entry, Note
from chalicelib.ledger.reading.service import Book
from chalicelib.ledger.table import Row
from chalicelib.ledger.trail import Flow, Return, Trail

PostingShape = TypedDict("PostingShape", {"from": str, "to": str, "bucket": str, "points": Number})
"""Points that moved between two sides; ``from`` is a word of the language, so no class can say it."""
_SIDES: Final = {"written_off": "writtenOff"}


class LotShape(TypedDict):
    """Points of a lot: those of one class that are good through one day; ``null``: for ever."""

    bucket: str
    pointType: str
    goodThrough: str | None
    points: Number
    award: NotRequired[int]


class OwedShape(TypedDict):
    """Points by which a debt grew, or shrank (negative)."""

    bucket: str
    points: Number


class BalancesShape(TypedDict):
    """Figures of a bucket after an entry."""

    available: Number
    held: Number
    used: Number
    expired: Number
    lifetime: Number


class QualifyingShape(TypedDict):
    """What an entry counts towards tiers, and on which day."""

    day: str
    points: Number
    spend: Number
    orders: int


class RefsShape(TypedDict, total=False):
    """What an entry is about."""

    orderId: str
    hold: str
    rewardId: str
    campaignId: str
    storeId: str
    source: str
    transferId: str
    releaseDate: str
    undoes: int


class CampaignShape(TypedDict):
    """What a campaign added to the points of an entry."""

    campaignId: str
    points: Number


class EntryShape(TypedDict):
    """One entry of the book. Lists and figures that it does not touch are empty."""

    number: int
    kind: str
    recorded: str
    effective: str
    actionId: int
    programmeVersion: int
    command: str
    postings: list[PostingShape]
    lots: list[LotShape]
    draws: list[LotShape]
    owed: list[OwedShape]
    balances: dict[str, BalancesShape]
    wished: NotRequired[Number]
    qualifying: NotRequired[QualifyingShape]
    state: NotRequired[str]
    tierBefore: str
    tierAfter: str
    refs: RefsShape
    campaigns: list[CampaignShape]
    inActivity: bool
    pointStatus: NotRequired[str]
    shownPoints: NotRequired[Number]
    note: dict[str, Any]


class LedgerAnswer(TypedDict):
    """A page of entries, newest first."""

    siteId: str
    id: str
    entries: list[EntryShape]
    pending: list[EntryShape]
    totalEntryCount: int
    nextCursor: str


class StepShape(TypedDict):
    """One entry at the other end of the trail, and how many points led there."""

    number: int
    kind: str
    actionId: int
    effective: str
    points: Number
    givenBack: Number
    bucket: str
    paidDebt: bool
    pointType: NotRequired[str]
    goodThrough: NotRequired[str | None]
    orderId: NotRequired[str]
    transferId: NotRequired[str]
    isPending: NotRequired[bool]


class ReturnShape(TypedDict):
    """Points that a refund gave back: from which debit, to which award."""

    refund: int
    debit: int
    award: int
    bucket: str
    points: Number


class RelatedShape(TypedDict):
    """Another entry about the same thing."""

    number: int
    kind: str
    actionId: int
    by: str


class TrailAnswer(TypedDict):
    """The trail of one entry, in both directions."""

    siteId: str
    id: str
    entry: EntryShape
    consumed: list[StepShape]
    fed: list[StepShape]
    givenBack: list[ReturnShape]
    unspent: list[LotShape]
    unpaid: Number
    related: list[RelatedShape]


def row_of(row: Row, show: WireFigures) -> dict[str, Any]:
    """An entry with its note and, of points on hold, what became of them."""
    status: dict[str, Any] = {"pointStatus": row.status} if row.status is not None else {}
    held: dict[str, Any] = {"shownPoints": show.points(row.amount)} if row.amount is not None else {}
    return {**entry_of(row.entry, show), **status, **held, "note": _note(row.note)}


def entry_of(entry: Entry, show: WireFigures) -> dict[str, Any]:
    """An entry without its note."""
    said: dict[str, Any] = {
        "number": entry.number,
        "kind": entry.kind,
        "recorded": stamp(entry.at),
        "effective": stamp(entry.effective),
        "actionId": entry.action or 0,
        "programmeVersion": entry.programme,
        "command": entry.command,
        "postings": [
            {"from": _side(p.source), "to": _side(p.target), "bucket": p.bucket, "points": show.points(p.amount)}
            for p in entry.postings
        ],
        "lots": [_lot(each.bucket, each.kind, each.day, each.delta, show) for each in entry.lots],
        "draws": [
            {**_lot(each.bucket, each.kind, each.day, each.amount, show), **without_none({"award": each.target})}
            for each in entry.draws
        ],
        "owed": [{"bucket": bucket, "points": show.points(delta)} for bucket, delta in entry.owed],
        "balances": {bucket: _balances(figures, show) for bucket, figures in entry.balances.items()},
        "wished": None if entry.wished is None else show.points(entry.wished),
        "qualifying": _qualifying(entry, show),
        "state": entry.state,
        "tierBefore": show.tier(entry.tier[0]),
        "tierAfter": show.tier(entry.tier[1]),
        "refs": _refs(entry),
        "campaigns": [{"campaignId": name, "points": show.points(points)} for name, points in entry.campaigns],
        "inActivity": entry.shown,
        "note": {},
    }
    return without_none(said)


def trail_of(found: Book, trail: Trail, show: WireFigures) -> dict[str, Any]:
    """The trail of the entry that was asked for, out of that of its book."""
    entry_by_number = {entry.number: entry for entry in found.entries}
    entry, number = found.row.entry, found.row.entry.number

    def steps(flows: Iterable[Flow], end: str) -> list[dict[str, Any]]:
        return [_step(flow, entry_by_number[getattr(flow, end)], found.booked, show) for flow in flows]

    return {
        "entry": row_of(found.row, show),
        "consumed": steps((flow for flow in trail.flows if flow.debit == number), "award"),
        "fed": steps((flow for flow in trail.flows if flow.award == number), "debit"),
        "givenBack": [_return(each, show) for each in trail.returns if number in (each.refund, each.debit, each.award)],
        "unspent": [_lot(*each.place, each.points, show) for each in trail.unspent if each.award == number],
        "unpaid": show.points(sum(each.points for each in trail.unpaid if each.debit == number)),
        "related": [_related(each, by) for each in found.entries if (by := _relation(entry, each))],
    }


def _step(flow: Flow, other: Entry, booked: int, show: WireFigures) -> dict[str, Any]:
    said: dict[str, Any] = {
        "number": other.number,
        "kind": other.kind,
        "actionId": other.action or 0,
        "effective": stamp(other.effective),
        "points": show.points(flow.points),
        "givenBack": show.points(flow.back),
        "bucket": flow.bucket,
        "paidDebt": flow.place is None,
    }
    if flow.place is not None:
        said |= {"pointType": _class(flow.place[1]), "goodThrough": _day(flow.place[2])}
    if other.number > booked:
        said["isPending"] = True
    return said | without_none({"orderId": other.refs.order, "transferId": other.refs.transfer})


def _return(each: Return, show: WireFigures) -> dict[str, Any]:
    return {
        "refund": each.refund,
        "debit": each.debit,
        "award": each.award,
        "bucket": each.bucket,
        "points": show.points(each.points),
    }


def _relation(entry: Entry, other: Entry) -> str:
    """What two entries have in common; empty when nothing, or when they are one."""
    mine, theirs = entry.refs, other.refs
    if entry.number == other.number:
        return ""
    if other.number == mine.undoes or entry.number == theirs.undoes:
        return "undoes"
    if mine.order is not None and theirs.order is not None and composed(mine.order) == composed(theirs.order):
        return "order"
    groups = {_group(entry), _group(other)}
    return "hold" if len(groups) == 1 and None not in groups else ""


def _group(entry: Entry) -> str | None:
    """The group of holds that the entry is about; the hold of an action is named by the entry that promised it."""
    if entry.refs.hold is not None:
        return entry.refs.hold.partition("#")[0]
    return f"A{entry.number}" if entry.kind == "hold" else None


def _related(entry: Entry, by: str) -> dict[str, Any]:
    return {"number": entry.number, "kind": entry.kind, "actionId": entry.action or 0, "by": by}


def _lot(bucket: str, kind: str, day: int, points: int, show: WireFigures) -> dict[str, Any]:
    return {"bucket": bucket, "pointType": _class(kind), "goodThrough": _day(day), "points": show.points(points)}


def _class(kind: str) -> str:
    return "Promotional" if kind == PROMOTIONAL else "Standard"


def _day(day: int) -> str | None:
    return None if day == NEVER else date.fromordinal(day).isoformat()


def _side(side: str) -> str:
    return _SIDES.get(side, side)


def _balances(figures: tuple[int, int, int, int, int], show: WireFigures) -> dict[str, Any]:
    names = ("available", "held", "used", "expired", "lifetime")
    return {name: show.points(units) for name, units in zip(names, figures, strict=True)}


def _qualifying(entry: Entry, show: WireFigures) -> dict[str, Any] | None:
    earned = entry.earned
    if earned is None:
        return None
    return {
        "day": date.fromordinal(earned.day).isoformat(),
        "points": show.points(earned.points),
        "spend": show.spend(earned.spend),
        "orders": earned.orders,
    }


def _refs(entry: Entry) -> dict[str, Any]:
    refs = entry.refs
    return without_none(
        {
            "orderId": refs.order,
            "hold": refs.hold,
            "rewardId": refs.reward,
            "campaignId": refs.campaign,
            "storeId": refs.store,
            "source": refs.source,
            "transferId": refs.transfer,
            "releaseDate": None if refs.release is None else stamp(refs.release),
            "undoes": refs.undoes,
        }
    )


def _note(note: Note) -> dict[str, Any]:
    """What clients wrote; attributes as the object that they sent."""
    return {name: unpacked(str(text)) if name == "actionAttribute" else text for name, text in note.items()}
