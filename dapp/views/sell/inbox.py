"""What waits for the seller: orders to accept, to deliver and to be paid for, many in one transaction."""

from collections.abc import Sequence

import streamlit as st

from dapp.domain.orders import Action, Actor, Status, legal_actions
from dapp.evidence.files import Upload
from dapp.index.rows import OrderQuery, OrderRow
from dapp.market import market
from dapp.views.sell.batches import batch
from dapp.widgets.actions import Refused, action
from dapp.widgets.amounts import amount_text
from dapp.widgets.delivering import delivery_keys, keep_work
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.order_ids import order_id_text
from dapp.widgets.orders import clock_sentence, order_title, status_badge
from dapp.widgets.states import empty
from dapp.widgets.uploads import file_upload

MOST = 40
OPEN = (Status.PLACED, Status.IN_PROGRESS, Status.DELIVERED, Status.DISPUTED)


def show(account: str) -> None:
    """Draw the groups."""
    orders = market().index.orders(OrderQuery(account, "seller", OPEN), MOST)
    now = market().now()
    groups = sort_out(orders.items, now)
    if not orders.total:
        empty(t("sell.inbox.empty"), "inbox")
        return
    _accepting(groups["accept"], account, now)
    _delivering(groups["deliver"], account, now)
    _collecting(groups["collect"], account, now)
    _waiting(groups["wait"], now)
    if orders.total > MOST:
        st.caption(t("sell.inbox.more", shown=MOST, total=orders.total))


def sort_out(orders: Sequence[OrderRow], now: int) -> dict[str, list[OrderRow]]:
    """Orders by what the seller can do with them now: accept, deliver, collect (release), or only wait."""
    groups: dict[str, list[OrderRow]] = {"accept": [], "deliver": [], "collect": [], "wait": []}
    for order in orders:
        legal = legal_actions(order.terms, order.state, now, Actor.SELLER)
        if Action.DELIVER in legal:
            groups["deliver"].append(order)
        elif Action.ACCEPT in legal:
            groups["accept"].append(order)
        elif Action.RELEASE in legal:
            groups["collect"].append(order)
        else:
            groups["wait"].append(order)
    return groups


def _accepting(orders: list[OrderRow], account: str, now: int) -> None:
    chosen = _choose(orders, "accept", now)
    if not orders:
        return

    def call() -> object:
        return batch([(order, "accept", (order.terms.seal().pack(),)) for order in chosen], account)

    action(
        t("sell.inbox.accept_all", n=len(chosen)),
        call,  # type: ignore[arg-type]
        key="sell.accept",
        kind="primary",
        disabled=not chosen,
    )


def _delivering(orders: list[OrderRow], account: str, now: int) -> None:
    if not orders:
        return
    st.markdown(f"#### {t('sell.inbox.deliver')}")
    work: list[tuple[OrderRow, Upload, dict[str, str] | None]] = []
    for order in orders:
        with st.container(border=True, key=f"sell.deliver.{order.id.hex()}"):
            _line(order, now)
            key = f"sell.work.{order.id.hex()}"
            upload = file_upload(t("orders.deliver.file"), key=key)
            keys = delivery_keys(order, key)
            if upload is not None:
                work.append((order, upload, keys))

    def call() -> object:
        if not work:
            raise Refused(t("sell.inbox.no_files"))
        calls = [
            (order, "deliver", (keep_work(order, upload, "", keys), order.terms.seal().pack()))
            for order, upload, keys in work
        ]
        return batch(calls, account)

    action(
        t("sell.inbox.deliver_all", n=len(work)),
        call,  # type: ignore[arg-type]
        key="sell.deliver",
        kind="primary",
        disabled=not work,
    )


def _collecting(orders: list[OrderRow], account: str, now: int) -> None:
    chosen = _choose(orders, "collect", now)
    if not orders:
        return

    def call() -> object:
        return batch([(order, "release", (order.terms.pack(),)) for order in chosen], account)

    action(
        t("sell.inbox.collect_all", n=len(chosen)),
        call,  # type: ignore[arg-type]
        key="sell.collect",
        kind="primary",
        disabled=not chosen,
    )


def _choose(orders: list[OrderRow], group: str, now: int) -> list[OrderRow]:
    """The orders of a group that stay ticked."""
    if not orders:
        return []
    st.markdown(f"#### {t(f'sell.inbox.{group}')}")
    chosen = []
    for order in orders:
        with st.container(border=True, key=f"sell.{group}.{order.id.hex()}"):
            _line(order, now)
            if st.checkbox(t("sell.inbox.include"), value=True, key=f"sell.{group}.tick.{order.id.hex()}"):
                chosen.append(order)
    return chosen


def _waiting(orders: list[OrderRow], now: int) -> None:
    if not orders:
        return
    st.markdown(f"#### {t('sell.inbox.wait')}")
    for order in orders:
        with st.container(border=True, key=f"sell.wait.{order.id.hex()}"):
            _line(order, now)


def _line(order: OrderRow, now: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        screen_link("orders", f"**{order_title(order)}**", order=order_id_text(order.id))
        status_badge(order.status)
    st.markdown(f"**{amount_text(order.terms.base, order.terms.token)}**")
    st.caption(clock_sentence(order.terms, order.state, now, Actor.SELLER))
