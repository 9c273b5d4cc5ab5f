"""Items of receipts: submissions and what was read of them, with the member; marks by which one is known again."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import claims, due, items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.errors import AlreadyExists
from chalicelib.ledger.days import from_ms
from chalicelib.moderation.queue import RECEIPT as DUE
from chalicelib.receipts import counting, duplicates
from chalicelib.receipts import submission as submissions
from chalicelib.receipts.counting import NOTHING, Counts
from chalicelib.receipts.duplicates import Print
from chalicelib.receipts.submission import Submission
from chalicelib.values import value

ID: Final = "receipt"
"""Kind of the claim on a submission's id."""
NUMBER: Final = "receiptNumber"
"""Kind of the claim on its number, which leads to the id."""
MARKED_MAX: Final = 50
"""Submissions under one mark that are looked at, the newest; a band of a look is shared by many that differ."""
ALIKE_MAX: Final = 20
"""Submissions that share most bands of a look, and are then compared."""
_PREFIX: Final = "RECEIPT#"
_LAST: Final = "RECEIPT$"
_READ: Final = "RREAD#"
_COUNTS: Final = "RCOUNT"
_GATE: Final = "GATE"


class IdTaken(AlreadyExists):
    """A random id that exists already; the next one does not."""

    sticks = False

    def __init__(self) -> None:
        super().__init__("The id of the upload was taken at this moment; please send the request again.")


class ReceiptItem(Item):
    """A submission."""

    ver = Whole()
    body = UnicodeAttribute()
    cmd = UnicodeAttribute()
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)


class ReadItem(Item):
    """What was read of its picture, with boxes, and as a purchase."""

    body = UnicodeAttribute()


class CountsItem(Item):
    """What a member sent and was paid, by period."""

    ver = Whole()
    body = UnicodeAttribute()


class MarkItem(Item):
    """That a submission has a mark: its picture's hash, a part of its look, or its day and total."""

    mid = UnicodeAttribute()


class GateItem(Item):
    """Who was paid under a mark. Whoever pays changes it, so that two at once cannot."""

    ver = Whole()
    body = UnicodeAttribute()


@value
class Gate:
    """Submissions that were paid under a mark, with their members."""

    mark: str
    paid: tuple[tuple[str, str], ...] = ()
    version: int = 0


def address(site: str, mid: str, submission: str) -> Address:
    """Where a submission stands."""
    return (ReceiptItem, keys.member(site, mid), _PREFIX + submission)


def submission_of(sk: str) -> str:
    """The id of the submission with that sort key."""
    return sk.removeprefix(_PREFIX)


def load(item: Any) -> Submission | None:
    """The submission of its item; ``None`` for none."""
    return submissions.load(item.body, command=item.cmd, version=item.ver) if isinstance(item, ReceiptItem) else None


def read(site: str, mid: str, submission: str) -> Submission | None:
    """One consistent read."""
    return load(items.get(*address(site, mid, submission)))


def read_many(site: str, places: Sequence[tuple[str, str]]) -> list[Submission | None]:
    """Submissions by their members and ids, in the order asked. One call for a hundred."""
    return [load(item) for item in items.get_many([address(site, *each) for each in places])] if places else []


def owner(site: str, submission: str) -> str | None:
    """Whose submission that is, known for up to five seconds."""
    claim = claims.find(site, ID, submission)
    return None if claim is None else claim.mid


def owners(site: str, ids: Sequence[str]) -> list[str | None]:
    """Whose submissions these are, at most 100. One call."""
    return [None if claim is None else claim.mid for claim in claims.find_many(site, ID, ids)]


def numbered(site: str, receipt: str) -> tuple[str, str] | None:
    """The member and id of the submission with that number."""
    claim = claims.find(site, NUMBER, receipt)
    return None if claim is None or claim.given is None else (claim.mid, claim.given)


def write(site: str, mid: str, submission: Submission, command: str) -> Write:
    """The write of a new submission, or in place of the one that was read (``version``, 0 for a new one)."""
    _, pk, sk = address(site, mid, submission.id)
    item = ReceiptItem(pk, sk, ver=submission.version + 1, body=submissions.dump(submission), cmd=command)
    if submission.due:
        item.due_pk, item.due_sk = due.keys_at(DUE, pk, from_ms(submission.due))
    return Write(item, ReceiptItem.ver == submission.version if submission.version else ABSENT)


def claim_writes(site: str, mid: str, submission: Submission, command: str) -> list[Write]:
    """The writes that take its id and its number."""
    return [
        claims.put(site, kind, name, mid, given=submission.id, cmd=command, taken=IdTaken())
        for kind, name in ((ID, submission.id), (NUMBER, submission.receipt))
    ]


def read_body(site: str, mid: str, submission: str) -> dict[str, Any] | None:
    """What was read of a picture: ``plain`` with boxes, and ``purchase``; numbers exact."""
    found = items.get(ReadItem, keys.member(site, mid), _READ + submission)
    return None if found is None else json.loads(found.body, parse_float=Decimal)


def read_write(site: str, mid: str, submission: str, body: dict[str, Any]) -> Write:
    """The write of what was read."""
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return Write(ReadItem(keys.member(site, mid), _READ + submission, body=text))


def counts_address(site: str, mid: str) -> Address:
    """Where it stands how much a member sent."""
    return (CountsItem, keys.member(site, mid), _COUNTS)


def load_counts(item: Any) -> Counts:
    """The counts of their item; none where there is none."""
    return counting.load(item.body, item.ver) if isinstance(item, CountsItem) else NOTHING


