"""Who sees which variant stays, shares follow the weights, and intervals are those of the books."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.photos.galleries.experiments import Tried, assigned, compared, comparisons_of, position, rate
from chalicelib.programme.definitions.gallery import Experiment


def experiment(*weights: int, name: str = "e") -> Experiment:
    variants = [{"variantId": f"v{place}", "weight": weight} for place, weight in enumerate(weights)]
    return Experiment.model_validate({"experimentId": name, "variants": variants})


@pytest.mark.proves("A072")
def test_a_visitor_always_sees_the_same_variant():
    seen = {assigned(experiment(50, 50), "visitor-1").variant_id for _ in range(20)}

    assert len(seen) == 1


@pytest.mark.proves("A072")
def test_shares_follow_the_weights():
    found = [assigned(experiment(20, 80), f"visitor-{number}").variant_id for number in range(2_000)]

    assert found.count("v0") / len(found) == pytest.approx(0.2, abs=0.03)


def test_two_experiments_divide_visitors_independently():
    both = [
        (assigned(experiment(50, 50, name="a"), str(n)).variant_id, assigned(experiment(50, 50), str(n)).variant_id)
        for n in range(1_000)
    ]

    assert all(200 < both.count((first, second)) < 300 for first in ("v0", "v1") for second in ("v0", "v1"))


def test_positions_that_a_page_draws_divide_exactly_by_the_weights():
    drawn = [assigned(experiment(30, 70), f"~{place}").variant_id for place in range(100)]

    assert drawn.count("v0") == 30


def test_nobody_sees_the_control():
    assert assigned(experiment(0, 100), "").variant_id == "v0"


def test_a_variant_without_weight_is_given_to_no_visitor():
    assert {assigned(experiment(0, 100, 0), f"~{place}").variant_id for place in range(100)} == {"v1"}


@given(some.text(max_size=40), some.text(max_size=60))
def test_every_visitor_has_a_position(name, visitor):
    assert 0 <= position(name, visitor) < 100


def test_the_interval_is_wilsons():
    """Newcombe 1998, table I, method 3: 81 of 263 gives 0.2553 to 0.3662; 15 of 148 gives 0.0624 to 0.1605."""
    first, second = rate(263, 81), rate(148, 15)

    assert (round(first.low, 4), round(first.high, 4)) == (0.2553, 0.3662)
    assert (round(second.low, 4), round(second.high, 4)) == (0.0624, 0.1605)


def test_nothing_of_something_begins_at_zero():
    found = rate(20, 0)

    assert (found.low, round(found.high, 4)) == (0.0, 0.1611)


def test_the_interval_of_a_difference_is_newcombes():
    """Newcombe 1998 (II), table II, method 10: 56 of 70 less 48 of 80 gives 0.0524 to 0.3339."""
    found = compared(Tried("control", 80, 48), Tried("other", 70, 56))

    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    assert found.verdict == "better"


def test_little_difference_is_not_decided():
    assert compared(Tried("a", 100, 10), Tried("b", 100, 12)).verdict == "undecided"
    assert compared(Tried("a", 1000, 200), Tried("b", 1000, 100)).verdict == "worse"


def test_more_comparisons_make_wider_intervals():
    assert comparisons_of([Tried("a", 1, 1)] * 4) == 3
    assert rate(100, 10, 3).low < rate(100, 10).low


def test_nothing_seen_has_no_rate():
    assert rate(0, 0) is None
    assert compared(Tried("a", 0, 0), Tried("b", 10, 1)) is None


@given(some.integers(1, 10_000), some.integers(0, 20_000))
def test_the_rate_lies_in_its_interval(seen, reached):
    found = rate(seen, reached)

    assert 0 <= found.low <= found.rate <= found.high <= 1
