"""Measuring a site's own figures for the calculator, from the facts of a sample of its members."""

from decimal import Decimal
from typing import Final

from chalicelib.dynamo import items, listing
from chalicelib.facts import table as facts
from chalicelib.ledger.draft import CLOSED
from chalicelib.reporting.calculator.metrics import MONEY_DECIMALS, Measured, share

SAMPLE_MAX: Final = 1_000
"""Members who are looked at. Their numbers are random, so the first of the list are as good as any others."""
_BATCH: Final = items.BATCH_GET_MAX


def measure(site: str, decimals: int) -> Measured:
    """What a sample of the site's members bought so far; ``decimals`` of its currency. At most 18 calls.

    The repeat purchase rate is of members with an order: those who have two or more, over all the time they are in.
    """
    part = SAMPLE_MAX // listing.SHARDS
    mids = [mid for shard in range(listing.SHARDS) for mid in facts.members(site, shard, after="", limit=part)]
    orders = spend = buyers = again = 0
    for begin in range(0, len(mids), _BATCH):
        for item in items.get_many([facts.address(site, mid) for mid in mids[begin : begin + _BATCH]]):
            row = facts.load(item)
            if row.state in {"", CLOSED} or not row.orders:
                continue
            orders, spend, buyers, again = orders + row.orders, spend + row.spend, buyers + 1, again + (row.orders > 1)
    if not buyers:
        return Measured(0, 0, None, None, is_whole_year=False)
    average = round(Decimal(spend).scaleb(-decimals) / orders, MONEY_DECIMALS)
    return Measured(orders, buyers, average, share(again, buyers), is_whole_year=False)
