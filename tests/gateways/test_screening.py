"""Screens say what a moderator should know of a picture, each by its own means."""

import io

import botocore.session
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import ANY, Stubber
from PIL import Image, ImageDraw, ImageFilter

from chalicelib import settings
from chalicelib.gateways import screening
from chalicelib.gateways.pictures import PictureRefused
from chalicelib.gateways.screening import Label, ScreenFailed, local, rekognition


def encoded(picture, quality=90):
    output = io.BytesIO()
    picture.convert("RGB").save(output, "JPEG", quality=quality)
    return output.getvalue()


def scene(width=800, height=600):
    """Something with detail and colour."""
    picture = Image.effect_noise((width, height), 90).convert("RGB")
    tint = Image.new("RGB", (width, height), (40, 120, 190))
    picture = Image.blend(picture, tint, 0.5)
    pen = ImageDraw.Draw(picture)
    for place in range(12):
        pen.rectangle((place * 60, 100 + place * 20, place * 60 + 40, 400), fill=(place * 20, 200 - place * 12, 40))
    return picture


def shapes():
    """Large things in strong colours."""
    picture = Image.new("RGB", (800, 600), (230, 220, 40))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 300, 800, 600), fill=(20, 60, 90))
    pen.ellipse((250, 150, 550, 450), fill=(190, 30, 40))
    return picture


def page():
    picture = Image.new("RGB", (800, 600), "white")
    pen = ImageDraw.Draw(picture)
    for row in range(10, 590, 12):
        for column in range(10, 790, 6):
            pen.line((column, row, column + 2, row + 7), fill="black")
    return picture


def names(picture):
    return [each.name for each in local.labels(encoded(picture))]


def test_a_picture_with_detail_and_colour_has_no_labels():
    assert names(scene()) == []


@pytest.mark.parametrize(
    ("picture", "name"),
    [
        (scene().point(lambda level: level // 16), "dark"),
        (Image.new("RGB", (800, 600), (200, 200, 230)), "blank"),
        (shapes().filter(ImageFilter.GaussianBlur(20)), "blurred"),
        (page(), "text"),
        (Image.new("RGB", (800, 600), (224, 172, 145)), "skin"),
    ],
    ids=["dark", "blank", "blurred", "text", "skin"],
)
def test_the_local_screen_sees(picture, name):
    assert name in names(picture)


def test_the_surest_label_comes_first():
    found = local.labels(encoded(Image.new("RGB", (800, 600), "black")))

    assert list(found) == sorted(found, key=lambda each: -each.confidence)
    assert all(0.5 <= each.confidence <= 1 for each in found)


@pytest.fixture
def cloud(monkeypatch):
    client = botocore.session.get_session().create_client("rekognition", "us-east-1")
    monkeypatch.setattr(rekognition, "_client", lambda: client)
    with Stubber(client) as stub:
        yield stub


def test_the_cloud_screen_tells_its_labels_the_surest_first(cloud):
    data = encoded(scene())
    reply = {
        "ModerationLabels": [
            {"Name": "Alcohol", "Confidence": 61.24, "ParentName": ""},
            {"Name": "Weapons", "Confidence": 98.7, "ParentName": "Violence"},
        ],
        "ModerationModelVersion": "7.0",
    }
    cloud.add_response("detect_moderation_labels", reply, {"Image": {"Bytes": data}, "MinConfidence": 50.0})

    assert rekognition.labels(data) == (Label("Weapons", 0.99), Label("Alcohol", 0.61))


def test_a_picture_without_labels_has_none(cloud):
    cloud.add_response("detect_moderation_labels", {"ModerationLabels": []}, {"Image": ANY, "MinConfidence": 50.0})

    assert rekognition.labels(encoded(scene())) == ()


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError", "AccessDeniedException"])
def test_what_may_go_better_next_time_is_raised_as_such(cloud, code):
    cloud.add_client_error("detect_moderation_labels", code, http_status_code=400)

    with pytest.raises(ScreenFailed):
        rekognition.labels(encoded(scene()))


def test_a_picture_that_the_cloud_does_not_take_is_refused(cloud):
    cloud.add_client_error("detect_moderation_labels", "InvalidImageFormatException", http_status_code=400)

    with pytest.raises(PictureRefused):
        rekognition.labels(encoded(scene()))


def test_a_screen_that_does_not_answer_in_time_has_failed(monkeypatch):
    class Silent:
        def detect_moderation_labels(self, **_):
            raise ReadTimeoutError(endpoint_url="https://rekognition.us-east-1.amazonaws.com")

    monkeypatch.setattr(rekognition, "_client", Silent)

    with pytest.raises(ScreenFailed):
        rekognition.labels(encoded(scene()))


def test_the_setting_chooses_the_screen():
    assert settings.SCREEN == "local"
    assert screening.chosen() is local
