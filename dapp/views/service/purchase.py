"""What an order costs, who gets what of it, and placing it."""

import secrets
from dataclasses import dataclass

import streamlit as st
from web3.contract.contract import ContractFunction
from web3.exceptions import Web3Exception

from dapp import wallet
from dapp.chain.contracts import Quote
from dapp.chain.erc20 import Erc20
from dapp.chain.failures import ChainError
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.terms import NO_FLAGS, Flag, Placement, Upline
from dapp.index.rows import ListingStatus, OrderQuery, ServiceRow
from dapp.market import market
from dapp.views.service.invitation import show_invitation
from dapp.widgets.actions import action
from dapp.widgets.addresses import is_address, short
from dapp.widgets.amounts import amount_markdown, amount_text, token_of
from dapp.widgets.i18n import t
from dapp.widgets.links import go, screen_link
from dapp.widgets.services import price_markdown
from dapp.widgets.split import Share, split_picture
from dapp.widgets.states import problem
from dapp.widgets.text import plain
from dapp.widgets.times import window_text

MOST = 1_000_000
SALT_BITS = 64
GIFT_BUYER = "service.gift_buyer"


@dataclass(frozen=True)
class Choice:
    """What the buyer chose: how many, for whom, paid from where."""

    quantity: int
    buyer: str
    options: Flag


def show_purchase(service: ServiceRow) -> None:
    """The price, the split and the button."""
    st.markdown(f"#### {price_markdown(service)}")
    if service.status is not ListingStatus.ACTIVE:
        st.warning(t(f"service.not_active.{service.status.name.lower()}"), icon=":material/pause_circle:")
        return
    account = wallet.account()
    if account == service.listing.seller:
        st.info(t("service.yours"))
        screen_link("sell", t("service.edit"), listing=service.id)
        return
    quantity = _quantity(service)
    quote = _quote(service, _gift_buyer() or account or ZERO_ADDRESS, quantity)
    if quote is None:
        return
    if quantity > 1 or quote.amount != service.listing.price:
        st.markdown(t("service.total", amount=amount_markdown(quote.amount, service.listing.token)))
    st.caption(t("service.who_gets_what"))
    split_picture(_shares(quote), service.listing.token)
    _promise(service)
    if account is None:
        st.info(t("service.connect"), icon=":material/account_balance_wallet:")
        return
    show_invitation(account, service)
    choice = _choose(service, account, quantity, quote.amount)
    if choice is not None:
        _buttons(service, account, choice, quote.amount)


def _gift_buyer() -> str | None:
    """Whom a gift is for: his referrers earn on it, and a pricing policy prices it for him."""
    typed = str(st.session_state.get(GIFT_BUYER, "")).strip()
    return str(market().web3.to_checksum_address(typed)) if is_address(typed) else None


def _quantity(service: ServiceRow) -> int:
    listing = service.listing
    left = max(listing.stock - service.sold, 0) if listing.stock else MOST
    if left == 0:
        st.warning(t("service.sold_out"), icon=":material/inventory_2:")
    return int(st.number_input(t("service.quantity"), 1, max(left, 1), step=1, key="service.quantity"))


def _quote(service: ServiceRow, account: str, quantity: int) -> Quote | None:
    upline = market().index.referrals(account).upline if int(account, 16) else Upline()
    try:
        return market().at_head(
            ("quote", service.id, service.listing, upline, account, quantity),
            lambda: market().contracts.quote_listing(service.id, service.listing, upline, account, quantity),
        )
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("service.no_quote", reason=plain(error)))
        return None


def _shares(quote: Quote) -> list[Share]:
    shares = [Share(t("service.to_seller"), quote.to_seller)]
    shares.append(Share(t("service.to_platform"), quote.fee, t("service.fee_help")))
    for level, (referrer, units) in enumerate(zip(quote.referrers, quote.commissions, strict=True), 1):
        who = t("service.to_referrer", level=level, who=plain(short(referrer)))
        shares.append(Share(who, units, t("service.commission_help")))
    return shares


def _promise(service: ServiceRow) -> None:
    listing = service.listing
    accept = (
        t("service.promise.instant")
        if listing.flags & Flag.INSTANT
        else t("service.promise.accept", accept=window_text(listing.accept_seconds))
    )
    deliver = t("service.promise.deliver", deliver=window_text(listing.deliver_seconds))
    review = t("service.promise.review", review=window_text(listing.review_seconds))
    st.markdown(f"- {accept}\n- {deliver}\n- {review}")


def _choose(service: ServiceRow, account: str, quantity: int, amount: int) -> Choice | None:
    """The choices, or None while one that is needed is missing."""
    listing, options, buyer = service.listing, NO_FLAGS, account
    available = {balance.token: balance.available for balance in market().index.balances(account)}
    if available.get(listing.token, 0) >= amount:
        shown = amount_text(available[listing.token], listing.token)
        if st.checkbox(t("service.from_ledger", available=shown), key="service.from_ledger"):
            options |= Flag.FROM_LEDGER
    with st.expander(t("service.gift"), icon=":material/redeem:"):
        typed = st.text_input(
            t("service.gift_buyer"), key=GIFT_BUYER, help=t("service.gift_help"), max_chars=42
        )
    if typed.strip():
        if not is_address(typed.strip()):
            st.error(t("service.not_an_address"))
            return None
        buyer = _gift_buyer() or account
    if _is_foreign(listing.arbitrator):
        if not st.checkbox(t("service.foreign_arbitrator", who=plain(short(listing.arbitrator)))):
            st.caption(t("service.foreign_arbitrator_help"))
            return None
        options |= Flag.FOREIGN_ARBITRATOR
    return Choice(quantity, buyer, options)


def _is_foreign(arbitrator: str) -> bool:
    if arbitrator == ZERO_ADDRESS:
        return False
    allowed = market().contracts.market.functions.arbitratorAllowed(
        market().web3.to_checksum_address(arbitrator)
    )
    return not allowed.call()


def _buttons(service: ServiceRow, account: str, choice: Choice, amount: int) -> None:
    listing, contracts = service.listing, market().contracts
    token = token_of(listing.token)
    key = f"service.place.{service.id}"
    if listing.token != ZERO_ADDRESS and not choice.options & Flag.FROM_LEDGER:
        erc20, spender = Erc20(market().web3, listing.token), contracts.market.address
        if erc20.allowance(account, spender) < amount:
            st.caption(t("service.approve_help", symbol=plain(token.symbol)))
            action(
                t("service.approve", amount=amount_text(amount, token)),
                lambda: erc20.approve(spender, amount),
                key=f"service.approve.{service.id}",
                kind="primary",
                token=token,
                wide=True,
            )
            return
    upline = market().index.referrals(choice.buyer).upline
    salt = st.session_state.setdefault(f"{key}.salt", secrets.randbits(SALT_BITS))
    placement = Placement(service.id, amount, choice.buyer, choice.quantity, salt, choice.options)

    def call() -> ContractFunction:
        return contracts.place_listing(placement, listing, upline)[0]

    def placed() -> None:
        st.session_state.pop(f"{key}.salt", None)
        newest = market().index.orders(OrderQuery(choice.buyer, "buyer", listing_id=service.id), 1).items
        go("orders", **({"order": f"0x{newest[0].id.hex()}"} if newest else {}))

    action(
        t("service.place", amount=amount_text(amount, token)),
        call,
        key=key,
        value=contracts.place_listing(placement, listing, upline)[1],
        kind="primary",
        token=token,
        wide=True,
        on_confirmed=placed,
    )
    st.caption(t("service.escrow"))
