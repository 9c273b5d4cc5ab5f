"""The vendor's lists: numbered pages of a fixed size. Our own lists have cursors."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from chalicelib.api import fields
from chalicelib.api.fields import Body

ROWS_PER_PAGE: Final = 20
"""Of the vendor's lists, where nothing else is said."""

Item = TypeVar("Item")


class PageQuery(Body):
    """Which page of a list."""

    page: fields.Page = 1


def page_of(items: Sequence[Item], page: int, *, size: int = ROWS_PER_PAGE) -> Sequence[Item]:
    """The items of a page, counted from 1; none beyond the last page."""
    return items[(page - 1) * size : page * size]


def counted(total: int, page: int, *, size: int = ROWS_PER_PAGE) -> dict[str, Any]:
    """What an answer says of its pages; an empty list has none."""
    return {"pages": -(-total // size), "currentPage": page}
