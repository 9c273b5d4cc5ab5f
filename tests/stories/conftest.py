"""One copy of Laurel, as ``make run`` starts it, for all stories; a site of its own for each."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from tests.api.shop import Shop
from tests.laptop import Laptop, running
from tests.stories.wire import SPRING, Clock, Wire

_numbers = count(4711)


@pytest.fixture(scope="session")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    with running(tmp_path_factory.mktemp("stories") / "home") as started:
        yield started


@pytest.fixture
def clock(laptop: Laptop) -> Clock:
    """The clock, on a morning in spring."""
    moved = Clock(laptop)
    moved.set(SPRING)
    return moved


@pytest.fixture
def open_shop(laptop: Laptop, clock: Clock) -> Callable[[], Shop]:
    """Opens shops on sites of their own, made by the operator's command."""

    def opened() -> Shop:
        site = f"story{next(_numbers)}"
        return Shop(Wire(laptop.port), site, laptop.run("site", "create", site))

    return opened


@pytest.fixture
def shop(open_shop: Callable[[], Shop]) -> Any:
    """A shop without members."""
    return open_shop()
