"""Two worlds for the same sequences: drafts in memory, for speed, and the one writer on a table."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.dynamo.commit import Write
from chalicelib.ledger import moves, service, table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.rules import Rules
from tests.support.books import SITE
from tests.support.tables import raw_items

Decide = Callable[[list[Draft], list[Hold]], tuple[list[Write], Any]]


class World(Protocol):
    """Where members' books stand."""

    def enrol(self, mid: str, now: datetime) -> None: ...

    def run(self, mids: Sequence[str], now: datetime, decide: Decide) -> Any:
        """Decide on the drafts of these members and the holds of the first one, and make it so."""

    def settled(self, mid: str, now: datetime) -> Account: ...

    def holds(self, mid: str) -> list[Hold]: ...

    def cores(self, mid: str) -> list[str]:
        """The stored text of all entries."""

    def stored(self, mid: str) -> Account:
        """The account as it is stored, without what time made due since."""


class InMemory:
    """Drafts, kept one after the other."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._accounts: dict[str, Account] = {}
        self._cores: dict[str, list[str]] = {}
        self._holds: dict[tuple[str, str], Any] = {}

    def enrol(self, mid: str, now: datetime) -> None:
        self._accounts[mid], self._cores[mid] = Account(), []
        self.run([mid], now, lambda drafts, _: ([], moves.enrol(drafts[0], "active")))

    def run(self, mids: Sequence[str], now: datetime, decide: Decide) -> Any:
        drafts = [Draft(SITE, mid, self._accounts[mid], self.rules, "c", now) for mid in mids]
        for draft in drafts:
            draft.settle()
        writes, result = decide(drafts, self.holds(mids[0]))
        for draft in drafts:
            draft.settle()
            self._accounts[draft.mid] = draft.account
            self._cores[draft.mid] += [line.core for line in draft.lines]
        for write in writes:
            key = (write.item.pk, write.item.sk)
            if write.delete:
                del self._holds[key]
            else:
                self._holds[key] = write.item
        return result

    def settled(self, mid: str, now: datetime) -> Account:
        draft = Draft(SITE, mid, self._accounts[mid], self.rules, "c", now)
        draft.settle()
        return draft.account

    def holds(self, mid: str) -> list[Hold]:
        return [table._hold(item) for (pk, _), item in sorted(self._holds.items()) if pk.endswith(f"#{mid}")]

    def cores(self, mid: str) -> list[str]:
        return self._cores[mid]

    def stored(self, mid: str) -> Account:
        return self._accounts[mid]


class OnTable:
    """The use cases' own way: ``service.post``. Entries are read back by a client that the product does not share."""

    def __init__(self, rules: Rules, client: Any) -> None:
        self.rules = rules
        self._client = client

    def enrol(self, mid: str, now: datetime) -> None:
        def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], Any]:
            return [], moves.enrol(drafts[0], "active")

        service.post(SITE, [mid], service.command(now), self.rules, decide, opening=True)

    def run(self, mids: Sequence[str], now: datetime, decide: Decide) -> Any:
        run = service.command(now)
        return service.post(SITE, mids, run, self.rules, decide, load=lambda: list(self.holds(mids[0])))

    def settled(self, mid: str, now: datetime) -> Account:
        return service.read(SITE, mid, self.rules, now)

    def holds(self, mid: str) -> list[Hold]:
        return table.read_holds(SITE, mid)

    def cores(self, mid: str) -> list[str]:
        return [item["core"]["S"] for item in raw_items(self._client, f"M#{SITE}#{mid}", "E#")]

    def stored(self, mid: str) -> Account:
        found = table.read_account(SITE, mid)
        assert found is not None
        return found
