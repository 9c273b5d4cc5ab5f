"""Pictures are judged by their content and decoded within limits."""

import base64
import io
import struct
import zlib

import pytest
from PIL import Image, ImageDraw, ImageEnhance

from chalicelib.gateways import pictures
from chalicelib.gateways.pictures import PictureRefused

HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVVtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9j"
    "AAAAAERAAAEAAQAAAAABeQABAAAAAAAAAB8AAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA1Wlw"
    "cnAAAAC2aXBjbwAAAHdodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AA"
    "AAMAkAAAAwAAAwAeoBAgKFlupJKa5uAhoMCAAAAMgAAAAwCEYgABAAdEAcFysCJAAAAAE2NvbHJuY2x4AAEADQAGgAAAABRpc3BlAAAAAAAA"
    "AIAAAACgAAAAEHBpeGkAAAAAAwgICAAAABdpcG1hAAAAAAAAAAEAAQSBAgMEAAAAJ21kYXQAAAAbKAGvC2D6UijP/+tbxHG0Uv6Rvh1vUNeQ"
    "y8cy"
)
"""A picture of 128 by 160 pixels, its left half black, as a telephone would send it."""


def drawn(width: int = 400, height: int = 600) -> Image.Image:
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    for row in range(20):
        pen.rectangle((20, 20 + row * 28, 40 + (row * 97) % 320, 34 + row * 28), fill="black")
    return picture


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    output = io.BytesIO()
    picture.save(output, kind, **options)
    return output.getvalue()


def code_of(data: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        pictures.examine(data)
    return refused.value.code


def png_of(width: int, height: int) -> bytes:
    """A PNG that only claims to be so large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def test_a_jpeg_and_a_png_are_taken_with_their_facts():
    facts = pictures.examine(encoded(drawn()))

    assert (facts.kind, facts.width, facts.height) == ("jpeg", 400, 600)
    assert len(facts.sha256) == 64
    assert pictures.examine(encoded(drawn(), "PNG")).kind == "png"


def test_a_heic_of_a_telephone_is_taken_and_goes_to_the_cloud_as_a_jpeg():
    facts = pictures.examine(HEIC)
    raw, width, height = pictures.upright(HEIC)

    assert (facts.kind, facts.width, facts.height) == ("heic", 128, 160)
    assert (pictures.kind_of(raw), width, height) == ("jpeg", 128, 160)
    assert max(pictures.opened(raw).getpixel((20, 80))) < 40
    assert min(pictures.opened(raw).getpixel((100, 80))) > 215


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-a-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "not-a-picture"),
        (b"GIF89a" + b"\0" * 100, "not-a-picture"),
        (b"%PDF-1.7", "not-a-picture"),
        (b"\xff\xd8\xff" + b"\0" * 500, "broken"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500, "broken"),
        (b"\xff\xd8\xff" + b"\0" * 10_000_000, "too-large"),
        (png_of(8_000, 8_000), "too-many-pixels"),
        (png_of(100_000, 100_000), "too-many-pixels"),
        (png_of(30_000, 200), "too-many-pixels"),
        (png_of(500, 500), "broken"),
    ],
    ids=["empty", "svg", "gif", "pdf", "jpeg-head", "heic-head", "heavy", "64mp", "bomb", "ribbon", "short-png"],
)
def test_what_is_no_such_picture_is_refused_with_a_sentence(data, code):
    assert code_of(data) == code


def test_a_truncated_jpeg_is_refused():
    data = encoded(drawn())

    assert code_of(data[: len(data) // 2]) == "broken"


def test_both_sides_of_the_smallest_picture():
    assert pictures.examine(encoded(drawn(100, 100))).width == 100
    assert code_of(encoded(drawn(99, 100))) == "too-small"


def test_a_picture_is_turned_upright_by_its_exif():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(drawn(400, 600), exif=exif)

    raw, width, height = pictures.upright(data)

    assert (pictures.examine(data).width, pictures.examine(data).height) == (600, 400)
    assert (width, height) == (600, 400)
    assert Image.open(io.BytesIO(raw)).size == (600, 400)


def test_an_upright_jpeg_stays_as_it_is():
    data = encoded(drawn())

    assert pictures.upright(data) == (data, 400, 600)


def test_what_shows_through_is_white():
    picture = Image.new("RGBA", (200, 200), (0, 0, 0, 0))

    assert pictures.opened(encoded(picture, "PNG")).getpixel((5, 5)) == (255, 255, 255)


def test_the_look_survives_resizing_and_recompressing_and_tells_others_apart():
    picture = drawn()
    look = pictures.look_of(picture)
    same = [
        picture.resize((200, 300)),
        picture.resize((800, 1200)),
        pictures.opened(encoded(picture, quality=25)),
        ImageEnhance.Brightness(picture).enhance(0.85),
    ]

    assert all((pictures.look_of(each) ^ look).bit_count() <= 20 for each in same)
    assert (pictures.look_of(picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)) ^ look).bit_count() > 40
