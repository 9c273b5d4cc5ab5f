"""Activity-based membership: whoever does nothing for long becomes inactive by time alone (annex-api-1, rule 13)."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Final, Literal

from pydantic import StrictBool

from chalicelib.programme import standard
from chalicelib.programme.fields import Few, Whole
from chalicelib.programme.section import DAYS_MAX, ActionId, Name, Problem, Section
from chalicelib.values import value

MILESTONES_MAX: Final = 5
ACTIONS_MAX: Final = 20
Status = Literal["ACTIVE", "INACTIVE"]


class Milestone(Section):
    """So many days after the last of these actions, or of anything that the member did, the status is this."""

    name: Name
    days: Annotated[int, Whole(1, DAYS_MAX)]
    actions: Annotated[tuple[ActionId, ...], Few(ACTIONS_MAX)] = ()
    status: Status = "INACTIVE"


class MembershipStatus(Section):
    """Whether the system sets the status of members, and when it does."""

    enabled: StrictBool = False
    milestones: Annotated[tuple[Milestone, ...], Few(MILESTONES_MAX)] = ()


@value
class Activity:
    """A member's status by activity, and the milestone that comes next; ``milestone`` is 0 where none is left."""

    status: Status
    reached: int
    milestone: int = 0
    name: str = ""
    following: Status | None = None
    day: int = 0


def problems(membership: MembershipStatus, actions: Collection[int]) -> Iterator[Problem]:
    """Milestones that do not rise or that contradict each other, and actions that the programme lacks."""
    milestones = membership.milestones
    if membership.enabled and not any(each.status == "INACTIVE" for each in milestones):
        yield Problem("membershipStatus.milestones", "has at least one that makes members INACTIVE")
    for place, each in enumerate(milestones):
        path = f"membershipStatus.milestones[{place}]"
        if place and each.days <= milestones[place - 1].days:
            yield Problem(f"{path}.days", "is more than that of the milestone before")
        if place and each.status == "ACTIVE" and milestones[place - 1].status == "INACTIVE":
            yield Problem(f"{path}.status", "is INACTIVE from the first such milestone on")
        for number, action in enumerate(each.actions):
            if action not in actions or action in standard.WITHOUT_POINTS - {standard.REDEEMED}:
                yield Problem(f"{path}.actions[{number}]", "is an action that members perform, a purchase or redeeming")


def judge(membership: MembershipStatus, joined: int, today: int, last: Mapping[int, int]) -> Activity:
    """The status of a member who joined on a day; ``last`` is the latest day of each action, 0 being a merge, which
    counts as every action. Days are ordinals.
    """
    falls = [(_last(each, joined, last) + each.days, number, each) for number, each in enumerate(membership.milestones)]
    past = [(number, each) for day, number, each in falls if day <= today]
    is_inactive = any(each.status == "INACTIVE" for _, each in past)
    status: Status = "INACTIVE" if is_inactive else "ACTIVE"
    reached = max((number + 1 for number, _ in past), default=0)
    coming = min(((day, number, each) for day, number, each in falls if day > today), default=None, key=_when)
    if coming is None:
        return Activity(status, reached)
    day, number, each = coming
    return Activity(status, reached, number + 1, each.name, "INACTIVE" if is_inactive else each.status, day)


def _when(fall: tuple[int, int, Milestone]) -> tuple[int, int]:
    return fall[:2]


def _last(milestone: Milestone, joined: int, last: Mapping[int, int]) -> int:
    counted = [day for action, day in last.items() if not milestone.actions or action in {0, *milestone.actions}]
    return max([joined, *counted])
