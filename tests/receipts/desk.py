"""A shop that takes receipts, in process: pictures drawn here, and a reader that knows what each of them says."""

import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from chalicelib import landing, settings
from chalicelib.dynamo.idempotency import Key
from chalicelib.gateways import ocr, queue
from chalicelib.gateways.ocr import ReaderFailed
from chalicelib.ledger import service as ledger
from chalicelib.members.erasing.service import erase
from chalicelib.members.merging import service as merging
from chalicelib.members.merging.merged import Wanted
from chalicelib.members.profile import Change, NewMember
from chalicelib.members.service import enrol, resolve, update
from chalicelib.programme import service as programmes
from chalicelib.programme.in_force import InForce
from chalicelib.receipts import service as receipts
from chalicelib.receipts.submission import Submission
from chalicelib.receipts.submitting import service as submitting
from chalicelib.receipts.taking import service as taking
from chalicelib.recognised import Page
from tests.receipts.layouts import page

RECEIPT = """
          GREEN VALLEY MART LTD
        12 HIGH STREET
INV NO: GV-100234       DATE: {day} 18:42
ITEM            QTY    PRICE     AMOUNT
RICE 5KG         2     14.50      29.00
SARDINES         3      4.20      12.60
GREEN TEA        1      6.36       6.36
SUB TOTAL                         47.96
TAX 6%                             2.88
ROUNDING ADJ                       0.01
TOTAL                             50.85
CASH                              60.00
CHANGE                             9.15
        THANK YOU PLEASE COME AGAIN
"""
DAY = "17/03/2026"
UNSURE = (
    RECEIPT.replace("CASH                              60.00\nCHANGE                             9.15\n", "")
    .replace("SUB TOTAL                         47.96\nTAX 6%                             2.88\n", "")
    .replace("SARDINES         3      4.20      12.60", "SARDINES")
)


class Reader:
    """Knows the text of each picture by its bytes; a picture that it does not know is blank."""

    def __init__(self) -> None:
        self.texts: dict[bytes, str] = {}
        self.is_down = False
        self.looked = 0

    def looks(self, data: bytes) -> Iterator[Page]:
        self.looked += 1
        if self.is_down:
            raise ReaderFailed("down")
        yield page(self.texts.get(data, "\n"), confidence=0.98)


def picture(seed: int, size: tuple[int, int] = (160, 240), quality: int = 80, kind: str = "JPEG") -> bytes:
    """A picture that looks like no other of another seed."""
    noise = random.Random(seed)
    small = Image.new("L", (17, 16))
    small.putdata([noise.randrange(256) for _ in range(17 * 16)])
    out = io.BytesIO()
    small.convert("RGB").resize(size, Image.Resampling.NEAREST).save(out, kind, quality=quality)
    return out.getvalue()


@dataclass
class Desk:
    """What a member, the queue and a moderator do at one site."""

    site: str
    files: Any
    now: datetime
    reader: Reader = field(default_factory=Reader)

    @property
    def force(self) -> InForce:
        return programmes.in_force(self.site)

    def enrol(self, member: str) -> str:
        enrol(self.site, self.run(), self.force.rules, NewMember(id=member))
        return resolve(self.site, member).mid

    def run(self, key: str | None = None) -> ledger.Command:
        return ledger.command(self.now, None if key is None else Key(key, "request"))

    def programme(self, **given: Any) -> None:
        """Put a programme in force whose receipts are so."""
        plain = json.loads(self.force.programme.model_dump_json(by_alias=True, exclude_none=True))
        plain["receipts"] = given
        programmes.publish(self.site, self.run().id, plain)

    def drawn(self, text: str, seed: int, **how: Any) -> bytes:
        data = picture(seed, **how)
        self.reader.texts[data] = text.replace("{day}", DAY)
        return data

    def send(self, mid: str, text: str = RECEIPT, seed: int = 1, **how: Any) -> str:
        """Send a receipt in; its picture lies in the bucket and nobody has taken it yet."""
        data = self.drawn(text, seed, **how)
        return submitting.submit(self.site, self.run(), self.force, mid, data, "api", "server").id

    def take(self, submission: str) -> Submission:
        taking.take(self.site, submission, self.now)
        return self.see(submission)

    def sent(self, mid: str, text: str = RECEIPT, seed: int = 1, **how: Any) -> Submission:
        return self.take(self.send(mid, text, seed, **how))

    def see(self, submission: str) -> Submission:
        return receipts.status(self.site, submission).submission

    def points(self, mid: str) -> int:
        return ledger.read(self.site, mid, self.force.rules, self.now).bucket().available

    def later(self, **how: float) -> None:
        self.now += timedelta(**how)

    def incoming(self, submission: str) -> str:
        return landing.incoming(landing.RECEIPTS, self.site, submission)

    def offer(self, mid: str) -> str:
        return submitting.offer(self.site, self.run(), self.force, mid, "member").id

    def dropped(self, member: str, name: str) -> str:
        return landing.dropped(landing.RECEIPTS, self.site, name, member)

    def take_dropped(self, member: str, name: str) -> bool:
        return submitting.take_dropped(self.site, self.dropped(member, name), self.run())

    def erase(self, member: str) -> None:
        erase(self.site, self.run(), self.force.rules, member, "o@example.test", [receipts.forget])

    def merge(self, secondary: str, primary: str) -> None:
        wanted = Wanted(primary=primary, secondary=secondary, merged_by="o@example.test")
        merging.merge(self.site, self.run(), self.force.rules, wanted)

    def opt_out(self, member: str) -> None:
        update(self.site, self.run(), self.force.rules, member, Change(opt_in_status=False))

    def queued(self) -> list[str]:
        """Keys that were sent to the readers again, and are left in the queue."""
        url = queue._url(settings.UPLOADS_QUEUE)
        found: list[str] = []
        while said := queue._client().receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(each["Body"])["key"] for each in said]
        return found

    def kept(self, submission: str) -> str:
        return landing.kept(landing.RECEIPTS, self.site, submission)


def open_desk(site: str, files: Any, now: datetime) -> Desk:
    desk = Desk(site, files, now)
    ocr.use(desk.reader)
    return desk
