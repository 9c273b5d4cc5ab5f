"""Mutating calls of rewards. Ada's first redemption is entry 3 of her book: enrolment and a gift stand before it."""

from tests.api.call import Call
from tests.api.rewarding import BAG, POOL, TEN_OFF, catalogue, claim, upload
from tests.api.shop import ADA, Shop

ASSIGNED = {"reward_id": "bag", "user_id": ADA}
ISSUED = {
    "source_type": "journey",
    "source_details": {"source_id": "ADM-789", "source_name": "May", "notes": "a treat"},
}
COLLECTED = {
    "street": "Main Street 1", "location": "Hamburg", "date": "2026-05-01", "date_time": "2026-05-01 10:00:00+0000",
}  # fmt: skip


def _open(shop: Shop) -> None:
    catalogue(shop, TEN_OFF, BAG, POOL)
    shop.credit(1000)


def _stocked(shop: Shop) -> None:
    _open(shop)
    upload(shop, "A-1", "A-2", "A-3", "A-4")


def _claimed(shop: Shop) -> None:
    _open(shop)
    shop.post("/points", claim("bag"))


def _ordered(shop: Shop) -> None:
    _open(shop)
    shop.post("/points", claim("bag", orderId="SO-1"))


_PATH = f"/rewards/bag/users/{ADA}/assign"
_CHANGE = ASSIGNED | {"assign_id": "3", "member_reward_status": "Awarded", "collected_data": COLLECTED}
CALLS_REWARDS: dict[str, Call] = {
    "claim": Call("POST", "/points", claim(), claim("bag"), _open),
    "claim with a unit": Call("POST", "/points", claim("bag", orderId="SO-1", retry="YES"), claim(), _open),
    "claim with a code": Call("POST", "/points", claim("pool"), claim(), _stocked),
    "assign": Call("POST", _PATH, ASSIGNED | {"issuance_details": ISSUED}, ASSIGNED, _open),
    "change assignment": Call("PATCH", _PATH, _CHANGE, ASSIGNED | {"assign_id": "3"}, _claimed),
    "take assignment back": Call(
        "PATCH", _PATH, ASSIGNED | {"assign_id": "3", "member_reward_status": "Cancelled"}, _CHANGE, _claimed
    ),
    "cancel redemption": Call(
        "POST", f"/users/{ADA}/rewards/3/cancel", {"reason": "a mistake"}, {"reason": "another"}, _ordered
    ),
    "upload codes": Call(
        "POST", "/rewards/pool/codes", {"csv": "code,expires\nA-1,2027-01-31\nA-2\nA-1\n"}, {"codes": ["B-1"]}, _open,
        by_staff=True,
    ),
}  # fmt: skip
