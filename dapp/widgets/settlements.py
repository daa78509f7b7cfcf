"""A settlement by two signatures: an offer is made, passed on as a link, signed by the other side, sent."""

import streamlit as st
from web3.contract.contract import ContractFunction

from dapp.chain.settlements import Offer, disputes_module
from dapp.domain.bounds import DAY
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.widgets.actions import action
from dapp.widgets.amounts import BadAmount, amount_text, number_text, parse_amount
from dapp.widgets.i18n import t
from dapp.widgets.offers import PARAMETER, Desk, ask_signature, given_offer, offer_link, signed_offer
from dapp.widgets.orders import order_shares, party_name
from dapp.widgets.split import split_picture
from dapp.widgets.times import local_time

DAYS = (1, 3, 7, 30)
_STEPS = tuple(range(0, 101, 5))


def settlement(order: OrderRow, me: str | None) -> None:
    """Draw the offers of a live order for one of its parties; for others nothing."""
    if me is None or me not in (order.terms.buyer, order.terms.seller):
        return
    contracts = market().contracts
    disputes = disputes_module(contracts.market, contracts.disputes, order.terms)
    desk = Desk(order, me, disputes, f"settle.{order.id.hex()}")
    opened = bool(st.query_params.get(PARAMETER))
    with st.expander(t("settlements.title"), opened, icon=":material/handshake:"):
        st.caption(t("settlements.explain"))
        offer = given_offer(desk)
        if offer is not None and offer.signer == desk.other:
            _answer(desk, offer)
        else:
            _make(desk)
        _revoke(desk)


def _make(desk: Desk) -> None:
    """Choose a split and sign it; then there is a link for the other side."""
    to_buyer = _choose_split(desk)
    days = st.selectbox(
        t("settlements.valid"),
        DAYS,
        index=1,
        format_func=lambda count: t("settlements.days", n=count),
        key=f"{desk.key}.days",
    )
    _picture(desk.order, to_buyer)
    st.button(
        t("settlements.sign"),
        key=f"{desk.key}.sign",
        type="primary",
        disabled=to_buyer is None,
        on_click=ask_signature,
        args=(desk, to_buyer, int(days) * DAY, None),
    )
    own = signed_offer(desk)
    if own is None:
        return
    if not own.fits(desk.order.state):
        st.caption(t("settlements.changed"))
        return
    st.success(t("settlements.ready", amount=amount_text(own.to_buyer, desk.order.terms.token)))
    st.markdown(t("settlements.hand_over"))
    st.code(offer_link(desk.order, own), language=None, wrap_lines=True)


def _answer(desk: Desk, offer: Offer) -> None:
    """The other side's offer: what it means, my signature, and the transaction that ends the order."""
    token = desk.order.terms.token
    who = party_name(desk.order.terms, offer.signer, desk.me)
    with st.container(border=True):
        st.markdown(t("settlements.offered", who=who, amount=amount_text(offer.to_buyer, token)))
        st.caption(t("settlements.until", time=local_time(offer.deadline)))
        _picture(desk.order, offer.to_buyer)
        own = signed_offer(desk)
        agreed = own is not None and (own.to_buyer, own.deadline) == (offer.to_buyer, offer.deadline)
        if not agreed or own is None:
            st.button(
                t("settlements.agree"),
                key=f"{desk.key}.agree",
                type="primary",
                on_click=ask_signature,
                args=(desk, offer.to_buyer, 0, offer.deadline),
            )
            return
        st.success(t("settlements.both_signed"))
        action(
            t("settlements.settle"),
            lambda: _settle(desk, offer, own),
            key=f"{desk.key}.settle",
            kind="primary",
            help=t("settlements.settle_help"),
        )


def _settle(desk: Desk, offer: Offer, own: Offer) -> ContractFunction:
    signatures = {offer.signer: offer.signature, own.signer: own.signature}
    terms = desk.order.terms
    return desk.disputes.functions.settle(
        terms.pack(), offer.to_buyer, offer.deadline, signatures[terms.buyer], signatures[terms.seller]
    )


def _choose_split(desk: Desk) -> int | None:
    """Token units for the buyer: by a slider in steps of 5 %, or typed exactly."""
    order = desk.order
    percent = st.select_slider(
        t("settlements.share"), _STEPS, 50, format_func=lambda share: f"{share} %", key=f"{desk.key}.share"
    )
    by_share = order.held * int(percent) // 100
    exact = st.text_input(
        t("settlements.exact"),
        key=f"{desk.key}.exact",
        placeholder=number_text(by_share, order.terms.token),
        help=t("settlements.exact_help"),
        max_chars=100,
    )
    if not exact.strip():
        return by_share
    try:
        amount = parse_amount(exact, order.terms.token)
    except BadAmount as error:
        st.caption(f":red[{error}]")
        return None
    if amount > order.held:
        st.caption(f":red[{t('settlements.too_much', held=amount_text(order.held, order.terms.token))}]")
        return None
    return amount


def _picture(order: OrderRow, to_buyer: int | None) -> None:
    if to_buyer is not None:
        shares = order_shares(order.terms, order.held - to_buyer, to_buyer)
        split_picture(shares, order.terms.token)


def _revoke(desk: Desk) -> None:
    st.caption(t("settlements.revoke_explain"))
    call = desk.disputes.functions.revokeOffers(desk.order.id)
    action(t("settlements.revoke"), call, key=f"{desk.key}.revoke", kind="tertiary")
