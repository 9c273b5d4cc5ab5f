"""A paper receipt goes from a shopper's phone through the bucket and the reader to points, or to a moderator."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import botocore.session
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from chalicelib import landing
from chalicelib.local import engines, environment
from chalicelib.local.home import Home
from tests.api.receipting import send
from tests.api.shop import Shop
from tests.laptop import Laptop
from tests.stories.wire import Clock

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA = "ada@example.test"
SECONDS_MAX = 40
POINTS = 50
"""One point for each whole unit of what the receipt comes to."""
TABLE = environment.TABLE
UPLOADS = f"{TABLE}-uploads"
"""The bucket, and the queue that it tells."""
COUNTS = "RCOUNT"


def drawn(day: datetime, number: str = "GV100234") -> Image.Image:
    """A receipt as a till prints it, of that day."""
    lines = [
        ("GREEN VALLEY MART SDN BHD", ""),
        ("NO 12, JALAN ANGGERIK 3", ""),
        ("40150 SHAH ALAM, SELANGOR", ""),
        (f"INV NO: {number}", ""),
        (f"DATE: {day:%d/%m/%Y}  18:42", ""),
        ("RICE 5KG", "29.00"),
        ("SARDINES", "12.60"),
        ("TEA", "6.40"),
        ("SUB TOTAL", "48.00"),
        ("GST 6%", "2.88"),
        ("ROUNDING", "0.02"),
        ("TOTAL", "50.90"),
        ("CASH", "60.00"),
        ("CHANGE", "9.10"),
    ]
    picture = Image.new("RGB", (640, 80 + 48 * len(lines)), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=28)
    for place, (left, right) in enumerate(lines):
        pen.text((30, 40 + place * 48), left, fill="black", font=font)
        pen.text((600 - pen.textlength(right, font=font), 40 + place * 48), right, fill="black", font=font)
    return picture


def jpeg(picture: Image.Image) -> bytes:
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=85)
    return output.getvalue()


def without_total(picture: Image.Image) -> Image.Image:
    """The same with everything under the lines smeared: nobody can say what was paid."""
    smeared, top = picture.copy(), 40 + 48 * 8 - 10
    part = (0, top, picture.width, picture.height)
    smeared.paste(picture.crop(part).filter(ImageFilter.GaussianBlur(14)), part)
    return smeared


def eventually(ask: Callable[[], Any]) -> Any:
    """What is true once the queue and its function have done their work."""
    deadline = time.monotonic() + SECONDS_MAX
    while not (found := ask()):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return found


def settled(shop: Shop, submission: str) -> dict[str, Any]:
    """The receipt of a shopper once it is paid or turned down."""

    def ask() -> dict[str, Any] | None:
        found = shop.get(f"/receipts/{submission}").ok
        return None if found["status"] == "Pending" else found

    return eventually(ask)


def waiting(shop: Shop, submission: str, state: str) -> dict[str, Any]:
    """What moderators are shown of a receipt once it stands in their queue in that state."""

    def ask() -> Any:
        listed = shop.get(f"/moderation?kind=receipt&state={state}", token=shop.staff()).ok["items"]
        return next((each for each in listed if each["id"] == submission), None)

    return eventually(ask)


def verb(shop: Shop, submission: str, name: str, body: object) -> dict[str, Any]:
    return shop.post(f"/receipts/{submission}/{name}", body, token=shop.staff()).ok


def aws(laptop: Laptop, service: str) -> Any:
    """A client of the engine of the copy that runs, as any other system would have one."""
    running = Home(laptop.folder).running()
    assert running is not None
    given = engines.connection(running.engine, running.dynamodb)
    return botocore.session.get_session().create_client(
        service,
        region_name=given["AWS_REGION"],
        endpoint_url=running.engine,
        aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
    )


@contextmanager
def broken_counts(laptop: Laptop, shop: Shop) -> Iterator[None]:
    """While this lasts nothing can be decided for the member: what was counted of it cannot be read."""
    dynamodb = aws(laptop, "dynamodb")
    found = dynamodb.scan(TableName=TABLE, ConsistentRead=True)["Items"]
    (item,) = [each for each in found if each["sk"]["S"] == COUNTS and shop.site in each["pk"]["S"]]
    dynamodb.put_item(TableName=TABLE, Item={**item, "body": {"S": "no counts"}})
    try:
        yield
    finally:
        dynamodb.put_item(TableName=TABLE, Item=item)


def dead_letters(laptop: Laptop) -> list[str]:
    sqs = aws(laptop, "sqs")
    url = sqs.get_queue_url(QueueName=f"{UPLOADS}-dead")["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [each["Body"] for each in found.get("Messages", [])]


@pytest.mark.proves("A018", "B224", "B225")
def test_a_drawn_receipt_is_read_and_paid_and_taken_back_and_the_same_file_is_turned_down(
    shop: Shop, clock: Clock
) -> None:
    shop.enrol(ADA)
    data = jpeg(drawn(clock.now - timedelta(days=2)))

    paid = settled(shop, send(shop, data).ok["submissionId"])

    assert (paid["status"], paid["pointsAwarded"]) == ("Points Awarded", POINTS)
    assert paid["orderId"] == f"receipt-{paid['receiptId']}"
    assert shop.figures(ADA)["availablePoints"] == POINTS
    row = shop.activity(ADA)["activityDetail"][0]
    assert (row["orderId"], row["credit"]) == (paid["orderId"], POINTS)

    again = settled(shop, send(shop, data).ok["submissionId"])

    assert (again["status"], again["pointsAwarded"]) == ("Rejected", 0)
    assert [each["code"] for each in again["reasons"]] == ["same-file"]
    assert shop.figures(ADA)["availablePoints"] == POINTS

    said = verb(shop, paid["submissionId"], "reverse", {"reason": "The goods were brought back."})

    assert said["state"] == "reversed"
    assert settled(shop, paid["submissionId"])["status"] == "Rejected"
    assert shop.figures(ADA)["availablePoints"] == 0


@pytest.mark.proves("A018")
def test_a_receipt_that_cannot_be_read_is_paid_as_a_moderator_corrects_it(shop: Shop, clock: Clock) -> None:
    shop.enrol(ADA)
    day = clock.now - timedelta(days=2)
    sent = send(shop, jpeg(without_total(drawn(day)))).ok["submissionId"]

    item = waiting(shop, sent, "waiting")

    assert "no-total" in [each["code"] for each in item["reasons"]]
    assert shop.get(f"/receipts/{sent}").ok["status"] == "Pending"
    assert shop.figures(ADA)["availablePoints"] == 0
    verb(shop, sent, "approve", {"total": "50.90", "date": f"{day:%Y-%m-%d}", "note": "Read by eye."})
    found = settled(shop, sent)
    assert (found["status"], found["pointsAwarded"]) == ("Points Awarded", POINTS)
    assert shop.figures(ADA)["availablePoints"] == POINTS


@pytest.mark.proves("A018")
def test_a_dropped_receipt_is_taken_while_a_poisonous_message_ends_in_the_dead_letters(
    shop: Shop, clock: Clock, laptop: Laptop
) -> None:
    shop.enrol(ADA)
    sqs = aws(laptop, "sqs")
    poison = f"no message at all, for {shop.site}"
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=UPLOADS)["QueueUrl"], MessageBody=poison)
    key = landing.dropped(landing.RECEIPTS, shop.site, "mail.jpg", ADA)

    aws(laptop, "s3").put_object(Bucket=UPLOADS, Key=key, Body=jpeg(drawn(clock.now - timedelta(days=2))))

    eventually(lambda: shop.figures(ADA)["availablePoints"] == POINTS)
    (found,) = shop.get(f"/users/{ADA}/receipts").ok["receipts"]
    assert (found["status"], found["pointsAwarded"]) == ("Points Awarded", POINTS)
    eventually(lambda: poison in dead_letters(laptop))


@pytest.mark.proves("A018")
def test_a_receipt_that_is_stuck_is_shown_to_moderators_and_paid_once_it_is_tried_again(
    shop: Shop, clock: Clock, laptop: Laptop
) -> None:
    shop.enrol(ADA)
    form = shop.post(f"/users/{ADA}/receipts/form", {}, token=shop.member_token(ADA)).ok
    submission = form["submissionId"]

    with broken_counts(laptop, shop):
        # The queue tells of it as it would of a file that a browser sent with the form.
        key = landing.incoming(landing.RECEIPTS, shop.site, submission)
        aws(laptop, "s3").put_object(Bucket=UPLOADS, Key=key, Body=jpeg(drawn(clock.now - timedelta(days=2))))
        item = waiting(shop, submission, "stuck")

    assert [each["code"] for each in item["reasons"]] == ["stuck"]
    assert shop.get(f"/receipts/{submission}").ok["status"] == "Pending"
    verb(shop, submission, "retry", {})
    assert settled(shop, submission)["status"] == "Points Awarded"
    assert shop.figures(ADA)["availablePoints"] == POINTS
