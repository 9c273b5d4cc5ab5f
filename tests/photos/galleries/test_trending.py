"""The score fades by halves, and ranks what people do above what is merely new."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.photos.galleries.trending import WINDOW_DAYS, Candidate, Counts, ranked, score
from chalicelib.programme.definitions.gallery import Trending

TODAY = 740_000
WEIGHTS = Trending(half_life_days=7)


def candidate(photo: str = "p", published: int = TODAY, **days: Counts) -> Candidate:
    return Candidate(photo, published, {TODAY - int(age[1:]): counts for age, counts in days.items()})


def test_a_photo_published_today_has_the_weight_of_its_publication():
    assert score(candidate(), WEIGHTS, TODAY) == 10


def test_all_counts_are_weighed():
    counts = Counts(views=3, clicks=2, buys=1)

    assert score(candidate(d0=counts), WEIGHTS, TODAY) == 10 + 3 + 10 + 20


@pytest.mark.parametrize(("age", "left"), [(0, 100), (7, 50), (14, 25), (70, 100 / 1024)])
@pytest.mark.proves("A096")
def test_an_interaction_counts_half_after_each_half_life(age, left):
    without = Trending(half_life_days=7, publication=Decimal(0))

    assert score(candidate(**{f"d{age}": Counts(views=100)}), without, TODAY) == pytest.approx(left)


def test_days_beyond_the_window_do_not_count():
    without = Trending(half_life_days=30, publication=Decimal(0))
    last = candidate(**{f"d{WINDOW_DAYS - 1}": Counts(views=1)})
    beyond = candidate(**{f"d{WINDOW_DAYS}": Counts(views=1)})

    assert score(last, without, TODAY) > 0
    assert score(beyond, without, TODAY) == 0


def test_what_a_wrong_clock_says_of_tomorrow_counts_as_today():
    assert score(candidate(published=TODAY + 3), WEIGHTS, TODAY) == 10


def test_an_old_photo_that_people_click_stands_before_a_new_one_that_they_do_not():
    loved = candidate("loved", TODAY - 30, d0=Counts(clicks=4))
    fresh = candidate("fresh")

    assert ranked([fresh, loved], WEIGHTS, TODAY) == ["loved", "fresh"]


def test_equal_scores_keep_their_order():
    assert ranked([candidate("b"), candidate("a")], WEIGHTS, TODAY) == ["b", "a"]


@given(some.integers(0, 90), some.integers(0, 1000), some.integers(1, 30))
def test_the_score_never_rises_by_waiting(age, views, half_life):
    weights = Trending(half_life_days=half_life)
    one = candidate(published=TODAY - age, **{f"d{age}": Counts(views=views)})

    assert score(one, weights, TODAY + 1) <= score(one, weights, TODAY)
