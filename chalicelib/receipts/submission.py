"""A receipt that was sent in: which states it goes through, and what is remembered of it."""

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from chalicelib.errors import Refusal
from chalicelib.ledger.days import to_ms
from chalicelib.receipts.duplicates import Print
from chalicelib.receipts.reasons import Reason
from chalicelib.values import names, value

RECEIVED: Final = "received"
WAITING: Final = "waiting"
AWARDED: Final = "awarded"
REJECTED: Final = "rejected"
REVERSED: Final = "reversed"
STUCK: Final = "stuck"
EXPIRED: Final = "expired"
NEXT: Final[dict[str, frozenset[str]]] = {
    RECEIVED: frozenset({WAITING, AWARDED, REJECTED, STUCK, EXPIRED}),
    WAITING: frozenset({AWARDED, REJECTED}),
    STUCK: frozenset({RECEIVED, AWARDED, REJECTED}),
    AWARDED: frozenset({REVERSED}),
    REJECTED: frozenset({WAITING}),
    REVERSED: frozenset({WAITING}),
    EXPIRED: frozenset({RECEIVED}),
}
"""State → what may become of it."""
INCOMING: Final = "in"
KEPT: Final = "kept"
REFUSED: Final = "refused"
SHIP: Final = "ship"
"""What is left to do after an award under a policy that waits for a shipment: what a till sells is taken along."""
HISTORY_MAX: Final = 60
FIRST_LOOK: Final = timedelta(minutes=20)
"""How long after it was sent in an upload is looked after, when nothing told us of its file."""
UNUSED: Final = timedelta(hours=24)
"""How long a file is waited for."""
TRIES_MAX: Final = 5
"""How often an upload that was not taken is sent to the readers again, before a human is told."""


class WrongState(Refusal):
    """The receipt is in a state in which that cannot be done."""

    status = 409

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"This receipt is {state} and cannot become {wanted}. Read it again with GET /receipts.")


@value
class Event:
    """Something that happened to it: when (milliseconds), by whom, and in words."""

    at: int
    by: str
    verb: str
    text: str = ""


@value
class Repeat:
    """Another submission that it repeats or may repeat."""

    submission: str
    mid: str
    code: str
    text: str


