"""``POST /points`` in all its variants: which one a body means, and the answer each gives."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from chalicelib.api import buckets, campaigns, group_points, redeeming
from chalicelib.api.bodies import BUCKETS_MAX, PointsBody
from chalicelib.api.common import WireFigures, after, force_of, packed, stamp, store_details
from chalicelib.api.routing import Request
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed, NotFound
from chalicelib.ids import folded
from chalicelib.ledger import service as ledger
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.service import Command, NoSuchMember
from chalicelib.members import service as members
from chalicelib.programme import standard
from chalicelib.programme.campaigning import service as campaigning
from chalicelib.programme.performing import service as performing
from chalicelib.programme.performing.service import Booked, TransferToSelf, Wish
from chalicelib.rewards import service as rewards
from chalicelib.rewards.redeeming import service as claiming
from chalicelib.rewards.redeeming.service import Claim, Claimed
from chalicelib.surveys.crediting import service as surveys

_NO: Final = frozenset({"", "0", "NO", "FALSE", "N"})


class NoSuchRecipient(NotFound):
    """The receiver of a transfer is not enrolled."""

    def __init__(self) -> None:
        super().__init__("No data found: no member with this recipientData.recipientId is enrolled.")


def post_points(request: Request, body: PointsBody, run: Command) -> Mapping[str, Any]:
    """Do what the body means and answer as the vendor does. Raises refusals; then nothing is written."""
    _check_named(request, body)
    force = force_of(request)
    show = WireFigures(force)
    action = action_of(body)
    group_points.check_named(body, action)
    if action == standard.GROUP_TRANSFER:
        return group_points.transfer(request, body, run, show)
    wish = _wish(body, action, show)
    _check_receiver(body, action)
    if body.reward_id:
        claiming.published(force, body.reward_id)
        claim = redeeming.claim_of(body, wish, may_owe=_may_owe(body))
        return members.on_member(
            request.site, body.id, lambda member: _claimed(request, body, run, show, member.mid, claim)
        )
    booked = members.on_member(request.site, body.id, lambda member: _done(request, body, run, show, member.mid, wish))
    return answer(request, body, show, booked)


def _done(request: Request, body: PointsBody, run: Command, show: WireFigures, mid: str, wish: Wish) -> Booked:
    site, force = request.site, show.force
    if body.activity == "CREDIT" and body.survey_id:
        return surveys.award(site, run, force, mid, wish, body.survey_id, body.section_id)
    if body.activity == "CREDIT":
        return performing.award(site, run, force, mid, wish)
    if wish.buckets and wish.action in standard.WHOLE_AMOUNTS:
        raise Malformed(f"Credit[{wish.buckets[0].bucket}]: action {wish.action} moves ordinary points only.")
    if wish.action == standard.MEMBER_TRANSFER:
        return _transfer(request, body, run, show, mid, wish)
    if wish.action == standard.REDEEMED:
        if body.retry and body.order_id is None:
            raise Malformed("orderId is missing: retry YES guards against redeeming twice for one order.")
        pool, may_owe = group_points.purse(request, body, show, mid), _may_owe(body)
        made = rewards.redeem_points(site, run, force, mid, wish, retry=body.retry, may_owe=may_owe, pool=pool)
        return Booked(made.entry, received=pool.entry, group=pool.group if pool.entry else None)
    return performing.deduct(site, run, force, mid, wish)


def _claimed(
    request: Request, body: PointsBody, run: Command, show: WireFigures, mid: str, claim: Claim
) -> Mapping[str, Any]:
    pool = group_points.purse(request, body, show, mid)
    made = claiming.claim(request.site, run, show.force, mid, claim, pool=pool)
    return _rewarded(request, body, show, made, Booked(received=pool.entry, group=pool.group if pool.entry else None))


def replay_points(request: Request, body: PointsBody, known: Known) -> Mapping[str, Any]:
    """The answer again, from the entries that the key points to."""
    show = WireFigures(force_of(request))
    if known.code is not None:
        return answer(request, body, show, performing.answered(known))
    if action_of(body) == standard.GROUP_TRANSFER:
        return group_points.again(request, body, show, known)
    mine, _, theirs = known.ref.partition("@")
    mine, _, count = mine.partition("+")
    entry = _entry(request.site, known.mid, mine)
    others = _entries(request.site, known.mid, mine, int(count or 0))
    received, group = None, None
    if theirs:
        mid, _, number = theirs.partition(":")
        received = _entry(request.site, mid, number)
        group = group_points.group_behind(request, received, mid)
    beside = Booked(entry, others=others, received=received, group=group)
    benefit = None if entry is None or not body.reward_id else rewards.benefit(request.site, known.mid, entry.number)
    if entry is not None and benefit is not None:
        return _rewarded(request, body, show, Claimed(entry, benefit, others), beside)
    return answer(request, body, show, beside)


def action_of(body: PointsBody) -> int:
    """The action that a body means. Without one, real clients redeem with an order id and adjust without."""
    if body.action_id is not None:
        return body.action_id
    if body.activity == "DEBIT" and (body.reward_id or body.order_id is not None):
        return standard.REDEEMED
    if not body.reason:
        raise Malformed("Missing parameters: actionId, or a reason for a manual credit or debit.")
    return standard.MANUAL


def answer(request: Request, body: PointsBody, show: WireFigures, booked: Booked) -> dict[str, Any]:
    """The answer to a movement of points, the same from the booking and from the book."""
    action = action_of(body)
    said = {
        "siteId": request.site,
        "id": body.id,
        "actionId": action,
        "activity": body.activity,
        "orderId": body.order_id or "",
        "rewardId": "",
        "reason": body.reason,
        "customId": body.custom_id,
        "source": body.source,
        "storeDetails": store_details(request.site, body.store_id),
        "actionAttribute": body.action_attribute,
        **buckets.moved(booked.others, show),
        **campaigns.told(() if booked.entry is None else booked.entry.campaigns, show),
    }
    said |= {name: value for name, value in _kept(body).items() if value}
    if body.activity == "CREDIT":
        return said | _credited(body, show, booked)
    return said | _debited(body, show, booked)


def _rewarded(request: Request, body: PointsBody, show: WireFigures, made: Claimed, beside: Booked) -> dict[str, Any]:
    """The answer to the redemption of a reward; ``beside`` says what a group paid of it."""
    booked = replace(beside, entry=made.entry, others=made.others)
    return answer(request, body, show, booked) | redeeming.told(request.site, made.benefit, show)


def _may_owe(body: PointsBody) -> bool:
    return body.allow_negative_points.strip().upper() not in _NO


def _credited(body: PointsBody, show: WireFigures, booked: Booked) -> dict[str, Any]:
    entry, withheld = booked.entry, booked.withheld
    said: dict[str, Any] = {"pointType": body.point_type or "Standard"}
    if withheld is not None or entry is None:
        balance = booked.balance
        return said | {
            "credit": body.credit or 0,
            "pointsAwarded": 0,
            "holdPoints": 0,
            "releaseDate": "",
            "updatedAvailablePoints": show.points(balance.available),
            "updatedLifetimePoints": show.points(balance.lifetime),
            "previousTier": show.tier(balance.tier),
            "updatedUserTier": show.tier(balance.tier),
            "errorCode": withheld.code if withheld else "",
            "errorMessage": withheld.message if withheld else "",
        }
    release = entry.refs.release
    return said | {
        "credit": show.points(entry.wished or 0),
        "pointsAwarded": show.points(entry.moved("issued", "available")),
        "holdPoints": show.points(entry.moved("promised", "held")),
        "releaseDate": "" if release is None else stamp(release),
        **after(entry, show, less=0 if booked.received is None else booked.received.moved(target="available")),
        **group_points.hierarchy(booked.group, booked.received, show),
    }


def _debited(body: PointsBody, show: WireFigures, booked: Booked) -> dict[str, Any]:
    entry = booked.entry
    if entry is None:
        raise Malformed("nothing was booked.")
    asked = entry.wished or 0
    taken = entry.moved("available")
    said: dict[str, Any] = {
        "debit": show.points(asked),
        "pointsDeducted": show.points(taken) if taken else None,
        "pointsNotDeducted": show.points(asked - taken),
        "groupDebit": 0,
        "groupPointsDeducted": 0,
        **after(entry, show),
    }
    received = booked.received
    if booked.group is not None:
        paid = {"pointsDeducted": None, "groupDebit": show.points(asked), "groupPointsDeducted": show.points(taken)}
        return said | paid | group_points.hierarchy(booked.group, received, show)
    if received is not None and body.recipient_data is not None:
        said["recipientData"] = {
            "recipientId": body.recipient_data.recipient_id,
            "pointsAwarded": show.points(received.moved(target="available")),
            **after(received, show),
        }
    return said


def _transfer(request: Request, body: PointsBody, run: Command, show: WireFigures, giver: str, wish: Wish) -> Booked:
    if body.recipient_data is None:
        raise Malformed("recipientData.recipientId is missing: the member who receives the points.")
    site, recipient = request.site, body.recipient_data.recipient_id
    try:
        members.resolve(site, recipient)
    except NoSuchMember:
        raise NoSuchRecipient from None
    return members.on_member(
        site, recipient, lambda receiver: performing.transfer(site, run, show.force, giver, receiver.mid, wish)
    )


def _check_receiver(body: PointsBody, action: int) -> None:
    """Refuse a transfer to its giver, whoever is enrolled: a mistake in the request does not stick to its key."""
    if body.activity == "CREDIT" or action != standard.MEMBER_TRANSFER or body.recipient_data is None:
        return
    if folded(body.recipient_data.recipient_id) == folded(body.id):
        raise TransferToSelf


def _wish(body: PointsBody, action: int, show: WireFigures) -> Wish:
    given = body.credit if body.activity == "CREDIT" else body.debit
    custom = action in standard.WITHOUT_POINTS or action == standard.PURCHASE or body.activity == "DEBIT"
    if custom and given is None and not (body.buckets or body.reward_id):
        raise Malformed(f"{body.activity.lower()} is missing: the number of points.")
    return Wish(
        action=action,
        points=show.units(given) if custom else None,
        point_type=body.point_type,
        order=body.order_id,
        store=body.store_id or None,
        source=body.source or None,
        note={
            "reason": body.reason,
            "customId": body.custom_id,
            "actionAttribute": packed(body.action_attribute),
            **_kept(body),
        },
        campaign=body.campaign_id,
        buckets=buckets.wishes(body, show),
    )


def _check_named(request: Request, body: PointsBody) -> None:
    """Refuse a campaign that the programme does not have."""
    if body.campaign_id:
        campaigning.campaign_of(force_of(request), body.campaign_id)


def _entry(site: str, mid: str, ref: str) -> Entry | None:
    row = ledger.entry(site, mid, int(ref.removeprefix("E")))
    return None if row is None else row.entry


def _entries(site: str, mid: str, ref: str, count: int) -> tuple[Entry, ...]:
    """The entries that follow one, as many as the key says."""
    first = int(ref.removeprefix("E")) + 1
    found = (ledger.entry(site, mid, first + place) for place in range(min(count, BUCKETS_MAX)))
    return tuple(row.entry for row in found if row is not None)


def _kept(body: PointsBody) -> dict[str, str]:
    """What is stored with the entry and echoed where it was given."""
    return {
        "vendorEmail": body.vendor_email,
        "vendorName": body.vendor_name,
        "sectionId": body.section_id,
        "sectionName": body.section_name,
        "surveyId": body.survey_id,
        "surveyName": body.survey_name,
    }
