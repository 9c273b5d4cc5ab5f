"""The whole app on emulated AWS: an empty table and a site of its own for each test."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

import app
from chalicelib import clock
from chalicelib.local.gateway import Gateway
from chalicelib.sites import service as sites
from tests.api.shop import ADA, SECRET, Shop
from tests.support.tables import begin_anew, moto_table

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
"""A Wednesday in the first quarter, far from every edge of the calendar."""
_numbers = count(29235480)
GATEWAY = Gateway(app.app)


class _Lines(logging.Handler):
    """Keeps what the app logs of each request."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(json.loads(record.getMessage()))


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    """The emulated database of a module; yields a client of our own. Making its clients takes longer than a test."""
    with moto_table() as client:
        yield client


@pytest.fixture
def one_table(engine: Any) -> Any:
    """The table, empty."""
    begin_anew(engine)
    return engine


@pytest.fixture
def logged() -> Iterator[list[dict[str, Any]]]:
    handler = _Lines()
    logger = logging.getLogger("laurel")
    logger.addHandler(handler)
    yield handler.kept
    logger.removeHandler(handler)


@pytest.fixture
def open_shop(one_table: Any, logged: list[dict[str, Any]]) -> Iterator[Callable[..., Shop]]:
    """Opens shops, each on a site of its own, on a Wednesday at noon."""

    def opened(secret: str = SECRET) -> Shop:
        site = str(next(_numbers))
        sites.create_site(site, "Ada's Shop", clock.now(), secret)
        return Shop(GATEWAY, site, secret, logged)

    clock.move_to(NOON)
    yield opened
    clock.move_to(None)


@pytest.fixture
def empty_shop(open_shop: Callable[..., Shop]) -> Shop:
    """A shop without members."""
    return open_shop()


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with one member, Ada."""
    empty_shop.enrol(ADA)
    return empty_shop