def counts_write(site: str, mid: str, counts: Counts) -> Write:
    """The write of counts in place of those that were read."""
    _, pk, sk = counts_address(site, mid)
    item = CountsItem(pk, sk, ver=counts.version + 1, body=counting.dump(counts))
    return Write(item, CountsItem.ver == counts.version if counts.version else ABSENT)


def page(site: str, mid: str, *, before: str | None, limit: int) -> list[Submission]:
    """At most ``limit`` submissions of a member, newest first, older than ``before`` where that is given."""
    last = _LAST if before is None else _PREFIX + before
    both = ReceiptItem.sk.between(_PREFIX, last)
    found = items.query(ReceiptItem, keys.member(site, mid), both, limit=limit + 1, newest_first=True)
    return [each for item in found if item.sk != last and (each := load(item)) is not None][:limit]


def marks_of(found: Print) -> tuple[str, ...]:
    """Everything by which a submission is found again."""
    keyed = duplicates.key_of(found)
    named = [f"file:{found.sha256}", *([] if keyed is None else [f"key:{keyed}"])]
    if found.day is not None and found.total is not None:
        named.append(_sum(found.day, found.total))
    return (*named, *(f"look:{band}" for band in duplicates.bands(found.look)))


def gates_of(found: Print) -> tuple[str, ...]:
    """Under which marks a paid receipt is remembered: its picture, and its day and total."""
    named = [f"file:{found.sha256}"] if found.sha256 else []
    if found.day is not None and found.total is not None:
        named.append(_sum(found.day, found.total))
    return tuple(named)


def mark_writes(site: str, mid: str, submission: str, found: Print) -> list[Write]:
    """The writes of a submission's marks; about 35."""
    return [Write(MarkItem(_mark(site, mark), submission, mid=mid)) for mark in marks_of(found)]


def mark_drops(site: str, submission: str, found: Print) -> list[Write]:
    """The writes that remove them."""
    return [Write(MarkItem(_mark(site, mark), submission), delete=True) for mark in marks_of(found)]


def repeat_write(site: str, mid: str, submission: str, of: str) -> Write:
    """The write that says of a submission, to those who look at the other one, that it repeats that one."""
    return Write(MarkItem(_mark(site, f"of:{of}"), submission, mid=mid))


def repeats_of(site: str, submission: str) -> list[tuple[str, str]]:
    """Members and ids of the submissions that repeat it, the newest. One query."""
    return _marked(site, f"of:{submission}")


def same(site: str, found: Print) -> list[tuple[str, str]]:
    """Members and ids of submissions with the same file, or the same day and total. At most three queries."""
    marks = [mark for mark in marks_of(found) if not mark.startswith("look:")]
    return list(dict.fromkeys(each for mark in marks for each in _marked(site, mark)))


def alike(site: str, found: Print) -> list[tuple[str, str]]:
    """Members and ids of the submissions whose pictures share most with this one. A query for each of 32 bands."""
    marks = [mark for mark in marks_of(found) if mark.startswith("look:")]
    shared = Counter(each for mark in marks for each in _marked(site, mark))
    return [each for each, _ in shared.most_common(ALIKE_MAX)]


def read_gates(site: str, marks: Sequence[str]) -> list[Gate]:
    """Who was paid under these marks. One call."""
    found = items.get_many([(GateItem, _mark(site, mark), _GATE) for mark in marks]) if marks else []
    return [_gate(mark, item) for mark, item in zip(marks, found, strict=True)]


def gate_write(site: str, gate: Gate) -> Write:
    """The write of a gate in place of the one that was read."""
    body = json.dumps(gate.paid[-MARKED_MAX:], separators=(",", ":"))
    item = GateItem(_mark(site, gate.mark), _GATE, ver=gate.version + 1, body=body)
    return Write(item, GateItem.ver == gate.version if gate.version else ABSENT)


def drops(site: str, mid: str, submission: Submission) -> list[Write]:
    """The writes that delete a submission, its marks and its claims, if it is still as it was read."""
    _, pk, sk = address(site, mid, submission.id)
    marks = [] if submission.print is None else mark_drops(site, submission.id, submission.print)
    repeats = [
        Write(MarkItem(_mark(site, f"of:{each.submission}"), submission.id), delete=True) for each in submission.repeats
    ]
    return [
        Write(ReceiptItem(pk, sk), ReceiptItem.ver == submission.version, delete=True),
        Write(ReadItem(pk, _READ + submission.id), delete=True),
        claims.release(site, ID, submission.id, mid),
        claims.release(site, NUMBER, submission.receipt, mid),
        *marks,
        *repeats,
    ]


def counts_drop(site: str, mid: str) -> Write:
    """The write that deletes a member's counts."""
    _, pk, sk = counts_address(site, mid)
    return Write(CountsItem(pk, sk), delete=True)


def is_written_by(site: str, mid: str, submission: str, command: str) -> bool:
    """Whether a command wrote the submission as it stands, for witnesses of commits."""
    found = read(site, mid, submission)
    return found is not None and found.command == command


def _marked(site: str, mark: str) -> list[tuple[str, str]]:
    found: Iterable[MarkItem] = items.query(MarkItem, _mark(site, mark), limit=MARKED_MAX, newest_first=True)
    return [(item.mid, item.sk) for item in found if item.sk != _GATE]


def _gate(mark: str, item: Any) -> Gate:
    if not isinstance(item, GateItem):
        return Gate(mark)
    return Gate(mark, tuple((mid, name) for mid, name in json.loads(item.body)), item.ver)


def _sum(day: date, total: Decimal) -> str:
    return f"sum:{day.isoformat()}|{total:.2f}"


def _mark(site: str, mark: str) -> str:
    return f"RP#{site}#{mark}"
