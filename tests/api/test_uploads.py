"""What lands in the bucket, taken by the function that the queue calls."""

import json

import pytest

import app
from chalicelib import settings
from chalicelib.landing import report
from chalicelib.outreach.uploads import service as uploads
from tests.support import buckets

FEED = b"productId,productName,productPrice\ntea,Tea,4.50\nmug,=Mug,x\n"
NAME = "all products.csv"


@pytest.fixture
def key(shop):
    return f"drop/products/{shop.site}/{NAME}"


@pytest.fixture
def files(shop):
    with buckets.bucket() as client:
        yield client


def notified(*keys: str, attempt: int = 1, event: str = "ObjectCreated:Post") -> dict:
    """The event of the queue for a notification as S3 writes it, keys encoded as in a form."""
    records = [
        {"eventName": event, "s3": {"object": {"key": key.replace(" ", "+").replace("@", "%40")}}} for key in keys
    ]
    return handed(json.dumps({"Records": records}), attempt)


def handed(body: str, attempt: int = 1) -> dict:
    record = {
        "messageId": "m-1",
        "body": body,
        "receiptHandle": "r",
        "attributes": {"ApproximateReceiveCount": str(attempt)},
    }
    return app.take_upload({"Records": [record]}, None)


TAKEN = {"batchItemFailures": []}
AGAIN = {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


def told(shop, files):
    found = files.get_object(Bucket=settings.BUCKET, Key=report("products", shop.site, NAME))
    return json.loads(found["Body"].read())


@pytest.mark.proves("A151")
def test_a_dropped_feed_is_put_into_the_catalogue_and_told_of(shop, files, key):
    buckets.put(files, key, FEED)

    assert notified(key) == TAKEN

    assert (told(shop, files)["accepted"], told(shop, files)["created"], told(shop, files)["refused"]) == (1, 1, 1)
    assert told(shop, files)["faults"][0] | {"reason": ""} == {"line": 3, "column": "productPrice", "reason": ""}
    assert shop.get("/products", token=shop.staff()).ok["products"][0]["productName"] == "Tea"
    assert buckets.keys(files) == [report("products", shop.site, NAME)]


def test_a_notification_that_comes_again_changes_nothing(shop, files, key):
    buckets.put(files, key, FEED)
    notified(key)
    before = told(shop, files)

    assert notified(key) == TAKEN

    assert told(shop, files) == before


@pytest.mark.parametrize(
    ("data", "said"), [(b"\xff\xfe", "UTF-8"), (b"", "first line"), (b"colour\nred\n", "no column"), (b'a,"b\n', "csv")]
)
def test_a_file_that_cannot_be_taken_is_told_of_and_removed(shop, files, key, data, said):
    buckets.put(files, key, data)

    assert notified(key) == TAKEN

    assert said in told(shop, files)["errorMessage"]
    assert key not in buckets.keys(files)


@pytest.mark.parametrize(
    "key",
    ["drop/products/99/a.csv", "drop/products/../a.csv", "in/products/29235480/x", "kept/photos/1/x", "x", "drop//"],
)
def test_what_nobody_takes_stays_where_it_is(shop, files, key):
    buckets.put(files, key, b"x")

    assert notified(key) == TAKEN
    assert buckets.keys(files) == [key]


def test_other_events_and_the_test_message_of_a_bucket_are_left_alone(shop, files, key):
    buckets.put(files, key, FEED)

    assert notified(key, event="ObjectRemoved:Delete") == TAKEN
    assert handed('{"Event": "s3:TestEvent"}') == TAKEN
    assert key in buckets.keys(files)


@pytest.mark.parametrize("body", ["", "[]", "{", '"x"', '{"Records": [{"eventName": "ObjectCreated:Put"}]}'])
def test_a_message_that_cannot_be_read_comes_back_and_ends_with_the_dead_letters(shop, files, body):
    assert handed(body) == AGAIN
    assert handed(body, attempt=5) == AGAIN


def test_a_dropped_file_that_ends_with_the_dead_letters_is_told_of_and_stays(shop, files, key, monkeypatch):
    def down(*_):
        raise TimeoutError

    monkeypatch.setitem(uploads.TAKERS, "products", down)
    buckets.put(files, key, FEED)

    assert notified(key, attempt=4) == AGAIN
    assert buckets.keys(files) == [key]
    assert notified(key, attempt=5) == AGAIN

    assert "TimeoutError" in told(shop, files)["errorMessage"]
    assert key in buckets.keys(files)
