"""Giving the rewards that a campaign owes a member. Safe to repeat: each has a key of its own."""

from dataclasses import replace
from datetime import datetime

from chalicelib.dynamo.commit import Plan, commit
from chalicelib.dynamo.idempotency import Key
from chalicelib.errors import Contention, Refusal
from chalicelib.ids import digest
from chalicelib.ledger.service import MemberMerged, command
from chalicelib.programme import service as programmes
from chalicelib.programme import standard
from chalicelib.programme.campaigning import service as campaigning
from chalicelib.programme.campaigning.merging import service as merging
from chalicelib.programme.campaigning.progress import Progress
from chalicelib.programme.performing.service import Wish
from chalicelib.rewards.redeeming import service as claiming
from chalicelib.rewards.redeeming.service import Claim


def give(site: str, mid: str, campaign_id: str, now: datetime) -> None:
    """Give everything that the campaign owes the member, each once. What cannot be had (sold out, off the catalogue) is
    given up: the campaign's points are not touched by it. Raises ``Contention``.
    """
    force = programmes.in_force(site)
    progress = campaigning.owed(site, mid, campaign_id)
    for place, reward in enumerate(progress.owed):
        key = Key(digest("campaign", site, mid, campaign_id, str(progress.given + place)), digest(reward))
        run = replace(command(now), key=key)
        wish = Wish(standard.REDEEMED, source="campaign", note={"reason": f"campaign {campaign_id}"})
        issued = {"source_type": "campaign", "source_details": {"source_id": campaign_id}}
        try:
            claiming.claim(site, run, force, mid, Claim(reward, wish, is_free=True, personal={"issuance": issued}))
        except Contention:
            raise
        except MemberMerged as merged:
            # Merged since: what is owed goes over, and is due with who goes on.
            merging.moved(site, mid, merged.into)
            return
        except Refusal:
            # Given already by a worker that did not live to say so, or not to be had any more.
            continue
    if progress.owed:
        _settle(site, mid, campaign_id, progress, now)


def _settle(site: str, mid: str, campaign_id: str, before: Progress, now: datetime) -> None:
    """Say that all that was owed is given, unless another worker has said so meanwhile."""

    def decide(progress: Progress) -> Plan[None]:
        if progress.given != before.given:
            return Plan((), None)
        return Plan((campaigning.given(site, mid, campaign_id, progress, len(before.owed), now),), None)

    commit(lambda: campaigning.owed(site, mid, campaign_id), decide)
