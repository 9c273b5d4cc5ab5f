"""Receipts over HTTP, as servers, members, an older app and moderators use them."""

import base64
import json
import re
from datetime import UTC, datetime

import pytest

from chalicelib.gateways import ocr, storage
from chalicelib.gateways.storage import StorageUnavailable
from chalicelib.local.gateway import Request
from chalicelib.outreach.uploads import service as uploads
from tests.api.receipting import FORM, NUMBER, PLANTED, address, fetching_here, form, picture, plant, send
from tests.api.shop import ADA, GRACE, claims_for, literal, sign
from tests.receipts.desk import RECEIPT, UNSURE, Reader
from tests.support import buckets

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def files(shop):
    with buckets.bucket() as client:
        yield client


@pytest.fixture
def reader():
    known = Reader()
    ocr.use(known)
    yield known
    ocr.use(None)


def array(shop, path):
    """A list at the root, which the helper of other tests does not take."""
    token = sign(claims_for(literal(path), shop.site))
    headers = {"X-AnnexCloud-Site": shop.site, "Authorization": f"Bearer {token}"}
    answer = shop.gateway.answer(Request("GET", f"/api/3.0{path}", headers, b""))
    assert answer.status == 200
    return json.loads(answer.body)


def taken(shop, sent):
    uploads.take(f"in/receipts/{shop.site}/{sent['submissionId']}", NOON)
    return shop.get(f"/receipts/{sent['submissionId']}").ok


def read(reader, text=RECEIPT):
    data = picture()
    reader.texts[data] = text.replace("{day}", "17/03/2026")
    return data


@pytest.mark.proves("A018", "B224", "B225")
def test_a_file_is_taken_in_read_and_paid(shop, files, reader):
    sent = send(shop, read(reader)).ok

    assert UUID.fullmatch(sent["submissionId"])
    assert re.fullmatch(r"\d{15}", sent["receiptId"])
    assert sent["status"] == "Pending"
    assert shop.get(f"/receipts/{sent['submissionId']}").ok["status"] == "Pending"
    found = taken(shop, sent)
    assert set(found) >= {"submissionId", "receiptId", "uploadDate", "pointsAwarded", "status"}
    assert (found["status"], found["pointsAwarded"]) == ("Points Awarded", 50)
    assert re.fullmatch(r"2026-03-18 \d\d:\d\d:\d\d", found["uploadDate"])
    assert found["orderId"] == f"receipt-{sent['receiptId']}"
    assert shop.figures()["availablePoints"] == 50
    assert shop.get(f"/users/{ADA}/activity").ok["activityDetail"][0]["orderId"] == found["orderId"]


@pytest.mark.proves("B224")
def test_the_list_of_a_member_is_an_array_of_the_status_newest_first(shop, files, reader):
    first, second = send(shop).ok, send(shop, picture("JPEG")).ok

    listed = array(shop, f"/receipts/user/{ADA}")
    assert listed == shop.get(f"/users/{ADA}/receipts").ok["receipts"]
    assert [each["submissionId"] for each in listed] == [second["submissionId"], first["submissionId"]]
    page = shop.get(f"/users/{ADA}/receipts?before={second['submissionId']}", token=shop.member_token(ADA)).ok
    assert [each["submissionId"] for each in page["receipts"]] == [first["submissionId"]]


@pytest.mark.proves("B224")
def test_a_picture_by_its_address_is_fetched(shop, files):
    with fetching_here():
        sent = shop.post("/receipts", {"userId": ADA, "file_url": address("/a.jpg")}).ok

    assert buckets.keys(files) == [f"in/receipts/{shop.site}/{sent['submissionId']}"]


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("http://127.0.0.1/receipt.jpg", (400, "AC1004")),
        ("https://169.254.169.254/latest/meta-data", (400, "AC1004")),
        ("file:///etc/passwd", (400, "AC1004")),
        ("nonsense", (400, "AC1004")),
    ],
)
def test_an_address_that_leads_inside_is_refused_and_nothing_is_stored(shop, files, url, refused):
    assert shop.post("/receipts", {"userId": ADA, "file_url": url}).refusal == refused
    assert buckets.keys(files) == []
    assert shop.get(f"/users/{ADA}/receipts").ok["receipts"] == []


def test_an_address_with_nothing_or_with_no_picture_is_refused(shop, files):
    with fetching_here():
        assert shop.post("/receipts", {"userId": ADA, "file_url": address("/none")}).refusal == (404, "AC1005")
        assert shop.post("/receipts", {"userId": ADA, "file_url": address("/svg")}).refusal == (400, "AC1004")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 400),
        (b"GIF89a" + b"x" * 100, 400),
        (b"", 400),
        (b"\xff\xd8\xff" + b"x" * 10_000_000, 413),
    ],
)
def test_files_that_are_no_pictures_or_too_large_are_refused(shop, files, data, status):
    assert send(shop, data).refusal[0] == status
    assert buckets.keys(files) == []


