"""What must hold when a world has healed: every figure through the API, and the promises from the raw items."""

import json
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.ledger import account as accounts
from chalicelib.ledger.book import fold
from chalicelib.ledger.entry import parse
from tests.simulation.calls import YEARS
from tests.simulation.history import Raw
from tests.simulation.judge_compare import account_of, stored_differences
from tests.simulation.model import Site
from tests.support.proofs import check_chain, check_conservation, check_lots

FIGURES = ("available", "held", "used", "redeemed", "expired", "lifetime", "spend", "orders")
Book = dict[str, Raw]


def read_all(world: Any) -> None:
    """Ask for every figure of every member and every order, in calm weather."""
    bodies = [record.call.body for record in world.history if record.call.path == "/orders"]
    members = sorted({record.call.body["id"] for record in world.history if record.call.path == "/users"})
    orders = sorted({body["id"] for body in bodies})

    def reading() -> None:
        for member in members:
            world.request("GET", f"/points/{member}")
            world.request("GET", f"/users/{member}")
            world.request("GET", f"/users/{member}/tiers")
            world.request("GET", f"/pointsexpiry/{member}", query=YEARS)
            world.request("POST", "/actions", {"id": member})
            world.request("POST", "/orderdetails", {"userId": member})
            for page in (1, 2, 3):
                world.request("GET", f"/users/{member}/activity", query={"page": str(page)})
        for order in orders:
            world.request("POST", "/orderdetails", {"orderId": order})

    world.prelude(reading)


def breaches(world: Any, site: Site, numbers: dict[str, int]) -> list[str]:
    """What is wrong with the raw items."""
    books: dict[str, Book] = {}
    for (pk, sk), item in world.items().items():
        books.setdefault(pk, {})[sk] = item
    members = {pk: book for pk, book in books.items() if pk.startswith("M#")}
    found: list[str] = []
    for pk, book in members.items():
        found += [f"{pk}: {text}" for text in _of_member(pk, book, site, numbers)]
    found += _conservation(members)
    found += _facts(members, books)
    found += _unfinished(books, site)
    return found


def _of_member(pk: str, book: Book, site: Site, numbers: dict[str, int]) -> list[str]:
    if "ACCOUNT" not in book:
        return [f"there is no account beside {sorted(book)}"]
    stored, member = book["ACCOUNT"], site.members[numbers[pk]]
    found = stored_differences(member, stored)
    cores = [item["core"]["S"] for sk, item in sorted(book.items()) if sk.startswith("E#")]
    _, site_id, mid = pk.split("#")
    try:
        check_chain(site_id, mid, cores)
        lots = check_lots(cores, ZoneInfo(site.rules.zone))
    except AssertionError as broken:
        return [*found, f"P2/P3: {broken}"]
    left = {(kind, day): points for (_, kind, day), points in lots.items()}
    if left != {(kind, day): points for kind, day, points in account_of(stored)["lots"]}:
        found.append(f"P3: the entries leave the lots {left}")
    folded = fold(parse(core) for core in cores)
    if folded.version != int(stored["ver"]["N"]) or accounts.dump(folded) != stored["body"]["S"]:
        found.append("P2/P8: the account is not the fold of its entries")
    holds = [json.loads(item["body"]["S"]) for sk, item in book.items() if sk.startswith("H#")]
    if sum(sum(hold["p"].values()) for hold in holds) != account_of(stored)["held"]:
        found.append(f"the holds do not add up to {account_of(stored)['held']}")
    if member.state == "closed":
        found += _erased(book)
    return found


def _erased(book: Book) -> list[str]:
    """P11: what must be gone of an erased member."""
    personal = [sk for sk in book if sk in {"PROFILE", "ERASURE"} or sk.startswith(("K#", "H#"))]
    personal += [sk for sk, item in book.items() if "note" in item or "buyer" in item]
    return [f"P11: after the erasure there is still {sk}" for sk in personal]


def _conservation(members: dict[str, Book]) -> list[str]:
    """P1 and the halves of transfers."""
    cores = {
        pk: [item["core"]["S"] for sk, item in sorted(book.items()) if sk.startswith("E#")]
        for pk, book in members.items()
    }
    figures = [account_of(book["ACCOUNT"]) for book in members.values() if "ACCOUNT" in book]
    outstanding = sum(sum(points for *_, points in each["lots"]) - each["owed"] + each["held"] for each in figures)
    try:
        check_conservation(cores, outstanding)
    except AssertionError as broken:
        return [f"P1: {broken}"]
    return []


def _facts(members: dict[str, Book], books: dict[str, Book]) -> list[str]:
    """Facts rows and daily counters say what the accounts say."""
    found, wanted, tiers, counted = [], Counter[str](), Counter[str](), Counter[str]()
    for pk, book in members.items():
        account, facts = account_of(book["ACCOUNT"]), json.loads(book.get("FACTS", {"body": {"S": "{}"}})["body"]["S"])
        mine = {name: account[name] for name in ("held", "used", "redeemed", "expired", "lifetime", "state")}
        mine["available"] = sum(points for *_, points in account["lots"]) - account["owed"]
        mine["spend"], mine["orders"] = account["earned"][1:]
        mine["tier"], mine["version"] = account["tier"][0], int(book["ACCOUNT"]["ver"]["N"])
        wrong = {name: (value, facts.get(name)) for name, value in mine.items() if facts.get(name) != value}
        if wrong:
            found.append(f"{pk}: facts {wrong}")
        wanted.update({name: mine[name] for name in FIGURES})
        if mine["state"] != "closed":
            wanted["members"] += 1
            tiers[mine["tier"]] += 1
    for pk, book in books.items():
        for sk, item in book.items() if pk.startswith("N#") else ():
            subject = sk.partition("#")[2]
            for name in (*FIGURES, "members"):
                counted[name if subject == "all" else f"{subject}/{name}"] += int(item.get(name, {"N": "0"})["N"])
    expected = {**wanted, **{f"tier#{tier}/members": count for tier, count in tiers.items()}}
    counts = {name: count for name, count in counted.items() if count}
    if counts != {name: count for name, count in expected.items() if count}:
        found.append(f"daily counters add up to {counts}, wanted {expected}")
    return found


def _unfinished(books: dict[str, Book], site: Site) -> list[str]:
    """Claims lead to the members there are, and every key has its effect."""
    found = []
    ids = {pk.split("#", 3)[3] for pk in books if pk.startswith("C#") and pk.split("#")[2] == "id"}
    if ids != set(site.ids):
        found.append(f"claims on ids are {sorted(ids)}, wanted {sorted(site.ids)}")
    orders = {pk.split("#", 3)[3] for pk in books if pk.startswith("C#") and pk.split("#")[2] == "order"}
    if orders != set(site.orders):
        found.append(f"claims on orders are {sorted(orders)}, wanted {sorted(site.orders)}")
    keys = sum(pk.startswith("K#") for pk in books)
    if keys != len(site.keys):
        found.append(f"{keys} keys are stored, the model has {len(site.keys)}")
    return found
