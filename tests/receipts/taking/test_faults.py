"""Whatever breaks off, comes twice or at once: no receipt is lost, and none is paid twice."""

from contextlib import contextmanager

import pytest

from chalicelib.dynamo import items
from chalicelib.gateways import storage
from chalicelib.receipts import service as receipts
from chalicelib.receipts.resuming import service as resuming
from chalicelib.receipts.taking import service as taking
from tests.receipts.desk import RECEIPT, UNSURE
from tests.support import buckets


class Killed(Exception):
    """The function ends here, as if it had run out of time."""


@pytest.fixture
def ada(desk):
    return desk.enrol("m-ada")


@pytest.fixture
def grace(desk):
    return desk.enrol("m-grace")


@contextmanager
def calls(moment, act):
    """Call ``act`` at each call of database and bucket, before it is sent or after it was answered."""
    events = [items.connection().connection.client.meta.events, storage._client().meta.events]
    for each in events:
        each.register(f"{moment}-call", act)
    try:
        yield
    finally:
        for each in events:
            each.unregister(f"{moment}-call", act)


def numbered(number):
    return RECEIPT.replace("GV-100234", f"GV-{number}").replace("18:42", f"{number % 24:02d}:{number % 60:02d}")


@pytest.mark.proves("A018")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_function_killed_at_any_call_is_made_good_by_the_next_message(desk, ada, moment):
    paid, at = 0, 1 if moment == "before" else 5
    while True:
        sent, count = desk.send(ada, numbered(100_000 + at), seed=at), [0]

        def act(count=count, at=at, **_):
            count[0] += 1
            if count[0] == at:
                raise Killed

        try:
            with calls(moment, act):
                desk.take(sent)
        except Killed:
            assert desk.see(sent).state in {"received", "awarded"}
        again = desk.take(sent)
        paid += 1
        assert (again.state, desk.points(ada)) == ("awarded", 50 * paid), again.reasons
        assert buckets.keys(desk.files)[-1].startswith("kept/") or moment == "before"
        if count[0] < at:
            break
        at += 16
    assert paid >= 3


def once(happening):
    """A handler that lets something happen right before the first transaction that pays."""
    armed = [happening]

    def act(model=None, params=None, **_):
        if armed and model.name == "TransactWriteItems" and b'"O#' in params["body"]:
            armed.pop()()

    return act


def test_two_takes_of_one_submission_at_once_pay_once(desk, ada):
    sent = desk.send(ada)

    with calls("before", once(lambda: desk.take(sent))):
        known = desk.take(sent)

    assert (known.state, desk.points(ada)) == ("awarded", 50)
    assert [each.verb for each in known.history] == ["submit", "award"]


def test_of_the_same_receipt_by_two_members_at_once_the_first_to_be_paid_stays_the_only_one(desk, ada, grace):
    first = desk.send(ada)
    desk.later(seconds=1)
    second = desk.send(grace, seed=2)

    with calls("before", once(lambda: desk.take(first))):
        known = desk.take(second)

    assert (desk.see(first).state, known.state) == ("awarded", "rejected")
    assert known.reasons[0].code == "same-receipt"
    assert (desk.points(ada), desk.points(grace)) == (50, 0)


def test_a_later_one_that_is_read_first_waits_while_the_earlier_one_is_undecided(desk, ada, grace):
    first = desk.send(ada)
    desk.later(seconds=1)
    second = desk.send(grace, seed=2)

    with calls("before", once(lambda: desk.take(second))):
        known = desk.take(first)

    assert (known.state, desk.see(second).state) == ("awarded", "waiting")
    assert (desk.points(ada), desk.points(grace)) == (50, 0)


def test_limits_hold_for_two_receipts_at_once(desk, ada):
    desk.programme(limits=[{"times": 1, "period": "week"}])
    one, other = desk.send(ada, numbered(100_001)), desk.send(ada, numbered(100_002), seed=2)

    with calls("before", once(lambda: desk.take(one))):
        known = desk.take(other)

    assert (desk.see(one).state, known.state) == ("awarded", "rejected")
    assert known.reasons[0].code == "limit-week"


def test_a_receipt_of_a_member_who_was_erased_meanwhile_is_paid_to_nobody(desk, ada):
    sent = desk.send(ada)
    desk.erase("m-ada")

    with pytest.raises(Exception, match="no receipt"):
        desk.take(sent)
    assert buckets.keys(desk.files) == []


def test_a_receipt_that_is_read_while_its_member_is_erased_leaves_no_picture(desk, ada):
    sent = desk.send(ada)
    known = desk.reader.looks

    def looks(data):
        desk.erase("m-ada")
        return known(data)

    desk.reader.looks = looks
    with pytest.raises(Exception, match="no receipt"):
        desk.take(sent)
    assert buckets.keys(desk.files) == []
    # Nor does a file that a form brings afterwards stay.
    buckets.put(desk.files, desk.incoming(sent), b"late")
    with pytest.raises(Exception, match="no receipt"):
        desk.take(sent)
    assert buckets.keys(desk.files) == []


