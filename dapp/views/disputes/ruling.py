"""The arbiter's own part: accepting a case, and ruling by a slider that shows who would get what."""

import streamlit as st

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import slashed
from dapp.domain.disputes import CHOICES, REFUSED, awarded, percent_of
from dapp.index.dispute_rows import CaseRow, ChairRow, ChairStep, DisputeRow
from dapp.market import market
from dapp.views.disputes import clocks
from dapp.views.disputes.panels import packed_case, panel_of
from dapp.widgets.actions import action
from dapp.widgets.amounts import amount_text
from dapp.widgets.i18n import t
from dapp.widgets.orders import order_shares
from dapp.widgets.split import split_picture

_EVEN = 3


def show(case: CaseRow, chair: ChairRow, dispute: DisputeRow) -> int:
    """Draw it for the arbiter on a chair; how many actions were shown."""
    panel, packed, key = panel_of(case), packed_case(case), f"{case.id}.{chair.chair}"
    st.markdown(f"**{t('disputes.desk.your_case')}** {clocks.chair_sentence(chair, market().now())}")
    if chair.step is not ChairStep.ACCEPTED:
        action(
            t("disputes.desk.accept"),
            panel.functions.accept(packed, chair.chair),
            key=f"disputes.accept.{key}",
            help=t("disputes.desk.accept_help"),
        )
    ruling = _choose(chair, key)
    _consequences(dispute, ruling)
    action(
        t("disputes.desk.rule", share=clocks.ruling_text(ruling)),
        panel.functions.giveRuling(packed, chair.chair, ruling),
        key=f"disputes.ruling.{key}",
        kind="primary",
        help=t("disputes.desk.rule_help", fee=amount_text(case.fee, ZERO_ADDRESS)),
    )
    return 2


def _choose(chair: ChairRow, key: str) -> int:
    ruling = st.select_slider(
        t("disputes.desk.question"),
        list(range(1, CHOICES + 1)),
        _EVEN,
        format_func=lambda number: f"{percent_of(number)} %",
        key=f"disputes.slider.{key}",
    )
    if chair.chair == 0 and st.checkbox(
        t("disputes.desk.refuse"), key=f"disputes.refuse.{key}", help=t("disputes.desk.refuse_help")
    ):
        return REFUSED
    return int(ruling)


def _consequences(dispute: DisputeRow, ruling: int) -> None:
    """What the ruling would do with the order's money, the seller's stake and the deposits, to the unit."""
    if ruling == REFUSED:
        st.caption(t("disputes.desk.refused_means"))
        return
    order = dispute.order
    to_buyer = awarded(order.held, ruling)
    shares = order_shares(order.terms, order.held - to_buyer, to_buyer)
    split_picture(shares, order.terms.token)
    winner = "even" if ruling == _EVEN else "buyer" if ruling > _EVEN else "seller"
    st.caption(t(f"disputes.desk.winner_{winner}"))
    stake = market().index.merchant(order.terms.seller).stake
    lost = slashed(stake, to_buyer, order.held) if order.held else 0
    if lost:
        st.caption(t("disputes.desk.slashed", amount=amount_text(lost, ZERO_ADDRESS)))
