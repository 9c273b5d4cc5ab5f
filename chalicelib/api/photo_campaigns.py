"""Campaigns for photos, the networks a site is connected to, and the draw of a contest. For staff."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import force_of, stamp
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.api.upload_page import base
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed, NotFound
from chalicelib.photos.campaigning import service as campaigning
from chalicelib.photos.campaigning.defining import service as defined
from chalicelib.photos.campaigning.drawing import Draw
from chalicelib.photos.collecting import service as collecting
from chalicelib.photos.collecting.service import Connection
from chalicelib.programme.definitions.photo_campaign import PhotoCampaign
from chalicelib.programme.rendering import plain

routes: Final = Routes(__name__, "Photos")
_FREE: Final = WithJsonSchema({"type": "object", "additionalProperties": True})
Free = Annotated[dict[str, Any], _FREE]
SEARCHED: Final = tuple(collecting.SEARCHED)


class NetworkBody(Body):
    """With what a network is asked: the account that asks, where it wants one, and a token that may search."""

    account_id: fields.Text = ""
    access_token: Annotated[str, fields.text_up_to(collecting.TOKEN_CHARACTERS_MAX)]


class NetworkView(TypedDict):
    """A connection, without its secret: when it last looked, what it has found, and whether the network lets it."""

    network: str
    accountId: str
    state: str
    lastRun: str | None
    photosFound: int


class NetworkViews(TypedDict):
    """All connections of a site."""

    siteId: str
    networks: list[NetworkView]


class CodeLink(TypedDict):
    """A code with the addresses to print."""

    code: str
    purpose: str
    storeId: str
    link: str
    qr: str


class CampaignView(TypedDict):
    """A campaign as it is defined, with the links of its codes."""

    siteId: str
    campaign: Free
    isLive: bool
    links: list[CodeLink]


class CampaignViews(TypedDict):
    """All campaigns for photos."""

    siteId: str
    campaigns: list[CampaignView]


class DrawView(TypedDict):
    """A draw: whoever sorts the entries by SHA-256 over the seed and their ids draws the same."""

    seed: str
    drawnAt: str
    by: str
    entries: int
    winners: list[str]


class ContestView(TypedDict):
    """The entries of a contest that take part, oldest first, and its draw."""

    siteId: str
    campaignId: str
    entries: list[str]
    draw: DrawView | None


class Gone(TypedDict):
    """What was removed."""

    siteId: str
    removed: str


def _campaign_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _campaign(request, defined.find(request.site, known.ref))


@routes.add("GET", "/networks", scope="programme:read", response=NetworkViews)
def get_networks(request: Request) -> Mapping[str, Any]:
    """List the networks that a site is connected to, without their tokens."""
    return _networks(request)


@routes.add("PUT", "/networks/{network}", scope="programme:write", body=NetworkBody, response=NetworkViews)
def put_network(request: Request) -> Mapping[str, Any]:
    """Connect a site to instagram or x, or give the connection a new token: live hashtag campaigns are looked for at
    once and then every hour.

    accountId is the number of the Instagram business account that asks. The token is sealed and never readable again.
    """
    body: NetworkBody = request.body
    if not body.access_token.strip():
        raise Malformed("accessToken: the token that may search.")
    network = _network(request)
    if network == "instagram" and not body.account_id.isdigit():
        raise Malformed("accountId: the number of the Instagram business account that asks.")
    collecting.connect(request.site, network, body.account_id, body.access_token.strip(), request.now)
    return _networks(request)


@routes.add("DELETE", "/networks/{network}", scope="programme:write", response=NetworkViews)
def delete_network(request: Request) -> Mapping[str, Any]:
    """End the connection to a network; its token is gone."""
    collecting.disconnect(request.site, _network(request))
    return _networks(request)


@routes.add("GET", "/photocampaigns", scope="programme:read", response=CampaignViews)
def get_photo_campaigns(request: Request) -> Mapping[str, Any]:
    """List the campaigns for photos, with the links and QR codes of their codes."""
    found = force_of(request).programme.photo_campaigns
    return {"siteId": request.site, "campaigns": [_campaign(request, each) for each in found]}


@routes.add(
    "PUT", "/photocampaigns/{campaignId}", scope="programme:write", body=dict[str, Any], response=CampaignView,
    again=_campaign_again,
)  # fmt: skip
def put_photo_campaign(request: Request) -> Mapping[str, Any]:
    """Define a campaign for photos, or replace it: hashtags, codes, texts of the upload form, days, contest.

    It is in force at once. docs/definitions.md names every field.
    """
    campaign_id = fields.outside_id("campaignId", request.params["campaignId"])
    given = {**request.raw, "campaignId": campaign_id}
    return _campaign(request, defined.put(request.site, request.command(), campaign_id, given))


@routes.add("DELETE", "/photocampaigns/{campaignId}", scope="programme:write", response=Gone)
def delete_photo_campaign(request: Request) -> Mapping[str, Any]:
    """Remove a campaign for photos; its photos stay."""
    campaign_id = fields.outside_id("campaignId", request.params["campaignId"])
    defined.remove(request.site, request.command(), campaign_id)
    return {"siteId": request.site, "removed": campaign_id}


@routes.add("GET", "/photocampaigns/{campaignId}/contest", scope="content:read", response=ContestView)
def get_contest(request: Request) -> Mapping[str, Any]:
    """Read the entries of a contest that take part in its draw, and the draw: approved photos, at most so many of each
    member or handle.
    """
    return _contest(request, campaigning.contest(force_of(request), request.params["campaignId"]))


def _contest(request: Request, campaign: PhotoCampaign) -> dict[str, Any]:
    drawn = campaigning.drawn(request.site, campaign)
    return {
        "siteId": request.site,
        "campaignId": campaign.campaign_id,
        "entries": [each.id for each in campaigning.entries(request.site, campaign)],
        "draw": None if drawn is None else _draw(drawn),
    }


@routes.add("POST", "/photocampaigns/{campaignId}/contest", scope="programme:write", response=ContestView, also=(409,))
def draw_contest(request: Request) -> Mapping[str, Any]:
    """Draw the winners of a contest that is over, once.

    The seed is made now and kept with the winners, so that anybody can draw again: entries sorted by SHA-256 over the
    seed and their id, at most one prize for each member or handle.
    """
    force = force_of(request)
    campaign = campaigning.contest(force, request.params["campaignId"])
    campaigning.draw(request.site, request.command(), force, campaign, request.principal.kind)
    return _contest(request, campaign)


def _networks(request: Request) -> dict[str, Any]:
    return {"siteId": request.site, "networks": [_connection(each) for each in collecting.connections(request.site)]}


def _connection(found: Connection) -> dict[str, Any]:
    return {
        "network": found.network,
        "accountId": found.account,
        "state": found.state,
        "lastRun": None if found.ran is None else stamp(found.ran),
        "photosFound": found.found,
    }


def _network(request: Request) -> str:
    network = request.params["network"].lower()
    if network not in SEARCHED:
        raise NotFound(f"No data found: hashtags are looked for in {' and '.join(SEARCHED)}.")
    return network


def _campaign(request: Request, campaign: PhotoCampaign) -> dict[str, Any]:
    return {
        "siteId": request.site,
        "campaign": plain(campaign),
        "isLive": campaigning.is_live(force_of(request), campaign, request.now),
        "links": _links(request, campaign),
    }


def _links(request: Request, campaign: PhotoCampaign) -> Sequence[Mapping[str, str]]:
    root = f"{base(request)}/public/{request.site}"
    return [
        {
            "code": each.code,
            "purpose": each.purpose,
            "storeId": each.store_id,
            "link": f"{root}/upload/{each.code}",
            "qr": f"{root}/qr/{each.code}",
        }
        for each in campaign.codes
    ]


def _draw(drawn: Draw) -> dict[str, Any]:
    return {
        "seed": drawn.seed,
        "drawnAt": stamp(drawn.at),
        "by": drawn.by,
        "entries": drawn.entries,
        "winners": list(drawn.winners),
    }
