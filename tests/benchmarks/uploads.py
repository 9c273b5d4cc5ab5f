"""What many uploads at once cost against one: 100 photos by the readers of a laptop's queue (`make bench`).

Each photo goes the whole way through the taking: read from the emulated bucket, made upright, four widths and more in
two formats, focus, labels, looked up among those that look alike, and written with its place in the queue. Then the
same receipt is read by the laptop's reader a few times, for its processor seconds.
"""

import argparse
import logging
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("AWS_ACCESS_KEY_ID", "bench")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "bench")
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
os.environ.setdefault("LAUREL_BUCKET_STYLE", "path")
os.environ.setdefault("LAUREL_SEAL_KEY_FILE", str(Path(tempfile.mkdtemp(prefix="laurel-bench-")) / "seal.key"))

from chalicelib import clock
from chalicelib.dynamo import items
from chalicelib.gateways.ocr import rapid
from chalicelib.local import engines, resources
from chalicelib.local.pump import QUEUE_THREADS
from chalicelib.photos import service as photos
from chalicelib.photos.intake import Intake
from chalicelib.photos.taking import service as taking
from chalicelib.programme import service as programme
from chalicelib.programme.defaults import DEFAULT_DOCUMENT
from chalicelib.receipts.understanding import understood
from chalicelib.sites import service as sites
from tests.gateways.ocr.test_rapid import drawn
from tests.receipts.layouts import TODAY
from tests.support.drawn import jpeg

SITE = "29235480"
RATIO_MAX = 120
"""A hundred uploads at once may take this many times as long as one."""
SINGLES = 7
RECEIPTS = 5


def main() -> None:
    """Print the times, and fail where many uploads at once hinder each other."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--photos", type=int, default=100)
    chosen = options.parse_args()
    logging.getLogger("laurel").handlers[:] = [logging.NullHandler()]
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        engine = engines.start_ministack(Path(folder), persistent=False)
        with engines.running(engine) as endpoint:
            os.environ["AWS_ENDPOINT_URL"] = endpoint
            items.reconnect()
            resources.create()
            sites.create_site(SITE, "Bench", clock.now(), "laurel-bench-secret")
            programme.publish(SITE, "bench", DEFAULT_DOCUMENT)
            ratio = _photos(chosen.photos)
    _receipts()
    if ratio > RATIO_MAX * chosen.photos / 100:
        raise SystemExit(f"{chosen.photos} uploads at once took {ratio:.0f} times as long as one.")


def _photos(count: int) -> float:
    one = statistics.median(_timed([photo]) for photo in _admitted(range(SINGLES + 1))[1:])
    many = _admitted(range(SINGLES + 1, SINGLES + 1 + count))
    together = _timed(many)
    states = Counter(photos.read(SITE, each).state for each in many)
    if states != {"pending": count}:
        raise SystemExit(f"Not all {count} photos came before a moderator: {dict(states)}.")
    print(f"{'one photo':38} {one:8.3f} s")
    print(f"{f'{count} at once, {QUEUE_THREADS} readers':38} {together:8.3f} s")
    print(f"{'ratio':38} {together / one:8.1f}   (at most {RATIO_MAX} for 100)")
    return together / one


def _admitted(numbers: Sequence[int]) -> list[str]:
    """Photos that wait to be taken, each with a picture of its own in the bucket."""
    found = [
        taking.admit(SITE, Intake(source="drop", source_id=f"b-{number}", data=jpeg(number)), clock.now())
        for number in numbers
    ]
    return [each for each in found if each is not None]


def _timed(ids: Sequence[str]) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(QUEUE_THREADS) as pool:
        list(pool.map(lambda photo: taking.take(SITE, photo, clock.now()), ids))
    return time.perf_counter() - started


def _receipts() -> None:
    data = drawn()
    understood(rapid.looks(data), TODAY)
    started, begun = time.process_time(), time.perf_counter()
    for _ in range(RECEIPTS):
        understood(rapid.looks(data), TODAY)
    print(f"{'a drawn receipt, read': <38} {(time.perf_counter() - begun) / RECEIPTS:8.3f} s")
    print(f"{'  of processors': <38} {(time.process_time() - started) / RECEIPTS:8.3f} s")


if __name__ == "__main__":
    main()
