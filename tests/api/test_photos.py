"""Photos from sending one in to its publication, through the whole app."""

import io
from decimal import Decimal

import pytest
from PIL import Image

from chalicelib import settings
from chalicelib.gateways import storage
from chalicelib.photos import service
from tests.api.photos import decide, get_bytes, handed, pending, send, take
from tests.api.shop import ADA, action
from tests.support import buckets, drawn

UPLOAD = 640
POINTS = 25


@pytest.fixture
def files(shop):
    with buckets.bucket() as client:
        yield client


@pytest.fixture
def paying(shop):
    """A shop that pays for approved photos."""

    def change(document):
        document["actions"].append({"actionId": UPLOAD, "actionName": "Photo", "actionPoints": POINTS})
        document["photos"] = {"uploadAction": UPLOAD}

    shop.programme(change)
    return shop


def read(shop, photo):
    return shop.get(f"/photos/{photo}", token=shop.staff()).ok


def waiting(shop, query=""):
    return shop.get(f"/moderation{query}", token=shop.staff()).ok["items"]


@pytest.mark.proves("A066", "A163", "A074")
def test_a_photo_is_freed_of_everything_but_its_pixels_and_waits_for_a_moderator(shop, files):
    camera = Image.Exif()
    camera[0x0112] = 6
    camera[0x8825] = {1: "N", 2: (52.0, 31.0, 0.0)}

    sent = send(shop, drawn.jpeg(size=(800, 600), exif=camera), userId=ADA, caption="My cup", tags="#Tea, cup,tea").ok
    assert sent["state"] == "received"
    take(files)

    said = read(shop, sent["photoId"])
    assert (said["state"], said["memberId"], said["source"]) == ("pending", ADA, "api")
    assert (said["picture"]["width"], said["picture"]["height"]) == (600, 800)
    assert [each["name"] for each in said["picture"]["renditions"]] == [
        "w256.webp", "w512.webp", "w512.jpg", "w512.avif"
    ]  # fmt: skip
    assert said["tags"] == ["tea", "cup"]
    for key in buckets.keys(files):
        picture = Image.open(io.BytesIO(files.get_object(Bucket=settings.BUCKET, Key=key)["Body"].read()))
        assert not picture.getexif()
        assert "exif" not in picture.info
    assert not [key for key in buckets.keys(files) if key.startswith("in/")]
    row = waiting(shop)[0]
    assert (row["kind"], row["id"], row["title"], row["state"]) == ("photo", sent["photoId"], "My cup", "pending")
    assert "w256.webp" in row["thumbnail"]


@pytest.mark.proves("A167", "A075")
def test_approval_pays_once_and_publication_is_a_step_of_its_own(paying, files):
    photo = pending(paying, files, userId=ADA)

    said = decide(paying, photo, "approve").ok
    assert (said["state"], said["points"]["awarded"], said["points"]["actionId"]) == ("approved", POINTS, str(UPLOAD))
    assert paying.figures()["availablePoints"] == POINTS
    assert get_bytes(paying, f"/public/{paying.site}/photos/{photo}/w512.webp").status == 404

    assert decide(paying, photo, "approve").ok["state"] == "approved"
    assert decide(paying, photo, "publish").ok["state"] == "published"
    decide(paying, photo, "unpublish").ok  # noqa: B018 - asks whether it went well.
    decide(paying, photo, "withdraw").ok  # noqa: B018
    decide(paying, photo, "reopen").ok  # noqa: B018
    decide(paying, photo, "approve").ok  # noqa: B018
    assert paying.figures()["availablePoints"] == POINTS
    assert paying.activity()["activityDetail"][0]["credit"] == POINTS


@pytest.mark.proves("A166")
def test_points_of_a_photo_are_taken_back_once_and_by_a_moderator_only(paying, files):
    photo = pending(paying, files, userId=ADA)
    decide(paying, photo, "approve").ok  # noqa: B018

    decide(paying, photo, "reject", reason="Not yours").ok  # noqa: B018
    assert paying.figures()["availablePoints"] == POINTS
    assert decide(paying, photo, "reverse").refusal == (400, "AC1004")
    said = decide(paying, photo, "reverse", reason="Copied from elsewhere").ok

    assert said["points"]["isReversed"]
    assert paying.figures()["availablePoints"] == 0
    assert decide(paying, photo, "reverse", reason="again").status == 409
    assert paying.get(f"/ledger/proof?id={ADA}", token=paying.staff()).ok["findings"] == []


