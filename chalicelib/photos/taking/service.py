"""Taking photos in: forms, files that land, pictures from elsewhere, videos; and making of each what can be judged.

A photo is kept before its file is there, so that no file is nobody's. ``take`` may run twice, late or at once: it
writes files over equal ones and decides on a consistent read, once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from chalicelib import landing
from chalicelib.dynamo import claims, idempotency, rehearsal
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Key
from chalicelib.errors import AlreadyExists
from chalicelib.gateways import fetching, pictures, queue, screening, storage
from chalicelib.gateways.pictures import renditions
from chalicelib.gateways.pictures.renditions import Processed
from chalicelib.gateways.storage import Form
from chalicelib.ids import command_id
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.service import NoSuchMember
from chalicelib.members.connecting import service as connecting
from chalicelib.photos import intake, judging, service, table
from chalicelib.photos.intake import Intake
from chalicelib.photos.photo import Label, Photo, Picture, Reason, Rendition, Step
from chalicelib.photos.table import Stored
from chalicelib.programme import service as programmes
from chalicelib.programme.definitions.photos import PhotoRules

MEGABYTE: Final = 1_000_000
BYTES_MAX: Final = 50 * MEGABYTE
"""Of any picture, whatever a site allows."""
LOOK_AGAIN: Final = timedelta(minutes=15)
"""After this a photo whose file was not taken is looked at again."""
FORM_LASTS: Final = timedelta(hours=24)
"""A form that nobody used ends."""
SOURCE: Final = "photo"
"""The kind of claim by which a source's photo is taken in once."""
CALLER: Final = "system"
_WAITING: Final = frozenset({"received", "stuck"})
"""States in which a file is still wanted; whoever is stuck is tried again with the one that is there."""


class Taken(AlreadyExists):
    """The photo of that source was taken in before."""

    def __init__(self) -> None:
        super().__init__("Data already exists: this photo was taken in before.")


def admit(site: str, given: Intake, now: datetime, key: Key | None = None) -> str | None:
    """Take in a photo or video, whichever way it came; its id, or ``None`` where its source's was taken in before.

    A picture that comes as ``data`` is put where it is processed from; one with a ``url`` is copied by whoever takes
    it. Raises ``StorageUnavailable``, after which the same call brings the file to the photo that is known by then.
    """
    photo_id = intake.new_id(now)
    try:
        photo_id = _admitted(site, given, photo_id, now, key).id
    except Taken:
        unfinished = _received(site, given)
        if unfinished is None or given.data is None:
            return None
        photo_id = unfinished.id
    place = landing.incoming(landing.PHOTOS, site, photo_id)
    if rehearsal.current() is not None:
        # A dry run keeps nothing, and no file either.
        return photo_id
    if given.data is not None:
        storage.put(place, given.data, "application/octet-stream")
    elif given.url:
        queue.send([queue.upload(place)], name=queue.UPLOADS)
    return photo_id


def again(site: str, photo_id: str, data: bytes | None) -> None:
    """Bring the file of a photo whose call broke off before it was stored; one that is there stays."""
    before = table.read(site, photo_id)
    if data is None or before is None or before.photo.state != "received" or rehearsal.current() is not None:
        return
    place = landing.incoming(landing.PHOTOS, site, photo_id)
    if storage.size(place) is None:
        storage.put(place, data, "application/octet-stream")


def form(site: str, given: Intake, now: datetime, key: Key | None = None, *, then: str = "") -> tuple[Photo, Form]:
    """A form with which a picture is sent straight to the bucket, for a photo that is known from now on."""
    photo = _admitted(site, given, intake.new_id(now), now, key)
    return photo, form_of(site, photo.id, then=then)


def form_of(site: str, photo_id: str, *, then: str = "") -> Form:
    """The form of a photo that is known and waits for its file; ``then`` is where a browser goes afterwards."""
    rules = programmes.in_force(site).programme.photos
    return storage.form(landing.incoming(landing.PHOTOS, site, photo_id), rules.size_max_mb * MEGABYTE, then=then)


def take_dropped(site: str, key: str, name: str, now: datetime) -> None:
    """Take a file that somebody dropped in the bucket, once by its name; the file goes to where photos come in."""
    photo_id = intake.new_id(now)
    given = Intake(source="drop", source_id=name)
    try:
        photo = _admitted(site, given, photo_id, now)
    except Taken:
        # Announced twice, or dropped again: what lies there goes to the photo of that name while it has no picture.
        unfinished = _received(site, given)
        if unfinished is None:
            storage.delete(key)
            return
        photo = unfinished
    if storage.move(key, landing.incoming(landing.PHOTOS, site, photo.id)):
        take(site, photo.id, now)


