"""Races for rewards: codes, units and claims, each wanted more often than there is of it."""

from chalicelib import clock
from chalicelib.ledger.service import command
from chalicelib.programme import service as programmes
from chalicelib.rewards.codes import service as codes
from chalicelib.rewards.codes import sheet
from tests.races.arena import Arena, Outcome
from tests.races.worker import Call
from tests.races.workers import Side

CODES = 12
UNITS = 5
NO_CODE = "400 AC1026 No code of this reward is left"
SOLD_OUT = "400 AC1026 This reward is sold out"
POOL = {"rewardId": "pool", "rewardName": "A code", "status": "Live", "cost": 10, "claimsPerMember": 0,
        "codes": {"source": "pool", "lowStockAt": 0}}  # fmt: skip
BAG = {"rewardId": "bag", "rewardName": "A bag", "status": "Live", "cost": 10, "stock": UNITS}
ONCE = {"rewardId": "once", "rewardName": "Once", "status": "Live", "cost": 10}
CREW = [f"m-{place:02}" for place in range(12)]


def twelve_codes_for_thirty_six_claims(arena: Arena) -> Outcome:
    site = arena.site(*CREW, points=1000, rewards=[POOL])
    force = programmes.in_force(site)
    filed = sheet.from_list([f"CODE-{number}" for number in range(CODES)])
    codes.upload(site, command(clock.now()), force, force.reward_by_id["pool"], filed)

    heat = arena.workers.race(Side([_claim(arena, site, "pool", member) for _ in range(3) for member in CREW]))

    won = [said.body["rewardCode"] for said in heat.said if said.refusal is None]
    assert sorted(won) == sorted(line.code for line in filed.lines)
    assert {said.refusal for said in heat.said} == {None, NO_CODE}
    assert codes.remaining(site, "pool") == 0
    found = arena.proved(site, *CREW)
    assert sum(member.account.bucket().on_rewards for member in found) == 10 * CODES
    return arena.outcome("36 claims of 12 codes", heat, len(won))


def five_units_for_twenty_four_claims(arena: Arena) -> Outcome:
    site = arena.site(*CREW, points=1000, rewards=[BAG | {"claimsPerMember": 0}])

    heat = arena.workers.race(Side([_claim(arena, site, "bag", member) for _ in range(2) for member in CREW]))

    won = [said for said in heat.said if said.refusal is None]
    assert len(won) == UNITS
    assert {said.refusal for said in heat.said} == {None, SOLD_OUT}
    found = arena.proved(site, *CREW)
    assert sum(member.account.bucket().on_rewards for member in found) == 10 * UNITS
    return arena.outcome("24 claims of 5 units", heat, len(won))


def a_reward_once_a_member_claimed_sixteen_times(arena: Arena) -> Outcome:
    site = arena.site("m-ada", points=1000, rewards=[ONCE])

    heat = arena.workers.race(Side([_claim(arena, site, "once", "m-ada") for _ in range(16)]))

    won = [said for said in heat.said if said.refusal is None]
    assert len(won) == 1
    (ada,) = arena.proved(site, "m-ada")
    assert (ada.available, ada.kinds) == (990, ["enrol", "award", "redeem"])
    return arena.outcome("16 claims of a reward once a member", heat, len(won))


def one_redemption_cancelled_by_eight(arena: Arena) -> Outcome:
    site = arena.site("m-ada", points=1000, rewards=[BAG])
    arena.done([_claim(arena, site, "bag", "m-ada")])
    cancel = Call(site, "POST", "/users/m-ada/rewards/3/cancel", {"reason": "x"})

    heat = arena.workers.race(Side([cancel for _ in range(8)]))

    won = [said for said in heat.said if said.refusal is None]
    assert len(won) == 1
    (ada,) = arena.proved(site, "m-ada")
    assert (ada.available, ada.kinds.count("refund")) == (1000, 1)
    return arena.outcome("8 cancellations of one redemption", heat, len(won))


def _claim(arena: Arena, site: str, reward: str, member: str) -> Call:
    body = {"id": member, "rewardId": reward, "activity": "DEBIT", "reason": "claim"}
    return Call(site, "POST", "/points", body, arena.key())


RACES = (
    twelve_codes_for_thirty_six_claims,
    five_units_for_twenty_four_claims,
    a_reward_once_a_member_claimed_sixteen_times,
    one_redemption_cancelled_by_eight,
)
