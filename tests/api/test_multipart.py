"""Forms with files: read within limits, or refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import multipart, wire
from chalicelib.api.multipart import Upload
from chalicelib.errors import Malformed

KIND = "multipart/form-data; boundary=xyz"


def form(*parts: tuple[str, bytes], end: bytes = b"--xyz--\r\n") -> bytes:
    return b"".join(b"--xyz\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n" for head, data in parts) + end


def text(name: str, data: bytes) -> tuple[str, bytes]:
    return f'Content-Disposition: form-data; name="{name}"', data


def file(name: str, data: bytes, filename: str = "a.jpg") -> tuple[str, bytes]:
    return f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: image/jpeg', data


def test_texts_and_files_come_by_name():
    found = multipart.parse(form(text("userId", "zoë".encode()), file("file", b"\xff\xd8\r\n--x")), KIND)

    assert found == {"userId": "zoë", "file": Upload("a.jpg", "image/jpeg", b"\xff\xd8\r\n--x")}


def test_a_name_of_a_file_is_kept_and_decides_nothing():
    found = multipart.parse(form(file("file", b"1", "../../etc/passwd")), KIND)

    assert found["file"].data == b"1"


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "Multipart/Form-Data; boundary=xyz", "multipart/form-data;x=1"]
)
def test_a_form_is_known_by_its_type(kind):
    assert multipart.is_form(kind)
    assert not multipart.is_form("application/json")


@pytest.mark.parametrize(
    ("raw", "kind", "said"),
    [
        (form(text("a", b"1")), "multipart/form-data", "boundary"),
        (b"", KIND, "could not be read"),
        (b"{}", KIND, "could not be read"),
        (form(text("a", b"1"), end=b""), KIND, "could not be read"),
        (form(text("a", b"1"), text("a", b"2")), KIND, "given twice"),
        (form(text("a", b"\xff")), KIND, "UTF-8"),
        (form(text("a", b"\x00")), KIND, "control characters"),
        (form(*[text(f"n{number}", b"1") for number in range(30)]), KIND, "could not be read"),
    ],
)
def test_what_is_no_form_is_refused_with_a_sentence(raw, kind, said):
    with pytest.raises(Malformed, match=said):
        multipart.parse(raw, kind)


def test_more_than_is_taken_is_too_large():
    with pytest.raises(wire.TooLarge):
        multipart.parse(form(text("a", b"1" * (multipart.TEXT_BYTES_MAX + 1))), KIND)
    with pytest.raises(wire.TooLarge, match="upload form"):
        multipart.parse(b"1" * (multipart.BYTES_MAX + 1), KIND)


def test_a_file_of_the_most_bytes_is_taken():
    data = b"1" * 10_000_000

    assert multipart.parse(form(file("file", data)), KIND)["file"].data == data


@given(st.binary(max_size=200))
def test_no_bytes_are_a_fault_of_ours(raw):
    try:
        multipart.parse(raw, KIND)
        multipart.parse(b"--xyz\r\n" + raw + b"\r\n--xyz--\r\n", KIND)
    except Malformed:
        pass
