"""The page at its sizes and in its colours. With LAUREL_SHOTS=folder the pictures are kept to be looked at."""

from collections.abc import Callable

import pytest

from tests.support.browser import Page

WIDE, PHONE = (1440, 900), (360, 740)
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("item", ["", "receipt/r-2", "photo/p-1"], ids=["queue", "receipt", "photo"])
def test_nothing_sticks_out_and_nothing_fails(
    signed_in: Callable[..., Page], item: str, size: tuple[int, int], dark: bool
) -> None:
    page = signed_in(item, width=size[0], height=size[1], dark=dark, still=True)
    page.settle(0.15)
    page.shoot(name=f"{item.partition('/')[0] or 'queue'}-{size[0]}-{'dark' if dark else 'light'}")

    assert page.run(SIDEWAYS) <= 0
