"""What can be done in a dispute now, by its parties, its arbiter and by anyone."""

import streamlit as st
from web3.contract import Contract
from web3.contract.contract import ContractFunction

from dapp.chain.settlements import disputes_module
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.disputes import APPEAL_FEES
from dapp.domain.orders import Status
from dapp.index import dispute_clocks as due
from dapp.index.dispute_rows import CaseRow, ChairStep, DisputeRow, Phase
from dapp.market import market
from dapp.views.disputes import clocks, ruling
from dapp.views.disputes.panels import drawn_now, packed_case, panel_of
from dapp.widgets.actions import action
from dapp.widgets.amounts import amount_text, token_of
from dapp.widgets.i18n import t


def show(dispute: DisputeRow, me: str | None) -> None:
    """Draw them; nothing where there is nothing to do."""
    contracts = market().contracts
    disputes = disputes_module(contracts.market, contracts.disputes, dispute.order.terms)
    with st.container(border=True, key="disputes.steps"):
        st.markdown(f"#### {t('orders.actions')}")
        shown = _parties(dispute, disputes, me)
        for case in dispute.cases:
            shown += case_steps(case, dispute, me)
        if not shown:
            st.caption(t("disputes.nothing_to_do"))


def _parties(dispute: DisputeRow, disputes: Contract, me: str | None) -> int:
    """Deposit, execute, appeal, concede and collect; how many were shown."""
    now, packed = market().now(), dispute.order.terms.pack()
    deposit = amount_text(dispute.deposit, ZERO_ADDRESS)
    shown = 0
    if due.is_due(dispute, now):
        shown += _step(dispute, "execute", disputes.functions.execute(packed), primary=True)
    if dispute.phase is Phase.WAITING and now < dispute.fund_until:
        terms = dispute.order.terms
        mine = me == (terms.seller if dispute.by_buyer else terms.buyer)
        name, call = "pay" if mine else "fund", disputes.functions.fund(packed)
        if me != dispute.opener:
            shown += _step(dispute, name, call, value=dispute.deposit, primary=mine, amount=deposit)
    case = due.current_case(dispute)
    if case is not None and clocks.can_appeal(dispute, now):
        cost = APPEAL_FEES * case.fee
        call = disputes.functions.appeal(packed, case.id)
        shown += _step(dispute, "appeal", call, value=cost, amount=amount_text(cost, ZERO_ADDRESS))
    if dispute.order.status is Status.DISPUTED and me == dispute.order.terms.seller:
        held = dispute.order.held
        call = market().contracts.market.functions.refund(packed, held)
        shown += _step(dispute, "concede", call, amount=amount_text(held, dispute.order.terms.token))
    if dispute.phase is Phase.CLOSED and any(due.gave_its_fee_back(case) for case in dispute.cases):
        shown += _step(dispute, "collect", disputes.functions.collect(packed))
    return shown


def case_steps(case: CaseRow, dispute: DisputeRow, me: str | None) -> int:
    """What can be done at the panel; how many were shown."""
    head, panel, packed = market().head(), panel_of(case), packed_case(case)
    shown = 0
    for chair in due.sitting(case):
        if due.is_expired(case, head.timestamp):
            break
        if chair.step is ChairStep.DRAWING and (head.number or 0) > chair.draw_block:
            who = drawn_now(case, chair.chair)
            if who is not None and who == me:
                shown += ruling.show(case, chair, dispute)
            call = panel.functions.draw(packed, chair.chair)
            shown += _step(dispute, "draw", call, place=f"{case.id}.{chair.chair}")
        elif chair.step in (ChairStep.DRAWN, ChairStep.ACCEPTED):
            if head.timestamp >= chair.until:
                call = panel.functions.replace(packed, chair.chair)
                shown += _step(dispute, "replace", call, place=f"{case.id}.{chair.chair}")
            elif me is not None and chair.arbiter == me:
                shown += ruling.show(case, chair, dispute)
    # An open dispute's `execute` does this by itself; a closed one's fee waits at the panel for it.
    if dispute.phase is Phase.CLOSED and due.is_expired(case, head.timestamp):
        shown += _step(dispute, "expire", panel.functions.expire(packed))
    return shown


def _step(
    dispute: DisputeRow,
    name: str,
    call: ContractFunction,
    *,
    value: int = 0,
    primary: bool = False,
    amount: str = "",
    place: str = "",
) -> int:
    ending = f".{place}" if place else ""
    action(
        t(f"disputes.step.{name}.label", amount=amount),
        call,
        key=f"disputes.{name}.{dispute.order.id.hex()}{ending}",
        value=value,
        kind="primary" if primary else "secondary",
        help=t(f"disputes.step.{name}.help", amount=amount),
        token=token_of(dispute.order.terms.token),
    )
    return 1
