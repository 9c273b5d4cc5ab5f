"""What must hold when a world of the second play has healed."""

import json
from collections import Counter, defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.ledger import account as accounts
from chalicelib.ledger.book import fold
from chalicelib.ledger.entry import Entry, parse
from tests.simulation.judge_compare import account_of
from tests.simulation.nouns import BUDGET, CODES, MEMBERS
from tests.support.proofs import check_chain, check_conservation, check_lots

ZONE = ZoneInfo("UTC")


def breaches(world: Any) -> list[str]:
    """What is wrong with the raw items, and with what callers heard."""
    books: dict[str, dict[str, Any]] = defaultdict(dict)
    for (pk, sk), item in world.items().items():
        books[pk][sk] = item
    members = {pk: book for pk, book in books.items() if pk.startswith("M#") and "ACCOUNT" in book}
    found = [f"{pk}: {text}" for pk, book in members.items() for text in _of_book(pk, book)]
    entries = {pk: [parse(core) for core in _cores(book)] for pk, book in members.items()}
    found += _conserved(members)
    found += _codes(world, entries)
    found += _campaigns(books, entries)
    found += _keys(world)
    return found + _merged(world, books, members)


def _cores(book: dict[str, Any]) -> list[str]:
    return [item["core"]["S"] for sk, item in sorted(book.items()) if sk.startswith("E#")]


def _of_book(pk: str, book: dict[str, Any]) -> list[str]:
    cores, stored = _cores(book), book["ACCOUNT"]
    _, site, mid = pk.split("#")
    try:
        check_chain(site, mid, cores)
        lots = check_lots(cores, ZONE)
    except AssertionError as broken:
        return [f"P2/P3: {broken}"]
    found = []
    left = {(kind, day): points for (_, kind, day), points in lots.items()}
    if left != {(kind, day): points for kind, day, points in account_of(stored)["lots"]}:
        found.append(f"P3: the entries leave the lots {left}")
    folded = fold(parse(core) for core in cores)
    if accounts.dump(folded) != stored["body"]["S"]:
        found.append("P2/P8: the account is not the fold of its entries")
    holds = [json.loads(item["body"]["S"]) for sk, item in book.items() if sk.startswith("H#")]
    if (
        not account_of(stored).get("merged")
        and sum(sum(each["p"].values()) for each in holds) > account_of(stored)["held"]
    ):
        merged = any(parse(core).kind.startswith("merged") for core in cores)
        found += [] if merged else ["holds promise more than the account holds"]
    return found


def _conserved(members: dict[str, Any]) -> list[str]:
    """P1, over members and groups alike."""
    cores = {pk: _cores(book) for pk, book in members.items()}
    figures = [account_of(book["ACCOUNT"]) for book in members.values()]
    outstanding = sum(sum(points for *_, points in each["lots"]) - each["owed"] + each["held"] for each in figures)
    try:
        check_conservation(cores, outstanding)
    except AssertionError as broken:
        return [f"P1: {broken}"]
    return []


def _codes(world: Any, entries: dict[str, list[Entry]]) -> list[str]:
    """Each code went to one redemption, and each redemption that was told got one."""
    claimed = [
        entry for each in entries.values() for entry in each if entry.refs.reward == "coupon" and entry.kind == "redeem"
    ]
    told: dict[str, str] = {}
    found: list[str] = []
    for record in world.history:
        body = record.call.body if isinstance(record.call.body, dict) else {}
        if body.get("rewardId") != "coupon" or record.answer is None or record.answer.status != 200:
            continue
        code, key = record.answer.body["rewardCode"], record.call.key
        if not code or told.setdefault(key, code) != code:
            found.append(f"key {key} was told {code!r}, before {told.get(key)!r}")
    twice = [code for code, count in Counter(told.values()).items() if count > 1]
    if twice:
        found.append(f"codes were given twice: {twice}")
    if len(claimed) > CODES or len(told) > len(claimed):
        found.append(f"{len(claimed)} redemptions of {CODES} codes, {len(told)} told")
    return found


def _campaigns(books: dict[str, Any], entries: dict[str, list[Entry]]) -> list[str]:
    """What campaigns count is what the book says they gave, and no budget is overdrawn."""
    given: Counter[str] = Counter()
    for each in entries.values():
        for entry in each:
            given.update(dict(entry.campaigns))
    counted: Counter[str] = Counter()
    for pk, book in books.items():
        name = pk.partition("#campaign#")[2]
        for item in book.values() if name else ():
            counted[name] += int(item.get("points", {"N": "0"})["N"])
    found = [] if +given == +counted else [f"campaigns counted {dict(counted)}, the book gave {dict(given)}"]
    return found + ([f"the budget of {BUDGET} was overdrawn: {given['bonus']}"] if given["bonus"] > BUDGET else [])


def _keys(world: Any) -> list[str]:
    """P4: a key hears one answer, whatever becomes of the calls."""
    heard: dict[str, tuple[int, str]] = {}
    found = []
    for record in world.history:
        answer, key = record.answer, record.call.key
        if answer is None or key is None or answer.status >= 500 or answer.status == 409:
            continue
        said = answer.status, json.dumps(answer.body, default=str, sort_keys=True)
        if heard.setdefault(key, said) != said:
            found.append(f"key {key} heard {said}, before {heard[key]}")
    return found


def _merged(world: Any, books: dict[str, Any], members: dict[str, Any]) -> list[str]:
    """Whoever was merged is closed, and their id leads to somebody who is not."""
    found = []
    for member in MEMBERS:
        claim = books.get(f"C#{world.site}#id#{member}", {}).get("CLAIM")
        if claim is None:
            found.append(f"the id {member} leads to nobody")
            continue
        account = members.get(f"M#{world.site}#{claim['mid']['S']}")
        if account is None or json.loads(account["ACCOUNT"]["body"]["S"])["s"] in {"closed", "merged"}:
            found.append(f"the id {member} leads to an account that is closed")
    return found
