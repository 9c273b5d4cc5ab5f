"""Whatever comes in, what is kept and served is pixels and nothing else, made within limits of time and memory."""

import io
import json
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image, ImageCms, ImageDraw

from chalicelib import landing
from chalicelib.gateways import pictures
from chalicelib.gateways.pictures import PictureRefused, renditions, saliency

CPU_SECONDS_MAX = 3.0
MEGABYTES_MAX = 512
GPS = 0x8825
MAKE = 0x010F
ORIENTATION = 0x0112

MEASURED = """
import json, re, sys, time
from pathlib import Path
from chalicelib.gateways.pictures import renditions
data = open(sys.argv[1], "rb").read()
began = time.process_time()
made = renditions.processed(data)
print(json.dumps({
    "cpu": time.process_time() - began,
    # The peak of this program; what getrusage tells begins with the parent's.
    "megabytes": int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024,
    "names": [each.name for each in made.renditions],
    "sides": [max(each.width, each.height) for each in made.renditions if each.format == "webp"],
}))
"""


def drawn(width=1600, height=1200, colour=(90, 140, 200)):
    picture = Image.new("RGB", (width, height), colour)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((width * 0.6, height * 0.55, width * 0.8, height * 0.85), fill=(225, 165, 135))
    pen.rectangle((0, height * 0.9, width, height), fill=(60, 90, 50))
    return picture


def encoded(picture, kind="JPEG", **options):
    output = io.BytesIO()
    picture.save(output, kind, **options)
    return output.getvalue()


