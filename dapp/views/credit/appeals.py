"""Appeals: against what took from my score, with a bond and grounds; and what became of earlier ones."""

import streamlit as st
from web3.contract.contract import ContractFunction
from web3.exceptions import Web3Exception

from dapp import wallet
from dapp.chain.failures import ChainError
from dapp.chain.formats import points_text
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import EvidenceError
from dapp.index.account_rows import AppealRow, AppealStatus, CreditChange, MerchantRow
from dapp.market import market
from dapp.views.credit.history import reason_text
from dapp.widgets.actions import Refused, action
from dapp.widgets.addresses import short
from dapp.widgets.amounts import amount_text
from dapp.widgets.i18n import language, t
from dapp.widgets.states import problem
from dapp.widgets.text import plain
from dapp.widgets.times import clock_text, local_date

MOST = 500


def show_appeals(merchant: MerchantRow) -> None:
    """The merchant's appeals, and for himself the form of a new one."""
    appeals = market().index.appeals(merchant.account)
    st.subheader(t("credit.appeals"))
    st.caption(t("credit.appeals_help"))
    for appeal in appeals:
        _appeal(appeal)
    if wallet.account() == merchant.account:
        _form(merchant, {appeal.ref for appeal in appeals})


def _appeal(appeal: AppealRow) -> None:
    now, key = market().now(), f"credit.appeal.{appeal.ref.hex()}"
    with st.container(border=True):
        state = t(f"credit.appeal_states.{appeal.status.name.lower()}")
        bond = amount_text(appeal.bond, ZERO_ADDRESS)
        st.markdown(f"**{state}** · `{short(appeal.ref)}` · {t('credit.bond', bond=bond)}")
        if appeal.status is AppealStatus.OPEN:
            st.caption(t("credit.decide_until", clock=clock_text(appeal.decide_until, now)))
            if now >= appeal.decide_until:
                action(
                    t("credit.expire"),
                    lambda: market().contracts.credit.functions.expireAppeal(appeal.ref),
                    key=key,
                    help=t("credit.expire_help"),
                    on_confirmed=st.rerun,
                )


def _form(merchant: MerchantRow, appealed: set[bytes]) -> None:
    losses = [
        change
        for change in market().index.credit_history(merchant.account, MOST).items
        if change.applied < 0 and change.ref not in appealed
    ]
    latest = list({change.ref: change for change in reversed(losses)}.values())
    if not latest:
        st.caption(t("credit.nothing_to_appeal"))
        return
    try:
        bond = market().at_head("appeal bond", _ask_bond)
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("credit.no_policy", reason=plain(error)))
        return
    with st.container(border=True):
        change = st.selectbox(
            t("credit.appeal_against"), latest, format_func=_label, key="credit.appeal.change"
        )
        grounds = st.text_area(t("credit.grounds"), key="credit.appeal.grounds", max_chars=10_000)
        st.caption(t("credit.grounds_help"))
        if not grounds.strip():
            return
        action(
            t("credit.appeal", bond=amount_text(bond, ZERO_ADDRESS)),
            lambda: _call(change, grounds),
            key=f"credit.appeal.{change.ref.hex()}",
            value=bond,
            kind="primary",
            on_confirmed=st.rerun,
        )


def _ask_bond() -> int:
    return int(market().contracts.credit.functions.appealBond().call())


def _label(change: CreditChange) -> str:
    return f"{local_date(change.timestamp)} · {points_text(change.applied)} · {reason_text(change)}"


def _call(change: CreditChange, grounds: str) -> ContractFunction:
    """Keep the grounds as a document, and appeal with its CID."""
    document = EvidenceDocument(t("credit.grounds_name", ref=short(change.ref)), grounds.strip())
    try:
        cid = market().store.put(document.to_json())
    except EvidenceError as error:
        raise Refused(error.sentence(language())) from error
    credit = market().contracts.credit.functions
    if change.order_id is None:
        return credit.appealAttestation(change.ref, cid)
    order = market().index.order(change.order_id)
    if order is None:
        raise Refused(t("credit.order_unknown"))
    return credit.appealOrder(order.terms.pack(), cid)
