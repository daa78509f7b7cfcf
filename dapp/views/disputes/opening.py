"""Opening a dispute: what it means, the statement, the deposit."""

import streamlit as st
from web3.contract.contract import ContractFunction

from dapp.chain.settlements import disputes_module
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.orders import Action, legal_actions
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.widgets.actions import Refused, action
from dapp.widgets.amounts import amount_text
from dapp.widgets.evidence import evidence
from dapp.widgets.evidence_form import evidence_form
from dapp.widgets.i18n import t
from dapp.widgets.orders import actor_of, clock_sentence
from dapp.widgets.states import empty


def show(order: OrderRow, me: str | None) -> None:
    """The two steps, for a party while it is possible; else why it isn't."""
    now, actor = market().now(), actor_of(order.terms, me)
    if me not in (order.terms.buyer, order.terms.seller):
        empty(t("disputes.open.parties_only"), "balance")
        return
    if Action.DISPUTE not in legal_actions(order.terms, order.state, now, actor):
        empty(t(f"disputes.open.{'seller_' if me == order.terms.seller else ''}not_now"), "balance")
        st.caption(clock_sentence(order.terms, order.state, now, actor))
        return
    contracts = market().contracts
    disputes = disputes_module(contracts.market, contracts.disputes, order.terms)
    deposit = int(disputes.functions.depositOf(order.terms.pack()).call())
    shown = amount_text(deposit, ZERO_ADDRESS)
    st.markdown(t("disputes.open.explain", deposit=shown))
    with st.container(border=True):
        st.markdown(f"#### {t('disputes.open.step_statement')}")
        evidence(order, me, "disputes.evidence")
        evidence_form(order, "disputes.evidence", me)
    with st.container(border=True):
        st.markdown(f"#### {t('disputes.open.step_deposit')}")
        st.caption(t("disputes.open.rule", deposit=shown))

        def call() -> ContractFunction:
            if order.cid is None:
                raise Refused(t("disputes.open.no_metadata"))
            return disputes.functions.open(order.terms.pack(), order.cid)

        action(
            t("disputes.open.label", deposit=shown),
            call,
            key=f"disputes.open.{order.id.hex()}",
            value=deposit,
            kind="primary",
            help=t("disputes.open.help"),
        )
