"""Where the items of a backtest stand, and which of them a message of the queue names."""

from typing import Final

PART: Final = "PART#"
_KIND: Final = "B"


def of_run(site: str, run: str) -> str:
    """Partition of a run and its parts."""
    return f"{_KIND}#{site}#{run}"


def part(site: str, run: str, shard: int) -> tuple[str, str]:
    """Where a part of a run stands."""
    return of_run(site, run), f"{PART}{shard:03d}"


def parse(pk: str, sk: str) -> tuple[str, str, int]:
    """Site, run and shard of ``part``; raises ``ValueError`` for any other address."""
    kind, site, run = pk.split("#")
    if kind != _KIND or not sk.startswith(PART):
        raise ValueError(f"{sk} is no part of a backtest")
    return site, run, int(sk.removeprefix(PART))