def test_both_or_neither_of_file_and_address_and_a_file_in_json_are_refused(shop, files):
    for body in ({"userId": ADA}, {"userId": ADA, "file": "x"}, {"file_url": "https://example.test/a.png"}):
        assert shop.post("/receipts", body).refusal == (400, "AC1004")
    assert send(shop, member="nobody@example.test").refusal == (404, "AC1005")
    assert shop.get("/receipts/c68d67d1-2006-11f0-8a74").refusal == (404, "AC1005")


def test_a_repeated_call_answers_the_same_and_stores_the_picture_that_got_lost(shop, files):
    first = send(shop, key="k")
    key = f"in/receipts/{shop.site}/{first['submissionId']}"
    files.delete_object(Bucket="laurel-uploads", Key=key)

    again = send(shop, key="k")

    assert again.is_repeat
    assert again.body == first.body
    assert buckets.keys(files) == [key]


def test_a_dry_run_stores_nothing(shop, files):
    said = shop.call("POST", "/receipts?dryRun=true", form(picture()), headers=FORM)

    assert said.ok["status"] == "Pending"
    assert buckets.keys(files) == []


@pytest.mark.proves("B224")
def test_a_browser_posts_its_picture_by_a_form_of_its_member(shop, files):
    token = shop.member_token(ADA)

    offered = shop.post(f"/users/{ADA}/receipts/form", {}, token=token).ok

    assert offered["fields"]["key"] == f"in/receipts/{shop.site}/{offered['submissionId']}"
    shop.enrol(GRACE)
    assert shop.post(f"/users/{GRACE}/receipts/form", {}, token=token).refusal == (403, "AC1002")


def test_a_member_sends_so_many_pictures_a_day(shop, files):
    shop.programme(lambda document: document.update(receipts={"uploadsPerDay": 2}))
    for kind in ("PNG", "JPEG"):
        assert send(shop, picture(kind)).status == 200

    assert send(shop).refusal == (400, "AC1026")


@pytest.mark.proves("B224")
def test_an_older_app_sends_an_address_in_base64_and_names_its_document_later(shop, files, reader):
    image = base64.b64encode(address("/a.jpg").encode()).decode()
    with fetching_here():
        sent = shop.post("/generateuploadid", {"email": ADA, "image_url": image})
        tried = shop.post("/receiptuploadtest", {"email": ADA, "url": image})

    assert sent.status == tried.status == 200
    assert re.fullmatch(r"\d{15}", sent["uploadid"])
    body = {"email": ADA, "doc_id": "ocr-77", "upload_id": sent["uploadid"], "skip_validation": 1}
    assert shop.post("/flutterapi", body).status == 200
    found = shop.get(f"/receipts/{sent['submissionId']}/details", token=shop.staff()).ok
    assert found["documentId"] == "ocr-77"
    assert found["history"][-1]["text"] == "document ocr-77, asked to skip validation"
    assert shop.post("/flutterapi", body | {"upload_id": "111111111111111"}).refusal == (404, "AC1005")
    shop.enrol(GRACE)
    assert shop.post("/flutterapi", body | {"email": GRACE}).refusal == (404, "AC1005")


@pytest.mark.proves("A018")
def test_a_moderator_sees_where_everything_stands_corrects_it_and_approves(shop, files, reader):
    sent = send(shop, read(reader, UNSURE)).ok
    assert taken(shop, sent)["status"] == "Pending"
    listed = shop.get("/moderation?kind=receipt", token=shop.staff()).ok["items"]
    assert [(each["id"], each["state"], each["memberId"]) for each in listed] == [
        (sent["submissionId"], "waiting", ADA)
    ]
    path = f"/receipts/{sent['submissionId']}"
    found = shop.get(f"{path}/details", token=shop.staff()).ok
    assert (found["state"], found["reasons"][0]["code"]) == ("waiting", "unsure-total")
    assert found["fields"]["total"]["value"] == "50.85"
    assert len(found["fields"]["total"]["boxes"][0]) == 4
    assert found["picture"]["width"] > 0
    assert found["picture"]["url"].startswith("http")
    assert {"name", "quantity", "unitPrice", "amount", "confidence", "boxes", "productId", "score"} == set(
        found["lines"][0]
    )

    lines = [{"name": "RICE 5KG", "quantity": 2, "unitPrice": "20.00", "productId": "P-RICE"}]
    said = shop.post(f"{path}/approve", {"total": "40", "lines": lines, "note": "by eye"}, token=shop.staff()).ok

    assert (said["state"], said["pointsAwarded"], said["fields"]["total"]["value"]) == ("awarded", 40, "40")
    assert said["history"][-1] | {"at": ""} == {"at": "", "by": "staff", "verb": "approve", "text": "by eye"}
    assert shop.figures()["availablePoints"] == 40
    assert shop.post(f"{path}/approve", {}, token=shop.staff()).refusal == (409, "AC1004")


