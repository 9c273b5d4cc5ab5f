"""That a book adds up, shown from the stored text alone: no code of the product takes part."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MINE = ("available", "held")
Sums = Counter[tuple[str, str]]


def _digest(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def check_chain(site: str, mid: str, cores: Sequence[str]) -> None:
    """P2: numbers without a gap, each entry over the hash of the one before, from the member's own genesis."""
    previous = _digest(f"laurel:{site}:{mid}")
    for number, core in enumerate(cores, start=1):
        body = json.loads(core)
        assert body["n"] == number, f"entry {number} of {mid} is numbered {body['n']}"
        assert body["h"] == previous, f"entry {number} of {mid} does not follow the one before"
        previous = _digest(core)


def postings(cores: Iterable[str]) -> Sums:
    """Sum of all postings by their two sides."""
    sums: Sums = Counter()
    for core in cores:
        for source, target, _bucket, amount in json.loads(core).get("p", []):
            assert amount > 0
            sums[source, target] += amount
    return sums


def check_conservation(books: Mapping[str, Sequence[str]], outstanding: int) -> None:
    """P1: what is available and held over all members is what was issued and promised less what left again."""
    sums: Sums = Counter()
    for cores in books.values():
        sums += postings(cores)
    came = sum(amount for (_, target), amount in sums.items() if target in MINE)
    went = sum(amount for (source, _), amount in sums.items() if source in MINE)
    assert outstanding == came - went
    assert sums["available", "transferred"] == sums["transferred", "available"]


def check_lots(cores: Iterable[str], zone: ZoneInfo) -> dict[tuple[str, str, int], int]:
    """P3: no lot is drawn beyond its points and nothing expired is spent; gives what each lot holds at the end."""
    lots: Counter[tuple[str, str, int]] = Counter()
    for core in cores:
        body = json.loads(core)
        today = datetime.fromtimestamp(body["t"] / 1000, UTC).astimezone(zone).toordinal()
        for bucket, kind, day, delta in body.get("l", []):
            lots[bucket, kind, day] += delta
        for bucket, kind, day, amount, *_ in body.get("w", []):
            lots[bucket, kind, day] -= amount
            if body["k"] == "expire":
                assert 0 < day < today, f"a lot of day {day} expired on {today}"
            else:
                assert day == 0 or day >= today, f"a lot of day {day} was spent on {today}"
        assert min(lots.values(), default=0) >= 0, f"entry {body['n']} overdraws a lot"
    return {lot: points for lot, points in lots.items() if points}
