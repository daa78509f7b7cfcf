"""The arbiter's desk: the cases drawn for me, my seats, duty, stake and what I earned."""

import streamlit as st
from web3.contract import Contract
from web3.contract.contract import ContractFunction

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.index.dispute_clocks import sitting
from dapp.index.dispute_rows import ArbiterRow, CaseRow, ChairStep, Duty, Stage
from dapp.market import market
from dapp.views.disputes.panels import drawn_now
from dapp.views.disputes.steps import case_steps
from dapp.widgets.actions import Refused, action
from dapp.widgets.amounts import amount_input, amount_text
from dapp.widgets.figures import figure
from dapp.widgets.granting import ask_in
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.order_ids import order_id_text
from dapp.widgets.orders import order_title
from dapp.widgets.pieces import access_to
from dapp.widgets.sealing import publish_key, published_keys
from dapp.widgets.states import empty

MOST = 20
_OPEN = (Stage.OPEN, Stage.APPEALED)


def show(account: str) -> None:
    """Draw the cases, then the seats."""
    cases = my_cases(account)
    st.markdown(f"#### {t('disputes.desk.cases')}")
    if not cases:
        empty(t("disputes.desk.no_cases"), "event_available")
    for case in cases:
        _case(case, account)
    if not published_keys([account]):
        with st.container(border=True, key="disputes.desk.key"):
            st.markdown(f"#### {t('disputes.desk.key')}")
            st.caption(t("disputes.desk.key_help"))
            publish_key(account, "disputes.desk.my_key")
    for seat in market().index.arbiters(account):
        _seat(seat, account)


def my_cases(account: str) -> list[CaseRow]:
    """Open cases in which the arbiter must act, also by a draw that nobody recorded yet."""
    head = market().head().number or 0
    mine = []
    for case in market().index.panel_cases(open_only=True)[:MOST]:
        for chair in sitting(case):
            busy = chair.step in (ChairStep.DRAWN, ChairStep.ACCEPTED) and chair.arbiter == account
            drawing = chair.step is ChairStep.DRAWING and head > chair.draw_block
            if case.stage in _OPEN and (busy or (drawing and drawn_now(case, chair.chair) == account)):
                mine.append(case)
                break
    return mine


def _case(case: CaseRow, account: str) -> None:
    dispute = market().index.dispute(case.order_id)
    if dispute is None:
        return
    with st.container(border=True, key=f"disputes.case.{case.id}"):
        screen_link("disputes", f"**{order_title(dispute.order)}**", order=order_id_text(dispute.order.id))
        st.caption(t("disputes.desk.read_first"))
        access = access_to(market().index.order_evidence(case.order_id))
        ask_in(dispute.order, access, account, f"disputes.desk.{case.id}", on_desk=True)
        case_steps(case, dispute, account)


def _seat(seat: ArbiterRow, account: str) -> None:
    contracts = market().contracts
    backup = seat.panel == contracts.backup_panel.address
    panel = contracts.backup_panel if backup else contracts.panel
    key = f"disputes.seat.{'backup' if backup else 'panel'}"
    with st.container(border=True, key=key):
        st.markdown(f"#### {t('disputes.backup_panel' if backup else 'disputes.panel')}")
        stake, duty, ruled = st.columns(3)
        with stake:
            figure(t("disputes.desk.stake"), amount_text(seat.stake, ZERO_ADDRESS))
        with duty:
            figure(t("disputes.desk.duty"), t(f"disputes.desk.duties.{seat.duty.name.lower()}"))
        with ruled:
            figure(t("disputes.desk.ruled"), f"{seat.ruled:,}")
        _duties(seat, panel, account, key)
        earned = int(panel.functions.balanceOf(account).call())
        if earned:
            label = t("disputes.desk.withdraw", amount=amount_text(earned, ZERO_ADDRESS))
            action(label, panel.functions.withdraw(account), key=f"{key}.withdraw")
        _add_stake(panel, key)


def _duties(seat: ArbiterRow, panel: Contract, account: str, key: str) -> None:
    if seat.duty is Duty.LEAVING:
        st.caption(t("disputes.desk.leaving"))
        action(t("disputes.desk.vacate"), panel.functions.vacate(account), key=f"{key}.vacate")
        return
    with st.container(horizontal=True):
        on = seat.duty is not Duty.ON
        label = t("disputes.desk.go_on" if on else "disputes.desk.go_off")
        action(label, panel.functions.setOnDuty(on), key=f"{key}.duty")
        leave = panel.functions.requestLeave()
        action(t("disputes.desk.leave"), leave, key=f"{key}.leave", help=t("disputes.desk.leave_help"))


def _add_stake(panel: Contract, key: str) -> None:
    with st.expander(t("disputes.desk.add_stake")):
        amount = amount_input(t("sell.stake.amount"), ZERO_ADDRESS, key=f"{key}.amount")

        def call() -> ContractFunction:
            if not amount:
                raise Refused(t("sell.stake.no_amount"))
            return panel.functions.stake()

        action(t("disputes.desk.add_stake"), call, key=f"{key}.stake", value=amount or 0, disabled=not amount)
