"""Take a product feed that was dropped in the bucket, and leave a report beside it.

The same file may be announced twice, late, or while it is replaced by the next: putting rows is safe to repeat, so the
file is read as it is now, and removed at the end.
"""

from datetime import datetime
from typing import Final

from chalicelib import landing
from chalicelib.catalog.dropping import report
from chalicelib.catalog.feeding import service as feeding
from chalicelib.catalog.feeding import sheet
from chalicelib.errors import Malformed
from chalicelib.gateways import storage
from chalicelib.ledger import service as ledger

BYTES_MAX: Final = 4 * sheet.CHARACTERS_MAX
"""A character of UTF-8 takes up to four bytes."""
REPORT_TYPE: Final = "application/json"


def take_dropped(site: str, key: str, name: str, now: datetime) -> bool:
    """Put the products of a dropped file into the catalogue; False when it is gone, taken by another already.

    Whatever is wrong with it is told in the report at ``landing.report``, and the file is removed all the same; only
    what may go better next time raises (``StorageUnavailable``, ``EngineUnavailable``, ``Contention``).
    """
    try:
        data = storage.get(key, BYTES_MAX)
        if data is None:
            return False
        told = _fed(site, name, data, now)
    except storage.TooLarge:
        told = report.of_refusal(name, f"The file is larger than {BYTES_MAX} bytes; send it in parts.", now)
    except Malformed as refused:
        told = report.of_refusal(name, refused.message, now)
    storage.put(landing.report(landing.PRODUCTS, site, name), told, REPORT_TYPE)
    storage.delete(key)
    return True


def _fed(site: str, name: str, data: bytes, now: datetime) -> bytes:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"The file is no text in UTF-8: byte {error.start + 1}. Save it as CSV UTF-8.") from None
    if len(text) > sheet.CHARACTERS_MAX:
        raise Malformed(f"The file has more than {sheet.CHARACTERS_MAX} characters; send it in parts.")
    read = sheet.read(text)
    done = feeding.feed(site, ledger.command(now), read)
    counts = {"created": done.created, "updated": done.updated, "unchanged": done.unchanged}
    return report.of_feed(name, read, counts, done.clashing, now)