def test_an_award_on_hold_is_voided_when_it_is_taken_back(paying, files):
    paying.programme(lambda document: action(document, UPLOAD).update(holdDays=14))
    photo = pending(paying, files, userId=ADA)
    decide(paying, photo, "approve").ok  # noqa: B018
    assert paying.figures()["holdPoints"] == POINTS

    decide(paying, photo, "reverse", reason="Not yours").ok  # noqa: B018

    assert (paying.figures()["holdPoints"], paying.figures()["availablePoints"]) == (0, 0)


def test_a_limit_withholds_the_points_and_not_the_approval(paying, files):
    paying.programme(lambda document: action(document, UPLOAD).update(limits=[{"period": "day", "times": 1}]))
    first, second = pending(paying, files, 1, userId=ADA), pending(paying, files, 9, userId=ADA)

    decide(paying, first, "approve").ok  # noqa: B018
    said = decide(paying, second, "approve").ok

    assert (said["state"], said["points"]["awarded"], said["points"]["withheld"]) == ("approved", 0, "AC1028")


def test_a_rejection_wants_a_reason_which_the_owner_reads(shop, files):
    photo = pending(shop, files, userId=ADA)

    assert decide(shop, photo, "reject").refusal == (400, "AC1004")
    decide(shop, photo, "reject", reason="It shows a receipt.").ok  # noqa: B018

    own = shop.get(f"/users/{ADA}/photos", token=shop.member_token(ADA)).ok["photos"]
    assert [(each["photoId"], each["state"], each["reasons"]) for each in own] == [
        (photo, "rejected", ["It shows a receipt."])
    ]


@pytest.mark.parametrize("verb", ["publish", "unpublish", "retry"])
def test_no_verb_jumps_over_a_state(shop, files, verb):
    assert decide(shop, pending(shop, files), verb).status == 409


def test_there_are_no_other_decisions(shop, files):
    assert decide(shop, pending(shop, files), "explode").refusal == (404, "AC1005")
    assert decide(shop, "nothing", "approve").refusal == (404, "AC1005")


