"""Screens are files of a fixed table, served under a policy that lets nothing else in."""

import re
from pathlib import Path

import pytest

from chalicelib.api import pages
from chalicelib.api.replies import Bytes
from chalicelib.local.gateway import Request
from tests.api.shop import Shop

STATIC = Path(pages.__file__).with_name("static")


def get(shop: Shop, file: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    said = shop.gateway.answer(Request("GET", f"/api/3.0/screens/{file}", headers))
    return said.status, {name: str(value) for name, value in said.headers.items()}, said.body


def test_the_page_comes_with_a_strict_policy(empty_shop: Shop) -> None:
    status, headers, body = get(empty_shop, "moderation")
    rules = dict(each.split(" ", 1) for each in headers["Content-Security-Policy"].split("; "))

    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert body.startswith(b"<!doctype html>")
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert re.fullmatch(r"'self' data: blob: https?://[\w.:-]+/(laurel-uploads/)?", rules["img-src"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_every_file_of_the_table_is_there_and_no_other(empty_shop: Shop) -> None:
    answers = {file: get(empty_shop, file) for file in pages.FILES}

    assert {status for status, _, _ in answers.values()} == {200}
    assert all(body == (STATIC / pages.FILES[file]).read_bytes() for file, (_, _, body) in answers.items())
    served = {*pages.FILES.values(), "embed.js"}
    assert sorted(served) == sorted(each.name for each in STATIC.iterdir())
    assert answers["moderation.js"][1]["Content-Type"] == "text/javascript; charset=utf-8"
    assert answers["moderation.css"][1]["Content-Type"] == "text/css; charset=utf-8"


def test_who_has_a_file_already_gets_no_second_copy(empty_shop: Shop) -> None:
    _, headers, _ = get(empty_shop, "moderation.js")
    status, again, body = get(empty_shop, "moderation.js", **{"If-None-Match": headers["ETag"]})

    assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])
    assert not headers["ETag"].startswith("W/")


def test_text_goes_through_api_gateway_as_text() -> None:
    page = Bytes("<p>über</p>".encode(), {"Content-Type": "text/html; charset=utf-8"}, 200).to_dict()
    picture = Bytes(b"\x89PNG", {"Content-Type": "image/png"}, 200).to_dict()

    assert (page["body"], page["isBase64Encoded"]) == ("<p>über</p>", False)
    assert (picture["body"], picture["isBase64Encoded"]) == ("iVBORw==", True)


@pytest.mark.parametrize(
    "file",
    ["moderation.html", "pages.py", "..%2fpages.py", "%2e%2e%2fpages.py", "%2fetc%2fpasswd", "MODERATION", "a%00b"],
)
def test_any_other_name_is_refused(empty_shop: Shop, file: str) -> None:
    status, headers, body = get(empty_shop, file)

    assert status in {400, 404}
    assert headers["Content-Type"] == "application/json"
    assert b"errorMessage" in body


def test_the_files_name_no_other_host_and_build_no_markup_from_text() -> None:
    text = {each.name: each.read_text() for each in STATIC.iterdir()}
    hosts = {found for each in text.values() for found in re.findall(r"(?:https?:)?//[a-z][\w.-]*\.[a-z]+", each)}

    assert hosts <= {"http://www.w3.org"}
    assert not [
        name
        for name, each in text.items()
        if re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", each)
    ]
    assert not re.search(r"\son\w+=|style=|<script>|javascript:", text["moderation.html"])
