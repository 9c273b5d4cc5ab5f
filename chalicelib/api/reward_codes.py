"""Codes of rewards for staff and the shop: upload, what is left, who has one; and cancelling a redemption."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.api.common import WireFigures, after, force_of, stamp
from chalicelib.api.redeeming import local
from chalicelib.api.reward_bodies import CancelBody, CodesBody
from chalicelib.api.reward_shapes import Cancelled, CodeHolders, CodesLeft, CodesUploaded, LowPools
from chalicelib.api.rewards_v2 import redemption_of
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import POINTS
from chalicelib.ledger.entry import Entry
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.programme.definitions.reward import CODE_CHARACTERS_MAX, Reward
from chalicelib.rewards import service as rewards
from chalicelib.rewards.benefit import Benefit, assign_id
from chalicelib.rewards.changing import service as changing
from chalicelib.rewards.codes import service as codes
from chalicelib.rewards.codes import sheet
from chalicelib.rewards.codes.pool import Upload
from chalicelib.rewards.redeeming import service as claiming
from chalicelib.rewards.refusals import NoSuchRedemption

routes: Final = Routes(__name__, "Rewards")


def _uploaded_again(request: Request, known: Known) -> Mapping[str, Any]:
    pool = _with_pool(request).pool or ""
    found = codes.uploaded(request.site, pool, known.ref)
    if found is None:
        raise Malformed("rewardId: this upload went to the pool that the reward had then.")
    return _uploaded(request, pool, found)


@routes.add(
    "POST",
    "/rewards/{rewardId}/codes",
    scope="programme:write",
    body=CodesBody,
    response=CodesUploaded,
    again=_uploaded_again,
)
def upload_reward_codes(request: Request) -> Mapping[str, Any]:
    """Upload unique codes to a reward's pool, each of which is given to one member once ever.

    csv is the text of a file with a code a line and, if wanted, a date in a second column (yyyy-MM-dd): the last day
    on which your shop takes it. Codes that are in the file twice, in this pool or anywhere else on the site are
    refused with their lines; all others are taken. At most 10,000 codes a call: send a larger file in parts. With an
    Idempotency-Key an upload that broke off goes on where it stopped.
    """
    request.body.check()
    reward = _with_pool(request)
    read = sheet.from_csv(request.body.csv) if request.body.csv else sheet.from_list(request.body.codes)
    done = codes.upload(request.site, request.command(), force_of(request), reward, read)
    return _uploaded(request, reward.pool or "", done)


@routes.add("GET", "/rewards/{rewardId}/codes", scope="programme:read", response=CodesLeft)
def get_reward_codes(request: Request) -> Mapping[str, Any]:
    """Read how many codes a reward has left, and what was uploaded."""
    reward = claiming.published(force_of(request), request.params["rewardId"])
    pool = reward.pool
    left = 0 if pool is None else codes.remaining(request.site, pool)
    found = [] if pool is None else codes.uploads(request.site, pool)
    return {
        "siteId": request.site,
        "rewardId": reward.reward_id,
        "source": reward.codes.source,
        "pool": pool or "",
        "remaining": left,
        "lowStockAt": reward.codes.low_stock_at,
        "recommendedStock": reward.codes.recommended_stock,
        "isLow": pool is not None and left <= reward.codes.low_stock_at,
        "warning": _warning(reward, left),
        "uploads": [
            {"uploadId": each.id, "createDate": stamp(each.at), "accepted": each.accepted, "refused": each.refused}
            for each in found
        ],
    }


@routes.add("GET", "/rewardalerts", scope="programme:read", response=LowPools)
def get_reward_alerts(request: Request) -> Mapping[str, Any]:
    """List the pools of codes that run low. An upload that brings enough takes the alert back."""
    every = force_of(request).programme.rewards
    found = codes.alerts(request.site)
    left = rewards.levels(request.site)[1] if found else {}
    return {
        "siteId": request.site,
        "alerts": [
            {
                "pool": each.pool,
                "rewardIds": [reward.reward_id for reward in every if reward.pool == each.pool],
                "remaining": left.get(each.pool, 0),
                "lowStockAt": each.low_at,
                "since": stamp(each.at),
            }
            for each in found
        ],
    }


@routes.add("GET", "/rewardcodes/{rewardCode}", scope="points:write", response=CodeHolders)
def get_reward_code(request: Request) -> Mapping[str, Any]:
    """Read who has a code and whether it is still good, before the shop takes it.

    A generic code has many holders; at most 50 are listed. A code that was given a second ago may be missing.
    """
    code = request.params["rewardCode"].strip()
    if not 0 < len(code) <= CODE_CHARACTERS_MAX:
        raise Malformed(f"rewardCode: 1 to {CODE_CHARACTERS_MAX} characters.")
    show = WireFigures(force_of(request))
    found = rewards.holders(request.site, code)
    return {
        "siteId": request.site,
        "rewardCode": code,
        "pool": codes.pool_of(request.site, code) or "",
        "holders": [
            {
                "id": given,
                "assignId": assign_id(request.site, used.owner, used.benefit.number),
                "rewardId": used.benefit.reward,
                "rewardStatus": used.status,
                "rewardCodeExpDate": local(used.benefit.expires, show),
                "createDate": stamp(used.benefit.at),
                "uses": list(used.benefit.uses),
                "usesLeft": used.benefit.uses_max - len(used.benefit.uses),
            }
            for given, used in rewards.standing_of(request.site, found, request.now)
        ],
    }


def _cancelled_again(request: Request, known: Known) -> Mapping[str, Any]:
    first, _, more = known.ref.removeprefix("E").partition("+")
    numbers = range(int(first), int(first) + int(more or 0) + 1)
    found = [ledger.entry(request.site, known.mid, number) for number in numbers]
    entries = tuple(row.entry for row in found if row is not None)
    owner, benefit = redemption_of(request, request.params["memberId"], request.params["assignId"])
    if not entries:
        raise NoSuchRedemption
    return _cancelled(request, owner, benefit, entries)


@routes.add(
    "POST",
    "/users/{memberId}/rewards/{assignId}/cancel",
    scope="points:write",
    body=CancelBody,
    response=Cancelled,
    again=_cancelled_again,
)
def cancel_redemption(request: Request) -> Mapping[str, Any]:
    """Cancel a redemption: the points go back to the very lots they came from.

    The claim counts no more, and a unit goes back to stock unless the reward says otherwise. The code is void: take
    it out of your shop, too; it is never given again. A code that was used on an order is not cancelled.
    """
    run, force = request.command(), force_of(request)

    def act(member: Resolved) -> Mapping[str, Any]:
        owner, benefit = redemption_of(request, request.params["memberId"], request.params["assignId"])
        number, reason = benefit.number, request.body.reason
        done = changing.cancel(request.site, run, force, member.mid, number, benefit.reward, home=owner, reason=reason)
        return _cancelled(request, owner, done.benefit, done.entries)

    return members.on_member(request.site, request.params["memberId"], act)


def few(left: int, recommended: int) -> str:
    """What staff should know of a pool that holds fewer codes than a reward level should have."""
    return f"{left} codes are left; {recommended} are recommended for each reward level." if left < recommended else ""


def _warning(reward: Reward, left: int) -> str:
    if reward.codes.source == "generic":
        return "A generic code is not tied to a person: whoever hears of it can use it. Prefer a pool of unique codes."
    return few(left, reward.codes.recommended_stock) if reward.pool is not None else ""


def _with_pool(request: Request) -> Reward:
    reward = claiming.published(force_of(request), request.params["rewardId"])
    if reward.pool is None:
        raise Malformed(f"rewardId: the codes of this reward come from {reward.codes.source}, not from a pool.")
    return reward


def _uploaded(request: Request, pool: str, done: Upload) -> dict[str, Any]:
    return {
        "siteId": request.site,
        "rewardId": request.params["rewardId"],
        "pool": pool,
        "accepted": done.accepted,
        "refused": done.refused,
        "refusedLines": [{"line": fault.number, "reason": fault.text} for fault in done.faults],
        "remaining": done.left,
        "warning": few(done.left, done.recommended),
    }


def _cancelled(request: Request, mid: str, benefit: Benefit, entries: tuple[Entry, ...]) -> dict[str, Any]:
    show = WireFigures(force_of(request))
    back: dict[str, int] = {}
    for entry in entries:
        for posting in entry.postings:
            back[posting.bucket] = back.get(posting.bucket, 0) + posting.amount
    return {
        "siteId": request.site,
        "id": request.params["memberId"],
        "assignId": assign_id(request.site, mid, benefit.number),
        "rewardId": benefit.reward,
        "rewardStatus": benefit.status,
        "pointsRefunded": show.points(back.pop(POINTS, 0)),
        "multiBucketsData": {name: {"pointsRefunded": show.points(points)} for name, points in back.items()},
        **after(entries[0], show),
    }
