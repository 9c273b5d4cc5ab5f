"""Workers and the engine die in the middle of their work; nothing is lost and nothing doubled (P4, P7)."""

from random import SystemRandom

import pytest

from tests.races import crashes
from tests.races.outcomes import CRASHES_HEADER, crashes_row

pytestmark = [pytest.mark.slow, pytest.mark.engine]


def test_two_thousand_operations_outlive_dying_workers_and_a_dying_engine():
    seed = SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")

    ending = crashes.campaign(seed, 2_000)

    print(CRASHES_HEADER, crashes_row(ending), sep="\n")
    assert (ending.operations, ending.engines_killed) == (2_000, 1)
