"""Rewards V2: the catalogue, a member's rewards and history, assignments (annex-api-2, section 2.4)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chalicelib.api import fields
from chalicelib.api.common import WireFigures, force_of, of_named, packed, stamp, unpacked
from chalicelib.api.paging import page_of
from chalicelib.api.redeeming import local
from chalicelib.api.reward_bodies import (
    AssignBody,
    AssignmentBody,
    CatalogueQuery,
    HistoryQuery,
    MemberQuery,
    Paged,
    collected,
)
from chalicelib.api.reward_shapes import Assigned, Catalogue, History, MemberCatalogue, RewardV2
from chalicelib.api.rewards import plain
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.ids import folded
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.programme import standard
from chalicelib.programme.definitions.reward import Reward
from chalicelib.programme.performing.service import Wish
from chalicelib.rewards import service as rewards
from chalicelib.rewards.benefit import Benefit, assign_id
from chalicelib.rewards.catalogue import lowest, state
from chalicelib.rewards.changing import service as changing
from chalicelib.rewards.changing.service import Change
from chalicelib.rewards.offer import Offer, Used
from chalicelib.rewards.redeeming import service as claiming
from chalicelib.rewards.redeeming.service import Claim
from chalicelib.rewards.refusals import NoSuchRedemption

routes: Final = Routes(__name__, "Rewards")


@routes.add("GET", "/rewards", scope="definitions:read", query=CatalogueQuery, response=Catalogue)
def get_rewards(request: Request) -> Mapping[str, Any]:
    """List the rewards of the catalogue, by their sequence.

    Filters: type (any word of yours), status (Draft, Scheduled, Live, Archived) and source_type (where codes come
    from: none, pool, api, generic). Drafts are listed for servers and staff only.
    """
    query: CatalogueQuery = request.query
    show = WireFigures(force_of(request))
    found = []
    for reward in sorted(show.force.programme.rewards, key=lambda each: each.sequence):
        status = state(reward, request.now, show.force)
        if status == "Draft" and request.principal.kind == "member":
            continue
        if query.type and query.type.casefold() != reward.reward_type.casefold():
            continue
        if query.status in {None, status} and query.source_type in {None, reward.codes.source}:
            found.append(row(reward, status, show))
    shown, counted = _paged(found, query)
    return {"site_id": request.site, "rewards": shown, **counted}


@routes.add("GET", "/rewards/{rewardId}", scope="definitions:read", response=RewardV2)
def get_reward(request: Request) -> Mapping[str, Any]:
    """Read one reward of the catalogue."""
    show = WireFigures(force_of(request))
    reward = claiming.published(show.force, request.params["rewardId"])
    return row(reward, state(reward, request.now, show.force), show)


@routes.add("GET", "/users/{memberId}/rewards", scope="users:read", query=MemberQuery, response=MemberCatalogue)
def get_member_rewards(request: Request) -> Mapping[str, Any]:
    """List a member's rewards, with a flag and the reasons for those that are out of reach.

    eligible=YES or NO keeps only these. A member who can have none is answered with eligible false and a message.
    """
    return of_named(request, lambda member: _member_rewards(request, member))


@routes.add("GET", "/users/{memberId}/rewards/history", scope="users:read", query=HistoryQuery, response=History)
def get_member_rewards_history(request: Request) -> Mapping[str, Any]:
    """List a member's redemptions and assignments, newest first.

    Filters: reward_id, status (as member_reward_status shows it) and source_type (manual, journey, campaign,
    redemption).
    """
    return of_named(request, lambda member: _history(request, member))


def _assigned_again(request: Request, known: Known) -> Mapping[str, Any]:
    number = int(known.ref.partition("+")[0].removeprefix("E"))
    benefit = rewards.benefit(request.site, known.mid, number)
    if benefit is None:
        raise NoSuchRedemption
    return _assigned(request, known.mid, benefit, "Reward assigned.")


@routes.add(
    "POST",
    "/rewards/{rewardId}/users/{memberId}/assign",
    scope="points:write",
    body=AssignBody,
    response=Assigned,
    again=_assigned_again,
)
def assign_reward(request: Request) -> Mapping[str, Any]:
    """Give a reward to a member, by hand or from a journey.

    The member gets it for nothing, or with charge_points YES for its points. Stock, codes, audience and claim limits
    hold as for a redemption.
    """
    body: AssignBody = request.body
    _check_path(request, body.reward_id, body.user_id)
    details = body.issuance_details
    source = details.source_details
    issued = {
        "source_type": details.source_type,
        "source_details": {"source_id": source.source_id, "source_name": source.source_name, "notes": source.notes},
    }
    wish = Wish(standard.REDEEMED, source=details.source_type, note={"reason": source.notes})
    claim = Claim(body.reward_id, wish, is_free=not body.charge_points, personal={"issuance": issued})
    run, force = request.command(), force_of(request)

    def act(member: Resolved) -> Mapping[str, Any]:
        made = claiming.claim(request.site, run, force, member.mid, claim)
        return _assigned(request, member.mid, made.benefit, "Reward assigned.")

    return members.on_member(request.site, body.user_id, act)


def _changed_again(request: Request, _known: Known) -> Mapping[str, Any]:
    owner, benefit = redemption_of(request, request.body.user_id, request.body.assign_id)
    return _assigned(request, owner, benefit, "Assignment updated.")


@routes.add(
    "PATCH",
    "/rewards/{rewardId}/users/{memberId}/assign",
    scope="points:write",
    body=AssignmentBody,
    response=Assigned,
    again=_changed_again,
)
def update_assigned_reward(request: Request) -> Mapping[str, Any]:
    """Change a redemption or assignment: its status, what was collected, its code or the order it was used on.

    Used with benefit_details.order_id counts a use of the code; Cancelled gives the points back.
    """
    body: AssignmentBody = request.body
    _check_path(request, body.reward_id, body.user_id)
    run, force = request.command(), force_of(request)

    def act(member: Resolved) -> Mapping[str, Any]:
        found = rewards.located(request.site, member.mid, member.homes, body.assign_id)
        if found is None:
            raise NoSuchRedemption
        owner, number = found
        change, site = _change(body), request.site
        if body.member_reward_status == "Cancelled":
            undone = changing.cancel(site, run, force, member.mid, number, body.reward_id, home=owner, change=change)
            return _assigned(request, owner, undone.benefit, "Assignment updated.")
        made = changing.update(site, run, force, member.mid, number, body.reward_id, change, home=owner)
        return _assigned(request, owner, made, "Assignment updated.")

    return members.on_member(request.site, body.user_id, act)


def redemption_of(request: Request, member: str, given: str) -> tuple[str, Benefit]:
    """Whose redemption an outward id means, and the redemption. Raises ``NoSuchRedemption``."""
    known = members.resolve(request.site, member)
    found = rewards.located(request.site, known.mid, known.homes, given)
    benefit = None if found is None else rewards.benefit(request.site, *found)
    if found is None or benefit is None:
        raise NoSuchRedemption
    return found[0], benefit


def row(reward: Reward, status: str, show: WireFigures) -> dict[str, Any]:
    """A reward of the catalogue."""
    price = lowest(reward, show.force)
    optional = {
        "custom_points": plain(reward.custom_points) or None,
        "discount": plain(reward.discount) or None,
        "product_id": reward.product_id or None,
        "claims_in_all": reward.claims_in_all,
        "stock": reward.stock,
    }
    return {
        "reward_id": reward.reward_id,
        "reward_name": reward.reward_name,
        "reward_type": reward.reward_type,
        "reward_kind": reward.kind,
        "reward_status": status,
        "reward_category_id": reward.category_id,
        "reward_category_name": reward.category_name,
        "reward_description": reward.description,
        "reward_terms": reward.terms,
        "reward_sequence": reward.sequence,
        "reward_images": [{"url": image.url, "alt": image.alt} for image in reward.images],
        "reward_url": reward.url,
        "reward_display_text": reward.display_text,
        "reward_attributes": dict(reward.attributes),
        "points_required": show.points(price.points),
        "bucket_points": {name: show.points(points) for name, points in price.buckets},
        "start_date": reward.starts_at or "",
        "end_date": reward.ends_at or "",
        "source_type": reward.codes.source,
        "code_expiry": plain(reward.codes.expiry),
        "code_uses": reward.codes.uses,
        "claims_per_member": reward.claims_per_member,
        "claim_limits": [plain(limit) for limit in reward.claim_limits],
        "stackable": bool(reward.stackable),
        "eligible_tiers": list(reward.audience.tiers),
        "eligible_segments": list(reward.audience.segments),
        **{name: each for name, each in optional.items() if each is not None},
    }


def _member_rewards(request: Request, member: Resolved) -> Mapping[str, Any]:
    query: MemberQuery = request.query
    show = WireFigures(force_of(request))
    _, found = rewards.offers(request.site, show.force, member.mid, request.now)
    is_any = any(offer.is_eligible for offer in found)
    wanted = [
        _member_row(offer, show)
        for offer in sorted(found, key=lambda offer: offer.reward.sequence)
        if query.eligible in {None, offer.is_eligible}
        and (not query.type or query.type.casefold() == offer.reward.reward_type.casefold())
    ]
    shown, counted = _paged(wanted, query)
    return {
        "site_id": request.site,
        "user_id": member.given,
        "eligible": is_any,
        "message": "" if is_any else "This member is not eligible for any reward at present.",
        "rewards": shown,
        **counted,
    }


def _member_row(offer: Offer, show: WireFigures) -> dict[str, Any]:
    said = row(offer.reward, offer.status, show)
    said["eligible"] = offer.is_eligible
    said["claim_count"] = offer.quotas[0].used
    said["ineligible_reasons"] = [
        {"code": each.code, "message": each.text, "missing": show.points(each.missing), "bucket": each.bucket}
        for each in offer.reasons
    ]
    return said


def _history(request: Request, member: Resolved) -> Mapping[str, Any]:
    query: HistoryQuery = request.query
    show = WireFigures(force_of(request))
    every = rewards.used(request.site, show.force, member.mid, request.now, member.homes)
    every = [
        (owner, each)
        for owner, each in every
        if (not query.reward_id or each.reward == query.reward_id)
        and query.source_type in {None, _issuance(each)["source_type"]}
    ]
    if query.status:
        # What became of a redemption is known with its order only, so that all of them are looked at.
        standing = rewards.all_as_they_stand(request.site, member.mid, every, request.now)
        wanted = [each for each in standing if each.status.casefold() == query.status.casefold()]
        shown, counted = _paged(wanted, query)
    else:
        page, counted = _paged(every, query)
        shown = rewards.all_as_they_stand(request.site, member.mid, page, request.now)
    data = [_history_row(request.site, each, show) for each in shown]
    return {"site_id": request.site, "user_id": member.given, "data": data, **counted}


def _history_row(site: str, used: Used, show: WireFigures) -> dict[str, Any]:
    benefit = used.benefit
    reward = show.force.reward_by_id.get(benefit.reward)
    return {
        "reward_id": benefit.reward,
        "reward_name": benefit.name,
        "reward_type": benefit.type,
        "reward_category_id": reward.category_id if reward else "",
        "reward_category_name": reward.category_name if reward else "",
        "member_reward_status": used.status,
        "assign_id": assign_id(site, used.owner, benefit.number),
        "debit_points": show.points(benefit.points),
        "issued_at": stamp(benefit.at),
        "issuance_details": _issuance(benefit),
        "collected_data": dict(benefit.personal.get("collected", {})),
        "benefit_details": _details(benefit, show),
    }


def _issuance(benefit: Benefit) -> Mapping[str, Any]:
    found: Mapping[str, Any] = benefit.personal.get("issuance", {"source_type": "redemption", "source_details": {}})
    return found


def _details(benefit: Benefit, show: WireFigures) -> dict[str, Any]:
    return {
        **unpacked(str(benefit.personal.get("details", ""))),
        "reward_code": benefit.code or "",
        "reward_code_expiry": local(benefit.expires, show),
        "order_id": benefit.order or "",
        "used_on": list(benefit.uses),
    }


def _assigned(request: Request, mid: str, benefit: Benefit, message: str) -> dict[str, Any]:
    show = WireFigures(force_of(request))
    return {
        "site_id": request.site,
        "status": "Success",
        "message": message,
        "assign_id": assign_id(request.site, mid, benefit.number),
        "reward_id": benefit.reward,
        "user_id": request.body.user_id,
        "member_reward_status": benefit.status,
        "debit_points": show.points(benefit.points),
        "collected_data": dict(benefit.personal.get("collected", {})),
        "benefit_details": _details(benefit, show),
    }


def _change(body: AssignmentBody) -> Change:
    details = body.benefit_details
    personal = {"collected": collected(body.collected_data), "details": packed(details.more)}
    status = None if body.member_reward_status == "Cancelled" else body.member_reward_status
    return Change(status, details.order_id, details.reward_code or None, personal)


def _check_path(request: Request, reward: str, member: str) -> None:
    """Refuse a body that names another reward or member than the path."""
    if reward != request.params["rewardId"]:
        raise Malformed("reward_id: the body names another reward than the path.")
    if folded(member) != folded(fields.member_id(request.params["memberId"])):
        raise Malformed("user_id: the body names another member than the path.")


def _paged(found: Sequence[Any], query: Paged) -> tuple[Sequence[Any], dict[str, int]]:
    counted = {
        "total_count": len(found),
        "total_pages": -(-len(found) // query.page_size),
        "current_page": query.page,
        "page_size": query.page_size,
    }
    return page_of(found, query.page, size=query.page_size), counted
