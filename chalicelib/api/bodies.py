"""What callers send about points, read leniently and checked strictly."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field, model_validator

from chalicelib.api import fields
from chalicelib.api.fields import Body

BUCKETS_MAX: Final = 10
"""Buckets that one movement names."""
_BUCKET_KEY: Final = re.compile(r"(Credit|Debit|TierCredit|TierDebit)\[(.{1,60})\]", re.IGNORECASE)
_LITERALS: Final = ("debit/credit", "credit/debit", "credit or debit")
"""Names that the vendor's page gives the amount; whoever copies its example sends them."""


class BucketBody(Body):
    """What moves in a further bucket: its points, and what counts towards its tiers where that is another number."""

    points: fields.Points | None = None
    counting: fields.Points | None = None


class Recipient(Body):
    """Who receives a transfer."""

    recipient_id: fields.MemberId


class PointsBody(Body):
    """One movement of points. Which one follows from the fields given."""

    id: fields.MemberId
    activity: fields.Activity
    action_id: fields.ActionId | None = None
    credit: fields.Points | None = None
    debit: fields.Points | None = None
    reason: fields.Text = ""
    order_id: fields.OrderId | None = None
    reward_id: fields.Text = ""
    group_id: fields.Text = ""
    campaign_id: fields.Text = ""
    custom_id: fields.Text = ""
    retry: fields.YesNo = False
    allow_negative_points: fields.Text = ""
    store_id: fields.Text = ""
    source: fields.Text = ""
    point_type: fields.Text = ""
    vendor_email: fields.Text = ""
    vendor_name: fields.Text = ""
    action_attribute: fields.Attributes = Field(default_factory=dict)
    section_id: fields.Text = ""
    section_name: fields.Text = ""
    survey_id: fields.Text = ""
    survey_name: fields.Text = ""
    user_id: fields.Text = ""
    recipient_data: Recipient | None = None
    buckets: dict[str, BucketBody] = Field(
        default_factory=dict, exclude=True, max_length=BUCKETS_MAX, json_schema_extra={"readOnly": True}
    )
    """Read from the keys ``Credit[name]`` and ``TierCredit[name]``, which stand beside the others."""

    @model_validator(mode="before")
    @classmethod
    def _as_clients_write_it(cls, raw: Any) -> Any:
        """One shape for every spelling: ``orderid``, the page's literal amount keys, bucket keys, no empty ids."""
        raw = _unwrapped(raw)
        if not isinstance(raw, dict):
            return raw
        given = {name: value for name, value in raw.items() if value is not None}
        given.pop("buckets", None)
        if "orderid" in given:
            given.setdefault("orderId", given.pop("orderid"))
        if given.get("orderId") == "":
            del given["orderId"]
        amount = str(given.get("activity", "")).strip().lower()
        for name in _LITERALS:
            if name in given and amount in {"credit", "debit"}:
                given.setdefault(amount, given.pop(name))
        if isinstance(given.get("allowNegativePoints"), bool):
            given["allowNegativePoints"] = "YES" if given["allowNegativePoints"] else "NO"
        given["buckets"] = _buckets(given)
        return given


class MemberBody(Body):
    """A member by id."""

    id: fields.MemberId


class ExpiryQuery(Body):
    """The range and the blocks of an expiry report."""

    start_date: fields.Timestamp = Field(alias="start_date")
    end_date: fields.Timestamp = Field(alias="end_date")
    aggregate_by: fields.Text = Field(
        alias="aggregate_by", json_schema_extra={"enum": ["week", "month", "quarter", "year"]}
    )
    page: fields.Page = 1


def _buckets(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """``{"Credit[coins]": 5, "TierCredit[coins]": 9}`` by bucket; ``Debit[…]`` is the same word for a DEBIT."""
    found: dict[str, dict[str, Any]] = {}
    for key, amount in given.items():
        named = _BUCKET_KEY.fullmatch(key)
        if named is not None:
            what = "counting" if named[1].lower().startswith("tier") else "points"
            found.setdefault(named[2].strip(), {})[what] = amount
    return found


def _unwrapped(raw: Any) -> Any:
    """The movement itself where the reference page's wrapper is copied: ``{"body": {"To Award Points": {…}}}``."""
    for _ in range(2):
        if not isinstance(raw, dict) or len(raw) != 1:
            return raw
        ((name, inner),) = raw.items()
        if not isinstance(inner, dict) or not (name == "body" or name.startswith("To ")):
            return raw
        raw = inner
    return raw