def test_a_receipt_of_a_merged_member_is_paid_to_who_goes_on(desk, ada, grace):
    sent = desk.send(ada)
    desk.merge("m-ada", "m-grace")

    known = desk.take(sent)

    assert (known.state, desk.points(grace)) == ("awarded", 50)


def test_a_blocked_member_is_paid_nothing(desk, ada):
    sent = desk.send(ada)
    desk.opt_out("m-ada")

    known = desk.take(sent)

    assert (known.state, [each.code for each in known.reasons]) == ("rejected", ["member-blocked"])


def test_an_upload_whose_notification_was_lost_is_sent_to_the_readers_again_and_then_to_a_human(desk, ada):
    sent = desk.send(ada)
    resuming.resume(desk.site, sent, desk.now)
    assert desk.queued() == []
    for days in (1, 1, 2, 4, 8):
        desk.later(days=days)
        resuming.resume(desk.site, sent, desk.now)
    assert desk.queued() == [f"in/receipts/{desk.site}/{sent}"] * 5

    desk.later(days=16)
    resuming.resume(desk.site, sent, desk.now)

    assert desk.see(sent).state == "stuck"
    assert desk.see(sent).reasons[0].code == "stuck"


def test_a_form_that_nobody_used_expires_after_a_day(desk, ada):
    sent = desk.offer(ada)
    for _ in range(12):
        desk.later(hours=3)
        resuming.resume(desk.site, sent, desk.now)

    known = desk.see(sent)
    assert (known.state, known.due) == ("expired", 0)
    assert desk.queued() == []


def test_a_file_that_a_form_brings_again_after_it_was_read_changes_nothing(desk, ada):
    known = desk.sent(ada)
    buckets.put(desk.files, desk.incoming(known.id), desk.drawn(UNSURE, 9))

    assert desk.take(known.id) == known
    assert buckets.keys(desk.files) == [desk.kept(known.id)]


@pytest.mark.proves("A018")
def test_a_receipt_that_another_system_drops_is_taken_once(desk, ada):
    data = desk.drawn(RECEIPT, 1)
    for _ in range(2):
        buckets.put(desk.files, desk.dropped("m-ada", "a b.jpg"), data)
        desk.take_dropped("m-ada", "a b.jpg")

    incoming = [key for key in buckets.keys(desk.files) if key.startswith("in/")]
    assert len(incoming) == 1
    assert desk.take(incoming[0].rpartition("/")[2]).state == "awarded"
    buckets.put(desk.files, desk.dropped("m-ada", "a b.jpg"), data)
    desk.take_dropped("m-ada", "a b.jpg")
    assert [key for key in buckets.keys(desk.files) if key.startswith(("in/", "drop/"))] == []


@pytest.mark.parametrize(("member", "data"), [("nobody", None), ("m-ada", b"<svg/>")])
def test_what_is_dropped_and_cannot_be_taken_is_told_of_and_put_aside(desk, ada, member, data):
    buckets.put(desk.files, desk.dropped(member, "x"), data or desk.drawn(RECEIPT, 1))

    desk.take_dropped(member, "x")

    kinds = sorted(key.split("/")[0] for key in buckets.keys(desk.files))
    assert kinds == ["refused", "reports"]


def test_a_refusal_that_broke_off_once_the_file_was_put_aside_still_tells_its_reason(desk, ada):
    sent = desk.send(ada)
    buckets.put(desk.files, desk.incoming(sent), b"\xff\xd8\xff broken")

    def act(model=None, **_):
        if model.name == "DeleteObject":
            raise Killed

    with pytest.raises(Killed), calls("after", act):
        desk.take(sent)
    assert [key.split("/")[0] for key in buckets.keys(desk.files)] == ["refused"]

    known = desk.take(sent)

    assert (known.state, [each.code for each in known.reasons], known.file) == ("rejected", ["broken"], "refused")
    assert [key.split("/")[0] for key in buckets.keys(desk.files)] == ["refused"]


def test_a_file_that_was_put_aside_by_a_take_that_broke_off_is_not_taken_for_a_form_that_nobody_used(desk, ada):
    sent = desk.send(ada)
    buckets.put(desk.files, f"refused/receipts/{desk.site}/{sent}", b"\xff\xd8\xff broken")
    storage.delete(desk.incoming(sent))
    desk.later(days=2)

    resuming.resume(desk.site, sent, desk.now)

    assert desk.queued() == [f"in/receipts/{desk.site}/{sent}"]


def test_a_picture_that_is_kept_while_its_member_is_being_forgotten_goes_with_the_member(desk, ada, monkeypatch):
    sent = desk.send(ada)
    drop = receipts._drop

    def late(*args):
        monkeypatch.setattr(receipts, "_drop", drop)
        # Read before it was deleted: whoever takes it goes on with it.
        buckets.put(desk.files, desk.incoming(sent), desk.drawn(RECEIPT, 1))
        taking.take(desk.site, sent, desk.now)
        drop(*args)

    monkeypatch.setattr(receipts, "_drop", late)
    desk.erase("m-ada")

    assert buckets.keys(desk.files) == []
