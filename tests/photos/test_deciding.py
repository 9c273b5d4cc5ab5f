"""An approved photo is paid once, to whom it belongs, whatever happens in between."""

from datetime import timedelta

import pytest

from chalicelib import clock, landing
from chalicelib.errors import Contention
from chalicelib.gateways import queue
from chalicelib.ledger import service as ledger
from chalicelib.members.service import resolve
from chalicelib.outreach import service as outreach
from chalicelib.photos import service
from chalicelib.photos.deciding import service as deciding
from chalicelib.photos.intake import Intake
from chalicelib.photos.photo import Reason
from chalicelib.photos.taking import service as taking
from chalicelib.programme import service as programmes
from tests.api.proving import faults
from tests.api.shop import ADA, GRACE
from tests.support import buckets, drawn

UPLOAD, HASHTAG, STORE, CONNECT = 640, 641, 642, 134


@pytest.fixture
def paying(shop, files):
    def change(document):
        kept = [each for each in document["actions"] if each["actionId"] != CONNECT]
        new = [(UPLOAD, "Photo", 25), (HASHTAG, "Hashtag", 15), (STORE, "Store", 40)]
        kept += [{"actionId": number, "actionName": name, "actionPoints": points} for number, name, points in new]
        kept.append({"actionId": CONNECT, "actionName": "Connect", "actionPoints": 5, "network": "instagram"})
        document["actions"] = kept
        document["photos"] = {"uploadAction": UPLOAD, "hashtagAction": HASHTAG, "storeAction": STORE}

    shop.programme(change)
    return shop


def pending(shop, member=ADA, **more):
    if member:
        more |= {"mid": resolve(shop.site, member).mid, "member": member}
    given = Intake(**{"source": "upload", "data": drawn.png(len(str(more)))} | more)
    photo = taking.admit(shop.site, given, clock.now())
    taking.take(shop.site, photo, clock.now())
    return photo


def approve(shop, photo):
    run, force = ledger.command(clock.now()), programmes.in_force(shop.site)
    return deciding.approve(shop.site, run, force, photo, "staff")


def reverse(shop, photo):
    run, force = ledger.command(clock.now()), programmes.in_force(shop.site)
    return deciding.reverse(shop.site, run, force, photo, "staff", "not their own picture")


def move(shop, photo, verb):
    return deciding.move(shop.site, ledger.command(clock.now()), photo, verb, "staff")


def points(shop, member=ADA):
    return shop.figures(member)["availablePoints"]


def connect(shop, handle):
    body = {"id": ADA, "actionId": CONNECT, "activity": "CREDIT", "actionAttribute": {"handle": handle}}
    shop.post("/points", body).ok  # noqa: B018 - asks whether it went well.


@pytest.mark.proves("A075", "A167")
def test_however_often_a_photo_is_approved_it_is_paid_once(paying):
    photo = pending(paying)
    for verb in (None, "withdraw", "reopen", None):
        approve(paying, photo) if verb is None else move(paying, photo, verb)
    approve(paying, photo)

    assert points(paying) == 25
    assert service.read(paying.site, photo).state == "approved"
    assert faults(paying) == []


@pytest.mark.proves("A089")
def test_a_photo_of_a_store_pays_the_action_of_stores(paying):
    approve(paying, pending(paying, store="s-12"))

    assert points(paying) == 40


@pytest.mark.proves("A168")
@pytest.mark.parametrize(("minutes", "paid"), [(1, 15), (-1, 0)])
def test_a_hashtag_pays_only_what_was_posted_after_the_handle_was_connected(paying, minutes, paid):
    connect(paying, "@Ada.Bakes")
    before = points(paying)
    posted = clock.now() + timedelta(minutes=minutes)

    approve(paying, pending(paying, "", source="instagram", via="hashtag", author="ada.bakes", posted=posted))

    assert points(paying) - before == paid


def test_a_photo_of_nobody_is_approved_and_pays_nobody(paying):
    said = approve(paying, pending(paying, ""))

    assert (said.state, said.paid) == ("approved", None)


def test_an_action_that_is_switched_off_withholds_the_points_and_not_the_approval(paying):
    photo = pending(paying)

    def switch_off(document):
        next(each for each in document["actions"] if each["actionId"] == UPLOAD)["status"] = "INACTIVE"

    paying.programme(switch_off)

    assert approve(paying, photo).state == "approved"
    assert points(paying) == 0