def with_places(orientation=1):
    """EXIF that says who took it, and where."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = "SecretCamera"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    return exif


def png_of(width, height, pixels=b"\0" * 64):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def code_of(data):
    with pytest.raises(PictureRefused) as refused:
        renditions.processed(data)
    return refused.value.code


def everything(made):
    return [made.original, *(each.data for each in made.renditions)]


@pytest.mark.proves("A069", "A074")
def test_twelve_megapixels_become_all_renditions_within_three_seconds_and_512_mb(tmp_path):
    noise = Image.effect_noise((1000, 750), 70).convert("RGB").resize((4000, 3000), Image.Resampling.BICUBIC)
    noise.paste(drawn(2000, 1500), (1000, 700))
    path = tmp_path / "large.jpg"
    noise.save(path, "JPEG", quality=92, exif=with_places(6))

    said = subprocess.run([sys.executable, "-c", MEASURED, str(path)], check=True, capture_output=True, text=True)
    measured = json.loads(said.stdout)

    assert measured["cpu"] < CPU_SECONDS_MAX
    assert measured["megabytes"] < MEGABYTES_MAX
    assert measured["sides"] == [256, 512, 1024, 2048]
    assert {"w512.jpg", "w1024.jpg"} < set(measured["names"])


def test_a_turned_photo_is_upright_and_says_no_more_where_it_was_taken():
    made = renditions.processed(encoded(drawn(), exif=with_places(6), comment=b"my house"))

    assert (made.width, made.height) == (1200, 1600)
    for data in everything(made):
        assert b"SecretCamera" not in data
        assert b"my house" not in data
        with Image.open(io.BytesIO(data)) as picture:
            assert dict(picture.getexif()) == {}
            assert picture.height > picture.width


@pytest.mark.parametrize("tail", [b"PK\x03\x04" + b"zip" * 50, b"<html><script>alert(1)</script></html>"])
def test_what_hides_behind_the_end_of_a_picture_is_gone(tail):
    made = renditions.processed(encoded(drawn()) + tail)

    assert all(tail[:6] not in data[-200:] and b"<script" not in data for data in everything(made))


def test_what_hides_in_a_chunk_of_a_picture_is_gone():
    output = io.BytesIO()
    exif = with_places()
    exif[0x010E] = "<script>alert(1)</script>"
    drawn().save(output, "PNG", exif=exif)

    assert all(b"<script" not in data for data in everything(renditions.processed(output.getvalue())))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-a-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "not-a-picture"),
        (b"<?xml version='1.0'?><svg/>", "not-a-picture"),
        (b"GIF89a" + b"\0" * 100, "not-a-picture"),
        (b"%PDF-1.7 \xff\xd8\xff", "not-a-picture"),
        (b"BM" + b"\0" * 100, "not-a-picture"),
        (b"PK\x03\x04", "not-a-picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "broken"),
        (b"\xff\xd8\xff" + b"\0" * 500, "broken"),
        (png_of(10_000, 5_000), "too-many-pixels"),
        (png_of(100_000, 100_000), "too-many-pixels"),
        (png_of(500, 500), "broken"),
        (b"\xff\xd8\xff" + b"\0" * renditions.BYTES_MAX, "too-large"),
    ],
    ids=["empty", "svg", "xml", "gif", "pdf", "bmp", "zip", "webp-head", "jpeg-head", "50mp", "bomb", "short", "heavy"],
)
def test_what_is_no_photo_is_refused_with_a_code(data, code):
    assert code_of(data) == code


def test_a_fifty_megapixel_png_of_a_few_kilobytes_is_refused_before_it_is_decoded():
    bomb = png_of(10_000, 5_000, b"\0" * 30_001 * 5_000)

    assert len(bomb) < 200_000
    assert code_of(bomb) == "too-many-pixels"


def test_a_truncated_photo_is_refused_though_its_head_is_whole():
    data = encoded(drawn())

    assert code_of(data[: len(data) - 2_000]) == "broken"


def test_exif_that_lies_about_the_size_changes_nothing():
    exif = Image.Exif()
    exif[0x0100], exif[0x0101] = 50_000, 50_000

    made = renditions.processed(encoded(drawn(), exif=exif))

    assert (made.width, made.height) == (1600, 1200)


def test_an_orientation_that_does_not_exist_leaves_the_photo_as_it_is():
    exif = Image.Exif()
    exif[ORIENTATION] = 77

    assert renditions.processed(encoded(drawn(), exif=exif)).width == 1600


@pytest.mark.parametrize(
    ("kind", "picture", "options"),
    [
        ("JPEG", drawn().convert("CMYK"), {}),
        ("JPEG", drawn().convert("L"), {}),
        ("PNG", drawn().convert("P"), {}),
        ("PNG", drawn().convert("RGBA"), {}),
        ("PNG", drawn().convert("I;16"), {}),
        ("PNG", drawn().convert("P"), {"transparency": 0}),
        ("WEBP", drawn(), {}),
        ("WEBP", drawn().convert("RGBA"), {"lossless": True}),
    ],
    ids=["cmyk", "grey", "palette", "alpha", "16-bit", "palette-alpha", "webp", "webp-alpha"],
)
def test_other_kinds_of_pixels_become_the_same_renditions(kind, picture, options):
    made = renditions.processed(encoded(picture, kind, **options))

    assert [each.name for each in made.renditions if each.format == "webp"] == ["w256.webp", "w512.webp", "w1024.webp"]
    for data in everything(made):
        with Image.open(io.BytesIO(data)) as shown:
            assert shown.mode == "RGB"


def test_of_moving_pictures_the_first_one_is_taken():
    frames = [drawn(colour=(250, 10, 10)), drawn(colour=(10, 250, 10))]
    made = renditions.processed(encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]))

    with Image.open(io.BytesIO(made.original)) as picture:
        red, green, _ = picture.convert("RGB").getpixel((5, 5))
    assert red > 200
    assert green < 60


def test_colours_of_another_space_are_turned_into_those_of_screens():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = renditions.processed(encoded(drawn(), icc_profile=lab))

    for data in everything(made):
        with Image.open(io.BytesIO(data)) as picture:
            assert "icc_profile" not in picture.info


def test_a_broken_colour_profile_is_left_out():
    made = renditions.processed(encoded(drawn(), icc_profile=b"no profile at all"))

    assert made.width == 1600


def test_no_rendition_is_larger_than_the_photo_but_the_smallest_is_always_there():
    made = renditions.processed(encoded(drawn(220, 200)))

    assert [(each.name, each.width) for each in made.renditions] == [("w256.webp", 220)]


def test_avif_is_made_of_what_was_kept():
    made = renditions.avif(renditions.processed(encoded(drawn())).original)

    assert [(each.name, each.width, each.height) for each in made] == [
        ("w512.avif", 512, 384),
        ("w1024.avif", 1024, 768),
    ]
    assert all(each.data[4:12] == b"ftypavif" for each in made)


@pytest.mark.parametrize(("side", "names"), [(511, []), (512, ["w512.avif"]), (1023, ["w512.avif"])])
def test_no_avif_is_larger_than_what_was_kept(side, names):
    made = renditions.avif(renditions.processed(encoded(drawn(side, 300))).original)

    assert [each.name for each in made] == names


def test_a_cut_shows_the_part_that_was_asked_for():
    picture = Image.new("RGB", (2000, 1000), "white")
    ImageDraw.Draw(picture).rectangle((1000, 0, 1500, 500), fill="red")
    kept = renditions.processed(encoded(picture)).original

    with Image.open(io.BytesIO(renditions.cut(kept, (0.5, 0.0, 0.25, 0.5), 250))) as cut:
        assert cut.size == (250, 250)
        corners = [cut.convert("RGB").getpixel(place) for place in ((4, 4), (245, 4), (4, 245), (245, 245))]
    assert all(red > 220 and green < 60 and blue < 60 for red, green, blue in corners)


@pytest.mark.parametrize("part", [(1 - 1e-6, 1 - 1e-6, 1e-6, 1e-6), (0.0, 0.0, 1e-9, 1.0), (1.0, 0.0, 0.0, 1.0)])
def test_a_cut_of_less_than_a_pixel_shows_one(part):
    kept = renditions.processed(encoded(drawn(4_000, 100))).original

    with Image.open(io.BytesIO(renditions.cut(kept, part, 256))) as cut:
        assert cut.width == 1


@pytest.mark.parametrize("size", [(20_000, 100), (100, 20_000)])
def test_a_ribbon_has_its_renditions_at_least_one_pixel_wide_and_high(size):
    made = renditions.processed(encoded(drawn(*size)))

    assert (made.width, made.height) == size
    assert [max(each.width, each.height) for each in made.renditions] == [256, 512, 1024, 2048, 512, 1024]
    assert min(min(each.width, each.height) for each in made.renditions) >= 1


@pytest.mark.parametrize(("across", "down"), [(0.2, 0.3), (0.8, 0.25), (0.75, 0.75), (0.5, 0.5)])
def test_the_focus_lies_on_what_stands_out(across, down):
    picture = Image.new("RGB", (900, 600), (150, 180, 210))
    x, y = across * 900, down * 600
    ImageDraw.Draw(picture).ellipse((x - 60, y - 60, x + 60, y + 60), fill=(215, 160, 130), outline=(40, 20, 10))

    found = saliency.focus_of(picture)

    assert abs(found[0] - across) < 0.08
    assert abs(found[1] - down) < 0.1


def test_a_picture_of_nothing_has_its_focus_in_the_middle():
    assert saliency.focus_of(Image.new("RGB", (900, 600), (150, 180, 210))) == (0.5, 0.5)


def test_receipts_take_no_webp_though_photos_do():
    data = encoded(drawn(), "WEBP")

    with pytest.raises(PictureRefused, match="JPEG, PNG or HEIC"):
        pictures.examine(data)
    assert renditions.processed(data).kind == "webp"


def test_the_names_of_all_that_is_made_are_known_to_whoever_deletes_it():
    made = [(renditions.WIDTHS, "webp"), (renditions.FALLBACKS, "jpg"), (renditions.AVIF_WIDTHS, "avif")]

    assert set(landing.SHOWN_NAMES) == {f"w{width}.{kind}" for widths, kind in made for width in widths}
