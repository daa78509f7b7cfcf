"""A settlement by two signatures: make an offer, pass it on as a link, load the other's, sign, bring it in.

The offer is a signature and some numbers; it travels as a text (`dapp.chain.settlements`) that the other side
opens in the page's address (`?offer=…`) or pastes. Nothing of it is kept on the server.
"""

from dataclasses import dataclass

import streamlit as st
from hexbytes import HexBytes
from web3.contract import Contract
from web3.contract.contract import ContractFunction

from dapp import wallet
from dapp.chain.settlements import BadOffer, Offer, disputes_module, offer_message, typed_data
from dapp.chain.typed_data import is_signed_by
from dapp.domain.bounds import DAY
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.wallet.session import Status as Answer
from dapp.widgets.actions import action
from dapp.widgets.amounts import BadAmount, amount_text, number_text, parse_amount
from dapp.widgets.i18n import t
from dapp.widgets.order_ids import order_id_text
from dapp.widgets.orders import order_shares, party_name
from dapp.widgets.split import split_picture
from dapp.widgets.text import plain
from dapp.widgets.times import local_time

PARAMETER = "offer"
DAYS = (1, 3, 7, 30)
_STEPS = tuple(range(0, 101, 5))


@dataclass(frozen=True)
class _Desk:
    """What the drawing functions share: the order, who looks, the module, and the prefix of widget keys."""

    order: OrderRow
    me: str
    disputes: Contract
    key: str

    @property
    def other(self) -> str:
        terms = self.order.terms
        return terms.seller if self.me == terms.buyer else terms.buyer


def settlement(order: OrderRow, me: str | None) -> None:
    """Draw the offers of a live order for one of its parties; for others nothing."""
    if me is None or me not in (order.terms.buyer, order.terms.seller):
        return
    contracts = market().contracts
    disputes = disputes_module(contracts.market, contracts.disputes, order.terms)
    desk = _Desk(order, me, disputes, f"settle.{order.id.hex()}")
    opened = bool(st.query_params.get(PARAMETER))
    with st.expander(t("settlements.title"), opened, icon=":material/handshake:"):
        st.caption(t("settlements.explain"))
        offer = _given_offer(desk)
        if offer is not None and offer.signer == desk.other:
            _answer(desk, offer)
        else:
            _make(desk)
        _revoke(desk)


def _given_offer(desk: _Desk) -> Offer | None:
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


def _problem(desk: _Desk, offer: Offer) -> str | None:
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


def _make(desk: _Desk) -> None:
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
        on_click=_ask_signature,
        args=(desk, to_buyer, int(days) * DAY, None),
    )
    own = _signed(desk)
    if own is None:
        return
    if not own.fits(desk.order.state):
        st.caption(t("settlements.changed"))
        return
    st.success(t("settlements.ready", amount=amount_text(own.to_buyer, desk.order.terms.token)))
    st.markdown(t("settlements.hand_over"))
    st.code(_link(desk.order, own), language=None, wrap_lines=True)


def _answer(desk: _Desk, offer: Offer) -> None:
    """The other side's offer: what it means, my signature, and the transaction that ends the order."""
    token = desk.order.terms.token
    who = party_name(desk.order.terms, offer.signer, desk.me)
    with st.container(border=True):
        st.markdown(t("settlements.offered", who=who, amount=amount_text(offer.to_buyer, token)))
        st.caption(t("settlements.until", time=local_time(offer.deadline)))
        _picture(desk.order, offer.to_buyer)
        own = _signed(desk)
        agreed = own is not None and (own.to_buyer, own.deadline) == (offer.to_buyer, offer.deadline)
        if not agreed or own is None:
            st.button(
                t("settlements.agree"),
                key=f"{desk.key}.agree",
                type="primary",
                on_click=_ask_signature,
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


def _settle(desk: _Desk, offer: Offer, own: Offer) -> ContractFunction:
    signatures = {offer.signer: offer.signature, own.signer: own.signature}
    terms = desk.order.terms
    return desk.disputes.functions.settle(
        terms.pack(), offer.to_buyer, offer.deadline, signatures[terms.buyer], signatures[terms.seller]
    )


def _choose_split(desk: _Desk) -> int | None:
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


def _ask_signature(desk: _Desk, to_buyer: int, seconds: int, deadline: int | None) -> None:
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


def _signed(desk: _Desk) -> Offer | None:
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


def _link(order: OrderRow, offer: Offer) -> str:
    base = market().settings.origin or str(st.context.url or "").partition("?")[0].rpartition("/")[0]
    return f"{base}/orders?order={order_id_text(order.id)}&{PARAMETER}={offer.to_text()}"


def _revoke(desk: _Desk) -> None:
    st.caption(t("settlements.revoke_explain"))
    call = desk.disputes.functions.revokeOffers(desk.order.id)
    action(t("settlements.revoke"), call, key=f"{desk.key}.revoke", kind="tertiary")