@pytest.mark.proves("A018")
def test_a_moderator_rejects_opens_again_approves_and_takes_back(shop):
    plant(shop)
    path, staff = f"/receipts/{PLANTED}", shop.staff()

    assert shop.post(f"{path}/reject", {"reason": "It is torn."}, token=staff).ok["state"] == "rejected"
    seen = shop.get(path).ok
    assert (seen["status"], seen["reasons"]) == ("Rejected", [{"code": "moderator", "text": "It is torn."}])
    assert shop.post(f"{path}/reopen", {}, token=staff).ok["state"] == "waiting"
    assert shop.post(f"{path}/approve", {}, token=staff).ok["orderId"] == f"receipt-{NUMBER}"
    assert shop.figures()["availablePoints"] == 50
    assert shop.post(f"{path}/reverse", {"reason": "a forgery"}, token=staff).ok["pointsAwarded"] == 0
    assert shop.figures()["availablePoints"] == 0
    assert shop.post(f"{path}/reopen", {}, token=staff).status == 200
    assert shop.post(f"{path}/approve", {}, token=staff).ok["orderId"] == f"receipt-{NUMBER}-2"
    assert shop.figures()["availablePoints"] == 50


def test_points_on_hold_are_taken_back_too(shop):
    shop.programme(lambda document: document["purchase"].update(hold={"type": "wholeOrderShipped", "days": 14}))
    plant(shop)
    path, staff = f"/receipts/{PLANTED}", shop.staff()
    said = shop.post(f"{path}/approve", {}, token=staff).ok
    assert (said["pointsAwarded"], said["pointsOnHold"]) == (50, 50)
    order = shop.post("/orderdetails", {"orderId": said["orderId"]}).ok
    assert order["status"] == "shipped"
    assert order["releaseDate"].startswith("2026-04-01")

    shop.post(f"{path}/reverse", {"reason": "a forgery"}, token=staff)

    assert (shop.figures()["availablePoints"], shop.figures()["holdPoints"]) == (0, 0)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"date": "2026-03-20"}, "date"),
        ({"retailerId": "nobody"}, "retailerId"),
        ({"lines": [{"name": "x"}]}, "lines[0].amount"),
        ({"lines": [{"name": "x", "amount": 1, "quantity": 0}]}, "lines[0].quantity"),
        ({"time": "25:00"}, "time"),
        ({"total": -1}, "total"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(shop, body, names):
    plant(shop)

    said = shop.post(f"/receipts/{PLANTED}/approve", body, token=shop.staff())

    assert said.refusal == (400, "AC1004")
    assert names in said["errorMessage"]


def test_only_staff_and_servers_decide(shop):
    plant(shop)

    for verb, body in (("approve", {}), ("reject", {"reason": "x"})):
        said = shop.post(f"/receipts/{PLANTED}/{verb}", body, token=shop.member_token(ADA))
        assert said.refusal == (403, "AC1002")
    assert shop.get(f"/receipts/{PLANTED}", token=shop.member_token(ADA)).refusal == (403, "AC1002")


@pytest.mark.proves("A018")
def test_what_a_member_sent_is_erased_with_the_member(shop, files, reader):
    sent = send(shop, read(reader)).ok
    taken(shop, sent)
    assert buckets.keys(files)

    shop.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"}).ok  # noqa: B018 - asks whether it went well.

    assert buckets.keys(files) == []
    assert shop.get(f"/receipts/{sent['submissionId']}").refusal == (404, "AC1005")
    assert shop.get("/moderation?kind=receipt&state=awarded", token=shop.staff()).ok["items"] == []


def test_a_bucket_that_does_not_answer_is_asked_again_later_with_the_same_key(shop, files, monkeypatch):
    def down(*_):
        raise StorageUnavailable

    monkeypatch.setattr(storage, "put", down)
    headers = {"X-AnnexCloud-Site": shop.site, "Idempotency-Key": "k", **FORM}
    token = sign(claims_for(form(picture()), shop.site))
    call = Request("POST", "/api/3.0/receipts", {**headers, "Authorization": f"Bearer {token}"}, form(picture()))

    answer = shop.gateway.answer(call)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    monkeypatch.undo()
    again = send(shop, key="k")
    assert again.is_repeat
    assert buckets.keys(files) == [f"in/receipts/{shop.site}/{again['submissionId']}"]
