"""Looks that are near share a band, so that they are found without comparing with every other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import looks

LOOKS = st.integers(0, (1 << looks.BITS) - 1)
PLACES = st.sets(st.integers(0, looks.BITS - 1), max_size=looks.BANDS - 1)


def flipped(look, places):
    return look ^ sum(1 << place for place in places)


@pytest.mark.proves("A018")
@given(LOOKS, PLACES)
def test_looks_that_differ_in_fewer_bits_than_there_are_bands_share_one(look, places):
    assert set(looks.bands(look)) & set(looks.bands(flipped(look, places)))


@given(LOOKS, LOOKS)
def test_looks_that_share_no_band_differ_in_as_many_bits_as_there_are_bands_at_least(one, other):
    if not set(looks.bands(one)) & set(looks.bands(other)):
        assert looks.distance(one, other) >= looks.BANDS


@given(LOOKS, PLACES)
def test_the_distance_counts_the_bits_that_differ_either_way(look, places):
    other = flipped(look, places)

    assert looks.distance(look, other) == looks.distance(other, look) == len(places)


@given(LOOKS, st.sampled_from([1, 2, 4, 8, 16, 32, 64]))
def test_bands_are_as_many_as_asked_for_and_hold_the_whole_look(look, count):
    found = looks.bands(look, count)
    width = looks.BITS // count

    assert len(set(found)) == count
    assert sum(int(each.partition(":")[2], 16) << place * width for place, each in enumerate(found)) == look


def test_equal_parts_in_other_places_are_other_bands():
    assert looks.bands(0)[:2] == ("00:00", "01:00")
    assert looks.bands(1 << 8)[:2] == ("00:00", "01:01")
