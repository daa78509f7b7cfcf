"""How chain, index, evidence and market fare."""

import streamlit as st

from dapp.background import follower_status
from dapp.domain.orders import Status
from dapp.evidence.errors import EvidenceError
from dapp.market import market
from dapp.widgets import charts
from dapp.widgets.amounts import amount_text, token_of
from dapp.widgets.figures import Figure, figures
from dapp.widgets.i18n import language, t
from dapp.widgets.text import plain
from dapp.widgets.times import moment


def show_health() -> None:
    """Everything on one page."""
    _chain_and_index()
    _evidence()
    _market()


def _chain_and_index() -> None:
    opened, status = market(), follower_status()
    head, indexed = opened.head(), opened.index.head()
    st.subheader(t("operate.chain"))
    lag = indexed.behind(head.number) if indexed and head.number is not None else None
    shown = [
        ("chain_head", t("operate.silent") if head.number is None else f"{head.number:,}"),
        ("indexed", "—" if indexed is None else f"{indexed.number:,}"),
        ("lag", "—" if lag is None else t("operate.blocks", count=lag)),
    ]
    if status is not None:
        shown.append(("follower", t(f"operate.states.{status.state.replace(' ', '_')}")))
        shown.append(("reorgs", str(status.reorgs)))
    figures([Figure(t(f"operate.{name}"), value) for name, value in shown], least=7.5)
    moment(head.timestamp, t("operate.chain_time"))
    if status is not None:
        for url, errors in status.rpc_errors:
            st.caption(t("operate.rpc_errors", url=plain(url), count=errors))
        if status.last_error:
            st.warning(plain(status.last_error, 400), icon=":material/error:")


def _evidence() -> None:
    store = market().store
    st.subheader(t("operate.evidence"))
    try:
        waiting = store.waiting()
    except EvidenceError as error:
        st.warning(plain(error.sentence(language()), 400))
        return
    if store.node is None:
        st.caption(t("operate.local_only"))
    else:
        st.caption(t("operate.waiting", count=len(waiting)))
    if store.node_error is not None:
        st.warning(plain(store.node_error.sentence(language()), 400), icon=":material/cloud_off:")


def _market() -> None:
    statistics = market().index.statistics()
    st.subheader(t("operate.market"))
    totals = ("services", "merchants", "accounts", "members", "open_disputes", "events")
    figures(
        [Figure(t(f"operate.totals.{name}"), f"{getattr(statistics, name):,}") for name in totals], least=7.5
    )
    rows = [
        {
            "state": t(f"operate.order_states.{status.name.lower()}"),
            "orders": statistics.orders.get(status, 0),
        }
        for status in Status
        if status is not Status.NONE
    ]
    charts.show(charts.bars(rows, "state", "orders"), height=200, key="operate.orders")
    for total in statistics.tokens:
        st.markdown(f"**{token_of(total.token).symbol}**")
        shown = ("available", "maturing", "escrowed", "ordered", "sold", "fees", "commissions")
        figures(
            [
                Figure(t(f"operate.money.{name}"), amount_text(getattr(total, name), total.token))
                for name in shown
            ],
            least=14,
        )
