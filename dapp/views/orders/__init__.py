"""The screen `orders`: mine as buyer and seller, or one order (`?order=0x…`)."""

from dapp.views.orders import detail, overview
from dapp.widgets.order_ids import wanted_order
from dapp.widgets.outages import outages


def render() -> None:
    """Draw the screen."""
    with outages():
        order_id = wanted_order()
        if order_id is None:
            overview.render()
        else:
            detail.render(order_id)
