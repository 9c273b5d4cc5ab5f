"""What is said and kept of a merge, and what the profile of the survivor becomes."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib.errors import Malformed
from chalicelib.ids import folded
from chalicelib.members import checks
from chalicelib.members.profile import Profile
from chalicelib.values import value

MERGED_BY_CHARACTERS_MAX: Final = 255
REASON_CHARACTERS_MAX: Final = 255
RETAINED_MAX: Final = 20
"""Actions of one merge of which one member's performances are kept."""


class BadMerge(Malformed):
    """The merge cannot be done as it is asked for; the message begins with the field's name on the wire."""


class NotOptedIn(Malformed):
    """Only members who are opted in are merged (vendor's page on merging)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: this member is opted out; only members with optInStatus YES can be merged.")


class BlockedMember(Malformed):
    """Nobody gets round the blocklist by a merge."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: this member is blocked. Take the block away with DELETE /blocklist first.")


class TooManyMerges(Malformed):
    """The survivor would consist of too many."""

    def __init__(self, most: int) -> None:
        super().__init__(f"primaryUID: at most {most} members can be merged into one, those before them included.")


@value
class Retained:
    """Both performed an action: whose performances are kept, and the other's points for it that were taken back."""

    member_id: str
    action: int
    taken_back: int = 0


@value
class Wanted:
    """Who is merged into whom, by whom and why."""

    primary: str
    secondary: str
    merged_by: str
    reason: str = ""
    template: int | None = None
    """The vendor's ``secondaryUserMultitemplateId``; kept and shown, as a site here has one programme."""
    retained: tuple[Retained, ...] = ()


@value
class Merge:
    """A merge as it was done. ``ids`` are all outward ids that lead to the survivor since."""

    primary: str
    secondary: str
    merged_by: str
    at: datetime
    home: str
    """The number of the merged account."""
    entry: int
    """Of the survivor, the entry that took it in."""
    ids: tuple[str, ...]
    reason: str = ""
    template: int | None = None
    retained: tuple[Retained, ...] = ()


def check(wanted: Wanted) -> None:
    """Whether the request makes sense by itself. Raises ``BadMerge``."""
    if folded(wanted.primary) == folded(wanted.secondary):
        raise BadMerge("secondaryUID: a member cannot be merged into itself.")
    if not wanted.merged_by.strip() or len(wanted.merged_by) > MERGED_BY_CHARACTERS_MAX:
        raise BadMerge(f"mergedBy: who merges, 1 to {MERGED_BY_CHARACTERS_MAX} characters.")
    if len(wanted.reason) > REASON_CHARACTERS_MAX:
        raise BadMerge(f"reason: text of at most {REASON_CHARACTERS_MAX} characters.")
    if len(wanted.retained) > RETAINED_MAX:
        raise BadMerge(f"duplicateActions: at most {RETAINED_MAX} actions.")
    both = {folded(wanted.primary), folded(wanted.secondary)}
    for each in wanted.retained:
        if folded(each.member_id) not in both:
            raise BadMerge("duplicateActions.userIdToRetainActions: the primaryUID or the secondaryUID.")
    if len({each.action for each in wanted.retained}) < len(wanted.retained):
        raise BadMerge("duplicateActions.actionID: each action once.")


def filled(primary: Profile, secondary: Profile, now: datetime) -> Profile:
    """The survivor's profile with what it lacked taken from the other; the very same when it lacked nothing.

    Attributes are taken as long as they fit (``checks.ATTRIBUTES_MAX``), by name.
    """
    fields: dict[str, Any] = {
        name: getattr(secondary, name) for name in _FILLED if not getattr(primary, name) and getattr(secondary, name)
    }
    attributes = dict(primary.extended_attribute)
    for name in sorted(secondary.extended_attribute):
        if name not in attributes:
            attributes = _with(attributes, name, secondary.extended_attribute[name])
    after = replace(primary, extended_attribute=attributes, **fields)
    return primary if after == primary else replace(after, updated=now)


_FILLED: Final = (
    "email",
    "first_name",
    "last_name",
    "phone",
    "zip_code",
    "birth_date",
    "anniversary_date",
    "user_profile_image_url",
    "source",
)


def _with(attributes: dict[str, str], name: str, text: str) -> dict[str, str]:
    try:
        return checks.attributes(attributes, {name: text})
    except checks.BadProfile:
        return attributes


def dump(merge: Merge) -> str:
    """As JSON text; the entry is the item's address."""
    body = {
        "p": merge.primary,
        "s": merge.secondary,
        "b": merge.merged_by,
        "h": merge.home,
        "i": merge.ids,
        "r": merge.reason,
        "m": merge.template,
        "d": [[each.member_id, each.action, each.taken_back] for each in merge.retained],
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def load(text: str, entry: int, at: datetime) -> Merge:
    """The merge of ``dump``."""
    body = json.loads(text)
    return Merge(
        primary=body["p"],
        secondary=body["s"],
        merged_by=body["b"],
        at=at,
        home=body["h"],
        entry=entry,
        ids=tuple(body["i"]),
        reason=body["r"],
        template=body["m"],
        retained=tuple(Retained(*row) for row in body["d"]),
    )


def ids_of(merges: Sequence[Merge]) -> list[str]:
    """All outward ids of members who were merged by these."""
    return list(dict.fromkeys(each for merge in merges for each in merge.ids))


def told(merge: Merge) -> dict[str, Any]:
    """The merge by the names of the wire, the time as it is; for the edge and for a member's dossier."""
    return {
        "primaryUID": merge.primary,
        "secondaryUID": merge.secondary,
        "mergedBy": merge.merged_by,
        "reason": merge.reason,
        "secondaryUserMultitemplateId": merge.template,
        "updateDate": merge.at,
        "duplicateActions": [
            {"userIdToRetainActions": each.member_id, "actionID": each.action} for each in merge.retained
        ],
    }
