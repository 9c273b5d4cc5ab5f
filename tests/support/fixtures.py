"""Fixtures that more than one room uses; a ``conftest.py`` imports those it wants."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import engines
from tests.support.faults import Faults
from tests.support.tables import engine_table, moto_table

ENGINES = [pytest.param(name, marks=pytest.mark.engine) for name in ("ministack", "dynamodb_local")]


@pytest.fixture
def table() -> Iterator[Any]:
    """A fresh table on moto, for tests with one thread."""
    with moto_table() as client:
        yield client


@pytest.fixture(scope="session")
def ministack_endpoint() -> Iterator[str]:
    with engines.ministack() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def dynamodb_local_endpoint() -> Iterator[str]:
    with engines.dynamodb_local() as endpoint:
        yield endpoint


@pytest.fixture(params=ENGINES)
def real_table(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A fresh table on each engine that stands threads."""
    with engine_table(request.getfixturevalue(f"{request.param}_endpoint")) as client:
        yield client


@pytest.fixture(params=["moto", *ENGINES])
def any_table(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A fresh table on moto and on each engine."""
    if request.param == "moto":
        with moto_table() as client:
            yield client
    else:
        with engine_table(request.getfixturevalue(f"{request.param}_endpoint")) as client:
            yield client


@pytest.fixture
def faults(table: Any) -> Iterator[Faults]:
    """What goes wrong between us and moto."""
    playing = Faults()
    yield playing
    playing.end()
