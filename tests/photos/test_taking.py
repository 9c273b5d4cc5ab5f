"""No upload is lost and none is taken twice, wherever a function is killed and however often it is told."""

from datetime import timedelta

import pytest

from chalicelib import clock, landing
from chalicelib.dynamo import meter
from chalicelib.gateways import pictures, screening, storage
from chalicelib.gateways.pictures import renditions
from chalicelib.ledger import service as ledger
from chalicelib.members.erasing import service as erasing
from chalicelib.members.service import resolve
from chalicelib.moderation import service as moderation
from chalicelib.photos import service, table
from chalicelib.photos.intake import Intake
from chalicelib.photos.taking import service as taking
from chalicelib.programme import service as programmes
from tests.api.shop import ADA
from tests.support import buckets, drawn, tables

CALLS_OF_A_TAKE = 4
"""To the bucket, for a small picture: read it, keep it, show it in one size, remove it."""


CALLS_MAX = 24
"""To the table: sixteen parts of a look, and what is read and written of the photo itself."""


class Killed(BaseException):
    """The function ends here, whatever it was about to do."""


class Mortal:
    """The bucket, until it was called so often; after that call it is over."""

    def __init__(self, calls, works):
        self.left, self.works = calls, works

    def __call__(self, *operation, **arguments):
        if self.left == 0:
            raise Killed
        self.left -= 1
        return self.works(*operation, **arguments)


def sent(shop, data, **more):
    photo = taking.admit(shop.site, Intake(source="api", data=data, **more), clock.now())
    assert photo is not None
    return photo


def state(shop, photo):
    return service.read(shop.site, photo).state


def queued(shop, wanted):
    return [each.id for each in moderation.page(shop.site, "photo", wanted).places]


def of(files, photo):
    return sorted(key for key in buckets.keys(files) if photo in key)


@pytest.mark.proves("A066")
@pytest.mark.parametrize("calls", range(CALLS_OF_A_TAKE))
def test_whoever_is_killed_between_two_steps_is_made_good_by_the_next(shop, files, monkeypatch, calls):
    photo = sent(shop, drawn.png(1))
    monkeypatch.setattr(storage, "_called", Mortal(calls, storage._called))
    with pytest.raises(Killed):
        taking.take(shop.site, photo, clock.now())
    monkeypatch.undo()

    taking.take(shop.site, photo, clock.now())

    assert queued(shop, "pending") == [photo]
    assert of(files, photo) == [
        landing.kept("photos", shop.site, photo),
        landing.shown(shop.site, photo, "w256.webp"),
    ]


def test_a_lost_notification_is_made_good_by_whoever_looks_later(shop, files):
    photo = sent(shop, drawn.png(1))

    taking.resume(shop.site, photo, clock.now() + timedelta(hours=1))

    assert state(shop, photo) == "pending"


@pytest.mark.parametrize(("hours", "left"), [(23, "received"), (25, "expired")])
def test_a_form_that_nobody_used_ends_after_a_day(shop, files, hours, left):
    photo, _ = taking.form(shop.site, Intake(source="upload"), clock.now())

    taking.resume(shop.site, photo.id, clock.now() + timedelta(hours=hours))

    assert state(shop, photo.id) == left


def test_a_form_that_is_used_again_changes_nothing_and_leaves_nothing_behind(shop, files):
    photo = sent(shop, drawn.png(1))
    taking.take(shop.site, photo, clock.now())
    before = service.read(shop.site, photo)
    storage.put(landing.incoming("photos", shop.site, photo), drawn.png(9), "image/png")

    taking.take(shop.site, photo, clock.now())

    assert service.read(shop.site, photo) == before
    assert landing.incoming("photos", shop.site, photo) not in of(files, photo)


@pytest.mark.proves("A066")
def test_what_comes_after_its_owner_was_erased_is_deleted(shop, files):
    mid = _mid(shop)
    photo, _ = taking.form(shop.site, Intake(source="upload", mid=mid, member=ADA), clock.now())
    while not service.forget(shop.site, mid):
        pass
    storage.put(landing.incoming("photos", shop.site, photo.id), drawn.png(1), "image/png")

    taking.take(shop.site, photo.id, clock.now())

    assert of(files, photo.id) == []
    assert service.dossier(shop.site, mid) == {}


@pytest.mark.proves("A074")
@pytest.mark.parametrize("refused", [False, True])
def test_what_is_made_while_its_owner_is_erased_is_deleted_again(shop, files, monkeypatch, refused):
    mid = _mid(shop)
    photo = sent(shop, drawn.png(1), mid=mid, member=ADA)

    def erasing_screen(_):
        while not service.forget(shop.site, mid):
            pass
        if refused:
            raise pictures.PictureRefused("broken", "It ends in the middle.")
        return ()

    monkeypatch.setattr(screening, "labels", erasing_screen)
    taking.take(shop.site, photo, clock.now())

    assert of(files, photo) == []
    assert table.read(shop.site, photo) is None
    # A message that comes late finds nothing and leaves nothing.
    storage.put(landing.kept("photos", shop.site, photo), drawn.png(1), "image/png")
    taking.finish(shop.site, photo)
    assert of(files, photo) == []


