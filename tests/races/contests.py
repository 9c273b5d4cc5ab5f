"""The races. Each wants one thing more often than there is of it, and knows how many may have it."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib import clock
from tests.programme.documents import document
from tests.races import arena as calls
from tests.races.arena import Arena, Outcome
from tests.races.worker import Job, Task
from tests.races.workers import Side
from tests.support.tables import raw_items

NOT_ENOUGH = "400 AC1004 Not enough points"
JOB_IS_FASTER_SECONDS = 0.02
"""A job has no token to prove and no body to read; it waits so long that now the one is first and now the other."""
ADA, GRACE = "m-ada", "m-grace"


def fifty_redemptions_of_points_for_one(arena: Arena) -> Outcome:
    site = arena.site(ADA, points=100)
    side = Side([calls.redeem(site, ADA, 60, arena.key()) for _ in range(50)])

    heat = arena.workers.race(side)
    again = arena.workers.race(side)

    won = [said for said in heat.said if said.refusal is None]
    assert len(won) == 1
    assert Counter(said.refusal for said in heat.said) == {None: 1, NOT_ENOUGH: 49}
    assert all("60 asked, 40 available" in said.text for said in heat.said if said.refusal)
    assert [(said.is_repeat, said.status, said.text) for said in again.said] == [
        (True, said.status, said.text) for said in heat.said
    ]
    (ada,) = arena.proved(site, ADA)
    assert (ada.available, ada.account.bucket().used) == (40, 60)
    assert ada.kinds == ["enrol", "award", "redeem"]
    return arena.outcome("50 redemptions of points for one", heat, len(won))


def forty_awards_to_one_member(arena: Arena) -> Outcome:
    site = arena.site(ADA)

    heat = arena.workers.race(Side([calls.credit(site, ADA, points, arena.key()) for points in range(1, 41)]))

    assert [said.refusal for said in heat.said] == [None] * 40
    (ada,) = arena.proved(site, ADA)
    assert (ada.available, ada.account.version) == (41 * 20, 41)
    return arena.outcome("40 awards to one member", heat, 40)


def twenty_transfers_in_a_ring(arena: Arena) -> Outcome:
    ring = [f"m-{place:02}" for place in range(20)]
    site = arena.site(*ring, points=100)
    following = {giver: ring[(place + 1) % 20] for place, giver in enumerate(ring)}

    heat = arena.workers.race(Side([calls.transfer(site, a, b, 100, arena.key()) for a, b in following.items()]))

    assert [said.refusal for said in heat.said] == [None] * 20
    found = arena.proved(site, *ring)
    assert [member.available for member in found] == [100] * 20
    assert [sorted(member.kinds) for member in found] == [["award", "enrol", "receive", "send"]] * 20
    return arena.outcome("20 transfers in a ring", heat, 20)


def a_bag_of_points_passed_all_round(arena: Arena) -> Outcome:
    """Nobody but the first has points, so that all others are refused until the bag has come to them."""
    ring = [f"m-{place:02}" for place in range(10)]
    site = arena.site(*ring)
    arena.done([calls.credit(site, ring[0], 100)])
    left = dict(zip(ring, [*ring[1:], ring[0]], strict=True))
    heats = []

    while left:
        heat = arena.workers.race(Side([calls.transfer(site, giver, left[giver], 100) for giver in left]))
        won = [giver for giver, said in zip(left, heat.said, strict=True) if said.refusal is None]
        assert won, "somebody has the bag"
        assert {said.refusal for said in heat.said} <= {None, NOT_ENOUGH}
        left = {giver: receiver for giver, receiver in left.items() if giver not in won}
        heats.append(heat)

    found = arena.proved(site, *ring)
    assert [member.available for member in found] == [100] + [0] * 9
    assert sum(member.kinds.count("send") for member in found) == 10
    heats[0].sides = [side for heat in heats for side in heat.sides]
    heats[0].seconds = sum(heat.seconds for heat in heats)
    heats[0].lost = sum(heat.lost for heat in heats)
    return arena.outcome("one bag of points passed round by 10", heats[0], 10)


def an_award_reversed_by_four_at_once(arena: Arena) -> Outcome:
    site = arena.site(ADA)
    orders = [f"SO-{number}" for number in range(10)]
    arena.done([calls.place(site, ADA, order) for order in orders])

    heat = arena.workers.race(Side([calls.change(site, order, "return") for order in orders for _ in range(4)]))

    removed = [said.body["pointsRemoved"] for said in heat.said]
    assert [sorted(removed[first : first + 4]) for first in range(0, 40, 4)] == [[0, 0, 0, 100]] * 10
    (ada,) = arena.proved(site, ADA)
    assert (ada.available, ada.kinds.count("reverse")) == (0, 10)
    return arena.outcome("10 awards, each reversed by 4 at once", heat, 10)


def one_unit_returned_by_four_at_once(arena: Arena) -> Outcome:
    site = arena.site(ADA)
    orders = [f"SO-{number}" for number in range(10)]
    arena.done([calls.place(site, ADA, order) for order in orders])

    heat = arena.workers.race(Side([calls.change_one(site, order, "return") for order in orders for _ in range(4)]))

    won = [said.refusal is None for said in heat.said]
    assert [won[first : first + 4].count(True) for first in range(0, 40, 4)] == [1] * 10
    (ada,) = arena.proved(site, ADA)
    assert (ada.available, ada.kinds.count("reverse")) == (0, 10)
    return arena.outcome("10 units, each returned by 4 at once", heat, 10)


def one_key_fifty_times(arena: Arena) -> Outcome:
    site = arena.site(ADA, GRACE, points=100)
    kinds = [
        calls.credit(site, ADA, 10, "award"),
        calls.redeem(site, ADA, 15, "redeem"),
        calls.transfer(site, ADA, GRACE, 20, "transfer"),
        calls.place(site, ADA, "SO-1", 30, "order"),
        calls.redeem(site, ADA, 10_000, "refused"),
    ]

    heat = arena.workers.race(Side([kinds[number % len(kinds)] for number in range(50 * len(kinds))]))

    for place in range(len(kinds)):
        said = heat.said[place :: len(kinds)]
        assert len({(each.status, each.text) for each in said}) == 1, said
        assert [each.is_repeat for each in said].count(False) == 1
    ada, grace = arena.proved(site, ADA, GRACE)
    assert (ada.available, grace.available) == (100 + 10 - 15 - 20 + 30, 120)
    assert sorted(ada.kinds) == ["award", "award", "enrol", "order", "redeem", "send"]
    return arena.outcome("5 keys, each used 50 times", heat, len(kinds))


def one_key_for_two_requests(arena: Arena) -> Outcome:
    site = arena.site(ADA, GRACE)
    two = [calls.credit(site, ADA, 10, "a key"), calls.credit(site, GRACE, 20, "a key")]

    heat = arena.workers.race(Side([two[number // 4 % 2] for number in range(48)]))

    done = {said.text for said in heat.said if said.refusal is None}
    assert len(done) == 1
    assert sum(said.refusal is None for said in heat.said) == 24
    ada, grace = arena.proved(site, ADA, GRACE)
    assert (ada.available, grace.available) in {(10, 0), (0, 20)}
    return arena.outcome("one key for two requests, 24 times each", heat, 1)


def an_order_id_taken_by_sixteen_members(arena: Arena) -> Outcome:
    everybody = [f"m-{place:02}" for place in range(16)]
    site = arena.site(*everybody)

    heat = arena.workers.race(Side([calls.place(site, member, "SO-1", key=arena.key()) for member in everybody]))

    won = [said.refusal is None for said in heat.said]
    assert won.count(True) == 1
    assert [member.available for member in arena.proved(site, *everybody)] == [100 * one for one in won]
    return arena.outcome("one order id for 16 members", heat, 1)


def a_hold_released_or_cancelled(arena: Arena) -> Outcome:
    """The sweep's messages are worked off after the date of release; the shop's clock is a little behind it."""
    everybody = [f"m-{place:02}" for place in range(12)]
    site = arena.site(*everybody, purchase={"hold": {"type": "orderDate", "days": 2}})
    arena.done([calls.place(site, member, f"SO-{member}") for member in everybody])
    release = clock.now() + timedelta(days=2)
    jobs = [job for member in everybody for job in _holds(arena, site, member)]
    assert len(jobs) == 12

    heat = arena.workers.race(
        Side(_twice(jobs), release + timedelta(days=1), arena.spread(12, 2 * JOB_IS_FASTER_SECONDS)),
        Side(
            _twice([calls.change(site, f"SO-{member}", "cancel") for member in everybody]),
            release - timedelta(hours=1),
            arena.spread(12),
        ),
    )

    released = 0
    cancels = heat.sides[1]
    assert {said.status for said in cancels} == {200}
    for place, member in enumerate(arena.proved(site, *everybody)):
        removed = sorted(said.body["pointsRemoved"] for said in cancels[2 * place : 2 * place + 2])
        was_released = "release" in member.kinds
        # A cancel after the release takes no points (docs/compatibility.md), and is remembered.
        assert removed == ([0, 0] if was_released else [0, 100])
        assert (member.available, member.account.bucket().held) == (100 * was_released, 0)
        ends = [entry.moved("held") for entry in member.entries if entry.moved("held")]
        assert ends == [100]
        assert raw_items(arena.client, f"M#{site}#{member.mid}", "H#") == []
        released += was_released
    return arena.outcome(f"12 holds, released ({released}) or cancelled first", heat, 12)


def points_that_expire_or_are_spent(arena: Arena) -> Outcome:
    """Workers see the day after the last on which the points are good; the shop still sees that last day."""
    everybody = [f"m-{place:02}" for place in range(12)]
    site = arena.site(*everybody, points=100, expiry={"type": "rollingDays", "days": 7})
    last = _midnight(clock.now() + timedelta(days=8))

    heat = arena.workers.race(
        Side(
            _twice([_settling(arena, site, member) for member in everybody]),
            last + timedelta(hours=1),
            arena.spread(12, JOB_IS_FASTER_SECONDS),
        ),
        Side(
            _twice([calls.redeem(site, member, 100) for member in everybody]),
            last - timedelta(minutes=10),
            arena.spread(12),
        ),
    )

    spent = [said.refusal is None for said in heat.sides[1]]
    assert {said.refusal for said in heat.sides[1]} <= {None, NOT_ENOUGH}
    for place, member in enumerate(arena.proved(site, *everybody)):
        winners = spent[2 * place : 2 * place + 2].count(True)
        bucket = member.account.bucket()
        assert (bucket.available, bucket.used, bucket.expired) == (0, 100 * winners, 100 - 100 * winners)
        assert member.kinds == ["enrol", "award", "redeem" if winners else "expire"]
    return arena.outcome(f"12 lots, spent ({spent.count(True)}) or expired first", heat, 12)


def the_last_slot_of_a_limit(arena: Arena) -> Outcome:
    """One time of a lifetime; the tenth of ten in a month; and a cap of points, whose last award is cut."""
    once, tenth, capped = 102, 112, 132
    site = arena.site(ADA, actions=_limited(capped, maxPoints=60, period="day", limits=[]))
    arena.done([calls.earn(site, ADA, tenth) for _ in range(9)])

    heat = arena.workers.race(
        Side([calls.earn(site, ADA, action, arena.key()) for _ in range(16) for action in (once, tenth, capped)])
    )

    given = [sorted(said.body["pointsAwarded"] for said in heat.said[place::3])[-4:] for place in range(3)]
    assert given == [[0, 0, 0, 50], [0, 0, 0, 200], [0, 10, 25, 25]]
    (ada,) = arena.proved(site, ADA)
    assert ada.available == 50 + 10 * 200 + 60
    return arena.outcome("the last slots of three limits, 16 calls each", heat, 5)


RACES: tuple[Callable[[Arena], Outcome], ...] = (
    fifty_redemptions_of_points_for_one,
    forty_awards_to_one_member,
    twenty_transfers_in_a_ring,
    a_bag_of_points_passed_all_round,
    an_award_reversed_by_four_at_once,
    one_unit_returned_by_four_at_once,
    one_key_fifty_times,
    one_key_for_two_requests,
    an_order_id_taken_by_sixteen_members,
    a_hold_released_or_cancelled,
    points_that_expire_or_are_spent,
    the_last_slot_of_a_limit,
)


def _twice(tasks: Sequence[Task]) -> list[Task]:
    """Each task twice in a row, so that both of its side's processes have it."""
    return [task for task in tasks for _ in range(2)]


def _holds(arena: Arena, site: str, member: str) -> list[Job]:
    pk = f"M#{site}#{arena.mid(site, member)}"
    return [Job({"kind": "hold", "pk": pk, "sk": item["sk"]["S"]}) for item in raw_items(arena.client, pk, "H#")]


def _settling(arena: Arena, site: str, member: str) -> Job:
    return Job({"kind": "account", "pk": f"M#{site}#{arena.mid(site, member)}", "sk": "ACCOUNT"})


def _midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def _limited(action_id: int, **fields: Any) -> list[dict[str, Any]]:
    """The default actions, one of them with these fields."""
    return [action | fields if action["actionId"] == action_id else action for action in document()["actions"]]
