"""Points of groups: transfers to and from a group (160), redemptions that it pays, and its figures in answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from chalicelib.api.bodies import PointsBody
from chalicelib.api.common import WireFigures, after, packed, store_details
from chalicelib.api.routing import Request
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.groups import service as groups
from chalicelib.groups.group import Group
from chalicelib.groups.pooling import service as pooling
from chalicelib.groups.pooling.service import Moved, Pool
from chalicelib.groups.refusals import NotInGroup
from chalicelib.groups.service import Standing
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import POINTS, Account
from chalicelib.ledger.entry import Entry, Refs
from chalicelib.ledger.reading import service as reading
from chalicelib.ledger.service import Command, NoSuchMember
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.programme import standard
from chalicelib.programme.performing.service import ActionNotPostable, check_takes_part, postable

HIERARCHY: Final = "hierarchy Data"
"""The vendor's own key, with its space."""
Balances = tuple[int, int, int, int, int]


def details(group: Group, balances: Balances, show: WireFigures) -> dict[str, str]:
    """A group's figures as every answer carries them, all text; ``balances`` as entries have them."""
    available, _, used, expired, lifetime = balances
    figures = {"Available": available, "Lifetime": lifetime, "Used": used, "Expired": expired}
    told = {f"group{name}Points": format(show.points(units), "f") for name, units in figures.items()}
    return {"groupId": group.number, "groupName": group.name, **told}


def of_standing(standing: Standing, show: WireFigures) -> dict[str, str]:
    """The figures of a group as it stands now."""
    return details(standing.group, _balances(standing.account), show)


def of_member(
    request: Request, mid: str, show: WireFigures, at: datetime | None = None, by: str = ""
) -> dict[str, str]:
    """``groupDetails``: the figures of the member's group, now or at another time since the member joined; empty
    without one.
    """
    force = show.force
    standing = groups.of_member(request.site, mid, force.groups, force.rules, request.now)
    if standing is None or mid not in standing.group.members:
        return {}
    if at is None:
        return of_standing(standing, show)
    if at.timestamp() * 1000 < standing.group.members[mid].since:
        return {}
    account = reading.account_at(
        request.site, standing.group.number, force.rules, at, "effect" if by == "effect" else "record"
    )
    return details(standing.group, _balances(account), show)


def hierarchy(group: Group | None, entry: Entry | None, show: WireFigures) -> dict[str, Any]:
    """``hierarchy Data`` after an entry on a group's account; nothing where no group had a part."""
    if group is None or entry is None or entry.action != standard.GROUP_TRANSFER:
        return {}
    return {HIERARCHY: details(group, entry.balances.get(POINTS, (0, 0, 0, 0, 0)), show)}


def check_named(body: PointsBody, action: int) -> None:
    """Refuse a ``groupId`` where no group has a part. Raises ``NoSuchGroup`` for what is no group's id."""
    if not body.group_id:
        return
    groups.number_of(body.group_id)
    if action not in {standard.REDEEMED, standard.GROUP_TRANSFER}:
        raise Malformed("groupId: belongs to redemptions (107) and to transfers of a group's points (160).")


def purse(request: Request, body: PointsBody, show: WireFigures, mid: str) -> Pool:
    """Who pays a redemption: the group that is named, or by the programme's rule the member's own."""
    named = groups.number_of(body.group_id) if body.group_id else None
    return pooling.paying(request.site, show.force.groups, mid, named)


def group_behind(request: Request, entry: Entry | None, number: str) -> Group | None:
    """The group of an entry that a key points to, ``None`` for an entry of a member."""
    is_groups = entry is not None and entry.action == standard.GROUP_TRANSFER
    return groups.named(request.site, number) if is_groups else None


def transfer(request: Request, body: PointsBody, run: Command, show: WireFigures) -> Mapping[str, Any]:
    """Pass points from a member to the group (CREDIT) or from the group to one of its members (DEBIT).

    Raises ``Malformed`` and what ``pooling.give`` and ``pooling.hand`` raise.
    """
    points, number = _checked(body, show)
    postable(show.force, standard.GROUP_TRANSFER)
    refs = Refs(order=body.order_id, store=body.store_id or None, source=body.source or None)
    note = {
        "reason": body.reason,
        "customId": body.custom_id,
        "actionAttribute": packed(body.action_attribute),
    }
    told = {name: text for name, text in note.items() if text} or None
    how: dict[str, Any] = {"check": check_takes_part, "refs": refs, "note": told}
    site, rules, policy = request.site, show.force.rules, show.force.groups
    if body.activity == "CREDIT":
        recipient = _recipient(site, body, number)
        moved = members.on_member(
            site,
            body.id,
            lambda giver: pooling.give(site, run, rules, policy, number, giver.mid, points, recipient=recipient, **how),
        )
    else:
        actor = members.resolve(site, body.id)
        moved = _on_receiver(
            site,
            body.user_id,
            lambda receiver: pooling.hand(site, run, rules, policy, number, actor.mid, receiver.mid, points, **how),
        )
    return _answer(request, body, show, moved)


