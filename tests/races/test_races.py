"""Four processes of four threads want the same thing, through the whole app, on two engines that are wrong in
different places. Exactly as many win as there is of it, and the books add up (P1 to P6)."""

from random import SystemRandom

import pytest

from tests.races import arena, budgets, contests, rewarding
from tests.races.outcomes import row

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.proves("B109", "B148", "B056")]


@pytest.fixture(scope="module", params=["dynamodb_local", "ministack"])
def stage(request):
    endpoint = request.getfixturevalue(f"{request.param}_endpoint")
    seed = SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    with arena.opened(request.param, endpoint, seed) as opened:
        yield opened


@pytest.mark.parametrize("race", [*contests.RACES, *rewarding.RACES, *budgets.RACES], ids=lambda race: race.__name__)
def test_the_right_number_wins(stage, race):
    print(row(race(stage)))