def test_a_photo_that_changes_hands_while_it_is_approved_is_decided_anew(paying, monkeypatch):
    paying.enrol(GRACE)
    photo = pending(paying)
    works = service.read

    def then_given_away(site, photo_id):
        known = works(site, photo_id)
        grace = {"mid": resolve(site, GRACE).mid, "member": GRACE}
        deciding.edit(site, ledger.command(clock.now()), photo_id, lambda each: each.model_copy(update=grace), "staff")
        return known

    monkeypatch.setattr(service, "read", then_given_away)
    with pytest.raises(Contention):
        approve(paying, photo)
    monkeypatch.undo()
    approve(paying, photo)

    assert (points(paying), points(paying, GRACE)) == (0, 25)


@pytest.mark.proves("A167")
def test_points_go_back_once_and_only_what_this_photo_gave(paying):
    first, second = pending(paying), pending(paying, store="s-12")
    approve(paying, first)
    approve(paying, second)

    reverse(paying, first)

    assert points(paying) == 40
    with pytest.raises(deciding.NotPaid):
        reverse(paying, first)
    assert faults(paying) == []


def test_what_was_never_approved_has_nothing_to_give_back(paying):
    with pytest.raises(deciding.NotPaid):
        reverse(paying, pending(paying))


@pytest.mark.proves("A164", "A165")
def test_a_photo_is_listed_while_it_is_published_and_in_no_list_after(paying):
    photo = pending(paying, products=("mug",), tags=("#Breakfast",))
    approve(paying, photo)
    assert move(paying, photo, "unpublish").state == "approved"
    move(paying, photo, "publish")
    lists = [("all", ""), ("product", "mug"), ("tag", "breakfast")]

    assert [service.published(paying.site, *each).ids for each in lists] == [(photo,)] * 3
    assert service.published("1", "all", "").ids == ()
    move(paying, photo, "withdraw")
    assert [service.published(paying.site, *each).ids for each in lists] == [()] * 3
    assert service.shown(paying.site, [photo]) == [None]


def test_a_photo_that_got_an_owner_while_nobodys_was_approved_is_decided_anew(paying, monkeypatch):
    photo = pending(paying, "")
    works = service.read

    def then_given(site, photo_id):
        known = works(site, photo_id)
        ada = {"mid": resolve(site, ADA).mid, "member": ADA}
        deciding.edit(site, ledger.command(clock.now()), photo_id, lambda each: each.model_copy(update=ada), "staff")
        return known

    monkeypatch.setattr(service, "read", then_given)
    with pytest.raises(Contention):
        approve(paying, photo)
    monkeypatch.undo()
    approve(paying, photo)

    assert points(paying) == 25


def is_looked_at_again(photo):
    soon = clock.now() + timedelta(minutes=16)
    return any(each.kind == "photo" and photo in each.pk for each in outreach._due(soon))


def test_a_retry_that_breaks_off_before_its_message_is_made_good_later(paying, monkeypatch):
    photo = taking.admit(paying.site, Intake(source="upload", data=drawn.png(1)), clock.now())
    taking.stuck(paying.site, photo, "no answer", clock.now())
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(queue, "send", broken)
        with pytest.raises(OSError, match="gone"):
            move(paying, photo, "retry")

    assert is_looked_at_again(photo)
    taking.resume(paying.site, photo, clock.now() + timedelta(minutes=16))
    assert service.read(paying.site, photo).state == "pending"


def test_what_is_told_of_a_photo_before_its_file_is_there_does_not_let_it_be_forgotten(paying):
    photo = taking.admit(paying.site, Intake(source="upload", data=drawn.png(1)), clock.now())
    run = ledger.command(clock.now())
    deciding.edit(paying.site, run, photo, lambda each: each.model_copy(update={"caption": "Tea"}), "staff")

    assert is_looked_at_again(photo)


def broken(*_, **__):
    raise OSError("gone")


def test_a_stuck_photo_that_is_rejected_leaves_no_file_where_files_come_in(paying, files):
    photo = taking.admit(paying.site, Intake(source="upload", data=drawn.png(1)), clock.now())
    taking.stuck(paying.site, photo, "no answer", clock.now())

    reason = Reason(code="moderator", text="not a picture")
    deciding.move(paying.site, ledger.command(clock.now()), photo, "reject", "staff", reason)

    assert buckets.keys(files) == [landing.refused(landing.PHOTOS, paying.site, photo)]
