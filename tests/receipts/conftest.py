"""A desk that takes receipts, on one table and one bucket in process; each has a site of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.gateways import ocr
from tests.receipts.desk import Desk, open_desk
from tests.support import buckets
from tests.support.tables import begin_anew, moto_table

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
_sites = count(58_000_001)


@pytest.fixture(scope="module")
def shared_table() -> Iterator[Any]:
    with moto_table() as client, buckets.bucket() as files:
        yield client, files


@pytest.fixture
def desk(shared_table: Any) -> Iterator[Desk]:
    client, files = shared_table
    begin_anew(client)
    for key in buckets.keys(files):
        files.delete_object(Bucket="laurel-uploads", Key=key)
    clock.move_to(NOON)
    yield open_desk(str(next(_sites)), files, NOON)
    clock.move_to(None)
    ocr.use(None)
