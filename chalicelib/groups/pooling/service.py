"""Points between members and their group: passed by hand, earned for it, paid by it, taken back from it.

``Pool`` stands in for ``ledger.service.post``: the use case decides on the member's account as ever, and the group's
account moves in the same transaction. Where a site has no groups nothing more is read or written.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, TypeVar

from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.idempotency import Answer
from chalicelib.dynamo.items import Address
from chalicelib.errors import Contention, Refusal
from chalicelib.groups import refusals, table
from chalicelib.groups.group import Group, Policy
from chalicelib.groups.pooling import pool
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Entry, Note, Refs
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.service import Command
from chalicelib.values import value

LOOKED_UP_MAX: Final = 3
"""How often the member's group is looked up again when it changed meanwhile."""

Result = TypeVar("Result")
Decide = Callable[[list[Draft], list[Any]], tuple[list[Write], Result]]
Check = Callable[[Draft], None]
"""Refuses a member who does not take part."""
Mode = Literal["earning", "paying", "returning"]


class _Stale(Refusal):
    """The member joined or left a group since it was looked up; nothing was written."""

    sticks = False

    def __init__(self) -> None:
        super().__init__("The member's group changed at this moment; please send the request again.")


@value
class Moved:
    """A transfer between a member and a group: both entries, and the group."""

    sent: Entry
    received: Entry
    group: Group


