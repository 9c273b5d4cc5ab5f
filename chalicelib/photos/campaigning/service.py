"""Campaigns for photos: the way in by a code, their entries, and the draw of a contest."""

import secrets
from datetime import date, datetime, timedelta
from typing import Final

from chalicelib.dynamo.commit import Plan, commit
from chalicelib.errors import AlreadyExists, NotFound, Refusal
from chalicelib.gateways.storage import Form
from chalicelib.ledger import days
from chalicelib.ledger.service import Command
from chalicelib.photos import service as photos
from chalicelib.photos.campaigning import drawing, table
from chalicelib.photos.campaigning.drawing import Draw
from chalicelib.photos.intake import Intake
from chalicelib.photos.photo import Photo
from chalicelib.photos.taking import service as taking
from chalicelib.programme.definitions.photo_campaign import PhotoCampaign, PhotoCode
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

USES_MAX: Final = 1_000
"""Photos that may be begun by one code on one day: anybody who reads it can use it."""
COUNTED_DAYS: Final = 32
ENTRIES_MAX: Final = 2_000
"""Entries of a contest that take part in its draw, the newest of them."""
SEED_BYTES: Final = 16


class NoCode(NotFound):
    """No campaign that runs has this code."""

    def __init__(self) -> None:
        super().__init__("No data found: this code is not known, or its campaign is over.")


class CodeExhausted(Refusal):
    """The code was used very often today."""

    status = 429
    sticks = False

    def __init__(self) -> None:
        super().__init__("This code was used very often today. Please try again tomorrow.")


class NoContest(NotFound):
    """There is no contest by that id."""

    def __init__(self) -> None:
        super().__init__("No data found: the programme has no contest with this campaignId.")


class NotOver(Refusal):
    """The contest runs still."""

    status = 409

    def __init__(self, last: str) -> None:
        super().__init__(f"This contest runs to the end of {last}; draw its winners afterwards.")


class Drawn(AlreadyExists):
    """The contest was drawn."""

    def __init__(self) -> None:
        super().__init__(
            "Data already exists: the winners were drawn before. GET /photocampaigns/{campaignId} names them."
        )


@value
class Way:
    """A code that leads somewhere: the campaign it belongs to."""

    campaign: PhotoCampaign
    code: PhotoCode


def way(force: InForce, code: str, now: datetime) -> Way:
    """The running campaign that a code leads to. Raises ``NoCode``."""
    today = _today(force, now)
    for campaign in force.programme.photo_campaigns:
        found = campaign.code(code)
        if found is not None and campaign.is_live(today):
            return Way(campaign, found)
    raise NoCode


def begin(site: str, force: InForce, found: Way, caption: str, now: datetime, then: str) -> tuple[Photo, Form]:
    """A photo that somebody is about to send in by a code, and the form for its file. Who it is nobody asks.

    Whoever begins has agreed to the terms; ``then`` is the page that thanks them. Raises ``CodeExhausted``.
    """
    rules, today = force.programme.photos, _today(force, now)
    gone_at = int((now + timedelta(days=COUNTED_DAYS)).timestamp())
    used = table.use(site, found.code.code, today, USES_MAX, gone_at, CodeExhausted())
    commit(lambda: None, lambda _: Plan((used,), None))
    given = Intake(
        source="code",
        caption=caption,
        products=(*found.code.products, *found.campaign.products),
        tags=found.campaign.tags,
        store=found.code.store_id,
        campaign=found.campaign.campaign_id,
        code=found.code.code,
        action=found.campaign.action_id or 0,
        rights="granted",
        consent=f"terms {rules.terms_version} {rules.terms_url}".strip(),
    )
    return taking.form(site, given, now, then=then)


def entries(site: str, campaign: PhotoCampaign) -> list[Photo]:
    """The approved photos of a contest that take part in its draw, oldest first. A call for each hundred, and one."""
    listed = photos.entered(site, campaign.campaign_id, ENTRIES_MAX)
    most = campaign.contest.entries_max if campaign.contest is not None else 1
    return drawing.entries_of(listed, most)


def contest(force: InForce, campaign_id: str) -> PhotoCampaign:
    """A contest of the programme. Raises ``NoContest``."""
    found = next((each for each in force.programme.photo_campaigns if each.campaign_id == campaign_id), None)
    if found is None or found.contest is None:
        raise NoContest
    return found


def draw(site: str, run: Command, force: InForce, campaign: PhotoCampaign, by: str) -> Draw:
    """Draw the winners of a contest that is over, once; the seed is kept with them.

    Raises ``NotOver`` and ``Drawn``.
    """
    if campaign.is_live(_today(force, run.now)) or (campaign.end_date or "") >= _today(force, run.now).isoformat():
        raise NotOver(campaign.end_date or "")
    found = entries(site, campaign)
    seed = secrets.token_hex(SEED_BYTES)
    winners = drawing.drawn(found, seed, campaign.contest.winners if campaign.contest is not None else 1)
    done = Draw(seed, days.to_ms(run.now), by, len(found), winners)
    body = drawing.dump(done)
    write = table.draw_write(site, campaign.campaign_id, body, Drawn())
    return commit(
        lambda: None,
        lambda _: Plan((write,), done, lambda: table.read_draw(site, campaign.campaign_id) == body),
    )


def drawn(site: str, campaign: PhotoCampaign) -> Draw | None:
    """The draw of a contest, if it was drawn."""
    body = table.read_draw(site, campaign.campaign_id)
    return None if body is None else drawing.load(body)


def is_live(force: InForce, campaign: PhotoCampaign, now: datetime) -> bool:
    """Whether a campaign takes photos now, by the programme's calendar."""
    return campaign.is_live(_today(force, now))


def _today(force: InForce, now: datetime) -> date:
    return date.fromordinal(days.day_of(now, force.zone))
