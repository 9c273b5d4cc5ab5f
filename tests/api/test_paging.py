"""Numbered pages: twenty rows each, and none beyond the last."""

import pytest

from chalicelib.api.paging import counted, page_of


@pytest.mark.parametrize(
    ("total", "page", "first", "rows"),
    [
        (0, 1, None, 0),
        (19, 1, 0, 19),
        (20, 1, 0, 20),
        (20, 2, None, 0),
        (21, 1, 0, 20),
        (21, 2, 20, 1),
        (21, 3, None, 0),
    ],
)
def test_a_page_holds_twenty_rows(total, page, first, rows):
    shown = page_of(range(total), page)

    assert len(shown) == rows
    assert (shown[0] if shown else None) == first


@pytest.mark.parametrize(("total", "pages"), [(0, 0), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_the_last_page_may_be_short(total, pages):
    assert counted(total, 2) == {"pages": pages, "currentPage": 2}


@pytest.mark.parametrize(("total", "pages"), [(99, 1), (100, 1), (101, 2)])
def test_a_list_may_have_a_size_of_its_own(total, pages):
    assert counted(total, 1, size=100)["pages"] == pages
    assert list(page_of(range(total), 2, size=100)) == list(range(100, total))