def again(request: Request, body: PointsBody, show: WireFigures, known: Known) -> Mapping[str, Any]:
    """The answer to a transfer again, from the entries that the key points to."""
    mine, _, theirs = known.ref.partition("@")
    number, _, place = theirs.partition(":")
    own = ledger.entry(request.site, known.mid, int(mine.removeprefix("E")))
    groups_ = ledger.entry(request.site, number, int(place))
    if own is None or groups_ is None:
        raise NoSuchMember
    group = groups.named(request.site, number)
    pair = (own.entry, groups_.entry) if body.activity == "CREDIT" else (groups_.entry, own.entry)
    return _answer(request, body, show, Moved(*pair, group))


def _checked(body: PointsBody, show: WireFigures) -> tuple[int, str]:
    """Points in smallest units, and the group's number."""
    if not body.group_id:
        raise Malformed("groupId is missing: the group that points go to (CREDIT) or come from (DEBIT).")
    number = groups.number_of(body.group_id)
    for name, is_given in (("rewardId", bool(body.reward_id)), ("Credit[…]", bool(body.buckets))):
        if is_given:
            raise Malformed(f"{name}: a transfer moves ordinary points only; leave it out.")
    # The vendor's example of a CREDIT carries its amount as debit: what the member gives.
    given = body.debit if body.debit is not None else body.credit
    points = show.units(given)
    if points is None:
        raise ActionNotPostable("debit is missing: the number of points to pass on.")
    if body.activity == "DEBIT" and not body.user_id:
        raise Malformed("userId is missing: the member of the group who receives the points.")
    return points, number


def _recipient(site: str, body: PointsBody, number: str) -> str | None:
    """The number of the member of the group that the caller names beside it, ``None`` where it names nobody."""
    named = None if body.recipient_data is None else body.recipient_data.recipient_id
    if named is None or named == number:
        return None
    try:
        return members.resolve(site, named).mid
    except NoSuchMember:
        raise NotInGroup("recipientData.recipientId") from None


def _on_receiver(site: str, member_id: str, act: Any) -> Moved:
    try:
        found: Resolved = members.resolve(site, member_id)
    except NoSuchMember:
        raise NotInGroup("userId") from None
    moved: Moved = members.on_member(site, found.given, act)
    return moved


def _answer(request: Request, body: PointsBody, show: WireFigures, moved: Moved) -> dict[str, Any]:
    is_giving = body.activity == "CREDIT"
    own, groups_ = (moved.sent, moved.received) if is_giving else (moved.received, moved.sent)
    points = show.points(moved.sent.moved("available"))
    said: dict[str, Any] = {
        "siteId": request.site,
        "id": body.id,
        "actionId": standard.GROUP_TRANSFER,
        "activity": body.activity,
        "groupId": moved.group.number,
        "orderId": body.order_id or "",
        "reason": body.reason,
        "customId": body.custom_id,
        "source": body.source,
        "storeDetails": store_details(request.site, body.store_id),
        "actionAttribute": body.action_attribute,
        "debit": points,
        "pointsDeducted": points,
        "pointsNotDeducted": show.points(0),
        **after(own, show),
        **hierarchy(moved.group, groups_, show),
    }
    if is_giving:
        said |= {"credit": points, "pointsAwarded": points, "error code": "", "error message": ""}
        if body.recipient_data is not None:
            said["recipientData"] = {"recipientId": body.recipient_data.recipient_id}
        return said
    given = {"recipientId": body.user_id, "pointsAwarded": points, **after(own, show)}
    return said | {"userId": body.user_id, "groupDebit": points, "groupPointsDeducted": points, "recipientData": given}


def _balances(account: Account) -> Balances:
    bucket = account.bucket()
    return bucket.available, bucket.held, bucket.used, bucket.expired, bucket.lifetime
