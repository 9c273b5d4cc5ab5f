"""Four processes of four threads want the same thing, through the whole app, on two engines that are wrong in
different places. Exactly as many win as there is of it, and the books add up (P1 to P6)."""

from random import SystemRandom

import pytest

from tests.races import arena, contests
from tests.races.outcomes import row

pytestmark = [pytest.mark.slow, pytest.mark.engine]


@pytest.fixture(scope="module", params=["dynamodb_local", "ministack"])
def stage(request):
    endpoint = request.getfixturevalue(f"{request.param}_endpoint")
    seed = SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    with arena.opened(request.param, endpoint, seed) as opened:
        yield opened


PROVES = {
    contests.twenty_transfers_in_a_ring: ("B109", "B148"),
    contests.a_hold_released_or_cancelled: ("B056",),
}


@pytest.mark.parametrize(
    "race",
    [
        pytest.param(race, id=race.__name__, marks=[pytest.mark.proves(*PROVES[race])] if race in PROVES else [])
        for race in contests.RACES
    ],
)
def test_the_right_number_wins(stage, race):
    print(row(race(stage)))
