"""Hot spots stay on their products under every crop and rotation."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.photos import crops
from chalicelib.photos.crops import Window

SIDES = st.integers(200, 4096)
RATIOS = st.tuples(st.integers(1, crops.SIDE_MAX), st.integers(1, crops.SIDE_MAX))
SHARES = st.floats(0, 1)
FOCUSES = st.tuples(SHARES, SHARES)
NEAR = 1e-6


def is_within(shown):
    far = shown.left + shown.width, shown.top + shown.height
    return min(shown.left, shown.top) >= -NEAR and max(far) <= 1 + NEAR and min(shown.width, shown.height) > 0


def ratio_of(shown, width, height):
    return shown.width * width / (shown.height * height)


@pytest.mark.proves("A071")
@given(SIDES, SIDES, RATIOS, FOCUSES)
def test_a_window_about_a_focus_lies_within_has_the_ratio_and_shows_the_focus(width, height, ratio, focus):
    shown = crops.window(width, height, ratio, focus)

    assert is_within(shown)
    assert ratio_of(shown, width, height) == pytest.approx(ratio[0] / ratio[1])
    assert max(shown.width, shown.height) == pytest.approx(1)
    assert crops.through(shown, *focus) is not None


@given(
    SIDES,
    SIDES,
    RATIOS,
    st.floats(-10_000, 10_000),
    st.floats(-10_000, 10_000),
    st.floats(0.1, 40),
    st.floats(1, 5_000),
)
def test_a_transformation_shows_no_empty_edge_whatever_it_says(width, height, ratio, x, y, scale, wrapper):
    shown = crops.transformed(width, height, ratio, x=x, y=y, scale=scale, wrapper_width=wrapper)

    assert is_within(shown)
    assert ratio_of(shown, width, height) == pytest.approx(ratio[0] / ratio[1])


@given(SIDES, SIDES, RATIOS, st.floats(1, 20), st.floats(50, 2_000), st.floats(0.1, 10))
def test_a_page_that_shows_the_wrapper_at_another_width_scales_the_moves_alike(
    width, height, ratio, scale, wrapper, factor
):
    one = crops.transformed(width, height, ratio, x=wrapper / 10, y=-wrapper / 20, scale=scale, wrapper_width=wrapper)
    other = crops.transformed(
        width,
        height,
        ratio,
        x=wrapper / 10 * factor,
        y=-wrapper / 20 * factor,
        scale=scale,
        wrapper_width=wrapper * factor,
    )

    assert astuple(one) == pytest.approx(astuple(other))


@pytest.mark.proves("A070")
@given(SIDES, SIDES, RATIOS, FOCUSES, SHARES, SHARES)
def test_a_hot_spot_maps_into_a_window_and_back(width, height, ratio, focus, x, y):
    shown = crops.window(width, height, ratio, focus)
    there = crops.through(shown, x, y)

    if there is None:
        assert not (shown.left <= x <= shown.left + shown.width and shown.top <= y <= shown.top + shown.height)
    else:
        assert crops.back(shown, *there) == pytest.approx((x, y), abs=NEAR)


@given(SIDES, SIDES, RATIOS, FOCUSES, SHARES, SHARES)
def test_what_shows_in_a_window_of_a_window_is_where_it_is_in_both(width, height, ratio, focus, x, y):
    outer = crops.window(width, height, ratio, focus)
    inner = Window(outer.left + outer.width * 0.25, outer.top + outer.height * 0.25, outer.width / 2, outer.height / 2)
    there = crops.through(inner, x, y)

    if there is not None:
        assert crops.through(outer, x, y) == pytest.approx((0.25 + there[0] / 2, 0.25 + there[1] / 2), abs=NEAR)


@pytest.mark.proves("A070")
@given(SHARES, SHARES, st.integers(-8, 8), st.integers(-8, 8))
def test_turns_add_up_and_four_of_them_are_none(x, y, first, second):
    assert crops.turned(x, y, first + second) == pytest.approx(crops.turned(*crops.turned(x, y, first), second))
    assert crops.turned(x, y, 4) == pytest.approx((x, y))


def test_a_quarter_clockwise_takes_the_left_top_to_the_right_top():
    assert crops.turned(0.0, 0.0, 1) == (1.0, 0.0)
    assert crops.turned(0.25, 0.1, 1) == pytest.approx((0.9, 0.25))


@given(SIDES, SIDES, RATIOS, FOCUSES)
def test_the_pixels_of_a_window_lie_within_the_picture(width, height, ratio, focus):
    left, top, right, bottom = crops.box(crops.window(width, height, ratio, focus), width, height)

    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height


@given(SIDES, SIDES, RATIOS, FOCUSES, SHARES, SHARES)
def test_a_page_that_places_the_picture_by_our_values_shows_the_same(width, height, ratio, focus, x, y):
    shown = crops.window(width, height, ratio, focus)
    told = {name: float(each.rstrip("%")) / 100 for name, each in crops.css(shown).items() if name != "objectPosition"}
    there = crops.through(shown, x, y)

    if there is not None:
        on_page = told["left"] + x * told["width"], told["top"] + y * told["height"]
        assert on_page == pytest.approx(there, abs=2e-4 * max(told["width"], told["height"]))


def test_a_picture_that_fills_its_wrapper_and_is_not_moved_shows_its_middle():
    shown = crops.transformed(2000, 1000, (1, 1), x=0, y=0, scale=1, wrapper_width=400)

    assert astuple(shown) == pytest.approx((0.25, 0, 0.5, 1))


def test_moving_the_picture_to_the_right_shows_more_of_its_left():
    shown = crops.transformed(2000, 1000, (1, 1), x=100, y=0, scale=1, wrapper_width=400)

    assert astuple(shown) == pytest.approx((0.125, 0, 0.5, 1))


def test_twice_as_large_shows_half_each_way():
    shown = crops.transformed(2000, 1000, (1, 1), x=0, y=0, scale=2, wrapper_width=400)

    assert astuple(shown) == pytest.approx((0.375, 0.25, 0.25, 0.5))


@pytest.mark.parametrize(("text", "ratio"), [("4:5", (4, 5)), ("1:1", (1, 1)), ("100:1", (100, 1))])
def test_ratios_are_two_whole_numbers(text, ratio):
    assert crops.ratio_of(text) == ratio


@pytest.mark.parametrize(
    "text", ["", "4", "4:", ":5", "0:1", "101:1", "4:5:6", "-4:5", "4.5:1", "\u0664:\u0665", "1" * 9 + ":1"]
)
def test_anything_else_is_no_ratio(text):
    with pytest.raises(ValueError, match="ratio"):
        crops.ratio_of(text)
