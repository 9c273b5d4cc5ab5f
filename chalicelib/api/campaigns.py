"""Campaigns: what runs, how far a member is, activation, and what each has done (annex-api-2, section 5)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import WireFigures, force_of, stamp
from chalicelib.api.fields import Body
from chalicelib.api.paging import PageQuery, counted, page_of
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.ledger import days
from chalicelib.ledger.service import NoSuchMember
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.programme import service as programmes
from chalicelib.programme.campaigning import judging
from chalicelib.programme.campaigning import service as campaigning
from chalicelib.programme.campaigning.progress import Progress
from chalicelib.programme.campaigning.service import UnknownCampaign
from chalicelib.programme.definitions.campaign import Campaign
from chalicelib.programme.document import Programme
from chalicelib.programme.rendering import plain, render
from chalicelib.programme.segments import service as segments
from chalicelib.programme.service import Published
from chalicelib.programme.validation import validate

routes: Final = Routes(__name__, "Campaign")


class CampaignBody(Body):
    """Whose campaigns are asked for, and which."""

    user_id: fields.MemberId
    campaign_id: fields.Text = ""
    page: fields.Page = 1


class ActivationBody(Body):
    """Who takes part from now on."""

    user_id: fields.MemberId


class CampaignAnswer(TypedDict):
    """Campaigns, as the commerce connector reads them."""

    siteId: str
    allCampaignDetails: list[dict[str, Any]]
    pages: int
    currentPage: int


class CampaignStatus(CampaignAnswer):
    """How far a member is in each."""

    userId: str


class Activated(TypedDict):
    """That a member takes part, and since when."""

    siteId: str
    userId: str
    campaignId: str
    campaignName: str
    activated: str
    activationDate: str
    status: str
    message: str


class CampaignFigures(TypedDict):
    """What a campaign has done so far."""

    siteId: str
    campaignId: str
    campaignName: str
    participants: int
    times: int
    orders: int
    points: Number
    pointsValue: Number
    budgetPoints: Number | None
    budgetLeft: Number | None


class CampaignDefined(TypedDict):
    """A campaign as it was put into force."""

    siteId: str
    programmeVersion: int
    campaign: dict[str, Any]


@routes.add("GET", "/campaign/{campaignId}", scope="campaigns:read", query=PageQuery, response=CampaignAnswer)
def get_campaigns(request: Request) -> Mapping[str, Any]:
    """Read a campaign, or all of them (ALL), or with a member's id those that are open to that member now."""
    force, named = force_of(request), request.params["campaignId"]
    every = force.programme.campaigns
    if named.strip().upper() == "ALL":
        return _page(request, [details(each, request) for each in every], request.query.page)
    if named in force.campaign_by_id:
        return _page(request, [details(force.campaign_by_id[named], request)], 1)
    try:
        member = members.resolve(request.site, named)
    except NoSuchMember:
        raise UnknownCampaign from None
    rows = [
        row for row in _rows(request, member, list(every)) if row["campaignStatus"] == "ON" and row["isOpen"] == "YES"
    ]
    return _page(request, [row for row in rows if row["eligible"] == "YES"], request.query.page)


@routes.add("POST", "/campaign", scope="campaigns:read", body=CampaignBody, response=CampaignStatus)
def get_campaign_status(request: Request) -> Mapping[str, Any]:
    """Read how far a member is in all campaigns, or in one: activation, milestones, points, and why not."""
    force, body = force_of(request), request.body
    wanted = [campaigning.campaign_of(force, body.campaign_id)] if body.campaign_id else list(force.programme.campaigns)
    found = page_of(wanted, body.page)

    def read(member: Resolved) -> Mapping[str, Any]:
        return {
            "siteId": request.site,
            "userId": member.given,
            "allCampaignDetails": _rows(request, member, found),
            **counted(len(wanted), body.page),
        }

    return members.on_member(request.site, body.user_id, read)


def _activated_again(request: Request, known: Known) -> Mapping[str, Any]:
    campaign = campaigning.campaign_of(force_of(request), request.params["campaignId"])
    return _activated(request, campaign, campaigning.progress_of(request.site, known.mid, [campaign.campaign_id])[0])


