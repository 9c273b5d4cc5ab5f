"""Mutating calls of photos, on a video: links to pictures are signed anew in every answer."""

from typing import Any

from chalicelib import clock
from chalicelib.members.service import resolve
from chalicelib.photos.intake import Intake
from chalicelib.photos.photo import Video
from chalicelib.photos.taking import service as taking
from tests.api.call import Call
from tests.api.shop import ADA, Shop

_ID = "video"
_VIDEO = Video(provider="youtube", video_id="abc", embed_url="https://www.youtube-nocookie.com/embed/abc")


def _there(shop: Shop) -> None:
    mid = resolve(shop.site, ADA).mid
    given = Intake(source="youtube", source_id="abc", media_type="video", video=_VIDEO, mid=mid, member=ADA)
    taking._admitted(shop.site, given, _ID, clock.now())


def _paying(shop: Shop) -> None:
    """Waiting to be approved, for points."""
    action = {"actionId": 640, "actionName": "Photo", "actionPoints": 25}

    def pays(document: dict[str, Any]) -> None:
        document["actions"].append(action)
        document["photos"] = {"uploadAction": 640}

    shop.programme(pays)
    _there(shop)


def _paid(shop: Shop) -> None:
    _paying(shop)
    shop.post(f"/photos/{_ID}/approve", {}).ok  # noqa: B018 - asks whether it went well.


CALLS_PHOTOS: dict[str, Call] = {
    "patch photo": Call("PATCH", f"/photos/{_ID}", {"caption": "Breakfast"}, {"caption": "Supper"}, _there),
    "approve photo": Call("POST", f"/photos/{_ID}/approve", {}, {"reason": "lovely"}, _paying),
    "publish photo": Call("POST", f"/photos/{_ID}/publish", {}, {"reason": "lovely"}, _paid),
    "reverse photo": Call("POST", f"/photos/{_ID}/reverse", {"reason": "stolen"}, {"reason": "a mistake"}, _paid),
    "rights of photo": Call("PUT", f"/photos/{_ID}/rights", {"state": "granted", "text": "yes"},
                            {"state": "denied", "text": "no"}, _there),
    "define photo campaign": Call(
        "PUT", "/photocampaigns/tea", {"campaignName": "Tea", "hashtags": ["#Tea"], "codes": [{"code": "TEA-1"}]},
        {"campaignName": "Coffee"}, by_staff=True,
    ),
}  # fmt: skip