def test_nothing_is_taken_for_whoever_is_being_erased(shop, files):
    mid = _mid(shop)
    erasing.erase(shop.site, ledger.command(clock.now()), programmes.in_force(shop.site).rules, ADA, "shop")

    with pytest.raises(ledger.NoSuchMember):
        taking.form(shop.site, Intake(source="upload", mid=mid, member=ADA), clock.now())


def test_a_stuck_photo_keeps_its_file_and_is_taken_when_it_is_tried_again(shop, files, monkeypatch):
    photo = sent(shop, drawn.png(1))
    taking.stuck(shop.site, photo, "the screen was down", clock.now())
    taking.take(shop.site, photo, clock.now())

    assert state(shop, photo) == "stuck"
    assert queued(shop, "stuck") == [photo]
    assert of(files, photo) == [landing.incoming("photos", shop.site, photo)]

    shop.post(f"/photos/{photo}/retry", {}, token=shop.staff()).ok  # noqa: B018 - asks whether it went well.
    taking.take(shop.site, photo, clock.now())

    assert state(shop, photo) == "pending"


def test_a_screen_that_is_down_loses_nothing_and_lets_the_message_come_again(shop, files, monkeypatch):
    def down(_data):
        raise screening.ScreenFailed

    photo = sent(shop, drawn.png(1))
    monkeypatch.setattr(screening, "labels", down)
    with pytest.raises(screening.ScreenFailed):
        taking.take(shop.site, photo, clock.now())
    monkeypatch.undo()

    assert state(shop, photo) == "received"
    taking.take(shop.site, photo, clock.now())
    assert state(shop, photo) == "pending"


def test_a_source_is_taken_once_and_a_second_call_brings_the_file_that_the_first_could_not(shop, files, monkeypatch):
    given = Intake(source="csv", source_id="https://example.test/1.jpg", data=drawn.png(1))
    monkeypatch.setattr(storage, "_called", Mortal(0, storage._called))
    with pytest.raises(Killed):
        taking.admit(shop.site, given, clock.now())
    monkeypatch.undo()

    photo = taking.admit(shop.site, given, clock.now())
    assert photo is not None
    taking.take(shop.site, photo, clock.now())

    assert queued(shop, "pending") == [photo]
    assert taking.admit(shop.site, given, clock.now()) is None


def test_two_copies_that_come_at_once_tell_of_each_other(shop, files, monkeypatch):
    """The second is looked for while the first has not been kept yet."""
    first, second = sent(shop, drawn.png(3)), sent(shop, drawn.png(3))
    works = table.alike

    def while_another_comes(*arguments):
        monkeypatch.setattr(table, "alike", works)
        taking.take(shop.site, second, clock.now())
        return works(*arguments)

    monkeypatch.setattr(table, "alike", while_another_comes)
    taking.take(shop.site, first, clock.now())

    told = [service.read(shop.site, photo).similar for photo in (first, second)]
    assert told == [((second, 0),), ((first, 0),)]


def test_the_next_photo_costs_what_the_first_did_however_many_look_the_same(shop, files):
    """What makes a hundred at once take longer than a hundred times one would show here: calls, and what they read."""

    def cost():
        photo = sent(shop, drawn.png(5))
        with meter.metered() as counted:
            taking.take(shop.site, photo, clock.now())
        return counted.calls

    first, *others = [cost() for _ in range(8)]

    assert all(each <= first for each in others)
    assert first <= CALLS_MAX


def _mid(shop):
    mid = resolve(shop.site, ADA).mid
    assert ledger.read(shop.site, mid, programmes.in_force(shop.site).rules, clock.now()).version
    return mid


def erase_now(shop):
    run, rules = ledger.command(clock.now()), programmes.in_force(shop.site).rules
    erasing.erase(shop.site, run, rules, ADA, "shop", (service.forget,))


def test_whoever_is_erased_while_their_photo_is_taken_leaves_no_picture_behind(shop, files, one_table, monkeypatch):
    photo = sent(shop, drawn.png(1), mid=resolve(shop.site, ADA).mid, member=ADA)
    works = screening.labels

    def meanwhile(data):
        erase_now(shop)
        return works(data)

    monkeypatch.setattr(screening, "labels", meanwhile)
    taking.take(shop.site, photo, clock.now())

    assert of(files, photo) == []
    assert photo not in str(tables.everything(one_table))


def test_pictures_of_a_take_that_was_killed_go_with_their_owner(shop, files, monkeypatch):
    photo = sent(shop, drawn.png(1), mid=resolve(shop.site, ADA).mid, member=ADA)
    monkeypatch.setattr(table, "put_look", Mortal(0, table.put_look))
    with pytest.raises(Killed):
        taking.take(shop.site, photo, clock.now())
    monkeypatch.undo()

    erase_now(shop)

    assert of(files, photo) == []


def test_the_smallest_files_are_not_made_for_whoever_was_erased_meanwhile(shop, files, monkeypatch):
    photo = sent(shop, drawn.jpeg(1), mid=resolve(shop.site, ADA).mid, member=ADA)
    taking.take(shop.site, photo, clock.now())
    works = renditions.avif

    def meanwhile(data):
        erase_now(shop)
        return works(data)

    monkeypatch.setattr(renditions, "avif", meanwhile)
    taking.finish(shop.site, photo)

    assert of(files, photo) == []
