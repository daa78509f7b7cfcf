"""What the connected account can do with an order now, the most useful first; nothing else is shown."""

from collections.abc import Callable

import streamlit as st
from web3.contract.contract import ContractFunction

from dapp import wallet
from dapp.domain.orders import LIVE, Action, Actor, Status, legal_actions
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.views.orders import delivery, refunds
from dapp.widgets.actions import REFUSALS, action, refusal
from dapp.widgets.amounts import amount_text, token_of
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.order_ids import order_id_text
from dapp.widgets.orders import actor_of
from dapp.widgets.settlements import settlement
from dapp.widgets.text import plain


def show(order: OrderRow, me: str | None) -> None:
    """Draw what is possible now."""
    actor = actor_of(order.terms, me)
    legal = legal_actions(order.terms, order.state, market().now(), actor)
    shown = [(name, draw) for name, draw in _DRAWN if name in legal]
    _say_refused(order, legal)
    party = actor is not Actor.OUTSIDER
    if not shown and not (party and order.status in LIVE):
        return
    with st.container(border=True, key="orders.actions"):
        st.markdown(f"#### {t('orders.actions')}")
        if not wallet.connected():
            st.caption(t("orders.connect_to_act"))
        for name, draw in shown:
            draw(order, primary=name is shown[0][0])
        if order.status is Status.DISPUTED:
            screen_link(
                "disputes", t("orders.to_dispute"), icon=":material/gavel:", order=order_id_text(order.id)
            )
        if party and order.status in LIVE:
            settlement(order, me)


def _say_refused(order: OrderRow, legal: frozenset[Action]) -> None:
    """Why an action was refused whose button is gone, because the order has moved on meanwhile; said once."""
    for name, _draw in _DRAWN:
        key = f"orders.{name.value}.{order.id.hex()}"
        sentence = refusal(key) if name not in legal else None
        if sentence:
            st.error(plain(sentence, 600), icon=":material/block:")
            st.session_state[REFUSALS].pop(key)


def _button(order: OrderRow, name: str, call: Callable[[], ContractFunction], *, primary: bool) -> None:
    amount = amount_text(order.held, order.terms.token)
    action(
        t(f"orders.{name}.label", amount=amount),
        call,
        key=f"orders.{name}.{order.id.hex()}",
        help=t(f"orders.{name}.help", amount=amount),
        kind="primary" if primary else "secondary",
        token=token_of(order.terms.token),
    )


def _simple(name: str) -> Callable[..., None]:
    """A button without anything to fill in; the market's function of the same name takes the terms."""

    def draw(order: OrderRow, *, primary: bool) -> None:
        function = market().contracts.market.functions[name]
        packed = order.terms.seal().pack() if name == "accept" else order.terms.pack()
        _button(order, name, lambda: function(packed), primary=primary)

    return draw


def _rate(order: OrderRow, *, primary: bool) -> None:
    st.markdown(t("orders.rate.question"))
    given = st.feedback("stars", key=f"orders.stars.{order.id.hex()}")
    action(
        t("orders.rate.label"),
        lambda: market().contracts.market.functions.rate(order.terms.pack(), (given or 0) + 1),
        key=f"orders.rate.{order.id.hex()}",
        help=t("orders.rate.help"),
        disabled=given is None,
        kind="primary" if primary else "secondary",
    )


def _dispute(order: OrderRow, *, primary: bool) -> None:
    del primary
    screen_link("disputes", t("orders.dispute.label"), icon=":material/gavel:", order=order_id_text(order.id))


_DRAWN: tuple[tuple[Action, Callable[..., None]], ...] = (
    (Action.ACCEPT, _simple("accept")),
    (Action.DELIVER, delivery.show),
    (Action.RELEASE, _simple("release")),
    (Action.RECLAIM, _simple("reclaim")),
    (Action.RATE, _rate),
    (Action.CANCEL, _simple("cancel")),
    (Action.DECLINE, _simple("decline")),
    (Action.REFUND, refunds.show),
    (Action.DISPUTE, _dispute),
)