@pytest.mark.proves("A069", "A071")
def test_a_published_picture_is_for_everybody_and_cut_on_the_way(shop, files):
    photo = pending(shop, files)
    decide(shop, photo, "approve").ok  # noqa: B018
    decide(shop, photo, "publish").ok  # noqa: B018
    path = f"/public/{shop.site}/photos/{photo}"

    whole = get_bytes(shop, f"{path}/w512.webp")
    square = get_bytes(shop, f"{path}/w256.webp?crop=square")

    assert (whole.status, whole.headers["Content-Type"]) == (200, "image/webp")
    assert whole.headers["Cache-Control"] == "public, max-age=86400"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(whole.body)).size == (512, 384)
    assert Image.open(io.BytesIO(square.body)).size == (256, 256)
    again = get_bytes(shop, f"{path}/w512.webp", **{"If-None-Match": whole.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert get_bytes(shop, f"{path}/w3000.webp").status == 404
    assert get_bytes(shop, f"{path}/w512.webp?crop=unknown").status == 400
    assert get_bytes(shop, f"{path}/..%2Foriginal").status == 404


@pytest.mark.proves("A071")
def test_a_cut_is_made_anew_when_its_focus_moves_and_asked_for_by_its_tag_until_then(shop, files):
    photo = pending(shop, files)
    decide(shop, photo, "approve").ok  # noqa: B018
    decide(shop, photo, "publish").ok  # noqa: B018
    path = f"/public/{shop.site}/photos/{photo}/w256.webp?crop=square"
    before = get_bytes(shop, path)
    tag = {"If-None-Match": before.headers["ETag"]}
    same = get_bytes(shop, path, **tag)
    shop.patch(f"/photos/{photo}", {"focus": {"x": 0.0, "y": 0.5}}, token=shop.staff()).ok  # noqa: B018
    after = get_bytes(shop, path, **tag)

    assert before.headers["Cache-Control"] == "public, max-age=3600"
    assert (same.status, same.body) == (304, b"")
    assert after.status == 200
    assert after.body != before.body


@pytest.mark.proves("A070", "A165")
def test_hot_spots_focus_and_crops_are_set_and_bounded(shop, files):
    photo = pending(shop, files)
    spot = {"productId": "P1", "x": 0.25, "y": "0.5", "label": "The cup"}

    said = shop.patch(
        f"/photos/{photo}",
        {
            "hotSpots": [spot],
            "products": ["P2"],
            "focus": {"x": 0.3, "y": 0.4},
            "crops": {"square": {"x": -20, "y": 0, "scale": 1.5, "wrapperWidth": 300}},
            "texts": {"de": "Meine Tasse"},
        },
        token=shop.staff(),
    ).ok

    assert said["products"] == [{"productId": each, "name": "", "url": "", "isKnown": False} for each in ("P2", "P1")]
    assert (said["hotSpots"][0]["x"], said["hotSpots"][0]["y"]) == (Decimal("0.25"), Decimal("0.5"))
    assert said["focus"] == {"x": Decimal("0.3"), "y": Decimal("0.4"), "byHand": True}
    assert said["crops"]["square"]["scale"] == Decimal("1.5")
    for wrong in (
        {"hotSpots": [spot | {"x": 1.2}]},
        {"hotSpots": [spot | {"x": "NaN"}]},
        {"hotSpots": [{"x": 0, "y": 0}]},
        {"hotSpots": [spot] * 30},
        {"focus": {"x": 0.5}},
        {"crops": {"unknown": {"focus": {"x": 0, "y": 0}}}},
        {"crops": {"square": {"x": 0, "y": 0, "scale": 0.5, "wrapperWidth": 300}}},
        {"products": [f"P{number}" for number in range(30)]},
    ):
        assert shop.patch(f"/photos/{photo}", wrong, token=shop.staff()).refusal == (400, "AC1004")


def test_photos_that_look_alike_tell_of_each_other(shop, files):
    first = pending(shop, files, 3)
    sent = send(shop, drawn.jpeg(3, (640, 480), quality=70)).ok["photoId"]
    take(files)

    said = read(shop, sent)

    assert [each["photoId"] for each in said["similar"]] == [first]
    assert [each["code"] for each in said["reasons"]] == ["alike"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not-a-picture"),
        (b"GIF89a" + b"\0" * 100, "not-a-picture"),
        (drawn.jpeg()[:2000], "broken"),
        (b"\xff\xd8\xff" + b"PK\x03\x04" * 100, "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "broken"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_reason_and_never_shown(shop, files, data, code):
    # A form takes any bytes: the bucket does not look at them.
    sent = shop.post(f"/users/{ADA}/photos", {}, token=shop.member_token(ADA)).ok["photoId"]
    buckets.put(files, f"in/photos/{shop.site}/{sent}", data)
    take(files)

    said = read(shop, sent)

    assert (said["state"], said["reasons"][0]["code"], said["picture"]) == ("rejected", code, None)
    assert buckets.keys(files) == [f"refused/photos/{shop.site}/{sent}"]
    assert decide(shop, sent, "reopen").status in {400, 409}


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"GIF89a" + b"\0" * 100, b"%PDF-1.7"])
def test_what_does_not_begin_like_a_picture_is_refused_at_once(shop, files, data):
    said = send(shop, data)

    assert said.refusal == (400, "AC1004")
    assert "JPEG, PNG, HEIC or WebP" in said["errorMessage"]
    assert buckets.keys(files) == []


def test_a_second_file_behind_the_first_is_left_behind(shop, files):
    sent = send(shop, drawn.jpeg() + b"PK\x03\x04<script>alert(1)</script>").ok["photoId"]
    take(files)

    assert read(shop, sent)["state"] == "pending"
    for key in buckets.keys(files):
        assert b"<script>" not in files.get_object(Bucket=settings.BUCKET, Key=key)["Body"].read()


@pytest.mark.proves("A166", "A095")
def test_only_what_was_granted_leaves_for_marketing(shop, files):
    asked, free = pending(shop, files, 1, caption="=cmd()"), pending(shop, files, 5, caption="Mine")
    for photo in (asked, free):
        decide(shop, photo, "approve").ok  # noqa: B018
        decide(shop, photo, "publish").ok  # noqa: B018

    def rights(photo, state, text=""):
        return shop.put(f"/photos/{photo}/rights", {"state": state, "text": text}, token=shop.staff())

    rights(asked, "requested", "May we?").ok  # noqa: B018
    assert shop.get("/photoexport", token=shop.staff()).ok["count"] == 0
    said = rights(asked, "granted", "#yes").ok
    assert [each["state"] for each in said["rights"]["trail"]] == ["requested", "granted"]
    found = shop.get("/photoexport", token=shop.staff()).ok
    assert found["count"] == 1
    assert "'=cmd()" in found["csv"]
    assert free not in found["csv"]
    assert rights(asked, "implicit").status == 409
    rights(asked, "denied").ok  # noqa: B018
    assert shop.get("/photoexport", token=shop.staff()).ok["count"] == 0


def test_a_form_sends_a_members_photo_straight_to_the_bucket(shop, files):
    said = shop.post(f"/users/{ADA}/photos", {"caption": "Here", "consent": "YES"}, token=shop.member_token(ADA)).ok
    assert said["fields"]["key"] == f"in/photos/{shop.site}/{said['photoId']}"

    buckets.put(files, said["fields"]["key"], drawn.jpeg())
    take(files)

    found = read(shop, said["photoId"])
    assert (found["state"], found["source"], found["rights"]["state"]) == ("pending", "upload", "granted")
    assert shop.post("/users/ben@example.test/photos", {}, token=shop.member_token(ADA)).status == 403


@pytest.mark.proves("A068")
def test_a_dropped_file_becomes_a_photo_once(shop, files):
    key = f"drop/photos/{shop.site}/window 7.jpg"
    buckets.put(files, key, drawn.jpeg())

    assert handed({"key": key}) == handed({"key": key}) == {"batchItemFailures": []}

    assert [each["state"] for each in waiting(shop)] == ["pending"]
    assert read(shop, waiting(shop)[0]["id"])["source"] == "drop"


def test_a_photo_is_taken_once_however_often_it_is_announced(shop, files):
    sent = send(shop, drawn.jpeg()).ok["photoId"]
    key = f"in/photos/{shop.site}/{sent}"

    handed({"key": key})
    before = read(shop, sent)["history"]
    handed({"key": key})

    assert read(shop, sent)["history"] == before
    assert len(waiting(shop)) == 1


def test_a_photo_of_one_site_is_nobody_elses(shop, files, open_shop):
    photo = pending(shop, files)
    other = open_shop()

    assert other.get(f"/photos/{photo}", token=other.staff()).refusal == (404, "AC1005")
    assert decide(other, photo, "approve").refusal == (404, "AC1005")
    assert waiting(other) == []


def test_a_key_sends_a_photo_in_once_and_asks_for_one_form(shop, files):
    sent = [shop.post("/photos", {"url": "https://example.test/1.jpg", "userId": ADA}, key="key-1") for _ in range(2)]
    other = shop.post("/photos", {"url": "https://example.test/2.jpg", "userId": ADA}, key="key-1")
    forms = [shop.post(f"/users/{ADA}/photos", {"caption": "tea"}, key="key-2") for _ in range(2)]

    assert sent[0].ok["photoId"] == sent[1].ok["photoId"]
    assert sent[1].is_repeat
    assert other.refusal == (409, "AC1006")
    assert forms[0].ok["photoId"] == forms[1].ok["photoId"]
    assert forms[0].ok["fields"]["key"] == forms[1].ok["fields"]["key"]
    assert len(shop.get(f"/users/{ADA}/photos").ok["photos"]) == 2


def test_a_dry_run_keeps_no_photo_and_no_file(shop, files):
    before = buckets.keys(files)
    body = {"url": "https://example.test/1.jpg", "userId": ADA}

    assert shop.post("/photos?dryRun=true", body).status == 200
    assert shop.post(f"/users/{ADA}/photos?dryRun=true", {}).status == 200
    assert buckets.keys(files) == before
    assert shop.get(f"/users/{ADA}/photos").ok["photos"] == []


def test_a_photo_may_change_all_its_products_and_tags_at_once_while_it_is_published(shop, files):
    products = [f"P{number}" for number in range(40)]
    columns = "productId,productName,url,categoryId"
    rows = [f"{each},Cup,https://shop.example.test/{each},C{each}" for each in products]
    feed = {"csv": "\n".join([columns, *rows])}
    photo = pending(shop, files)
    shop.post("/productfeed", feed, token=shop.staff()).ok  # noqa: B018
    tags = [f"t{number}" for number in range(40)]
    told = {"products": products[:20], "tags": tags[:20]}
    shop.patch(f"/photos/{photo}", told, token=shop.staff()).ok  # noqa: B018
    decide(shop, photo, "approve").ok  # noqa: B018
    decide(shop, photo, "publish").ok  # noqa: B018

    said = shop.patch(f"/photos/{photo}", {"products": products[20:], "tags": tags[20:]}, token=shop.staff()).ok

    assert said["tags"] == tags[20:]
    assert [each["productId"] for each in said["products"]] == products[20:]
    assert service.published(shop.site, "tag", "t39").ids == (photo,)
    assert service.published(shop.site, "tag", "t0").ids == ()
    assert service.published(shop.site, "category", "CP39").ids == (photo,)


def test_a_call_that_broke_off_before_its_file_was_stored_brings_it_when_it_is_sent_again(shop, files, monkeypatch):
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(storage, "put", down)
        with pytest.raises(AssertionError, match="AC1001"):
            send(shop, drawn.jpeg(1), key="k-1")

    photo = send(shop, drawn.jpeg(1), key="k-1").ok["photoId"]
    take(files)

    assert read(shop, photo)["state"] == "pending"


def down(*_):
    raise storage.StorageUnavailable


def test_what_is_withdrawn_is_asked_for_again_and_gone_then(shop, files):
    photo = pending(shop, files)
    decide(shop, photo, "approve").ok  # noqa: B018
    decide(shop, photo, "publish").ok  # noqa: B018
    path = f"/public/{shop.site}/photos/{photo}/w512.webp"
    before = get_bytes(shop, path)

    decide(shop, photo, "withdraw").ok  # noqa: B018

    assert get_bytes(shop, path, **{"If-None-Match": before.headers["ETag"]}).status == 404


def test_every_step_of_rights_that_brings_new_words_is_on_the_trail(shop, files):
    photo = pending(shop, files)
    for text in ("asked by comment", "asked again by mail", "asked again by mail"):
        body = {"state": "requested", "text": text}
        said = shop.put(f"/photos/{photo}/rights", body, token=shop.staff()).ok

    assert [each["text"] for each in said["rights"]["trail"]] == ["asked by comment", "asked again by mail"]


@pytest.mark.parametrize("focus", ["x", -1, [[]], None, {}])
def test_a_focus_that_is_none_is_refused(shop, files, focus):
    body = {"crops": {"square": {"focus": focus}}}
    assert shop.patch(f"/photos/{pending(shop, files)}", body, token=shop.staff()).refusal == (400, "AC1004")


@pytest.mark.proves("A076")
def test_photos_of_a_review_are_taken_in_once_and_pay_the_action_of_reviews(paying, files):
    def change(document):
        document["actions"].append({"actionId": 650, "actionName": "Photo of a review", "actionPoints": 40})
        document["photos"]["reviewAction"] = 650

    paying.programme(change)
    told = {"userId": ADA, "reviewId": "R-7", "products": "mug"}
    first = send(paying, drawn.jpeg(1), **told, sourceId="1").ok["photoId"]
    send(paying, drawn.jpeg(2), **told, sourceId="2").ok  # noqa: B018
    take(files)
    assert send(paying, drawn.jpeg(1), **told, sourceId="1").status == 409

    said = read(paying, first)
    assert (said["source"], said["sourceId"], said["state"]) == ("review", "R-7/1", "pending")
    decide(paying, first, "approve").ok  # noqa: B018
    assert paying.figures()["availablePoints"] == 40
    decide(paying, first, "publish").ok  # noqa: B018
    assert service.published(paying.site, "product", "mug").ids == (first,)
