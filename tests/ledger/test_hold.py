import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger import hold
from chalicelib.ledger.entry import Counted
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.rules import Lasting
from chalicelib.ledger.service import given_back

HELD = Hold("order", 2, 7, 109, {"1": 30, "2": 12}, Lasting("days", 365), 4, order="o-1")
MOMENTS = st.none() | st.integers(0, 4 * 10**12)


@given(
    st.builds(
        Hold,
        group=st.just("A7"),
        place=st.just(3),
        row=st.integers(1, 10**9),
        action=st.integers(1, 9999),
        parts=st.dictionaries(st.integers(0, 199).map(str), st.integers(1, 10**9), max_size=5),
        lasting=st.builds(Lasting, st.sampled_from(["never", "days", "month_end"]), st.integers(0, 9999)),
        programme=st.integers(0, 99),
        release_at=MOMENTS,
        void_at=MOMENTS,
        kind=st.sampled_from("SP"),
        order=st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
        counted=st.lists(st.builds(Counted, st.text("1", max_size=3), *[st.integers(-9, 9)] * 3), max_size=2).map(
            tuple
        ),
        version=st.just(5),
    )
)
def test_a_hold_is_read_as_it_was_written(held):
    assert hold.load(hold.dump(held), group="A7", place=3, version=5) == held


@pytest.mark.parametrize(
    ("off", "left"),
    [
        ({}, {"1": 30, "2": 12}),
        ({"1": 29}, {"1": 1, "2": 12}),
        ({"1": 30}, {"2": 12}),
        ({"1": 30, "2": 12}, {}),
        ({"9": 0}, {"1": 30, "2": 12}),
    ],
)
def test_a_hold_shrinks_line_by_line(off, left):
    after = HELD.without(off)

    assert after.parts == left
    assert after.points == sum(left.values())


def test_a_line_cannot_give_more_than_it_holds():
    with pytest.raises(ValueError, match="more is taken"):
        HELD.without({"2": 13})


@pytest.mark.parametrize(("release", "void", "due"), [(None, None, None), (None, 9, 9), (5, 9, 5), (5, None, 5)])
def test_a_hold_is_due_when_it_is_released_or_else_voided(release, void, due):
    held = Hold("order", 0, 1, 109, {"0": 1}, Lasting("never"), 1, release_at=release, void_at=void)

    assert held.due == due


def test_a_voided_hold_gives_back_what_it_counted_in_the_period_it_counted_in():
    counted = (Counted("101", 740_000, 1, 30), Counted("102", 0, 2, 60))
    held = Hold("order", 0, 1, 109, {"0": 1}, Lasting("never"), 1, counted=counted)

    assert given_back(held) == (Counted("101", 740_000, -1, -30), Counted("102", 0, -2, -60))
