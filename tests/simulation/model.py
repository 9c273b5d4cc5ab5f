"""A loyalty site on paper: what every call of the API must answer and do, by the contract and ``docs/``.

It imports nothing of the product. A call is *judged* on the site as it stands and gives an ``Outcome``: the answer,
and the changes that it makes if it takes effect. Nothing changes until the outcome is applied, so the same call
may be judged at many points of a history.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from tests.simulation.history import Call
from tests.simulation.model_member import Member
from tests.simulation.model_orders import Order, end_hold
from tests.simulation.model_rules import Programme

Body = dict[str, Any]
READINGS = frozenset(
    {
        "GET points/", "GET users/", "GET pointsexpiry/", "GET actions/", "GET tierlist/", "GET programme",
        "GET activity", "GET activitysummary", "GET tiers",
        "POST getbulkpoints", "POST bulktiers", "POST actions", "POST orderdetails",
    }
)  # fmt: skip
"""Operations that only read, whatever their method."""


class Refused(Exception):
    """The call is refused with this status and code. A refusal of the programme sticks to a key."""

    def __init__(self, status: int, code: str, *, sticks: bool = True, also: "Refused | None" = None) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.sticks, self.also = status, code, sticks, also


@dataclass
class Outcome:
    """What a call answers, and what it leaves behind when it takes effect."""

    status: int = 200
    body: Body = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    ids: dict[str, int | None] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    keys: dict[str, tuple[Any, "Outcome"]] = field(default_factory=dict)
    publishes: Body | None = None
    has_effect: bool = False
    """Whether the call changes something, so that it must have been written if it was answered like this."""
    moves: bool = False
    """Whether it changes more than what its key remembers."""
    sticks: bool = True
    also: "Outcome | None" = None
    """Another true answer, where a call is wrong in two ways."""
    is_repeat: bool = False
    again: Body | None = None
    """What a repetition under the same key answers, where that is less than the first time."""
    about: int | None = None
    """The member whose profile is the answer: once they are erased, repetitions tell nothing of it."""

    @property
    def refused(self) -> bool:
        return self.status >= 400


@dataclass
class Version:
    """A published document: in force from an instant on, until the next."""

    rules: Programme
    since: int


@dataclass
class Site:
    """Everything that is known of a site."""

    versions: list[Version]
    members: dict[int, Member] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    keys: dict[str, tuple[Any, Outcome]] = field(default_factory=dict)
    past: dict[int, list[Member]] = field(default_factory=dict)
    """Every member as they stood after each thing that was booked."""

    @property
    def rules(self) -> Programme:
        return self.versions[-1].rules

    def apply(self, outcome: Outcome) -> None:
        """Let a call take effect."""
        if not outcome.refused:
            for number, member in outcome.members.items():
                self.keep(number, member)
        self.orders |= outcome.orders
        self.keys |= outcome.keys
        for member_id, number in outcome.ids.items():
            if number is None:
                self.ids.pop(member_id, None)
            else:
                self.ids[member_id] = number

    def keep(self, number: int, member: Member) -> None:
        """Put a member in the place of who they were."""
        self.members[number] = member
        self.past.setdefault(number, []).append(member)

    def settle(self, number: int, now: int, rules: Programme) -> None:
        """Book what time has done to a member."""
        member = self.members[number].copy()
        member.begin(now, rules)
        self.members[number] = member

    def end_hold(self, number: int, key: tuple[str, int], now: int, rules: Programme) -> bool:
        """Do what is due about a hold; whether anything was."""
        member = self.members[number].copy()
        found = end_hold(member, key, now, rules)
        self.members[number] = member
        return found

    def version_at(self, at: int, known: Programme) -> Programme:
        """The newest version in force at an instant, for one who knows none newer than ``known``; else the oldest."""
        before = [version for version in reversed(self.versions) if version.rules.version <= known.version]
        found = [version.rules for version in before if version.since <= at]
        return found[0] if found else self.versions[0].rules

    def version(self, number: int) -> Programme:
        return next(each.rules for each in self.versions if each.rules.version == number)


@dataclass
class Case:
    """One call being judged: when, under which rules, on copies of whom it touches."""

    site: Site
    call: Call
    now: int
    rules: Programme
    out: Outcome = field(default_factory=Outcome)

    @property
    def body(self) -> Body:
        body: Body = self.call.body
        return body

    def member(self, member_id: str) -> Member:
        """A copy of the member, with time applied; refused when nobody has that id."""
        number = self.site.ids.get(member_id.casefold())
        if number is None:
            raise Refused(404, "AC1005")
        return self.numbered(number)

    def numbered(self, number: int) -> Member:
        if number not in self.out.members:
            copied = self.site.members[number].copy()
            copied.begin(self.now, self.rules)
            self.out.members[number] = copied
        return self.out.members[number]

    def read(self, member_id: str) -> Member:
        """The member as a reading shows it: a copy only where time has done something."""
        number = self.site.ids.get(member_id.casefold())
        if number is None:
            raise Refused(404, "AC1005")
        found = self.site.members[number]
        return found if found.is_settled(self.now, self.rules) else self.numbered(number)


Handler = Callable[[Case], Body]


def judge(site: Site, call: Call, now: int, rules: Programme, handlers: dict[str, Handler]) -> Outcome:
    """What the call answers and does on the site as it stands, at ``now`` (milliseconds) and under these rules."""
    operation = operation_of(call)
    if call.key is not None and operation not in READINGS:
        act = lambda: _done(site, call, now, rules, handlers[operation])  # noqa: E731 - the name says what for.
        outcome = under_key(site, call.key, signature(call), act)
    else:
        outcome = _done(site, call, now, rules, handlers[operation])
        outcome.moves = outcome.has_effect
    # A dry run answers the same and leaves nothing behind.
    if is_dry(call):
        return Outcome(outcome.status, outcome.body, also=outcome.also, is_repeat=outcome.is_repeat)
    return outcome


def under_key(site: Site, key: str, request: Any, act: Callable[[], Outcome]) -> Outcome:
    """Act once under a key: the same request again gets the same answer, another one a conflict."""
    known = site.keys.get(key)
    if known is not None:
        if known[0] != request:
            return Outcome(409, {"errorCode": "AC1006"})
        first = known[1]
        is_gone = first.about is not None and site.members[first.about].state == "closed"
        return Outcome(first.status, {} if is_gone else first.body, is_repeat=True)
    outcome = act()
    outcome.moves = outcome.has_effect
    if outcome.sticks:
        body = outcome.body if outcome.again is None else outcome.again
        outcome.keys[key] = (request, Outcome(outcome.status, body, about=outcome.about))
        outcome.has_effect = True
    return outcome


def _done(site: Site, call: Call, now: int, rules: Programme, handler: Handler) -> Outcome:
    case = Case(site, call, now, rules)
    case.out.status = 201 if operation_of(call) == "POST users" else 200
    try:
        case.out.body = handler(case)
    except Refused as refused:
        also = None if refused.also is None else Outcome(refused.also.status, {"errorCode": refused.also.code})
        return Outcome(refused.status, {"errorCode": refused.code}, sticks=refused.sticks, also=also)
    return case.out


def is_dry(call: Call) -> bool:
    """Whether the call only asks what would come of it."""
    return bool(call.query) and call.query.get("dryRun") == "true"


def signature(call: Call) -> Any:
    """What makes two requests the same to a key."""
    return call.method, call.path, repr(call.body)


def operation_of(call: Call) -> str:
    """A short name of the operation that a call means."""
    parts = call.path.strip("/").split("/")
    if parts[0] == "users" and len(parts) > 2:
        return f"{call.method} {parts[2]}"
    name = parts[0] + ("" if len(parts) == 1 else "/")
    return f"{call.method} {name}"


def named(call: Call, place: int = 1) -> str:
    """A part of the path, decoded."""
    return unquote(call.path.strip("/").split("/")[place])


def after(member: Member, tier_before: str, rules: Programme) -> Body:
    """Balances and tiers, as every answer about points ends."""
    return {
        "updatedAvailablePoints": rules.points(member.available),
        "updatedLifetimePoints": rules.points(member.lifetime),
        "previousTier": rules.tier_name(tier_before),
        "updatedUserTier": rules.tier_name(member.tier),
    }


def number(value: Any) -> Decimal:
    return Decimal(str(value))
