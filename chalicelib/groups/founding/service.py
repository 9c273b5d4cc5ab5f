"""Founding a group: its account, its owner, and whoever joins or is invited in the same call."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from chalicelib.dynamo.commit import Write
from chalicelib.errors import Contention, Refusal
from chalicelib.groups import refusals, table
from chalicelib.groups.group import ID_DIGITS, OWNER, Group, Policy, Seat
from chalicelib.groups.managing import service as managing
from chalicelib.groups.managing.service import Made, Setting
from chalicelib.groups.outcome import Wanted
from chalicelib.ids import command_id, digest
from chalicelib.ledger import days, moves
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import GROUP
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.service import Command

FORETOLD_MAX: Final = 8
"""Groups of one founder whose numbers follow from the founder's; each that is taken costs a call."""


class _Taken(Refusal):
    """The number was given to a group before."""

    sticks = False

    def __init__(self) -> None:
        super().__init__("The number of the group is taken; please send the request again.")


def found(
    site: str,
    run: Command,
    rules: Rules,
    policy: Policy,
    owner: Wanted,
    setting: Setting,
    wanted: Sequence[Wanted] = (),
) -> Made:
    """Found a group: its account, its owner, and members or invitations to them, all or nothing.

    Whoever cannot be added is told in the outcomes and stops nobody else. Raises ``GroupsOff``, ``BadGroup``,
    ``NoOwnPermissions``, ``TooManyAtOnce``, ``InGroupAlready`` and ``NoSuchMember``.
    """
    if not policy.enabled:
        raise refusals.GroupsOff
    managing.check(policy, setting, wanted)
    if owner.mid is None:
        raise ledger.NoSuchMember
    for number in _numbers(site, owner.mid):
        try:
            return _found(site, run, rules, policy, number, owner, setting, wanted)
        except _Taken:
            continue
    raise Contention


def _numbers(site: str, founder: str) -> Iterator[str]:
    """Numbers for groups of one founder: those first that a dry run tells, too, then numbers that nobody foretells.

    Twelve digits, where members' numbers have thirteen letters; nobody can guess them who does not know the founder's.
    """
    seeds = [digest("group", site, founder, str(place)) for place in range(FORETOLD_MAX)]
    for seed in (*seeds, *(digest("group", command_id()) for _ in range(FORETOLD_MAX))):
        yield str(int(seed, 16) % (9 * 10 ** (ID_DIGITS - 1)) + 10 ** (ID_DIGITS - 1))


def _found(
    site: str,
    run: Command,
    rules: Rules,
    policy: Policy,
    number: str,
    owner: Wanted,
    setting: Setting,
    wanted: Sequence[Wanted],
) -> Made:
    founder = owner.mid or ""
    now = days.to_ms(run.now)
    people = managing.people(wanted, but=founder)

    def decide(drafts: list[Draft], read: list[Any]) -> tuple[list[Write], Made]:
        if drafts[0].account.version:
            raise _Taken
        if read[0] is not None:
            raise refusals.InGroupAlready
        moves.enrol(drafts[0], GROUP)
        first = Seat(owner.id, OWNER, now)
        blank = Group(number, setting.name or "", members={founder: first}, created=now, updated=now)
        group = replace(blank, auto=setting.auto, redeem=setting.redeem)
        group, outcomes, writes = managing.added(
            site, policy, group, founder, wanted, dict(zip(people, read[1:], strict=True)), now
        )
        seats = [table.seat_write(site, founder, number), table.enrolled_check(site, founder)]
        return [table.group_write(site, group, run.id), *seats, *writes], Made(group, outcomes)

    also = [table.seat_address(site, mid) for mid in (founder, *people)]
    return ledger.post(
        site, [number], run, rules, decide, also=also, opening=True, answer=lambda made: managing.answer_of(made, 201)
    )
