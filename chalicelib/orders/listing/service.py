"""The orders of a member, with those that stand with members who were merged into the member."""

from collections.abc import Sequence

from chalicelib.ids import composed
from chalicelib.orders import service as orders
from chalicelib.orders.pages import within
from chalicelib.orders.service import PAGE_ORDERS, OrderPage


def details_of(site: str, mids: Sequence[str], *, before: str | None = None) -> OrderPage:
    """Fifty orders of these accounts together by falling id, as ``orders.service.details_of`` gives those of one.

    One query for each of them (at most 11), and one more where points are or were on hold. Raises ``Contention``.
    """
    pages = [orders.details_of(site, mid, before=before) for mid in mids]
    if len(pages) == 1:
        return pages[0]
    # A page that ends early hides what follows it, so nothing beyond its end is shown before it.
    floor = max((page.following for page in pages if page.following is not None), default="")
    found = sorted((view for page in pages for view in page.orders), key=lambda view: composed(view.order.id))[::-1]
    shown = [view for view in found if composed(view.order.id) >= floor][:PAGE_ORDERS]
    shown = shown[: len(within([view.order for view in shown]))]
    has_more = bool(floor) or len(shown) < len(found)
    return OrderPage(shown, composed(shown[-1].order.id) if shown and has_more else None)
