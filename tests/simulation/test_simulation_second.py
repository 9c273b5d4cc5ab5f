"""A quarter of the 500 seeds of every test run; four files, so that they are spread over the workers of a run."""

import pytest

from tests.simulation.plays import check

FIRST = 125


@pytest.mark.slow
@pytest.mark.parametrize("first", range(FIRST, FIRST + 125, 25))
def test_no_seed_breaks_a_promise(first):
    check(range(first, first + 25))
