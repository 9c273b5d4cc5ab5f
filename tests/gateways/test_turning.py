"""Pictures are shown as their camera was held, in the colours and on the ground that they were meant for."""

import io
import struct

import pytest
from PIL import Image, ImageCms, ImageDraw, ImageOps

from chalicelib.gateways import pictures
from chalicelib.gateways.pictures import turning

RED, WHITE = (230, 20, 20), (255, 255, 255)


def drawn(mode="RGB"):
    """A picture with its left top in red."""
    picture = Image.new("RGB", (240, 160), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, 119, 79), fill=RED)
    return picture.convert(mode)


def encoded(picture, kind="JPEG", **options):
    output = io.BytesIO()
    picture.save(output, kind, **options)
    return output.getvalue()


def opened(data):
    return pictures.opened(data, kinds=pictures.PHOTO_KINDS)


def exif_of(orientation):
    exif = Image.Exif()
    exif[turning.ORIENTATION] = orientation
    return exif


def srgb():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped():
    """A profile in which what is red elsewhere is green."""
    return srgb().replace(b"rXYZ", b"____", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"____", b"gXYZ", 1)


def is_near(one, other, bits=24):
    return all(abs(a - b) <= bits for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_others_turn_it(orientation):
    data = encoded(drawn(), "PNG", exif=exif_of(orientation))

    shown = opened(data)

    with Image.open(io.BytesIO(data)) as picture:
        assert shown.tobytes() == ImageOps.exif_transpose(picture).convert("RGB").tobytes()
        assert turning.is_turned(picture) == (orientation != 1)


@pytest.mark.parametrize("orientation", [0, 9, 77, 65_535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation):
    assert opened(encoded(drawn(), exif=exif_of(orientation))).size == (240, 160)


@pytest.mark.parametrize(
    "damage",
    [
        b"Exif\0\0" + b"\xff" * 40,
        b"Exif\0\0II*\0",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12\0\x02\0\0\0\x04abc\0" * 5,
        b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", turning.ORIENTATION, 2, 900, 0xFFFF_FFF0),
        b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIf", turning.ORIENTATION, 11, 1, 6.0) + b"\0\0\0\0",
    ],
    ids=["noise", "short", "text", "far", "fraction"],
)
def test_exif_that_is_damaged_neither_turns_nor_refuses_the_picture(damage):
    assert opened(encoded(drawn(), exif=damage)).size == (240, 160)


def test_what_is_opened_says_nothing_more_of_where_it_comes_from():
    exif = exif_of(1)
    exif[0x010F] = "SecretCamera"

    assert opened(encoded(drawn(), exif=exif, icc_profile=srgb(), comment=b"my house")).info == {}


def test_what_shows_through_is_white_also_with_a_profile():
    picture = drawn("RGBA")
    picture.putalpha(0)

    assert opened(encoded(picture, "PNG", icc_profile=srgb())).getpixel((5, 5)) == WHITE
    assert opened(encoded(picture, "WEBP", icc_profile=srgb(), lossless=True)).getpixel((5, 5)) == WHITE


def test_half_of_what_shows_half_is_white():
    picture = Image.new("RGBA", (200, 200), (0, 0, 0, 128))

    assert is_near(opened(encoded(picture, "PNG")).getpixel((5, 5)), (127, 127, 127), 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_are_those_that_the_profile_means(kind):
    plain = opened(encoded(drawn(), kind, icc_profile=srgb())).getpixel((10, 10))
    meant = opened(encoded(drawn(), kind, icc_profile=swapped())).getpixel((10, 10))

    assert is_near(plain, RED)
    assert meant[1] > meant[0] + 100


@pytest.mark.parametrize("profile", [b"no profile", srgb()[:200], srgb()[:128] + b"\xff" * 400])
def test_a_broken_profile_changes_no_colour(profile):
    assert is_near(opened(encoded(drawn(), icc_profile=profile)).getpixel((10, 10)), RED)


def test_a_profile_of_other_bands_changes_no_colour():
    assert is_near(opened(encoded(drawn("CMYK"), icc_profile=srgb())).getpixel((10, 10)), RED, 40)
    assert opened(encoded(drawn("L"), icc_profile=srgb())).getpixel((200, 100)) == WHITE


def test_of_several_pictures_in_one_file_the_first_is_taken():
    other = Image.new("RGB", (300, 300), "blue")

    for kind in ("MPO", "WEBP", "PNG"):
        shown = opened(encoded(drawn(), kind, save_all=True, append_images=[other.resize((240, 160))]))
        assert shown.size == (240, 160)
        assert is_near(shown.getpixel((10, 10)), RED)


def test_deep_greys_keep_their_shades():
    deep = Image.new("I;16", (200, 200), 0x8000)

    assert opened(encoded(deep, "PNG")).getpixel((5, 5)) == (128, 128, 128)