def take(site: str, photo_id: str, now: datetime) -> None:
    """Make a photo of the file that landed for it: renditions, focus, labels, what looks alike; then a moderator looks.

    What cannot be taken is rejected with the reason. Raises what may go better next time.
    """
    before = table.read(site, photo_id)
    if before is None:
        # Deleted with its owner; whatever an earlier attempt left goes with it.
        service.delete_remains(site, photo_id)
        return
    if before.photo.state not in _WAITING:
        # Nobody waits for it: a form that was used again.
        storage.delete(landing.incoming(landing.PHOTOS, site, photo_id))
        return
    if before.photo.state != "received":
        return
    rules = programmes.in_force(site).programme.photos
    try:
        data = _data_of(site, before.photo, rules)
        if data is None:
            return
        made = renditions.processed(data)
        labels = screening.labels(made.original)
    except (pictures.PictureRefused, fetching.FetchRefused) as refused:
        _refuse(site, photo_id, Reason(code=refused.code, text=str(refused)), now)
        return
    _keep(site, before.photo, made, labels, now)


def _keep(site: str, before: Photo, made: Processed, labels: Sequence[screening.Label], now: datetime) -> None:
    """Keep what was made of a photo, and say what becomes of it."""
    rules = programmes.in_force(site).programme.photos
    picture = _stored(site, before.id, made)
    # Found by its look before others are looked for, so that of two that come at once one tells of the other.
    table.put_look(site, before.id, picture.look)
    similar = table.alike(site, before.id, picture.look, rules.alike_bits)
    seen = tuple(Label(name=each.name, confidence=each.confidence) for each in labels)
    processed = before.model_copy(
        update={"picture": picture, "focus": made.focus, "labels": seen, "similar": tuple(similar), "url": ""}
    )
    state, reasons = judging.judged(processed, rules)
    if not _change(site, before.id, lambda photo: _processed(photo, processed, state, reasons, now)):
        # Its owner was erased while it was processed.
        commit(lambda: None, lambda _: Plan(tuple(table.look_removals(site, processed)), None))
        service.delete_remains(site, before.id)
        return
    storage.delete(landing.incoming(landing.PHOTOS, site, before.id))
    if state != "rejected":
        # The smallest files take longest to make: in a step of their own, without which everything works.
        queue.send([queue.upload(landing.kept(landing.PHOTOS, site, before.id))], name=queue.UPLOADS)


def finish(site: str, photo_id: str) -> None:
    """Make the AVIF renditions of a photo that has none yet. Safe to repeat."""
    before = table.read(site, photo_id)
    if before is None:
        service.delete_remains(site, photo_id)
        return
    if before.photo.picture is None:
        return
    if any(each.format == "avif" for each in before.photo.picture.renditions):
        return
    original = storage.get(landing.kept(landing.PHOTOS, site, photo_id), BYTES_MAX)
    if original is None:
        return
    made = renditions.avif(original)
    for each in made:
        storage.put(landing.shown(site, photo_id, each.name), each.data, f"image/{each.format}")
    listed, run = _listed(made), command_id()

    def decide(found: Stored | None) -> Plan[bool]:
        if found is None or found.photo.picture is None:
            return Plan((), result=found is not None)
        had = tuple(each for each in found.photo.picture.renditions if each.format != "avif")
        picture = found.photo.picture.model_copy(update={"renditions": (*had, *listed)})
        return Plan(service.kept(site, found, found.photo.model_copy(update={"picture": picture}), run), result=True)

    if not commit(lambda: table.read(site, photo_id), decide):
        service.delete_remains(site, photo_id)


def resume(site: str, photo_id: str, now: datetime) -> None:
    """Take a photo whose notification was lost or whose function was killed; end a form that nobody used."""
    before = table.read(site, photo_id)
    if before is None or before.photo.state != "received":
        return
    photo = before.photo
    if photo.url or storage.size(landing.incoming(landing.PHOTOS, site, photo_id)) is not None:
        take(site, photo_id, now)
        return
    ends = photo.uploaded + FORM_LASTS
    if now < ends:
        commit(lambda: None, lambda _: Plan(service.kept(site, before, photo, command_id(), ends), None))
        return
    step = Step(at=now, by=CALLER, verb="expired", text="no file came")
    _change(site, photo_id, lambda each: each.model_copy(update={"state": "expired", "since": now}).noting(step))


def stuck(site: str, photo_id: str, reason: str, now: datetime) -> None:
    """Say that a photo could not be taken in several attempts, so that a moderator retries or rejects it."""
    text = "The picture could not be processed in several attempts."
    step = Step(at=now, by=CALLER, verb="stuck", text=reason)
    why = (Reason(code="stuck", text=f"{text} ({reason})"),)
    _change(
        site,
        photo_id,
        lambda photo: photo.model_copy(update={"state": "stuck", "since": now, "reasons": why}).noting(step),
    )


