"""What receipts and photos cost: calls to the database and write units of the table, from file to points and page."""

from datetime import UTC, datetime

import pytest

from chalicelib.dynamo import meter
from chalicelib.gateways import ocr
from chalicelib.outreach.uploads import service as uploads
from tests.api import photos, receipting
from tests.api.shop import ADA, Shop
from tests.receipts.desk import RECEIPT, Reader
from tests.support import buckets, drawn

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
UPLOAD = 640


@pytest.fixture
def files(shop):
    with buckets.bucket() as client:
        yield client


@pytest.fixture
def reader():
    known = Reader()
    ocr.use(known)
    yield known
    ocr.use(None)


def cost(shop: Shop, operation: str) -> tuple[int, int]:
    """Calls and write units of the last request, which was this operation."""
    line = shop.lines[-1]
    assert (line["op"], line["status"]) == (operation, 200)
    return line["calls"], line["wcu"]


def taking(key: str) -> tuple[int, int]:
    with meter.metered() as counted:
        uploads.take(key, NOON)
    return counted.calls, counted.write_units


def test_a_receipt_from_its_file_to_its_points(shop: Shop, files, reader):
    data = receipting.picture()
    reader.texts[data] = RECEIPT.replace("{day}", "17/03/2026")

    sent = receipting.send(shop, data).ok

    assert cost(shop, "post_receipt") == (3, 12)
    key = f"in/receipts/{shop.site}/{sent['submissionId']}"
    # Two thirds of them find the picture again whatever became of it: a query and a mark for each of 32 bands.
    calls, writes = taking(key)
    assert calls <= 53
    assert writes <= 98
    assert shop.figures()["availablePoints"] == 50
    # A notification that comes again reads, sees and writes nothing.
    assert taking(key) == (2, 0)


def test_the_status_of_a_receipt_is_two_calls_then_one_and_a_members_list_two(shop: Shop, files):
    sent = receipting.send(shop).ok

    # The first time, the claim on its id tells whose it is.
    for calls in (2, 1):
        shop.get(f"/receipts/{sent['submissionId']}")
        assert cost(shop, "get_receipt") == (calls, 0)
    shop.get(f"/users/{ADA}/receipts")
    assert cost(shop, "get_member_receipts") == (2, 0)


def test_a_photo_from_its_file_to_its_page(shop: Shop, files):
    def change(document):
        document["actions"].append({"actionId": UPLOAD, "actionName": "Photo", "actionPoints": 5})
        document["photos"] = {"uploadAction": UPLOAD}

    shop.programme(change)
    photo = photos.send(shop, drawn.jpeg(1), userId=ADA).ok["photoId"]
    assert cost(shop, "post_photo") == (5, 6)

    photos.take(files)
    decided = {}
    for verb in ("approve", "publish"):
        photos.decide(shop, photo, verb).ok  # noqa: B018 - asks whether it went well.
        decided[verb] = cost(shop, "decide_photo")

    # The points and the decision are one transaction.
    assert decided == {"approve": (3, 12), "publish": (2, 10)}
    photos.get_bytes(shop, f"/public/{shop.site}/photos/{photo}/w512.webp")
    assert cost(shop, "get_picture") == (1, 0)


def test_the_queue_costs_the_same_for_one_and_for_ten(shop: Shop, files):
    costs = []
    for many in (1, 9):
        for _ in range(many):
            receipting.send(shop).ok  # noqa: B018
        shop.get("/moderation?kind=receipt&state=received", token=shop.staff()).ok  # noqa: B018
        costs.append(cost(shop, "get_moderation"))

    assert costs[0] == costs[1]