class Pool:
    """The group's part in a use case about one member's points; ``post`` has the form of ``ledger.service.post``.

    After ``post``, ``entry`` is the entry on the group's account, ``None`` where the group had no part, and ``group``
    the group as it was then.
    """

    def __init__(self, site: str, policy: Policy, mid: str, mode: Mode, *, named: str | None = None) -> None:
        self.site, self.policy, self.mid, self.mode = site, policy, mid, mode
        self.named = named
        self.entry: Entry | None = None
        self.group: Group | None = None
        self._theirs: Draft | None = None
        self._seen = 0

    def post(
        self,
        site: str,
        mids: Sequence[str],
        run: Command,
        rules: Rules,
        decide: Decide[Result],
        *,
        also: Sequence[Address] = (),
        load: Callable[[], list[Any]] | None = None,
        answer: Callable[[Result], Answer] | None = None,
        witness: Callable[[], bool] | None = None,
    ) -> Result:
        """As ``ledger.service.post``, with the group's account beside the member's; the group may refuse, too."""
        if not self._is_on():
            return ledger.post(site, mids, run, rules, decide, also=also, load=load, answer=answer, witness=witness)
        for _ in range(LOOKED_UP_MAX):
            number = self.named or table.read_seat(site, self.mid)
            beside = table.seat_address(site, self.mid) if number is None else table.group_address(site, number)
            try:
                return ledger.post(
                    site,
                    mids if number is None else [*mids, number],
                    run,
                    rules,
                    self._deciding(decide, len(also), number),
                    also=[*also, beside],
                    load=load,
                    answer=None if answer is None else self._answering(answer),
                    witness=witness,
                )
            except _Stale:
                continue
            except ledger.NoSuchMember:
                # The account of a group that was named and never was; a member who is gone is refused alike.
                if self.named is not None and table.read_group(site, self.named) is None:
                    raise refusals.NoSuchGroup from None
                raise
        raise Contention

    def take(self, draft: Draft) -> None:
        """Pass on to the group what was earned so far, for decisions that tell how the member stands afterwards."""
        theirs, group = self._theirs, self.group
        new = pool.since(draft, self._seen)
        self._seen = len(draft.lines)
        if theirs is None or group is None or self.mode != "earning":
            return
        drawn = pool.earned(draft, new)
        if drawn:
            points = sum(each.amount for each in drawn)
            _, self.entry = pool.between(draft, theirs, points, source=self.mid, refs=_about(new), drawn=drawn)
            self._seen = len(draft.lines)

    def _is_on(self) -> bool:
        policy = self.policy
        if not policy.enabled:
            return False
        if self.mode == "paying":
            return self.named is not None or policy.auto_redemption
        passes = policy.auto_transfer or policy.group_level_permission
        # What a group paid comes back to it, whoever paid by which rule.
        return passes or self.mode == "returning"

    def _deciding(self, decide: Decide[Result], own: int, number: str | None) -> Decide[Result]:
        def decided(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Result]:
            beside, inner = found[own], [*found[:own], *found[own + 1 :]]
            self.entry, self.group, self._theirs, self._seen = None, None, None, len(drafts[0].lines)
            if number is None:
                if beside is not None:
                    raise _Stale
                writes, result = decide(drafts, inner)
                return [*writes, table.seat_absent(self.site, self.mid)], result
            self.group = self._joined(table.load_group(beside))
            mine, theirs = drafts
            writes, result = self._with(mine, theirs, lambda draft: decide([draft], inner))
            return [*writes, table.group_check(self.site, self.group)], result

        return decided

    def _joined(self, group: Group | None) -> Group:
        """The group, with the member in it. Raises what the caller is told of a group that was named."""
        if self.named is None:
            if group is None or self.mid not in group.members:
                raise _Stale
            return group
        if group is None or group.status == "DELETED":
            raise refusals.NoSuchGroup
        if self.mid not in group.members:
            raise refusals.NotInGroup("id")
        return group

    def _with(
        self, mine: Draft, theirs: Draft, act: Callable[[Draft], tuple[list[Write], Result]]
    ) -> tuple[list[Write], Result]:
        group = self.group
        if group is None:
            raise _Stale
        if self.mode == "paying":
            return self._paid(group, mine, theirs, act)
        passes = group.is_active and group.transfers_by_itself(self.policy)
        if self.mode == "returning":
            return self._given_back(mine, theirs, act, passes=passes and group.is_active)
        self._theirs = theirs if passes else None
        writes, result = act(mine)
        self.take(mine)
        return writes, result

    def _paid(
        self, group: Group, mine: Draft, theirs: Draft, act: Callable[[Draft], tuple[list[Write], Result]]
    ) -> tuple[list[Write], Result]:
        """The group hands the member what the redemption takes, and the member redeems it."""
        if not group.is_active:
            raise refusals.GroupNotActive
        if not group.may_spend(self.mid, self.policy):
            raise refusals.MayNotSpend
        trial, there = pool.tried(mine), theirs.account.bucket().available
        if there > 0:
            pool.between(pool.tried(theirs), trial, there, source=group.number)
        before = len(trial.lines)
        act(trial)
        new = pool.since(trial, before)
        points = pool.spent(new)
        if points > there:
            raise refusals.NotEnoughInGroup
        if points:
            self.entry, _ = pool.between(theirs, mine, points, source=group.number, refs=_about(new))
        return act(mine)

    def _given_back(
        self, mine: Draft, theirs: Draft, act: Callable[[Draft], tuple[list[Write], Result]], *, passes: bool
    ) -> tuple[list[Write], Result]:
        """What the member passed on and must give back comes from the group; what the group paid goes back to it."""
        if passes:
            trial = pool.tried(mine)
            act(trial)
            short = min(pool.missing(pool.since(trial, len(mine.lines))), theirs.account.bucket().available)
            if short > 0:
                self.entry, _ = pool.between(theirs, mine, short, source=theirs.mid)
        before = len(mine.lines)
        writes, result = act(mine)
        new = pool.since(mine, before)
        released = pool.earned(mine, new) if passes else ()
        if released:
            points = sum(each.amount for each in released)
            _, self.entry = pool.between(mine, theirs, points, source=self.mid, refs=_about(new), drawn=released)
        for entry in new:
            owner, undoes = mine.undone.get(entry.number, (self.mid, entry.refs.undoes or 0))
            if entry.kind == "refund" and undoes and self._was_paid(theirs.mid, owner, undoes):
                drawn = tuple(pool.refunded(mine, entry))
                if drawn:
                    points = sum(each.amount for each in drawn)
                    _, self.entry = pool.between(
                        mine, theirs, points, source=self.mid, refs=_about([entry]), drawn=drawn
                    )
        return writes, result

    def _was_paid(self, number: str, owner: str, redemption: int) -> bool:
        """Whether the group handed over the points of a redemption of ``owner``, the member or one merged into it: its
        transfer is the entry before, of the same command. Points that it handed over earlier are the member's own.
        """
        handed = ledger_table.read_row(self.site, owner, redemption - 1)
        if handed is None or handed.entry.kind != "receive" or handed.entry.refs.source != number:
            return False
        return ledger_table.is_ours(self.site, owner, redemption, handed.entry.command)

    def _answering(self, answer: Callable[[Result], Answer]) -> Callable[[Result], Answer]:
        def answered(result: Result) -> Answer:
            said = answer(result)
            if self.entry is None or self.group is None or not said.ref.startswith("E"):
                return said
            return replace(said, ref=f"{said.ref}@{self.group.number}:{self.entry.number}")

        return answered


def earning(site: str, policy: Policy, mid: str) -> Pool:
    """For what a member earns: with auto transfer it goes to the group in the same transaction."""
    return Pool(site, policy, mid, "earning")


