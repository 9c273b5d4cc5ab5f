"""Members on a table, changed through the one writer as the use cases do."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from chalicelib.dynamo.commit import Write
from chalicelib.errors import Refusal
from chalicelib.ledger import days, moves, service, table
from chalicelib.ledger.draft import Draft, Face
from chalicelib.ledger.entry import Entry, Refs
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.rules import Lasting, Rules
from chalicelib.ledger.service import Command
from tests.support.books import A_YEAR, SITE, TOLD, at, rules

RULES = rules()
NOW = at("2026-02-01 12:00")


class NotEnough(Refusal):
    """There are fewer points than asked for."""

    def __init__(self) -> None:
        super().__init__("not enough points")


def post(
    mids: Sequence[str],
    decide: Callable[..., Any],
    now: datetime = NOW,
    run: Command | None = None,
    under: Rules = RULES,
    **more: Any,
) -> Any:
    """Decide on the drafts of these members; ``decide(*drafts)`` gives the result."""

    def both(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], Any]:
        return [], decide(*drafts)

    return service.post(SITE, mids, run or service.command(now), under, both, **more)


def enrol(mid: str, points: int = 0, now: datetime = NOW, under: Rules = RULES, lasting: Lasting = A_YEAR) -> None:
    """A new member, with points if wanted."""
    post([mid], lambda draft: moves.enrol(draft, "active"), now, under=under, opening=True)
    if points:
        award(mid, points, now, lasting, under=under)


def award(mid: str, points: int, now: datetime = NOW, lasting: Lasting = A_YEAR, **more: Any) -> Entry:
    """Credit points."""
    return post([mid], lambda draft: moves.award(draft, points, lasting, TOLD), now, **more)


def spend(mid: str, points: int, now: datetime = NOW, telling: Telling = TOLD, **more: Any) -> Entry:
    """Redeem points; raises ``NotEnough``."""

    def decide(draft: Draft) -> Entry:
        if draft.account.bucket().available < points:
            raise NotEnough
        return moves.debit(draft, points, telling, side="redeemed")

    return post([mid], decide, now, **more)


def transfer(giver: str, receiver: str, points: int, now: datetime = NOW) -> tuple[Entry, Entry]:
    """Pass points on; raises ``NotEnough``."""

    def decide(mine: Draft, theirs: Draft) -> tuple[Entry, Entry]:
        if mine.account.bucket().available < points:
            raise NotEnough
        sent = moves.send(mine, points, TOLD)
        return sent, moves.receive(theirs, sent.draws, TOLD)

    return post([giver, receiver], decide, now)


def promise(
    mid: str,
    points: int,
    group: str = "order1",
    now: datetime = NOW,
    *,
    release: datetime | None = None,
    void: datetime | None = None,
    places: int = 1,
) -> int:
    """Hold points for an order, in as many parts; gives the row's entry number."""

    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], int]:
        draft = drafts[0]
        entry = moves.hold(draft, points * places, Telling(109, Refs(order="o-1")))
        draft.faces[entry.number] = Face(service.HOLD, less=-points * places)
        held = [
            Hold(
                group,
                place,
                entry.number,
                109,
                {str(place): points},
                A_YEAR,
                1,
                release_at=None if release is None else days.to_ms(release),
                void_at=None if void is None else days.to_ms(void),
                order="o-1",
            )
            for place in range(places)
        ]
        return [table.hold_write(SITE, mid, hold) for hold in held], entry.number

    return service.post(SITE, [mid], service.command(now), RULES, decide)


def cancel(mid: str, group: str = "order1", now: datetime = NOW) -> int:
    """Take back all that is promised in the group; gives how many points that were."""

    def decide(drafts: list[Draft], found: list[Hold]) -> tuple[list[Write], int]:
        for hold in found:
            moves.shrink(drafts[0], hold.points, Telling(109, shown=False))
            drafts[0].show(hold.row, Face(service.CANCELLED, less=hold.points))
        gone = [table.hold_write(SITE, mid, hold.without(hold.parts)) for hold in found]
        return gone, sum(hold.points for hold in found)

    load = lambda: list(table.read_holds(SITE, mid, group))  # noqa: E731
    return service.post(SITE, [mid], service.command(now), RULES, decide, load=load)