@routes.add("POST", "/campaign/{campaignId}/activation", scope="campaigns:write", body=ActivationBody,
            response=Activated, again=_activated_again)  # fmt: skip
def activate_campaign(request: Request) -> Mapping[str, Any]:
    """Let a member take part in a campaign that asks for it. Only what they do from then on counts."""
    force, run = force_of(request), request.command()
    campaign = campaigning.campaign_of(force, request.params["campaignId"])

    def act(member: Resolved) -> Mapping[str, Any]:
        made = campaigning.activate(request.site, run, force, member.mid, campaign.campaign_id)
        return _activated(request, campaign, made)

    return members.on_member(request.site, request.body.user_id, act)


@routes.add("GET", "/campaigns/{campaignId}/figures", scope="programme:read", response=CampaignFigures)
def get_campaign_figures(request: Request) -> Mapping[str, Any]:
    """Read what a campaign has done so far: participants, points, orders, and what is left of its budget."""
    force = force_of(request)
    show, campaign = WireFigures(force), campaigning.campaign_of(force, request.params["campaignId"])
    found, bound = campaigning.figures(request.site, campaign.campaign_id), judging.budget(force.programme, campaign)
    points = show.points(found.points)
    return {
        "siteId": request.site,
        "campaignId": campaign.campaign_id,
        "campaignName": campaign.campaign_name,
        "participants": found.members,
        "times": found.times,
        "orders": found.orders,
        "points": points,
        "pointsValue": points * force.programme.currency.credits_to_currency_ratio,
        "budgetPoints": None if bound is None else show.points(bound),
        "budgetLeft": None if bound is None else show.points(max(0, bound - found.points)),
    }


def _defined_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _defined(request, int(known.ref))


@routes.add("PUT", "/campaigns/{campaignId}", scope="programme:write", body=Campaign, response=CampaignDefined,
            again=_defined_again)  # fmt: skip
def put_campaign(request: Request) -> Mapping[str, Any]:
    """Create a campaign or put another in its place. It is in force within seconds; every wrong field is named."""
    campaign_id, run = request.params["campaignId"], request.command()
    given = {**request.raw, "campaignId": campaign_id}
    if request.raw.get("campaignId") not in (None, campaign_id):
        raise Malformed("campaignId: the body names another campaign than the path.")

    def edit(programme: Programme) -> Programme:
        document = render(programme)
        others = [each for each in document.get("campaigns", ()) if each["campaignId"] != campaign_id]
        return validate({**document, "campaigns": [*others, given]})

    published: Published = programmes.amend(request.site, run.id, edit, key=run.key)
    return _defined(request, published.in_force.version)


def details(campaign: Campaign, request: Request) -> dict[str, Any]:
    """A campaign as the vendor's answers show it."""
    force = force_of(request)
    tiers = [force.programme.tier(each).tier_name for each in campaign.audience.tiers]
    published = programmes.published_at(request.site)
    date = "" if published is None else stamp(published)
    return {
        "campaignId": campaign.campaign_id,
        "campaignName": campaign.campaign_name,
        "campaignDateFrom": campaign.starts_at or "",
        "campaignDateTo": campaign.ends_at or "",
        "campaignDescription": campaign.description,
        "campaignTerms": campaign.terms,
        "campaignTagline": campaign.tagline,
        "audience": {"segment": ",".join(campaign.audience.segments), "tier": ",".join(tiers)},
        "campaignStatus": campaign.status,
        "campaignGroupName": campaign.group_name,
        "numberOfMilestones": len(campaign.milestones),
        "campaignCreateDate": date,
        "campaignUpdateDate": date,
        "activationRequired": "YES" if campaign.activation_required else "NO",
        "isOpen": "YES" if judging.is_open(campaign, request.now, force.zone) else "NO",
        "actions": list(campaign.actions),
        "benefit": plain(campaign.benefit) if campaign.benefit is not None else {},
        "milestones": [plain(each) for each in campaign.milestones],
    }


