"""What moderators decide: states, rights, what is told of a photo; the award at approval, and its return."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from chalicelib import landing
from chalicelib.dynamo import idempotency, rehearsal
from chalicelib.dynamo.commit import ACTIONS_MAX, Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer
from chalicelib.errors import Contention, Refusal
from chalicelib.gateways import queue, storage
from chalicelib.groups.pooling import service as pooling
from chalicelib.ids import command_id
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger import undoing
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Refs
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.service import Command, NoSuchMember
from chalicelib.members.connecting import service as connecting
from chalicelib.members.service import Resolved
from chalicelib.photos import intake, judging, rights, service, states
from chalicelib.photos.photo import Paid, Photo, Reason, RightsState, Step
from chalicelib.photos.states import Verb
from chalicelib.photos.table import Stored
from chalicelib.photos.taking.service import LOOK_AGAIN
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing import service as performing
from chalicelib.programme.performing.paying import service as payments
from chalicelib.programme.performing.paying.service import Payment
from chalicelib.programme.performing.service import Wish

UNPAID: Final = "member-gone"
NOT_CONNECTED: Final = "handle-not-connected"
"""Why a photo found by a hashtag pays nobody: whose it is had not connected the handle when it was posted."""


class _TooManyLists(Exception):
    """A published photo leaves and enters more lists than one transaction holds."""


class NotPaid(Refusal):
    """There is no award of the photo that could be taken back."""

    status = 409

    def __init__(self) -> None:
        super().__init__("This photo earned nothing, or its points were taken back before.")


def approve(site: str, run: Command, force: InForce, photo_id: str, by: str) -> Photo:
    """Approve a photo, which is paid then, once: state, award and queue in one transaction.

    An award that is withheld (a limit, a member who takes no part, nobody's photo) does not keep it from being
    approved; the photo says why. Raises ``NoSuchPhoto``, ``WrongState`` and ``NothingToShow``.
    """
    known = service.read(site, photo_id)
    action = judging.action_of(known, force.programme.photos)
    named = force.action_by_id.get(action)
    if not known.mid or named is None or not named.is_active or known.paid is not None:

        def unpaid(photo: Photo) -> Photo:
            if (photo.mid, photo.action, photo.store) != (known.mid, known.action, known.store):
                # It may be worth something since it was read.
                raise Contention
            return states.moved(photo, "approve", run.now, by)

        return _simple(site, run, photo_id, unpaid)
    wish = _wish(known, action)
    try:
        return ledger.in_survivor(known.mid, lambda owner: _paid(site, run, force, known, wish, owner, by))
    except NoSuchMember:
        gone = Paid(mid="", withheld=UNPAID)
        return _simple(
            site,
            run,
            photo_id,
            lambda photo: states.moved(photo, "approve", run.now, by).model_copy(update={"paid": gone}),
        )


def move(site: str, run: Command, photo_id: str, verb: Verb, by: str, reason: Reason | None = None) -> Photo:
    """Publish, unpublish, reject (with a reason), withdraw, reopen or retry a photo. Repeating changes nothing.

    Raises ``NoSuchPhoto``, ``WrongState`` and ``NothingToShow``.
    """
    reasons = (reason,) if reason else ()

    def change(photo: Photo) -> Photo:
        after = states.moved(photo, verb, run.now, by, reason.text if reason else "", reasons)
        return service.with_categories(site, after) if verb == "publish" else after

    done = _simple(site, run, photo_id, change)
    place = landing.incoming(landing.PHOTOS, site, photo_id)
    if verb == "retry" and rehearsal.current() is None:
        queue.send([queue.upload(place)], name=queue.UPLOADS)
    if verb == "reject" and done.media_type == "image" and done.picture is None and rehearsal.current() is None:
        # What could not be processed lies where it came in still.
        storage.move(place, landing.refused(landing.PHOTOS, site, photo_id))
    return done


def edit(site: str, run: Command, photo_id: str, change: Callable[[Photo], Photo], by: str) -> Photo:
    """Change what is told of a photo: texts, tags, products, hot spots, crops, focus, owner.

    ``change`` is pure and may refuse. Raises ``NoSuchPhoto`` and what it raises.
    """

    def changed(photo: Photo) -> Photo:
        after = change(photo)
        if after == photo:
            return photo
        names = sorted(name for name in Photo.model_fields if getattr(after, name) != getattr(photo, name))
        step = Step(at=run.now, by=by, verb="edited", text=", ".join(names))
        return service.with_categories(site, after).noting(step)

    def tagged(photo: Photo) -> Photo:
        step = Step(at=run.now, by=by, verb="edited", text="tags")
        return photo.model_copy(update={"tags": change(photo).tags}).noting(step)

    try:
        return _simple(site, run, photo_id, changed)
    except _TooManyLists:
        # In two steps, each of which leaves a photo that is right.
        _simple(site, replace(run, id=command_id(), key=None), photo_id, tagged)
        return _simple(site, run, photo_id, changed)


def given_to(site: str, photo: Photo, owner: Resolved, member: str) -> Photo:
    """The photo as one of a member. By a hashtag it pays only for a handle that was connected before; one call."""
    is_owed = not intake.is_by_hashtag(photo) or connecting.had(
        site, (owner.mid, *owner.homes), photo.source, photo.author, photo.posted or photo.uploaded
    )
    paid = None if is_owed else Paid(mid=owner.mid, withheld=NOT_CONNECTED)
    return photo.model_copy(update={"mid": owner.mid, "member": member, "paid": paid})


def set_rights(site: str, run: Command, photo_id: str, to: RightsState, by: str, text: str) -> Photo:
    """Note what whoever made a photo allowed. Raises ``NoSuchPhoto`` and ``NoSuchWay``."""
    return _simple(site, run, photo_id, lambda photo: rights.changed(photo, to, run.now, by, text))


def reverse(site: str, run: Command, force: InForce, photo_id: str, by: str, reason: str) -> Photo:
    """Take the points of a photo back, once, by what was recorded when they were given.

    Raises ``NoSuchPhoto``, ``NotPaid`` and ``NoSuchMember``.
    """
    known = service.read(site, photo_id)
    paid = _owed(known)
    row = ledger_table.read_row(site, paid.mid, paid.entry)
    if row is None:
        raise NotPaid

    def act(owner: str) -> Photo:
        def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Photo]:
            before, *holds = service.loaded(site, found[0]), *found[1:]
            _owed(before.photo)
            draft = drafts[0]
            draft.home = ledger.abroad(draft, paid.mid)
            telling = Telling(action=paid.action, refs=Refs(source="photo"), note={"reason": reason, "photo": photo_id})
            writes = _returned(draft, row.entry, holds, telling)
            step = Step(at=run.now, by=by, verb="reversed", text=reason)
            back = paid.model_copy(update={"reversed": True})
            after = before.photo.model_copy(update={"paid": back}).noting(step)
            return [*writes, *service.kept(site, before, after, run.id)], after

        return pooling.returning(site, force.groups, owner).post(
            site,
            [owner],
            run,
            force.rules,
            decide,
            also=(service.address(site, photo_id),),
            load=lambda: list(ledger_table.read_holds(site, paid.mid, f"A{paid.entry}")),
            answer=lambda photo: Answer(f"V{photo.id}"),
            witness=lambda: _is_ours(site, photo_id, run),
        )

    return ledger.in_survivor(paid.mid, act)


def _wish(photo: Photo, action: int) -> Wish:
    """The award of a photo, as the book tells of it."""
    note = {"photo": photo.id, "from": photo.via or photo.source}
    return Wish(action, store=photo.store or None, source="photo", note=note)


def _returned(draft: Draft, award: Any, holds: Sequence[Hold], telling: Telling) -> list[Write]:
    """Void what is promised still, or take back what was given."""
    open_holds = [hold for hold in holds if hold.points]
    if open_holds:
        return [ledger.void_hold(draft, hold, last=hold is open_holds[-1]) for hold in open_holds]
    undoing.undone(draft, award, telling)
    return []


def _owed(photo: Photo) -> Paid:
    """The award of a photo that can be taken back. Raises ``NotPaid``."""
    if photo.paid is None or not photo.paid.entry or photo.paid.reversed:
        raise NotPaid
    return photo.paid


def _paid(site: str, run: Command, force: InForce, known: Photo, wish: Wish, owner: str, by: str) -> Photo:
    payment = payments.payment(site, owner, force, wish, run.now)

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Photo]:
        before = service.loaded(site, found[0])
        if before.photo.mid != known.mid:
            # It was given to another member since it was read; a repetition pays that one.
            raise Contention
        after = states.moved(before.photo, "approve", run.now, by)
        if after is before.photo:
            return [], after
        writes: list[Write] = []
        if after.paid is None:
            paid, writes = _granted(site, payment, drafts[0], found[1:], owner, wish.action)
            after = after.model_copy(update={"paid": paid})
        return [*writes, *service.kept(site, before, after, run.id)], after

    pool = pooling.earning(site, force.groups, owner)
    return pool.post(
        site,
        [owner],
        run,
        force.rules,
        decide,
        also=(service.address(site, known.id), *payment.places),
        answer=lambda photo: Answer(f"V{photo.id}"),
        witness=lambda: _is_ours(site, known.id, run),
    )


def _granted(
    site: str, payment: Payment, draft: Draft, read: list[Any], owner: str, action: int
) -> tuple[Paid, list[Write]]:
    """The award of a photo, or why there is none, and its writes."""
    try:
        writes, booked = payments.pay(site, payment, draft, read)
    except performing.MemberMayNotTakePart as refused:
        return Paid(mid=owner, action=action, withheld=refused.state), []
    if booked.withheld is not None or booked.entry is None:
        return Paid(mid=owner, action=action, withheld=booked.withheld.code if booked.withheld else "nothing"), writes
    points = undoing.points_of(booked.entry)
    return Paid(mid=owner, entry=booked.entry.number, points=points, action=action), writes


def _simple(site: str, run: Command, photo_id: str, change: Callable[[Photo], Photo]) -> Photo:
    """Change a photo without the book. Its change is pure; one that changes nothing writes nothing but the key."""

    def decide(before: Stored) -> Plan[Photo]:
        after = before.photo if before.command == run.id else change(before.photo)
        # Whose file is wanted still is looked at again, also when its message is lost.
        due_at = run.now + LOOK_AGAIN if after.state == "received" else None
        writes = () if after is before.photo else service.kept(site, before, after, run.id, due_at)
        if run.key is not None:
            writes = (*writes, idempotency.remember(site, run.key, status=200, mid="", ref=photo_id))
        if len(writes) > ACTIONS_MAX:
            raise _TooManyLists
        return Plan(writes, after, lambda: _is_ours(site, photo_id, run))

    return commit(lambda: service.stored(site, photo_id), decide)


def _is_ours(site: str, photo_id: str, run: Command) -> bool:
    return service.stored(site, photo_id).command == run.id
