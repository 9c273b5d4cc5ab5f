"""The product feed over the API."""

import pytest

from chalicelib.catalog.feeding import service as feeding
from tests.api.calls_catalog import FEED
from tests.api.shop import Shop


def fed(shop: Shop, csv: str, **more: object) -> dict:
    return shop.post("/productfeed", {"csv": csv}, token=shop.staff(), **more).ok


@pytest.mark.proves("A151")
def test_the_served_sample_can_be_sent_as_it_is(shop: Shop):
    sample = shop.get("/productfeed", token=shop.staff()).ok

    said = fed(shop, sample["csv"])

    assert (said["accepted"], said["created"], said["refused"], said["faults"]) == (5, 5, 0, [])
    assert [each["column"] for each in sample["columns"] if each["required"]] == ["productId"]


@pytest.mark.proves("A151")
def test_good_rows_are_taken_and_wrong_cells_named(shop: Shop):
    said = fed(shop, FEED)

    assert (said["accepted"], said["created"], said["refused"]) == (2, 2, 1)
    assert said["faults"] == [
        {"line": 4, "column": "productPrice", "reason": "wanted an amount from 0, for example 19.99"}
    ]


def test_a_second_feed_changes_what_differs_and_leaves_other_fields(shop: Shop):
    fed(shop, "productId,productName,productPrice\nP1,Mug,9.50\nP2,Coffee,12.90\n")

    said = fed(shop, "productId,productPrice\nP1,9.50\nP2,13.90\nP3,1\n")

    assert (said["created"], said["updated"], said["unchanged"]) == (1, 1, 1)


def test_a_feed_sent_again_with_its_key_answers_the_same(shop: Shop):
    first = shop.post("/productfeed", {"csv": FEED}, token=shop.staff(), key="k-1")
    again = shop.post("/productfeed", {"csv": FEED}, token=shop.staff(), key="k-1")

    assert again.is_repeat
    assert again.body == first.body


def test_a_dry_feed_checks_the_file_and_writes_nothing(shop: Shop):
    said = shop.post("/productfeed?dryRun=true", {"csv": FEED}, token=shop.staff()).ok

    assert said["created"] == 2
    assert fed(shop, FEED)["created"] == 2


def test_a_feed_takes_a_read_and_a_write_for_each_hundred_products(shop: Shop):
    rows = [f"P{number},{number}" for number in range(3 * feeding.STEP)]

    fed(shop, "\n".join(["productId,productPrice", *rows]))

    line = shop.lines[-1]
    assert line["op"] == "feed_products"
    assert line["calls"] == 2 * 3


def test_a_shop_server_may_not_feed(shop: Shop):
    assert shop.post("/productfeed", {"csv": FEED}).status == 403
