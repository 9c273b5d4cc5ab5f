"""Giving the rewards that a campaign owes a member. Safe to repeat: each has a key of its own."""

from dataclasses import replace
from datetime import datetime

from chalicelib.dynamo.commit import Plan, commit
from chalicelib.dynamo.idempotency import Key, KeyTaken
from chalicelib.errors import Contention, Refusal
from chalicelib.ids import digest
from chalicelib.ledger.service import command
from chalicelib.programme import service as programmes
from chalicelib.programme import standard
from chalicelib.programme.campaigning import service as campaigning
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
        except (KeyTaken, Contention) as refused:
            if isinstance(refused, Contention):
                raise
        except Refusal:
            continue
    if progress.owed:
        commit(
            lambda: campaigning.owed(site, mid, campaign_id),
            lambda now_owed: Plan(
                (campaigning.given(site, mid, campaign_id, now_owed, len(progress.owed), now),) if now_owed.owed else (),
                None,
            ),
        )
