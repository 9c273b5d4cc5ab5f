"""What an order tells about its member: what was bought, when and where."""

from chalicelib.facts.row import Purchase
from chalicelib.orders import table


def purchase(site: str, mid: str, order_id: str) -> Purchase | None:
    """The order as the facts see it; ``None`` when it is gone or wholly cancelled or returned. One read."""
    order = table.read_order(site, mid, order_id)
    if order is None or order.is_gone:
        return None
    left = [line.about for line in order.lines if line.gone < line.quantity]
    return Purchase(
        day=order.day,
        products=tuple(dict.fromkeys(line.product for line in left)),
        categories=tuple(dict.fromkeys(line.category_id for line in left if line.category_id)),
        store=order.store,
        source=order.source,
    )
