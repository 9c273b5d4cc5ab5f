"""From a picture in the bucket to points, a question for a human, or a refusal."""

import pytest

from chalicelib.gateways.ocr import ReaderFailed
from chalicelib.moderation import service as moderation
from chalicelib.orders import service as orders
from tests.receipts.desk import RECEIPT, UNSURE
from tests.support import buckets


def codes(known):
    return [each.code for each in known.reasons]


@pytest.fixture
def ada(desk):
    return desk.enrol("m-ada")


@pytest.fixture
def grace(desk):
    return desk.enrol("m-grace")


@pytest.mark.proves("A018", "B224", "B225")
def test_a_receipt_that_is_surely_read_becomes_an_order_and_points(desk, ada):
    known = desk.sent(ada)

    assert (known.state, codes(known), known.points) == ("awarded", [], 50)
    assert desk.points(ada) == 50
    order = orders.details(desk.site, f"receipt-{known.receipt}").order
    assert (order.source, order.ordered.date().isoformat(), str(order.total)) == ("receipt", "2026-03-17", "50.85")
    assert buckets.keys(desk.files) == [desk.kept(known.id)]
    assert [each.id for each in moderation.page(desk.site, "receipt", "awarded").places] == [known.id]
    assert not moderation.page(desk.site, "receipt", "received").places


@pytest.mark.proves("A018")
def test_an_unsure_one_waits_for_a_human_with_its_reasons(desk, ada):
    known = desk.sent(ada, UNSURE)

    assert (known.state, codes(known)) == ("waiting", ["unsure-total"])
    assert desk.points(ada) == 0


def test_what_shows_no_receipt_is_rejected_with_a_sentence(desk, ada):
    known = desk.sent(ada, "\n")

    assert (known.state, codes(known)) == ("rejected", ["no-receipt"])
    assert "good light" in known.reasons[0].text


def test_taking_again_reads_nothing_and_pays_nothing(desk, ada):
    known = desk.sent(ada)

    again = desk.take(known.id)

    assert again == known
    assert (desk.reader.looked, desk.points(ada)) == (1, 50)


@pytest.mark.proves("A018")
@pytest.mark.parametrize(
    ("seed", "how", "code"), [(1, {}, "same-file"), (1, {"quality": 60}, "same-picture"), (2, {}, "same-receipt")]
)
def test_the_same_receipt_of_another_member_is_rejected_and_both_are_shown(desk, ada, grace, seed, how, code):
    first = desk.sent(ada)
    desk.later(minutes=5)

    second = desk.sent(grace, seed=seed, **how)

    assert second.state == "rejected"
    assert codes(second)[0] == code
    assert [each.submission for each in second.repeats] == [first.id]
    assert desk.points(grace) == 0


def test_a_reader_that_is_down_loses_nothing(desk, ada):
    sent = desk.send(ada)
    desk.reader.is_down = True
    with pytest.raises(ReaderFailed):
        desk.take(sent)
    assert desk.see(sent).state == "received"
    desk.reader.is_down = False

    assert desk.take(sent).state == "awarded"


@pytest.mark.parametrize("data", [b"\xff\xd8\xff" + b"x" * 400, b"\x89PNG\r\n\x1a\n<svg/>"])
def test_a_file_that_only_begins_like_a_picture_is_refused_and_put_aside(desk, ada, data):
    sent = desk.send(ada)
    buckets.put(desk.files, desk.incoming(sent), data)

    known = desk.take(sent)

    assert (known.state, codes(known)) == ("rejected", ["broken"])
    assert buckets.keys(desk.files) == [f"refused/receipts/{desk.site}/{sent}"]


RETAILERS = [{"retailerId": "gv", "name": "Green Valley Mart", "storeId": "S-1"}]
PRODUCTS = [
    {"productId": "P-RICE", "names": ["Rice 5kg"]},
    {"productId": "P-TEA", "names": ["Green Tea"]},
]


@pytest.mark.proves("A018")
def test_only_products_of_the_list_go_into_the_order(desk, ada):
    desk.programme(retailers=RETAILERS, products=PRODUCTS)

    known = desk.sent(ada)

    assert (known.state, codes(known)) == ("awarded", [])
    order = orders.details(desk.site, known.order).order
    assert [(line.about.product, str(line.about.amount)) for line in order.lines] == [
        ("P-RICE", "29.0"),
        ("P-TEA", "6.36"),
    ]
    assert (order.store, known.points) == ("S-1", 35)


@pytest.mark.parametrize(
    ("given", "state", "code"),
    [
        ({"maxAgeDays": 1}, "awarded", None),
        ({"retailers": [{"retailerId": "x", "name": "Blue Mountain"}]}, "waiting", "unknown-shop"),
        (
            {"retailers": [{"retailerId": "x", "name": "Blue Mountain"}], "unknownRetailers": "reject"},
            "rejected",
            "unknown-shop",
        ),
        ({"products": [{"productId": "P", "names": ["Marmalade"]}]}, "rejected", "no-product"),
        ({"products": [{"productId": "P", "names": ["Sardines tinned"]}]}, "waiting", "maybe-product"),
        ({"minimumTotal": "50.86"}, "rejected", "below-minimum"),
        ({"minimumTotal": "50.85"}, "awarded", None),
        ({"autoApprove": False}, "waiting", "not-automatic"),
        ({"reading": {"totalMax": "50"}}, "waiting", "high-total"),
    ],
)
def test_what_the_programme_says_is_kept(desk, ada, given, state, code):
    desk.programme(**given)

    known = desk.sent(ada)

    assert (known.state, codes(known)[:1]) == (state, [code] if code else [])


def test_a_receipt_is_too_old_a_day_after_its_time(desk, ada):
    desk.programme(maxAgeDays=1)
    desk.later(days=1)

    assert codes(desk.sent(ada)) == ["too-old"]


def test_a_limit_counts_by_the_day_of_the_upload(desk, ada):
    desk.programme(limits=[{"times": 1, "period": "day"}])
    desk.sent(ada)
    other = RECEIPT.replace("18:42", "19:42").replace("GV-100234", "GV-200999")

    second = desk.sent(ada, other, seed=2)

    assert (second.state, codes(second)) == ("rejected", ["limit-day"])
    desk.later(days=1)
    third = desk.sent(ada, other.replace("19:42", "20:42").replace("200999", "300777"), seed=3)
    assert third.state == "awarded", third.reasons