def _admitted(site: str, given: Intake, photo_id: str, now: datetime, key: Key | None = None) -> Photo:
    """The photo, kept; whoever connected its author's handle before it was posted owns it. Raises ``Taken``."""
    mid, member = given.mid, given.member
    if not mid and given.author:
        mid, member = connecting.holder(site, given.source, given.author, given.posted or now)
    photo = intake.photo_of(given, photo_id, now, mid, member)
    run = command_id()
    due_at = None if photo.video is not None else now + LOOK_AGAIN
    if photo.video is not None:
        photo = photo.model_copy(update={"state": "pending"})

    def decide(checks: tuple[Write, ...]) -> Plan[Photo]:
        writes: list[Write] = [*service.kept(site, None, photo, run, due_at), *checks]
        if given.source_id:
            name = intake.source_key(given)
            writes.append(claims.put(site, SOURCE, name, photo.id, given=given.source_id, cmd=run, taken=Taken()))
        if key is not None:
            writes.append(idempotency.remember(site, key, status=200, mid="", ref=photo.id))
        return Plan(tuple(writes), photo, lambda: _is_ours(site, photo.id, run))

    return commit(lambda: _still_there(site, mid), decide)


def _still_there(site: str, mid: str) -> tuple[Write, ...]:
    """The check that an owner is not erased meanwhile: nobody would delete the photo then. Raises ``NoSuchMember``."""
    if not mid:
        return ()
    account = ledger_table.read_account(site, mid)
    if account is None:
        raise NoSuchMember
    ledger.check_open(account)
    return (ledger_table.account_check(site, mid, account),)


def known(site: str, given: Intake) -> str | None:
    """The photo of a source that was taken in before."""
    claim = claims.find(site, SOURCE, intake.source_key(given), fresh=True)
    return None if claim is None else claim.mid


def _received(site: str, given: Intake) -> Photo | None:
    """The photo of a source that waits for its file still."""
    photo_id = known(site, given)
    before = None if photo_id is None else table.read(site, photo_id)
    return None if before is None or before.photo.state != "received" else before.photo


def _is_ours(site: str, photo_id: str, run: str) -> bool:
    found = table.read(site, photo_id)
    return found is not None and found.command == run


def _data_of(site: str, photo: Photo, rules: PhotoRules) -> bytes | None:
    """The picture as it came, from the bucket or from where it is to be copied; ``None`` when there is none yet."""
    most = min(rules.size_max_mb * MEGABYTE, BYTES_MAX)
    try:
        data = storage.get(landing.incoming(landing.PHOTOS, site, photo.id), most)
    except storage.TooLarge:
        message = f"The picture must be smaller than {most // MEGABYTE} MB."
        raise pictures.PictureRefused("too-large", message) from None
    if data is None and photo.url:
        return fetching.fetch(photo.url, bytes_max=most).data
    return data


def _stored(site: str, photo_id: str, made: Processed) -> Picture:
    """The files of a processed picture, written over whatever an earlier attempt left."""
    storage.put(landing.kept(landing.PHOTOS, site, photo_id), made.original, made.original_type)
    for each in made.renditions:
        storage.put(landing.shown(site, photo_id, each.name), each.data, f"image/{each.format}")
    return Picture(
        width=made.width,
        height=made.height,
        sha256=made.sha256,
        look=f"{made.look:064x}",
        original_type=made.original_type,
        renditions=_listed(made.renditions),
    )


def _listed(made: Sequence[renditions.Rendition]) -> tuple[Rendition, ...]:
    return tuple(
        Rendition(name=each.name, format=each.format, width=each.width, height=each.height, bytes=len(each.data))
        for each in made
    )


def _processed(photo: Photo, made: Photo, state: str, reasons: tuple[Reason, ...], now: datetime) -> Photo:
    found = {name: getattr(made, name) for name in ("picture", "focus", "labels", "similar", "url")}
    step = Step(at=now, by=CALLER, verb="processed", text=", ".join(each.code for each in reasons))
    return photo.model_copy(update={**found, "state": state, "since": now, "reasons": reasons}).noting(step)


def _refuse(site: str, photo_id: str, reason: Reason, now: datetime) -> None:
    step = Step(at=now, by=CALLER, verb="rejected", text=reason.code)
    is_there = _change(
        site,
        photo_id,
        lambda photo: photo.model_copy(
            update={"state": "rejected", "since": now, "reasons": (reason,), "url": ""}
        ).noting(step),
    )
    if not is_there:
        service.delete_remains(site, photo_id)
        return
    kind = landing.PHOTOS
    storage.move(landing.incoming(kind, site, photo_id), landing.refused(kind, site, photo_id))


def _change(site: str, photo_id: str, change: Callable[[Photo], Photo]) -> bool:
    """Change a photo that is not processed yet; one that is meanwhile is left alone. Whether it is there still."""
    run = command_id()

    def decide(before: Stored | None) -> Plan[bool]:
        if before is None or before.photo.state != "received":
            return Plan((), result=before is not None)
        return Plan(service.kept(site, before, change(before.photo), run), result=True)

    return commit(lambda: table.read(site, photo_id), decide)
