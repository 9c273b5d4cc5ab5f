"""The bucket, on moto: it keeps what is asked for and signs what browsers use."""

import base64
import json

import pytest
from moto import mock_aws

from chalicelib import settings
from chalicelib.gateways import storage
from tests.support import buckets


@pytest.fixture(autouse=True)
def files():
    with mock_aws(), buckets.bucket() as client:
        yield client


def test_an_object_comes_back_as_it_was_put(files):
    storage.put("kept/photos/1/a", b"\x00\xff", "image/jpeg")

    assert storage.get("kept/photos/1/a", 10) == b"\x00\xff"
    assert storage.size("kept/photos/1/a") == 2
    assert files.head_object(Bucket=settings.BUCKET, Key="kept/photos/1/a")["ContentType"] == "image/jpeg"


def test_what_is_not_there_is_no_fault():
    assert storage.get("in/photos/1/a", 10) is None
    assert storage.size("in/photos/1/a") is None
    assert not storage.move("in/photos/1/a", "kept/photos/1/a")
    storage.delete("in/photos/1/a")


def test_more_bytes_than_are_taken_are_not_read():
    storage.put("in/photos/1/a", b"12345", "text/plain")

    with pytest.raises(storage.TooLarge):
        storage.get("in/photos/1/a", 4)


def test_a_move_leaves_nothing_behind_and_may_be_made_again(files):
    storage.put("in/photos/1/a", b"1", "image/png")

    assert storage.move("in/photos/1/a", "kept/photos/1/a")
    assert not storage.move("in/photos/1/a", "kept/photos/1/a")

    assert buckets.keys(files) == ["kept/photos/1/a"]


def test_a_form_takes_one_key_and_so_many_bytes():
    form = storage.form("in/photos/1/a", 10_000_000, 600)

    policy = json.loads(base64.b64decode(form.fields["policy"]))
    assert ["content-length-range", 1, 10_000_000] in policy["conditions"]
    assert {"key": "in/photos/1/a"} in policy["conditions"]
    assert {"bucket": settings.BUCKET} in policy["conditions"]
    assert form.fields["key"] == "in/photos/1/a"


def test_a_link_names_its_object_and_ends():
    link = storage.link("shown/photos/1/a/w512.webp", 900)

    assert "/shown/photos/1/a/w512.webp?" in link
    assert "X-Amz-Expires=900" in link


def test_a_bucket_that_refuses_is_unavailable(files):
    files.delete_bucket(Bucket=settings.BUCKET)
    try:
        with pytest.raises(storage.StorageUnavailable):
            storage.put("in/photos/1/a", b"1", "image/png")
    finally:
        files.create_bucket(Bucket=settings.BUCKET)
