"""Whether members may form groups with points in common, and what groups may do (annex-api-2, section 9)."""

from typing import Annotated, Literal

from pydantic import StrictBool

from chalicelib.groups.group import MEMBERS_MAX, Policy
from chalicelib.programme.fields import Whole
from chalicelib.programme.section import Section


class Groups(Section):
    """What the programme says of groups; off where it says nothing."""

    enabled: StrictBool = False
    invitation_acceptance_required: StrictBool = False
    """Whether members join by accepting an invitation; otherwise whoever is added is in."""
    group_level_permission: StrictBool = False
    """Whether a group may have its own say in ``autoTransfer`` and ``redemption``."""
    auto_redemption: StrictBool = False
    """Whether every redemption of a group's member takes the group's points, with or without a ``groupId``."""
    auto_transfer: StrictBool = False
    """Whether what members earn goes to their group at once."""
    redemption: Literal["OWNER", "ALL"] = "OWNER"
    """Who may spend a group's points."""
    on_dissolve: Literal["owner", "writeOff"] = "owner"
    """Where the points of a dissolved group go: to its owner, or nowhere."""
    members_max: Annotated[int, Whole(2, MEMBERS_MAX)] = MEMBERS_MAX

    def policy(self) -> Policy:
        """As the groups themselves know it."""
        return Policy(**self.model_dump())
