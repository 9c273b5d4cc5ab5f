"""Answers of bytes: encoded for the gateway, and not sent again to whoever has them."""

import base64

import pytest

from chalicelib.api import replies
from chalicelib.api.replies import Bytes, File

PICTURE = b"\x89PNG\x00\xff"
TAG = replies.etag(PICTURE)


def test_bytes_go_through_the_gateway_as_they_are():
    said = Bytes(PICTURE, {"Content-Type": "image/png"}, 200).to_dict(["application/json"])

    assert base64.b64decode(said["body"]) == PICTURE
    assert said["isBase64Encoded"]
    assert said["headers"]["Content-Type"] == "image/png"


@pytest.mark.parametrize("said", [TAG, f"W/{TAG}", f'"other", {TAG}', "*"])
def test_whoever_has_these_bytes_is_known(said):
    assert replies.is_known(File(PICTURE, "image/png", {"ETag": TAG}), said)


@pytest.mark.parametrize("said", ["", '"other"', TAG.strip('"')])
def test_whoever_has_other_bytes_is_not(said):
    assert not replies.is_known(File(PICTURE, "image/png", {"ETag": TAG}), said)


def test_bytes_without_a_tag_are_always_sent():
    assert not replies.is_known(File(PICTURE, "image/png"), "*")


def test_a_tag_changes_with_the_bytes():
    assert replies.etag(b"1") != replies.etag(b"2")
