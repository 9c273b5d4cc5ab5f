"""What tests of photos share: sending one in, and the function that takes it."""

import json

import app
from chalicelib import settings
from chalicelib.local.gateway import Request
from tests.api.shop import Said, Shop
from tests.support import amazon, buckets, drawn

BOUNDARY = "laurel-test"


def send(shop: Shop, data: bytes | None = None, *, key: str | None = None, **fields: str) -> Said:
    """Send a photo in as a server does, as a form with a file."""
    lines = b""
    for name, text in fields.items():
        lines += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
    if data is not None:
        lines += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'.encode()
        lines += data + b"\r\n"
    lines += f"--{BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return shop.call("POST", "/photos", lines, headers=headers, key=key)


def get_bytes(shop: Shop, path: str, method: str = "GET", body: bytes = b"", **headers: str):
    """What everybody gets at a path."""
    return shop.gateway.answer(Request(method, "/api/3.0" + path, headers, body))


def decide(shop: Shop, photo: str, verb: str, **body: str) -> Said:
    """A moderator's decision."""
    return shop.post(f"/photos/{photo}/{verb}", body or {}, token=shop.staff())


def take(files) -> None:
    """Call the function of the queue for whatever landed, and for what it sends itself, until nothing is left."""
    for key in [key for key in buckets.keys(files) if key.startswith(("in/", "drop/"))]:
        handed({"key": key})
    sqs = amazon.client("sqs")
    url = sqs.get_queue_url(QueueName=settings.UPLOADS_QUEUE)["QueueUrl"]
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            handed(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def handed(body: dict, attempt: int = 1) -> dict:
    """What the function says to one message."""
    attributes = {"ApproximateReceiveCount": str(attempt)}
    record = {"messageId": "m", "body": json.dumps(body), "receiptHandle": "r", "attributes": attributes}
    return app.take_upload({"Records": [record]}, None)


def pending(shop: Shop, files, seed: int = 1, **fields: str) -> str:
    """A photo that waits for a moderator."""
    sent = send(shop, drawn.jpeg(seed), **fields).ok["photoId"]
    take(files)
    return sent
