"""The laptop is closed in the middle of everything and opened again, beside another that knows nothing of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from tests.api.shop import Shop
from tests.laptop import Laptop, running
from tests.stories.wire import SPRING, Clock, Wire, figures_of, order

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA = "ada@example.test"
GIFT = {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": 50, "reason": "a gift"}


@dataclass(frozen=True)
class Reopened:
    """A copy that was ended in the middle of a story and started again at once, on the same folder and port."""

    laptop: Laptop
    shop: Shop
    stop_seconds: float
    """How long SIGTERM to the process group took to end every part."""


@pytest.fixture(scope="module")
def reopened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reopened]:
    with running(tmp_path_factory.mktemp("reopened") / "home") as laptop:
        Clock(laptop).set(SPRING)
        shop = Shop(Wire(laptop.port), "night", laptop.run("site", "create", "night"))
        shop.programme(lambda document: document["purchase"].update(hold={"type": "orderDate", "days": 3}))
        shop.enrol(ADA)
        shop.post("/points", GIFT, key="gift")
        shop.post("/orders", order("N-1", ADA, ("P1", 1, "40")))
        seconds = laptop.stop()
        assert laptop.process.returncode == 0
        laptop.start()
        yield Reopened(laptop, shop, seconds)


def test_everything_is_found_again_and_what_was_promised_is_kept(reopened: Reopened) -> None:
    shop, clock = reopened.shop, Clock(reopened.laptop)

    found = figures_of(shop, ADA, "available", "hold")
    again = shop.post("/points", GIFT, key="gift")
    version = shop.get("/programme", token=shop.staff()).ok["version"]
    clock.set(SPRING)
    clock.forward(days=3)
    clock.run_due()

    assert reopened.stop_seconds < 15
    assert (found, again.is_repeat, version) == ((50, 40), True, 2)
    assert figures_of(shop, ADA, "available", "hold") == (90, 0)


def test_two_copies_side_by_side_have_members_and_times_of_their_own(
    reopened: Reopened, laptop: Laptop, clock: Clock, shop: Shop
) -> None:
    there, beside = reopened.shop, Clock(reopened.laptop)
    there.post("/users", {"id": "ben@example.test"})
    shop.enrol("ben@example.test")
    shop.post("/orders", order("N-1", "ben@example.test", ("P1", 1, "7")))
    there.post("/orders", order("N-2", "ben@example.test", ("P1", 1, "8")))

    beside.set(SPRING)
    beside.forward(days=400)
    clock.run_due()

    assert laptop.port != reopened.laptop.port
    assert figures_of(shop, "ben@example.test", "available", "hold", "expired") == (7, 0, 0)
    assert shop.post("/users", {"id": "cleo@example.test"}).ok["createDate"].startswith(f"{SPRING:%Y-%m-%d}")
    assert there.post("/users", {"id": "cleo@example.test"}).ok["createDate"].startswith(f"{beside.now:%Y-%m-%d}")
    # A secret that one copy has made opens nothing of the other.
    assert replace(shop, gateway=there.gateway).get("/points/ben@example.test").refusal == (401, "AC1002")
