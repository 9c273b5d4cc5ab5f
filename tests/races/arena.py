"""Where races are run: an engine, its workers, sites of their own, and the proof that a site's books add up."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from chalicelib import clock, settings
from chalicelib.ledger import book, table
from chalicelib.ledger.account import Account
from chalicelib.ledger.entry import Entry, parse
from chalicelib.members import service as members
from chalicelib.programme import service as programmes
from chalicelib.sites import service as sites
from tests.api.shop import SECRET
from tests.programme.documents import document
from tests.races.worker import Call, Said
from tests.races.workers import Heat, Side, Workers
from tests.support.proofs import check_chain, check_conservation, check_lots
from tests.support.tables import engine_table

_sites = count(58_500_001)
"""No other suite uses these numbers, because a process remembers programmes by site."""
STEP_SECONDS = 0.03
JITTER_SECONDS = 0.04


@dataclass(frozen=True)
class Member:
    """A member as the book has them: what time made of the account, and its entries, oldest first."""

    mid: str
    account: Account
    entries: Sequence[Entry]

    @property
    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.entries]

    @property
    def available(self) -> int:
        return self.account.bucket().available


@dataclass(frozen=True)
class Outcome:
    """What came of a race, for the table of results."""

    race: str
    engine: str
    calls: int
    winners: int
    refusals: Mapping[str, int]
    told_again: int
    """Answers of contention, after which the caller sent the call again."""
    lost: int
    """Transactions that lost to another's and were decided anew or refused."""
    seconds: float


@dataclass
class Arena:
    """One engine with four processes of four threads."""

    engine: str
    client: Any
    workers: Workers
    random: Random
    _keys: Iterator[int] = field(default_factory=count)

    def site(self, *ids: str, points: int = 0, **programme: Any) -> str:
        """A new site under that programme with these members, who have that many points each."""
        site = str(next(_sites))
        sites.create_site(site, "Ada's Shop", clock.now(), SECRET)
        if programme:
            programmes.publish(site, "publication", document(**programme))
        self.done([Call(site, "POST", "/users", {"id": member}) for member in ids])
        if points:
            self.done([credit(site, member, points) for member in ids])
        return site

    def done(self, tasks: Sequence[Call]) -> list[Said]:
        """Calls that all must succeed, several at a time."""
        said = self.workers.race(Side(tasks)).said
        assert all(each.status in {200, 201} and each.refusal is None for each in said), said
        return said

    def key(self) -> str:
        return f"key-{next(self._keys)}"

    def spread(self, places: int, after: float = 0) -> list[float]:
        """Delays in seconds, one after the other and none quite in time, so that of two sides now one comes first and
        now the other.
        """
        return [after + place * STEP_SECONDS + self.random.uniform(0, JITTER_SECONDS) for place in range(places)]

    def outcome(self, race: str, heat: Heat, winners: int) -> Outcome:
        """The row of a race whose other calls were refused, or found that nothing was left to do."""
        refusals = Counter(said.refusal for said in heat.said if said.refusal)
        told = sum(said.contentions for said in heat.said)
        return Outcome(race, self.engine, len(heat.said), winners, refusals, told, heat.lost, heat.seconds)

    def mid(self, site: str, member: str) -> str:
        return members.resolve(site, member).mid

    def proved(self, site: str, *ids: str) -> list[Member]:
        """The members with these ids, after the books of the whole site were found in order."""
        books = proved(self.client, site)
        return [books[self.mid(site, member)] for member in ids]


@contextmanager
def opened(engine: str, endpoint: str, seed: int) -> Iterator[Arena]:
    """An arena on the engine at that address, with an empty table; the seed decides who comes a little later."""
    with engine_table(endpoint) as client, Workers() as workers:
        yield Arena(engine, client, workers, Random(seed))


def proved(client: Any, site: str) -> dict[str, Member]:
    """All members of a site by their inner number: P1 over the site, P2, P3 and P8 for each (``check_...`` use the
    stored text alone, the fold is the product's own).
    """
    cores, accounts = _stored(client, site)
    found: dict[str, Member] = {}
    for mid in accounts:
        check_chain(site, mid, cores[mid])
        check_lots(cores[mid], programmes.in_force(site).zone)
        entries = [parse(core) for core in cores[mid]]
        account = table.read_account(site, mid)
        assert account is not None
        assert account == book.fold(entries), f"the account of {mid} is not what its entries make of it"
        found[mid] = Member(mid, account, entries)
    buckets = [member.account.bucket() for member in found.values()]
    check_conservation(cores, sum(bucket.available + bucket.held for bucket in buckets))
    assert set(cores) <= set(accounts), "entries without an account"
    return found


def credit(site: str, member: str, points: int, key: str | None = None, **more: Any) -> Call:
    body = {"id": member, "actionId": "100", "activity": "CREDIT", "credit": points, "reason": "a gift", **more}
    return Call(site, "POST", "/points", body, key)


def earn(site: str, member: str, action: int, key: str | None = None) -> Call:
    return Call(site, "POST", "/points", {"id": member, "actionId": str(action), "activity": "CREDIT"}, key)


def redeem(site: str, member: str, points: int, key: str | None = None, **more: Any) -> Call:
    body = {"id": member, "actionId": "107", "activity": "DEBIT", "debit": points, **more}
    return Call(site, "POST", "/points", body, key)


def transfer(site: str, giver: str, receiver: str, points: int, key: str | None = None, **more: Any) -> Call:
    body = {"id": giver, "actionId": "8055", "activity": "DEBIT", "debit": points, **more}
    return Call(site, "POST", "/points", body | {"recipientData": {"recipientId": receiver}}, key)


def place(site: str, member: str, order: str, amount: int = 100, key: str | None = None, **more: Any) -> Call:
    lines = [{"id": "P21", "quantity": "1", "unitPrice": str(amount)}]
    return Call(site, "POST", "/orders", {"id": order, "userId": member, "orderDetail": lines, **more}, key)


def change(site: str, order: str, status: str, key: str | None = None) -> Call:
    return Call(site, "PUT", f"/orders/{order}", {"orderId": order, "status": status}, key)


def change_one(site: str, order: str, status: str, key: str | None = None) -> Call:
    """Of the order's only product, its only unit."""
    lines = [{"id": "P21", "quantity": "1"}]
    return Call(site, "PATCH", f"/orders/{order}", {"orderId": order, "status": status, "orderDetail": lines}, key)


def _stored(client: Any, site: str) -> tuple[dict[str, list[str]], set[str]]:
    """The cores by member as stored, and who has an account; read past the product."""
    cores: defaultdict[str, list[str]] = defaultdict(list)
    accounts: set[str] = set()
    prefix = f"M#{site}#"
    scan = client.get_paginator("scan").paginate(TableName=settings.TABLE, ConsistentRead=True)
    mine = (item for page in scan for item in page["Items"] if item["pk"]["S"].startswith(prefix))
    for item in sorted(mine, key=lambda each: (each["pk"]["S"], each["sk"]["S"])):
        mid, sort_key = item["pk"]["S"].removeprefix(prefix), item["sk"]["S"]
        if sort_key.startswith("E#"):
            cores[mid].append(item["core"]["S"])
        elif sort_key == "ACCOUNT":
            accounts.add(mid)
    return dict(cores), accounts
