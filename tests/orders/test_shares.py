from hypothesis import given
from hypothesis import strategies as st

from chalicelib.orders.shares import split

weights = st.lists(st.integers(0, 10**18), min_size=1, max_size=200)


@given(st.integers(0, 10**18), weights)
def test_parts_add_up_and_are_within_one_of_exact(total: int, by: list[int]):
    parts = split(total, by)

    assert sum(parts) == total
    if any(by):
        assert all(abs(part * sum(by) - total * weight) < sum(by) for part, weight in zip(parts, by, strict=True))


@given(st.integers(0, 10**18), weights)
def test_a_part_of_less_is_never_more(total: int, by: list[int]):
    whole = sum(by)
    capped = split(min(total, whole), by)

    assert all(part <= weight for part, weight in zip(capped, by, strict=True)) or not whole


def test_the_largest_remainder_goes_up_and_ties_go_to_the_first():
    assert split(10, [1, 1, 1]) == (4, 3, 3)
    assert split(10, [1, 2, 1]) == (3, 5, 2)
    assert split(100, [999, 1]) == (100, 0)


def test_without_weights_all_parts_are_alike():
    assert split(7, [0, 0]) == (4, 3)
