"""The screen `disputes`: mine, the arbiter's desk, all; or one order's (`?order=0x…`), also to open one."""

from dapp.views.disputes import case, overview
from dapp.widgets.order_ids import wanted_order
from dapp.widgets.outages import outages


def render() -> None:
    """Draw the screen."""
    with outages():
        order_id = wanted_order()
        if order_id is None:
            overview.render()
        else:
            case.render(order_id)