@value(kw_only=True)
class Submission:
    """A receipt from upload to the end. Times in milliseconds, points in smallest units."""

    id: str
    receipt: str
    """The vendor's number of it: digits."""
    state: str
    since: int
    uploaded: int
    source: str
    file: str = INCOMING
    """Under which part of the bucket its picture lies."""
    kind: str = ""
    print: Print | None = None
    doubts: tuple[Reason, ...] = ()
    """What reading left open, whatever the programme says."""
    reasons: tuple[Reason, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    retailer: tuple[str, str, float] | None = None
    order: str = ""
    awards: int = 0
    points: int = 0
    held: int = 0
    paid: tuple[str, ...] = ()
    """The marks under which it is remembered as paid."""
    todo: str = ""
    tries: int = 0
    due: int = 0
    document: str = ""
    """What a reader on the phone calls it."""
    corrections: str = ""
    """What a moderator put in place of what was read, as JSON text."""
    history: tuple[Event, ...] = ()
    command: str = ""
    version: int = 0

    @property
    def is_read(self) -> bool:
        """Whether its picture was read."""
        return self.print is not None

    @property
    def is_settled(self) -> bool:
        """Whether nobody will look at it any more by itself."""
        return self.state not in {RECEIVED, WAITING, STUCK}

    @property
    def was_judged_by_hand(self) -> bool:
        """Whether a human ended it."""
        last = next((each for each in reversed(self.history) if each.verb in {"reject", "reverse", "approve"}), None)
        return last is not None


def opened(*, id_: str, receipt: str, source: str, by: str, now: datetime, text: str = "") -> Submission:
    """A new submission, whose file is still to come."""
    at = to_ms(now)
    return Submission(
        id=id_,
        receipt=receipt,
        state=RECEIVED,
        since=at,
        uploaded=at,
        source=source,
        due=to_ms(now + FIRST_LOOK),
        history=(Event(at, by, "submit", text),),
    )


def became(
    before: Submission, state: str, now: datetime, by: str, verb: str, text: str = "", **more: Any
) -> Submission:
    """The submission in another state. Raises ``WrongState``."""
    if state not in NEXT[before.state]:
        raise WrongState(before.state, state)
    after = replace(before, state=state, since=to_ms(now), due=0, **more)
    return noted(after, now, by, verb, text)


def noted(before: Submission, now: datetime, by: str, verb: str, text: str = "") -> Submission:
    """The submission with one more line of history; of very many the first and the newest are kept."""
    lines = (*before.history, Event(to_ms(now), by, verb, text))
    if len(lines) > HISTORY_MAX:
        lines = (lines[0], *lines[-HISTORY_MAX + 1 :])
    return replace(before, history=lines)


def looked_after(before: Submission, now: datetime) -> Submission:
    """Looked after in vain: later again, each time after twice as long, at last when it is given up."""
    waited = max(to_ms(now) - before.uploaded, int(FIRST_LOOK.total_seconds() * 1000))
    end = before.uploaded + int(UNUSED.total_seconds() * 1000)
    due = to_ms(now) + waited
    return replace(before, due=min(due, end) if to_ms(now) < end else due)


def is_unused(before: Submission, now: datetime) -> bool:
    """Whether its file has been waited for long enough."""
    return to_ms(now) >= before.uploaded + int(UNUSED.total_seconds() * 1000)


def id_at(now: datetime, random_bits: int) -> str:
    """A new id in the form of a UUID of version 7 (RFC 9562): ids sort by time; ``random_bits`` are 74 random ones."""
    high, low = random_bits >> 62 & 0xFFF, random_bits & (1 << 62) - 1
    number = to_ms(now) << 80 | 7 << 76 | high << 64 | 2 << 62 | low
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


_PLAIN: Final = tuple(
    name
    for name in names(Submission)
    if name not in {"print", "doubts", "reasons", "repeats", "history", "retailer", "paid", "version", "command"}
)
_DEFAULTS: Final = Submission(id="", receipt="", state="", since=0, uploaded=0, source="")


def dump(submission: Submission) -> str:
    """Everything but the last command and the version, which are attributes of the item."""
    body: dict[str, Any] = {
        name: said for name in _PLAIN if (said := getattr(submission, name)) != getattr(_DEFAULTS, name)
    }
    body["history"] = [[each.at, each.by, each.verb, each.text] for each in submission.history]
    body |= {
        name: [[each.code, each.text, each.outcome, each.about] for each in reasons]
        for name in ("doubts", "reasons")
        if (reasons := getattr(submission, name))
    }
    if submission.repeats:
        body["repeats"] = [[each.submission, each.mid, each.code, each.text] for each in submission.repeats]
    if submission.retailer:
        body["retailer"] = list(submission.retailer)
    if submission.paid:
        body["paid"] = list(submission.paid)
    if submission.print is not None:
        body["print"] = _print(submission.print)
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def load(text: str, *, command: str = "", version: int = 0) -> Submission:
    """The submission of ``dump``."""
    body: dict[str, Any] = json.loads(text)
    retailer = body.pop("retailer", None)
    return Submission(
        **{
            **body,
            "doubts": tuple(Reason(*each) for each in body.get("doubts", ())),
            "reasons": tuple(Reason(*each) for each in body.get("reasons", ())),
            "repeats": tuple(Repeat(*each) for each in body.get("repeats", ())),
            "history": tuple(Event(*each) for each in body["history"]),
            "paid": tuple(body.get("paid", ())),
            "print": None if "print" not in body else _loaded(body["print"]),
        },
        retailer=None if retailer is None else (retailer[0], retailer[1], float(retailer[2])),
        command=command,
        version=version,
    )


def _print(found: Print) -> list[Any]:
    return [
        found.sha256,
        f"{found.look:064x}",
        found.shop,
        found.day and found.day.isoformat(),
        found.time_of_day and found.time_of_day.isoformat(),
        None if found.total is None else f"{found.total:f}",
        found.number,
    ]


def _loaded(row: list[Any]) -> Print:
    sha256, look, shop, day, clock, total, number = row
    return Print(
        sha256=sha256,
        look=int(look, 16),
        shop=shop,
        day=date.fromisoformat(day) if day else None,
        time_of_day=time.fromisoformat(clock) if clock else None,
        total=None if total is None else Decimal(total),
        number=number,
    )
