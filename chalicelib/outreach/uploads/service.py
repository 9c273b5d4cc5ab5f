"""What landed in the bucket: which noun takes it. Safe to run twice, late, at once, or in the wrong order."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote_plus

from chalicelib import landing
from chalicelib.catalog.dropping import report
from chalicelib.catalog.dropping import service as dropping
from chalicelib.gateways import storage
from chalicelib.landing import Landed
from chalicelib.ledger import service as ledger
from chalicelib.photos.taking import service as photos
from chalicelib.receipts.resuming import service as resuming
from chalicelib.receipts.submitting import service as submitting
from chalicelib.receipts.taking import service as taking
from chalicelib.sites import service as sites

ATTEMPTS_MAX: Final = 5
"""Times that a message is handed out before it is set aside (``maxReceiveCount`` of the queue)."""
Taker = Callable[[Landed, str, datetime], None]
Stuck = Callable[[str, str, str, datetime], None]


def keys_of(body: str) -> list[str]:
    """The keys of objects that a message of the bucket, or of a retry of ours, names. Raises for no message."""
    message = json.loads(body)
    if not isinstance(message, dict):
        raise TypeError("a message is a JSON object")
    return [message["key"]] if "key" in message else list(_created(message))


def take(key: str, now: datetime) -> str | None:
    """Take what landed under a key; the kind and site of it, or ``None`` for what nobody takes.

    Raises what may go better at the next attempt.
    """
    landed = landing.parse(key)
    if landed is None or sites.find(landed.site) is None:
        return None
    TAKERS[landed.kind](landed, key, now)
    return f"{landed.kind}#{landed.site}"


def give_up(key: str, reason: str, now: datetime) -> None:
    """Say to moderators that an upload could not be taken in so many attempts; of a dropped file, in its report."""
    landed = landing.parse(key)
    if landed is None:
        return
    if landed.is_dropped:
        text = f"It could not be processed: {reason}. The file is where it was; drop it again to have it taken."
        told = report.of_refusal(landed.name, text, now)
        storage.put(landing.report(landed.kind, landed.site, landed.name), told, dropping.REPORT_TYPE)
    elif not landed.is_kept and landed.kind in STUCK:
        STUCK[landed.kind](landed.site, landed.name, reason, now)


def _created(message: Mapping[str, Any]) -> Iterator[str]:
    """Keys of the objects that an S3 notification says were created; its test message names none."""
    for record in message.get("Records", ()):
        if str(record.get("eventName", "")).removeprefix("s3:").startswith("ObjectCreated"):
            # S3 writes keys as forms do, a blank as a plus.
            yield unquote_plus(record["s3"]["object"]["key"])


def _product(landed: Landed, key: str, now: datetime) -> None:
    if landed.is_dropped:
        dropping.take_dropped(landed.site, key, landed.name, now)


def _receipt(landed: Landed, key: str, now: datetime) -> None:
    if landed.is_dropped:
        submitting.take_dropped(landed.site, key, ledger.command(now))
    else:
        taking.take(landed.site, landed.name, now)


def _photo(landed: Landed, key: str, now: datetime) -> None:
    if landed.is_kept:
        photos.finish(landed.site, landed.name)
    elif landed.is_dropped:
        photos.take_dropped(landed.site, key, landed.name, now)
    else:
        photos.take(landed.site, landed.name, now)


TAKERS: Final[dict[str, Taker]] = {
    landing.PRODUCTS: _product,
    landing.PHOTOS: _photo,
    landing.RECEIPTS: _receipt,
}
"""Who takes what landed, by kind."""
STUCK: Final[dict[str, Stuck]] = {landing.PHOTOS: photos.stuck, landing.RECEIPTS: resuming.stuck}
"""Whom to tell, by kind, of an upload that could not be taken."""
