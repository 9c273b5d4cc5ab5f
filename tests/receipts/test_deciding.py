"""What a moderator decides holds against what was paid meanwhile."""

import pytest

from chalicelib.errors import Contention
from chalicelib.gateways.ocr import ReaderFailed
from chalicelib.orders import service as orders
from chalicelib.receipts import service as receipts
from chalicelib.receipts.awarding import service as awarding
from chalicelib.receipts.deciding import service as deciding
from chalicelib.receipts.refusals import BadPicture, PaidBefore
from chalicelib.receipts.resuming import service as resuming
from chalicelib.receipts.showing import service as showing
from tests.receipts.desk import RECEIPT, UNSURE
from tests.support import buckets


@pytest.fixture
def ada(desk):
    return desk.enrol("m-ada")


@pytest.fixture
def grace(desk):
    return desk.enrol("m-grace")


def approve(desk, known, corrections="{}"):
    return deciding.approve(desk.site, desk.run(), known.id, corrections, "", "staff")


@pytest.mark.proves("A018")
def test_nobody_pays_the_very_same_receipt_twice_not_even_by_hand(desk, ada, grace):
    first = desk.sent(ada)
    desk.later(minutes=1)
    second = desk.sent(grace, seed=2)
    deciding.reopen(desk.site, desk.run(), second.id, "staff")

    with pytest.raises(PaidBefore, match=first.id):
        approve(desk, second)

    deciding.reverse(desk.site, desk.run(), first.id, "it was hers", "staff")
    assert approve(desk, second).state == "awarded"
    assert (desk.points(ada), desk.points(grace)) == (0, 50)


def test_a_moderator_sees_both_of_a_pair(desk, ada, grace):
    first = desk.sent(ada)
    desk.later(minutes=1)
    second = desk.sent(grace, seed=2)

    of_first, of_second = (showing.details(desk.site, each.id).near for each in (first, second))

    assert [(each.seen.submission.id, each.member, each.code) for each in of_first] == [
        (second.id, "m-grace", "same-receipt")
    ]
    assert [(each.seen.submission.id, each.member) for each in of_second] == [(first.id, "m-ada")]
    assert [brief.member for brief in receipts.briefs(desk.site, [first.id, second.id])] == ["m-ada", "m-grace"]


def test_a_misread_total_that_was_corrected_is_known_again(desk, ada, grace):
    wrong = UNSURE.replace("50.85", "58.85")
    known = desk.sent(ada, wrong)
    approve(desk, known, '{"total":"50.85"}')
    desk.later(minutes=1)

    other = desk.sent(grace, seed=2)

    assert (other.state, other.reasons[0].code) == ("rejected", "same-receipt")


def test_a_receipt_that_got_stuck_is_approved_by_eye_or_tried_again(desk, ada):
    one, other = desk.send(ada), desk.send(ada, RECEIPT.replace("18:42", "19:55"), seed=2)
    desk.reader.is_down = True
    for each in (one, other):
        with pytest.raises(ReaderFailed):
            desk.take(each)
        resuming.stuck(desk.site, each, "ReaderFailed", desk.now)

    paid = approve(desk, desk.see(one), '{"total":"12","day":"2026-03-17"}')
    deciding.retry(desk.site, desk.run(), other, "staff")

    assert (paid.state, paid.points) == ("awarded", 12)
    assert desk.queued() == [f"in/receipts/{desk.site}/{other}"]
    desk.reader.is_down = False
    assert desk.take(other).state == "awarded"


def test_what_is_no_picture_is_not_approved(desk, ada):
    sent = desk.send(ada)
    buckets.put(desk.files, desk.incoming(sent), b"\xff\xd8\xff broken")
    known = desk.take(sent)
    deciding.reopen(desk.site, desk.run(), known.id, "staff")

    with pytest.raises(BadPicture, match="damaged"):
        approve(desk, known, '{"total":"1","day":"2026-03-17"}')


def test_lines_named_by_a_moderator_are_what_is_paid(desk, ada):
    desk.programme(products=[{"productId": "P-RICE", "names": ["Rice 5kg"]}])
    known = desk.sent(ada, UNSURE)

    lines = '{"lines":[["rice","3",null,"10.00",1,[],"P-RICE"],["salt","1",null,"1",1,[],""]]}'
    paid = approve(desk, known, lines)

    line = orders.details(desk.site, paid.order).order.lines[0].about
    assert (line.product, str(line.quantity), str(line.unit_price), paid.points) == ("P-RICE", "1", "10.00", 10)


def test_a_file_that_is_too_large_is_not_approved(desk, ada):
    sent = desk.send(ada)
    buckets.put(desk.files, desk.incoming(sent), b"\xff\xd8\xff" + bytes(10_000_000))
    known = desk.take(sent)
    deciding.reopen(desk.site, desk.run(), known.id, "staff")

    with pytest.raises(BadPicture, match="smaller"):
        approve(desk, known, '{"total":"1","day":"2026-03-17"}')


def test_a_receipt_that_changes_again_and_again_is_to_be_sent_again(desk, ada, monkeypatch):
    known = desk.sent(ada, UNSURE)

    def reconsidered(*_):
        raise awarding.Reconsidered

    monkeypatch.setattr(awarding, "award", reconsidered)

    with pytest.raises(Contention):
        approve(desk, known)
