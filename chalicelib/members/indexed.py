"""By what members are listed, so that a search reads a list and no table: the kinds of lists, and where a profile
stands in each.
"""

from datetime import UTC, datetime
from typing import Final

from chalicelib.ids import folded
from chalicelib.members.profile import Profile

EMAIL: Final = "ue"
LAST_NAME: Final = "ul"
FIRST_NAME: Final = "uf"
PHONE: Final = "up"
BIRTHDAY: Final = "ub"
OPT_IN: Final = "uo"
CREATED: Final = "uc"
"""Every member is in this list; the profile itself is its item."""
BESIDE: Final = (EMAIL, LAST_NAME, FIRST_NAME, PHONE, BIRTHDAY, OPT_IN)
"""Lists with an item of their own beside the profile, where the profile has the field."""
CHARACTERS_MAX: Final = 100
"""Characters of a value that lists are sorted by: a sort key holds 1,024 bytes (AWS limit)."""


def entries(profile: Profile) -> dict[str, str]:
    """List → the value under which the profile stands in it. An opt-in at the moment of enrolment is in no list of
    its own: the list of enrolments has it.
    """
    found = {
        EMAIL: plain(profile.email),
        LAST_NAME: plain(profile.last_name),
        FIRST_NAME: plain(profile.first_name),
        PHONE: plain(profile.phone),
        BIRTHDAY: "" if profile.birth_date is None else profile.birth_date.isoformat(),
        OPT_IN: "" if profile.opt_in_date in (None, profile.created) else instant(profile.opt_in_date),
        CREATED: instant(profile.created),
    }
    return {kind: text for kind, text in found.items() if text}


def plain(text: str) -> str:
    """A text as lists and patterns compare it: without regard to case, the first hundred characters."""
    return folded(text.strip())[:CHARACTERS_MAX]


def instant(at: datetime | None) -> str:
    """A time as lists sort it; empty for none."""
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
