"""A crash or a time-out between any two calls loses nothing and doubles nothing (P7), on engines that know tokens."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import pytest

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import EngineUnavailable
from chalicelib.dynamo.idempotency import Key, KeyTaken
from chalicelib.ledger import book, service, table
from chalicelib.ledger.entry import parse
from tests.support.books import ADA, SITE
from tests.support.fixtures import ENGINES
from tests.support.lossy import Fate, lossy
from tests.support.proofs import check_chain
from tests.support.stored import NOW, RULES, award, enrol, spend, transfer
from tests.support.tables import engine_table, raw_items

pytestmark = [pytest.mark.slow, pytest.mark.engine]
TRANSACT = "TransactWriteItems"


class Network:
    """Plays fates for the transactions that are sent, then lets everything through."""

    def __init__(self) -> None:
        self.fates: list[Fate] = []
        self.forever: Fate = "arrives"
        self.sent = 0
        self._lock = Lock()

    def fate_of(self, operation: str) -> Fate:
        if operation != TRANSACT:
            return "arrives"
        with self._lock:
            self.sent += 1
            return self.fates.pop(0) if self.fates else self.forever


@pytest.fixture(params=ENGINES)
def network(request: pytest.FixtureRequest) -> Iterator[tuple[Network, Any]]:
    playing = Network()
    endpoint = request.getfixturevalue(f"{request.param}_endpoint")
    with lossy(endpoint, playing.fate_of) as address, engine_table(address) as client:
        yield playing, client


def cores(client: Any, mid: str = ADA) -> list[str]:
    return [item["core"]["S"] for item in raw_items(client, f"M#{SITE}#{mid}", "E#")]


def prove(client: Any, *kinds: str) -> None:
    stored = cores(client)
    assert [parse(core).kind for core in stored] == list(kinds)
    check_chain(SITE, ADA, stored)
    assert book.fold(parse(core) for core in stored) == table.read_account(SITE, ADA)


@pytest.mark.parametrize(
    "fates", [["answer lost"], ["request lost"], ["answer lost", "answer lost"], ["request lost", "answer lost"]]
)
def test_an_award_whose_answer_is_lost_is_booked_once(network, fates):
    playing, client = network
    enrol(ADA)
    playing.fates, playing.sent = list(fates), 0

    entry = award(ADA, 10)

    assert entry.number == 2
    assert playing.sent == len(fates) + 1
    prove(client, "enrol", "award")


def test_when_no_answer_ever_comes_the_book_is_whole_and_the_key_tells(network):
    playing, client = network
    enrol(ADA)
    key = Key("digest", "request")
    playing.fates, playing.forever = ["answer lost"], "request lost"

    entry = award(ADA, 10, run=service.command(NOW, key))
    playing.forever = "arrives"

    assert entry.number == 2
    with pytest.raises(KeyTaken):
        award(ADA, 10, run=service.command(NOW, key))
    prove(client, "enrol", "award")


def test_what_never_arrived_can_be_sent_again_with_its_key(network):
    playing, client = network
    enrol(ADA)
    key = Key("digest", "request")
    playing.forever = "request lost"
    with pytest.raises(EngineUnavailable):
        award(ADA, 10, run=service.command(NOW, key))
    playing.forever = "arrives"

    award(ADA, 10, run=service.command(NOW, key))

    prove(client, "enrol", "award")


def test_many_on_a_bad_network_still_add_up(network):
    playing, client = network
    enrol(ADA, 100)
    enrol("m-bea", 100)
    playing.fates = ["answer lost", "arrives", "request lost", "arrives", "arrives", "answer lost"] * 2
    items.connection()
    uses = [lambda: award(ADA, 7), lambda: spend(ADA, 5), lambda: transfer("m-bea", ADA, 3)] * 2

    with ThreadPoolExecutor(len(uses)) as pool:
        done = [future.result() for future in [pool.submit(use) for use in uses]]

    assert len(done) == 6
    assert service.read(SITE, ADA, RULES, NOW).bucket().available == 100 + 14 - 10 + 6
    assert service.read(SITE, "m-bea", RULES, NOW).bucket().available == 94
    kinds = [parse(core).kind for core in cores(client)]
    assert sorted(kinds) == sorted(["enrol", "award", *["award", "redeem", "receive"] * 2])
    prove(client, *kinds)
