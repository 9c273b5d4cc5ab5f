"""Whether the book of a shop adds up, as the auditor sees it."""

from datetime import timedelta

from chalicelib import clock
from chalicelib.ledger.auditing import service as auditing
from chalicelib.ledger.auditing.sums import site_findings
from tests.api.shop import Shop


def faults(shop: Shop) -> list[str]:
    """What is wrong with the site: members, groups, keys and claims (P1, P2)."""
    settled = auditing.settled_by(clock.now() + timedelta(days=1))
    walked = auditing.walk(0, of=1, after=None, settled=settled, only=shop.site)
    assert walked.following is None
    sums = walked.sums.get(shop.site)
    if sums is None:
        return []
    return [f"{each.kind} {each.entry} {each.what}" for each in (*sums.findings, *site_findings(shop.site, sums))]
