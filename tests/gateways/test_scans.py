"""A small file that asks for hours of decoding is refused at once."""

import io
import struct
import time

import pytest
from PIL import Image

from chalicelib.gateways import pictures
from chalicelib.gateways.pictures import PictureRefused, scans

SIDE = 800
CPU_SECONDS_MAX = 1.0


def segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg_of(count, before=b""):
    """A grey progressive JPEG of ``count`` scans of a few bytes, each over all of its blocks."""
    blocks = (SIDE // 8) ** 2
    no_bits = b"\x01" + b"\0" * 15
    head = (
        segment(0xDB, b"\0" + b"\x10" * 64)
        + segment(0xC2, struct.pack(">BHHB", 8, SIDE, SIDE, 1) + b"\x01\x11\0")
        + segment(0xC4, b"\0" + no_bits + b"\0")
        + segment(0xC4, b"\x10" + no_bits + b"\xd0")
    )
    first = segment(0xDA, b"\x01\x01\0\0\0\0") + b"\0" * (blocks // 8)
    # One code, 13 bits of a number and two that fill the byte say that so many blocks hold nothing more.
    rest = segment(0xDA, b"\x01\x01\0\x01\x3f\0") + int(f"0{blocks - (1 << 13):013b}11", 2).to_bytes(2, "big")
    return b"\xff\xd8" + before + head + first + rest * (count - 1) + b"\xff\xd9"


def saved(**options):
    output = io.BytesIO()
    Image.effect_noise((400, 300), 90).convert("RGB").save(output, "JPEG", **options)
    return output.getvalue()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"quality": 100, "subsampling": 0}])
def test_what_is_saved_for_good_has_few_scans(options):
    assert not scans.are_too_many(saved(**options))
    assert pictures.opened(saved(**options)).size == (400, 300)


def test_both_sides_of_the_limit():
    assert not scans.are_too_many(jpeg_of(scans.SCANS_MAX))
    assert pictures.opened(jpeg_of(scans.SCANS_MAX)).size == (SIDE, SIDE)
    assert scans.are_too_many(jpeg_of(scans.SCANS_MAX + 1))


def test_half_a_million_scans_are_refused_before_any_is_decoded():
    data = jpeg_of(500_000)
    began = time.process_time()

    with pytest.raises(PictureRefused) as refused:
        pictures.examine(data)

    assert refused.value.code == "too-many-scans"
    assert time.process_time() - began < CPU_SECONDS_MAX


@pytest.mark.parametrize(
    "before",
    [segment(0xE1, b"\xff\xd9" * 10), b"\xff\x01\xff\xff", b"\xff\xbf\xff\xff", b"\xff\xd0" * 5, b"\xff" * 9],
    ids=["end-in-segment", "no-length", "reserved", "restarts", "filling"],
)
def test_scans_that_hide_behind_something_are_counted(before):
    assert scans.are_too_many(jpeg_of(100, before))


def test_what_lies_in_a_preview_or_behind_the_end_counts_for_nothing():
    preview = segment(0xE1, b"Exif\0\0" + jpeg_of(90)[:5_000])

    assert not scans.are_too_many(b"\xff\xd8" + preview + saved()[2:])
    assert not scans.are_too_many(saved() + jpeg_of(90))


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\0\0", b"\xff\xd8" + b"\0" * 100])
def test_what_is_damaged_is_left_to_the_decoder(data):
    assert not scans.are_too_many(data)


def test_no_more_segments_are_walked_through_than_any_file_has():
    assert scans.are_too_many(b"\xff\xd8" + segment(0xFE, b"") * scans.SEGMENTS_MAX)
