"""Offers to settle, as a page has them: the given one, the one that I sign, and the link that carries it.

The offer is a signature and some numbers; it travels as a text (`dapp.chain.settlements`) that the other side
opens in the page's address (`?offer=…`) or pastes. Nothing of it is kept on the server.
"""

from dataclasses import dataclass

import streamlit as st
from hexbytes import HexBytes
from web3.contract import Contract

from dapp import wallet
from dapp.chain.settlements import BadOffer, Offer, offer_message, typed_data
from dapp.chain.typed_data import is_signed_by
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.wallet.session import Status as Answer
from dapp.widgets.i18n import t
from dapp.widgets.order_ids import order_id_text
from dapp.widgets.text import plain
from dapp.widgets.times import local_time

PARAMETER = "offer"


@dataclass(frozen=True)
class Desk:
    """What the drawing functions share: the order, who looks, the module, and the prefix of widget keys."""

    order: OrderRow
    me: str
    disputes: Contract
    key: str

    @property
    def other(self) -> str:
        terms = self.order.terms
        return terms.seller if self.me == terms.buyer else terms.buyer


def given_offer(desk: Desk) -> Offer | None:
    """The offer in the address or the field; what is wrong with it is said."""
    field = f"{desk.key}.given"
    if field not in st.session_state and st.query_params.get(PARAMETER):
        st.session_state[field] = st.query_params[PARAMETER]
    text = st.text_input(t("settlements.paste"), key=field, max_chars=8_000, placeholder="W1wi…").strip()
    if not text:
        return None
    text = text.rpartition(f"{PARAMETER}=")[2].partition("&")[0]
    try:
        offer = Offer.parse(text)
    except BadOffer:
        st.error(t("settlements.unreadable"))
        return None
    problem = _problem(desk, offer)
    if problem:
        st.error(problem, icon=":material/block:")
        return None
    return offer


def _problem(desk: Desk, offer: Offer) -> str | None:
    """Why an offer can't end this order, in one sentence; None if it can."""
    order = desk.order
    if offer.order_id != order.id:
        return t("settlements.other_order")
    if offer.signer not in (order.terms.buyer, order.terms.seller):
        return t("settlements.no_party")
    if not offer.fits(order.state):
        return t("settlements.changed")
    if offer.deadline <= market().now():
        return t("settlements.expired", time=local_time(offer.deadline))
    if desk.disputes.functions.nonceOf(order.id, offer.signer).call() != offer.nonce:
        return t("settlements.revoked")
    message = offer_message(offer, market().chain_id, desk.disputes.address)
    if not is_signed_by(message, offer.signer, offer.signature, market().web3):
        return t("settlements.forged")
    return None


def ask_signature(desk: Desk, to_buyer: int, seconds: int, deadline: int | None) -> None:
    """Ask the wallet; what is signed is kept beside the request, so that later widgets can't change it."""
    order, now = desk.order, market().now()
    until = deadline or now + seconds
    nonce = desk.disputes.functions.nonceOf(order.id, desk.me).call()
    message = typed_data(
        market().chain_id,
        desk.disputes.address,
        order.id,
        order.state,
        to_buyer=to_buyer,
        nonce=nonce,
        deadline=until,
    )
    status = int(order.status)
    draft = Offer(order.id, status, order.held, to_buyer, until, nonce, desk.me, b"")
    st.session_state[f"{desk.key}.draft"] = draft
    wallet.forget(f"{desk.key}.signature")
    wallet.sign_typed(f"{desk.key}.signature", message, t("settlements.prompt"))


def signed_offer(desk: Desk) -> Offer | None:
    """What I signed in this session, if the wallet gave the signature; else why not is said."""
    draft: Offer | None = st.session_state.get(f"{desk.key}.draft")
    answer = wallet.result(f"{desk.key}.signature")
    if draft is None or answer is None or draft.signer != desk.me:
        return None
    if answer.status == Answer.OPEN:
        st.info(t("settlements.in_wallet"), icon=":material/hourglass_top:")
    elif answer.status == Answer.REJECTED:
        st.warning(t("settlements.rejected"))
    elif answer.status != Answer.DONE:
        st.error(t("settlements.failed", message=plain(answer.message)))
    else:
        return _with_signature(draft, answer.value)
    return None


def _with_signature(draft: Offer, value: object) -> Offer | None:
    try:
        signature = bytes(HexBytes(str(value)))
    except ValueError:
        st.error(t("settlements.failed", message=plain(value)))
        return None
    fields = {**vars(draft), "signature": signature}
    return Offer(**fields)


def offer_link(order: OrderRow, offer: Offer) -> str:
    base = market().settings.origin or str(st.context.url or "").partition("?")[0].rpartition("/")[0]
    return f"{base}/orders?order={order_id_text(order.id)}&{PARAMETER}={offer.to_text()}"
