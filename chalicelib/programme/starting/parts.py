"""What the programmes to start from have in common."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.programme import standard
from chalicelib.values import value

Document = dict[str, Any]
ONCE: Final = {"limits": [{"times": 1, "period": "lifetime"}], "actionLimitDisplay": "1 time"}
SURVEYED: Final = 525
"""The action that surveys pay (mission A125); its own limit is left to each survey, which pays once."""


@value
class Start:
    """A programme to start from: for which shops, and the document in the default currency and time zone."""

    name: str
    title: str
    summary: str
    document: Mapping[str, Any]


def action(action_id: int, name: str, points: int = 0, **more: Any) -> Document:
    """An action; ``points`` for each performance."""
    return {"actionId": action_id, "actionName": name, **({"actionPoints": points} if points else {}), **more}


def every(times: int, period: str) -> Document:
    """A limit of so many times a period."""
    return {"limits": [{"times": times, "period": period}], "actionLimitDisplay": f"{times} times a {period}"}


def standard_actions(*, ratio: int | str, sign_up: int, friend: int) -> list[Document]:
    """The actions that every programme has, with what a purchase, joining and a friend's first purchase earn."""
    return [
        action(standard.MANUAL, "Points Adjustment"),
        action(standard.ACCOUNT_CREATED, "Create an Account", sign_up, **ONCE),
        action(standard.EXPIRED, "Points Expired"),
        action(standard.REDEEMED, "Redemption"),
        action(standard.PURCHASE, "Purchase", ratio=ratio),
        action(119, "Friend's Purchase via E-mail", friend, **every(10, "month")),
        action(128, "Friend's Purchase via Short Link", friend, **every(10, "month")),
        action(standard.RETURNED, "Return"),
        action(standard.GROUP_TRANSFER, "Group Transfer"),
        action(standard.ACTION_DEBIT, "Points Removed"),
        action(standard.MEMBER_TRANSFER, "Transfer to Another Member"),
    ]


def level(tier_id: str, name: str, threshold: int, ratio: str = "1", display: str = "") -> Document:
    """A tier."""
    found = {"tierId": tier_id, "tierName": name, "threshold": threshold, "purchaseRatio": ratio}
    return {**found, "tierDisplay": display} if display else found


def amount_off(reward_id: str, value_: int, cost: int, *, sequence: int, **more: Any) -> Document:
    """A voucher over an amount, with codes that the shop uploads; a draft until there are some."""
    return {
        "rewardId": reward_id,
        "rewardName": f"{value_} off",
        "kind": "discountCode",
        "status": "Draft",
        "cost": cost,
        "discount": {"type": "amount", "value": value_},
        "codes": {"source": "pool", "expiry": {"type": "rollingDays", "days": 90}},
        "claimsPerMember": 0,
        "sequence": sequence,
        **more,
    }


def campaign(campaign_id: str, name: str, **more: Any) -> Document:
    """A campaign, with a ``benefit`` or ``milestones``."""
    return {"campaignId": campaign_id, "campaignName": name, "status": "ON", **more}


def every_so_often(times: int, points: int) -> list[Document]:
    """The milestone of a campaign: points on top of every so manieth event."""
    bonus = {"type": "bonus", "points": points}
    return [{"counts": "times", "times": times, "repeats": True, "benefit": bonus}]


def question(question_id: str, text: str, kind: str, **more: Any) -> Document:
    """A question of a survey; ``choices`` may be given as id and text."""
    chosen = more.pop("choices", None)
    found: Document = {"questionId": question_id, "text": text, "type": kind, **more}
    if chosen:
        found["choices"] = [{"choiceId": each, "text": said} for each, said in chosen.items()]
    return found


def survey(survey_id: str, name: str, points: int, **sections: tuple[str, list[Document]]) -> Document:
    """A survey, switched off until a shop has read its questions; it pays when all of it is answered."""
    return {
        "surveyId": survey_id,
        "surveyName": name,
        "status": "OFF",
        "sections": [
            {"sectionId": each, "sectionName": title, "questions": questions}
            for each, (title, questions) in sections.items()
        ],
        "benefit": {"actionId": SURVEYED, "points": points},
    }