def paying(site: str, policy: Policy, mid: str, group: str | None) -> Pool:
    """For a redemption: paid by the group that is named, or with auto redemption by the member's own if there is one.

    ``post`` raises ``NoSuchGroup``, ``NotInGroup``, ``GroupNotActive``, ``MayNotSpend`` and ``NotEnoughInGroup``.
    """
    if group and not policy.enabled:
        raise refusals.NoSuchGroup
    return Pool(site, policy, mid, "paying", named=group or None)


def returning(site: str, policy: Policy, mid: str) -> Pool:
    """For what takes points back or refunds them."""
    return Pool(site, policy, mid, "returning")


def give(
    site: str,
    run: Command,
    rules: Rules,
    policy: Policy,
    number: str,
    mid: str,
    points: int,
    *,
    check: Check,
    refs: Refs,
    note: Note | None,
    recipient: str | None = None,
) -> Moved:
    """A member passes points to the group (160, CREDIT): the whole amount or nothing.

    ``recipient`` may name the member of the group that the caller thinks of; it must belong to it. Raises
    ``NoSuchGroup``, ``NotInGroup``, ``GroupNotActive``, ``NotEnoughPoints`` as ``check`` and ``NoSuchMember``.
    """

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Moved]:
        group = _open(policy, found[0])
        if mid not in group.members:
            raise refusals.NotInGroup("id")
        if recipient is not None and recipient not in group.members:
            raise refusals.NotInGroup("recipientData.recipientId")
        mine, theirs = drafts
        check(mine)
        if mine.account.bucket().available < points:
            raise refusals.NotEnoughToGive
        sent, received = pool.between(mine, theirs, points, source=mid, refs=refs, note=note)
        return [table.group_check(site, group)], Moved(sent, received, group)

    def said(moved: Moved) -> Answer:
        return Answer(f"E{moved.sent.number}@{number}:{moved.received.number}")

    return _posted(site, [mid, number], run, rules, decide, number, said)


def hand(
    site: str,
    run: Command,
    rules: Rules,
    policy: Policy,
    number: str,
    actor: str,
    receiver: str,
    points: int,
    *,
    check: Check,
    refs: Refs,
    note: Note | None,
) -> Moved:
    """The group passes points to one of its members (160, DEBIT), by a member who may spend them: all or nothing.

    Raises ``NoSuchGroup``, ``NotInGroup``, ``GroupNotActive``, ``MayNotSpend``, ``NotEnoughInGroup`` and as ``check``.
    """

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Moved]:
        group = _open(policy, found[0])
        for field, mid in (("id", actor), ("userId", receiver)):
            if mid not in group.members:
                raise refusals.NotInGroup(field)
        mine, theirs = drafts[0], drafts[1]
        for taking_part in (mine, *drafts[2:]):
            check(taking_part)
        if not group.may_spend(actor, policy):
            raise refusals.MayNotSpend
        if theirs.account.bucket().available < points:
            raise refusals.NotEnoughInGroup
        sent, received = pool.between(theirs, mine, points, source=number, refs=refs, their_note=note)
        return [table.group_check(site, group)], Moved(sent, received, group)

    def said(moved: Moved) -> Answer:
        return Answer(f"E{moved.received.number}@{number}:{moved.sent.number}")

    mids = [receiver, number] if actor == receiver else [receiver, number, actor]
    return _posted(site, mids, run, rules, decide, number, said)


def _posted(
    site: str,
    mids: list[str],
    run: Command,
    rules: Rules,
    decide: Decide[Moved],
    number: str,
    said: Callable[[Moved], Answer],
) -> Moved:
    """Post, and tell a group that never was from a member who is gone."""
    try:
        return ledger.post(site, mids, run, rules, decide, also=[table.group_address(site, number)], answer=said)
    except ledger.NoSuchMember:
        if table.read_group(site, number) is None:
            raise refusals.NoSuchGroup from None
        raise


def _open(policy: Policy, item: Any) -> Group:
    """The group of its item, if points may move. Raises ``NoSuchGroup`` and ``GroupNotActive``."""
    group = table.load_group(item)
    if not policy.enabled or group is None or group.status == "DELETED":
        raise refusals.NoSuchGroup
    if not group.is_active:
        raise refusals.GroupNotActive
    return group


def _about(entries: Sequence[Entry]) -> Refs:
    """What the entries are about, for the transfer that belongs to them."""
    first = next((entry.refs for entry in entries if entry.refs != Refs()), Refs())
    return Refs(order=first.order, store=first.store)
