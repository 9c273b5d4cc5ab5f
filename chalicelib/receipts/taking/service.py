"""Take a receipt whose picture landed: read it once, then award it, turn it down, or give it to a human.

Notifications come twice, late and out of order, and functions are killed between any two steps. So each step is one
transaction on condition that the submission is as it was read; what was read is kept before anything is decided by it;
and whatever is not settled stands in the due index until it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from chalicelib import landing
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.errors import Contention
from chalicelib.formats import TYPES, kind_of
from chalicelib.gateways import ocr, pictures, storage
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.ledger.service import NoSuchMember
from chalicelib.orders.placing import BadOrder, OrderExists
from chalicelib.programme import service as programmes
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.service import MemberMayNotTakePart
from chalicelib.receipts import counting, judging, matching, policy, seen, submission, table, weighing
from chalicelib.receipts import purchase as purchases
from chalicelib.receipts.awarding import service as awarding
from chalicelib.receipts.awarding.service import BY_SYSTEM, Reconsidered, Wish, World
from chalicelib.receipts.matching import Matched
from chalicelib.receipts.purchase import Purchase
from chalicelib.receipts.reading import rendering
from chalicelib.receipts.reading.reading import Reading
from chalicelib.receipts.reasons import MODERATION, REJECTED, Reason, decided
from chalicelib.receipts.resuming import service as resuming
from chalicelib.receipts.submission import KEPT, RECEIVED, REFUSED, Repeat, Submission
from chalicelib.receipts.understanding import understood
from chalicelib.recognised import Page
from chalicelib.values import value

DECISIONS_MAX: Final = 4
"""How often one message decides anew because others decided meanwhile."""
ORDER_REFUSED: Final = "order-refused"


@value
class _Case:
    """A submission that was read, and what there is to judge it by."""

    site: str
    mid: str
    known: Submission
    force: InForce
    purchase: Purchase
    match: Matched
    alike: tuple[tuple[str, str], ...]


def take(site: str, submission_id: str, now: datetime) -> None:
    """Take the file of a submission. What is settled, gone or was never known is left alone.

    Raises what may go better later: ``ReaderFailed``, ``StorageUnavailable``, ``EngineUnavailable``, ``Contention``.
    """
    mid = table.owner(site, submission_id)
    known = None if mid is None else table.read(site, mid, submission_id)
    incoming = landing.incoming(landing.RECEIPTS, site, submission_id)
    if mid is None or known is None:
        _clear(site, submission_id, is_gone=True)
        return
    if known.state == RECEIVED and not known.is_read:
        known = _read(site, mid, known, now)
    elif known.file != submission.INCOMING:
        # Whoever still had the form sent a second file, or the first one could not be removed.
        storage.delete(incoming)
    if known is not None and known.state == RECEIVED:
        _decide(site, mid, known, now)


def keep(site: str, mid: str, known: Submission, data: bytes, *, is_read: bool, now: datetime) -> Submission | None:
    """Keep what a picture is, and with ``is_read`` what it says; the submission as it is then, ``None`` if it is gone.

    Raises ``PictureRefused``, ``ReaderRefused``, ``ReaderFailed`` and ``StorageUnavailable``.
    """
    facts = pictures.examine(data)
    pages: list[Page] = []
    force = programmes.in_force(site)
    thresholds = policy.thresholds(force.programme.receipts)
    looks = _kept_looks(data, pages)
    reading = understood(looks, _day(now, force), thresholds) if is_read else Reading()
    doubts = judging.judge(reading, (), thresholds).reasons
    body = {
        "plain": rendering.as_plain(reading),
        "purchase": purchases.dump(seen.of_reading(reading, pages)),
        "picture": [facts.width, facts.height],
    }
    shown, _, _ = pictures.upright(data)
    # Kept is what was read, whatever is put in its place meanwhile.
    storage.put(landing.kept(landing.RECEIPTS, site, known.id), shown, TYPES[kind_of(shown) or "jpeg"])
    found = seen.print_of(facts.sha256, facts.look, reading)
    run = ledger.command(now)

    def decide(before: Submission | None) -> Plan[Submission | None]:
        if before is None or before.is_read or before.state != known.state:
            return Plan((), before)
        after = replace(before, kind=facts.kind, print=found, doubts=doubts, file=KEPT)
        writes = [
            table.write(site, mid, after, run.id),
            table.read_write(site, mid, known.id, body),
            *table.mark_writes(site, mid, known.id, found),
        ]
        kept = replace(after, version=before.version + 1)
        return Plan(tuple(writes), kept, lambda: table.is_written_by(site, mid, known.id, run.id))

    kept = commit(lambda: table.read(site, mid, known.id), decide)
    _clear(site, known.id, is_gone=kept is None)
    return kept


def _clear(site: str, submission_id: str, *, is_gone: bool) -> None:
    """Delete the file that came; of a submission that was deleted with its member also what an attempt kept of it."""
    if is_gone:
        storage.delete(landing.kept(landing.RECEIPTS, site, submission_id))
    storage.delete(landing.incoming(landing.RECEIPTS, site, submission_id))


def _kept_looks(data: bytes, pages: list[Page]) -> Iterator[Page]:
    """Looks at a picture, each of which is also added to ``pages``."""
    for page in ocr.looks(data):
        pages.append(page)
        yield page


def _read(site: str, mid: str, known: Submission, now: datetime) -> Submission | None:
    """Read the picture and keep what it says; ``None`` where there is no file yet, or it was refused for good."""
    incoming = landing.incoming(landing.RECEIPTS, site, known.id)
    refused = landing.refused(landing.RECEIPTS, site, known.id)
    try:
        data = storage.get(incoming, pictures.BYTES_MAX)
        if data is None and storage.move(refused, incoming):
            # An attempt broke off after it put the file aside, and before it said why.
            data = storage.get(incoming, pictures.BYTES_MAX)
        if data is None:
            return None
        return keep(site, mid, known, data, is_read=True, now=now)
    except storage.TooLarge:
        text = f"The picture must be smaller than {pictures.BYTES_MAX // 1_000_000} MB."
        because = Reason("too-large", text, REJECTED)
    except pictures.PictureRefused as fault:
        because = Reason(fault.code, str(fault), REJECTED)
    except ocr.ReaderRefused:
        because = Reason(policy.READER_REFUSED, "This picture cannot be read; please send another one.", REJECTED)
    storage.move(incoming, refused)
    resuming.end(site, mid, known.id, now, submission.REJECTED, (because,), file=REFUSED)
    return None


def _decide(site: str, mid: str, known: Submission, now: datetime) -> None:
    force = programmes.in_force(site)
    body = table.read_body(site, mid, known.id)
    if body is None or known.print is None:
        return
    purchase = purchases.load(body["purchase"])
    match = matching.matched(purchase, force.programme.receipts)
    alike = tuple(table.alike(site, known.print))
    case = _Case(site, mid, known, force, purchase, match, alike)
    more: tuple[Reason, ...] = ()
    for _ in range(DECISIONS_MAX):
        try:
            if ledger.in_survivor(mid, lambda owner: _settled(case, owner, now, more)):  # noqa: B023 - called at once.
                return
            _award(case, now)
        except Reconsidered:
            continue
        except NoSuchMember:
            # Erased: what is left of the submission is forgotten with the member.
            return
        except MemberMayNotTakePart:
            more = (Reason(policy.BLOCKED, "This account does not take part at present.", REJECTED),)
        except (BadOrder, OrderExists) as refused:
            more = (Reason(ORDER_REFUSED, refused.message, MODERATION),)
        else:
            awarding.finish(site, force, mid, known.id, now)
            return
    raise Contention


def _settled(case: _Case, owner: str, now: datetime, more: Sequence[Reason]) -> bool:
    """Give it to a human or turn it down, in one transaction; False when nothing keeps it from being paid."""
    site, mid, found = case.site, case.mid, case.known.print
    ledger.read(site, owner, case.force.rules, now)
    run = ledger.command(now)
    if found is None:
        return True

    def decide(read: World) -> Plan[bool]:
        before = read.submission
        if before is None or before.state != RECEIVED:
            return Plan((), result=True)
        reasons, repeats = _reasons(case, read, more)
        outcome = decided(reasons)
        if outcome.is_awarded:
            return Plan((), result=False)
        state = submission.REJECTED if outcome.outcome == REJECTED else submission.WAITING
        said = policy.worded(case.force.programme.receipts, outcome.reasons)
        retailer = case.match.retailer
        after = submission.became(
            before,
            state,
            now,
            BY_SYSTEM,
            "decide",
            ", ".join(each.code for each in said),
            reasons=said,
            repeats=repeats,
            retailer=None if retailer is None else (retailer.id, retailer.name, retailer.score),
        )
        told = [table.repeat_write(site, mid, before.id, each.submission) for each in repeats]
        writes = (*awarding.changes(site, mid, before, after, run.id), *told)
        return Plan(writes, True, lambda: table.is_written_by(site, mid, before.id, run.id))

    return commit(lambda: awarding.world(site, mid, owner, case.known.id, found, case.alike), decide)


def _award(case: _Case, now: datetime) -> None:
    known, found = case.known, case.known.print
    id_ = policy.order_id(known.receipt, known.awards)
    new = policy.order(case.force.programme, case.purchase, case.match, id_=id_, zone=case.force.zone, now=now)
    if new is None or found is None:
        raise Reconsidered

    def judge(before: Submission, read: World) -> list[Repeat]:
        if before.state != RECEIVED or before.awards != known.awards:
            raise Reconsidered
        reasons, repeats = _reasons(case, read, ())
        if reasons:
            raise Reconsidered
        return list(repeats)

    wish = Wish(known.id, found, new, case.match.retailer, BY_SYSTEM, "award", alike=case.alike)
    awarding.award(case.site, ledger.command(now), case.force, case.mid, wish, judge)


def _reasons(case: _Case, read: World, more: Sequence[Reason]) -> tuple[tuple[Reason, ...], tuple[Repeat, ...]]:
    """All that keeps the receipt from being paid by itself, and which others it repeats."""
    known, programme = case.known, case.force.programme
    if known.print is None:
        return tuple(more), ()
    pairs = weighing.repeats(known, known.print, read.others)
    uploaded = _day(days.from_ms(known.uploaded), case.force)
    found = [
        *known.doubts,
        *awarding.reasons_of(pairs),
        *policy.judged(programme, case.purchase, case.match, known.doubts, uploaded),
        *counting.used_up(read.counts, programme.receipts, uploaded),
        *more,
    ]
    return tuple(found), tuple(repeat for repeat, _ in pairs)


def _day(instant: datetime, force: InForce) -> date:
    return date.fromordinal(days.day_of(instant, force.zone))