def told(parts: tuple[tuple[str, int], ...], show: WireFigures) -> dict[str, Any]:
    """The campaigns' part of an answer about points: the first by its own fields, and each in ``campaignDetails``."""
    if not parts:
        return {"campaignId": "", "campaignName": "", "campaignPoints": 0, "campaignDetails": {}}
    names = {name: _name(name, show) for name, _ in parts}
    first = parts[0][0]
    return {
        "campaignId": first,
        "campaignName": names[first],
        "campaignPoints": show.points(sum(points for _, points in parts)),
        "campaignDetails": {
            name: {"campaignId": name, "campaignName": names[name], "campaignPoints": show.points(points)}
            for name, points in parts
        },
    }


def _name(campaign_id: str, show: WireFigures) -> str:
    known = show.force.campaign_by_id.get(campaign_id)
    return "" if known is None else known.campaign_name


def _rows(request: Request, member: Resolved, wanted: Sequence[Campaign]) -> list[dict[str, Any]]:
    force, ids = force_of(request), [each.campaign_id for each in wanted]
    audiences = [each.audience for each in wanted]
    inside = segments.admitted(request.site, force, member.mid, request.now, audiences)
    progress = campaigning.progress_of(request.site, member.mid, ids)
    return [
        {**details(each, request), **_status(request, each, known, is_inside=admitted)}
        for each, known, admitted in zip(wanted, progress, inside, strict=True)
    ]


def _status(request: Request, campaign: Campaign, progress: Progress, *, is_inside: bool) -> dict[str, Any]:
    show = WireFigures(force_of(request))
    reached = [*progress.reached, *(0 for _ in campaign.milestones)][: len(campaign.milestones)]
    needs = campaign.activation_required and not progress.activated
    return {
        "eligible": "YES" if is_inside else "NO",
        "activated": "YES" if progress.activated else "NO",
        "activationDate": stamp(progress.activated) if progress.activated else "",
        "reason": _reason(is_inside=is_inside, needs_activation=needs),
        "timesQualified": progress.times,
        "timesAchieved": progress.benefits,
        "amountSpent": show.spend(progress.amount),
        "campaignPoints": show.points(progress.points),
        "validUntil": _valid_until(campaign, progress, show),
        "milestoneDetails": [
            {
                "milestone": place + 1,
                "completedCount": count,
                "pendingCount": _pending(campaign, place, progress),
            }
            for place, count in enumerate(reached)
        ],
    }


def _reason(*, is_inside: bool, needs_activation: bool) -> str:
    if not is_inside:
        return "The campaign is for other members."
    return "The member has to activate the campaign first." if needs_activation else ""


def _pending(campaign: Campaign, place: int, progress: Progress) -> int:
    milestone = campaign.milestones[place]
    if milestone.counts != "times" or not milestone.times:
        return 0
    left = milestone.times - progress.times % milestone.times
    done = not milestone.repeats and progress.times >= milestone.times
    return 0 if done else left


def _valid_until(campaign: Campaign, progress: Progress, show: WireFigures) -> str:
    """The last moment of the member's own days in the campaign; empty while they have not begun or have no end."""
    if campaign.validity_days is None or not (progress.activated or progress.first):
        return ""
    begun = progress.first
    if progress.activated:
        begun = days.day_of(days.from_ms(progress.activated), show.force.zone)
    return show.expiry(begun + campaign.validity_days - 1) or ""


def _activated(request: Request, campaign: Campaign, progress: Progress) -> Mapping[str, Any]:
    return {
        "siteId": request.site,
        "userId": request.body.user_id,
        "campaignId": campaign.campaign_id,
        "campaignName": campaign.campaign_name,
        "activated": "YES",
        "activationDate": stamp(progress.activated),
        "status": "Success",
        "message": "The member takes part in the campaign.",
    }


def _defined(request: Request, version: int) -> Mapping[str, Any]:
    campaign = programmes.at_version(request.site, version).campaign_by_id[request.params["campaignId"]]
    return {"siteId": request.site, "programmeVersion": version, "campaign": plain(campaign)}


def _page(request: Request, rows: list[dict[str, Any]], page: int) -> Mapping[str, Any]:
    return {"siteId": request.site, "allCampaignDetails": page_of(rows, page), **counted(len(rows), page)}
