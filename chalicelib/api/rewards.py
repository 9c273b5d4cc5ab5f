"""Rewards of a member: what can be had, and what was (annex-api-2, sections 2.1 and 2.2)."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field

from chalicelib.api import fields
from chalicelib.api.common import WireFigures, force_of, of_named, stamp
from chalicelib.api.paging import PageQuery, page_of
from chalicelib.api.redeeming import local
from chalicelib.api.reward_shapes import RewardList, UsedList
from chalicelib.api.routing import Request, Routes
from chalicelib.members.service import Resolved
from chalicelib.programme.amounts import currency_value
from chalicelib.rewards import service as rewards
from chalicelib.rewards.benefit import assign_id
from chalicelib.rewards.offer import Offer, Used

routes: Final = Routes(__name__, "Rewards")
USED_PER_PAGE: Final = 20


class RewardQuery(fields.Body):
    """The order of the list."""

    sort_by: fields.Text = Field("", alias="sort_by", json_schema_extra={"enum": ["rewardSequence"]})


@routes.add("GET", "/users/{memberId}/reward", scope="users:read", query=RewardQuery, response=RewardList)
def get_user_rewards(request: Request) -> Mapping[str, Any]:
    """List the rewards of a member, and why those are out of reach that are.

    eligible is YES or NO; reason says exactly what is in the way and pointsNeeded how many points are missing.
    sort_by=rewardSequence sorts by the rewards' sequence; otherwise they come as the programme has them.
    """
    return of_named(request, lambda member: _rewards(request, member))


@routes.add("GET", "/users/{memberId}/usedreward", scope="users:read", query=PageQuery, response=UsedList)
def get_used_rewards(request: Request) -> Mapping[str, Any]:
    """List what a member redeemed, newest first: codes, points, and what became of each. Twenty a page."""
    return of_named(request, lambda member: _used(request, member))


def _rewards(request: Request, member: Resolved) -> Mapping[str, Any]:
    force = force_of(request)
    show = WireFigures(force)
    account, found = rewards.offers(request.site, force, member.mid, request.now)
    if request.query.sort_by.strip().casefold() == "rewardsequence":
        found = tuple(sorted(found, key=lambda offer: offer.reward.sequence))
    value = currency_value(force.programme, account.bucket().available)
    return {
        "siteId": request.site,
        "id": member.given,
        "creditsToCurrencyRatio": force.programme.currency.credits_to_currency_ratio,
        "creditsToCurrencyValue": format(value, "f") if force.programme.currency.value_as_text else value,
        "rewardDetail": [row(offer, show) for offer in found],
    }


def row(offer: Offer, show: WireFigures) -> dict[str, Any]:
    """A reward as the vendor's list shows it."""
    reward = offer.reward
    said = {
        "rewardId": reward.reward_id,
        "rewardName": reward.reward_name,
        "displayText": reward.display_text,
        "creditRequired": show.points(offer.price.points),
        "eligible": "YES" if offer.is_eligible else "NO",
        "reason": " ".join(each.text for each in offer.reasons),
        "reasonCode": offer.reasons[0].code if offer.reasons else "",
        "pointsNeeded": show.points(sum(each.missing for each in offer.reasons if each.bucket == "points")),
        "rewardUrl": reward.url,
        "rewardImageUrl": reward.images[0].url if reward.images else "",
        "rewardImages": [{"url": image.url, "alt": image.alt} for image in reward.images],
        "rewardStatus": "active" if offer.status == "Live" else "inactive",
        "rewardState": offer.status,
        "rewardType": reward.reward_type,
        "rewardKind": reward.kind,
        "rewardCategory": reward.category_name,
        "rewardCategoryId": reward.category_id,
        "rewardDescription": reward.description,
        "rewardTerms": reward.terms,
        "rewardSequence": reward.sequence,
        "rewardAttribute": dict(reward.attributes),
        "startDate": reward.starts_at or "",
        "endDate": reward.ends_at or "",
        "stackable": "YES" if reward.stackable else "NO",
        "discount": plain(reward.discount),
        "productId": reward.product_id,
        "multiBucketsData": {name: {"creditRequired": show.points(points)} for name, points in offer.price.buckets},
    }
    return said | _bounds(offer)


def _bounds(offer: Offer) -> dict[str, Any]:
    """What bounds a reward: its limits for this member, what is left of it, how many points may be turned in."""
    first, *others = offer.quotas
    detail = [{"period": each.words, "claimLimit": each.most, "claimCount": each.used} for each in others]
    said: dict[str, Any] = {"claimLimit": first.most or 0, "claimCount": first.used, "claimLimitDetail": detail}
    left = [bound for bound in (offer.levels.units, offer.levels.claims, offer.levels.codes) if bound is not None]
    if left:
        said["remainingStock"] = max(0, min(left))
    if offer.reward.custom_points is not None:
        said["customPoints"] = plain(offer.reward.custom_points)
    return said


def plain(section: Any) -> dict[str, Any]:
    """A part of the programme as JSON, empty where it is not there."""
    said: dict[str, Any] = {} if section is None else section.model_dump(by_alias=True, exclude_none=True)
    return said


def _used(request: Request, member: Resolved) -> Mapping[str, Any]:
    force = force_of(request)
    show = WireFigures(force)
    every = rewards.used(request.site, force, member.mid, request.now, member.homes)
    page = request.query.page
    shown = page_of(every, page, size=USED_PER_PAGE)
    found = rewards.as_they_stand(request.site, member.mid, shown, request.now)
    return {
        "siteId": request.site,
        "id": member.given,
        "rewardDetail": [_used_row(request.site, each, show) for each in found],
        "pages": -(-len(every) // USED_PER_PAGE),
        "current_page": page,
        "totalCount": len(every),
    }


def _used_row(site: str, used: Used, show: WireFigures) -> dict[str, Any]:
    benefit = used.benefit
    reward = show.force.reward_by_id.get(benefit.reward)
    return {
        "assignId": assign_id(site, used.owner, benefit.number),
        "rewardId": benefit.reward,
        "rewardName": benefit.name,
        "rewardCode": benefit.code or "",
        "rewardCodeExpDate": local(benefit.expires, show),
        "pointsUsed": show.points(benefit.points),
        "multiBucketsData": {name: {"pointsUsed": show.points(points)} for name, points in benefit.buckets},
        "rewardStatus": used.status,
        "reason": str(benefit.personal.get("reason", "")),
        "orderId": benefit.order or "",
        "createDate": stamp(benefit.at),
        "claimLimit": reward.claims_per_member if reward else 0,
        "claimCount": used.claimed,
    }
