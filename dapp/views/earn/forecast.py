"""What an order of some amount would pay the referrers: asked of the contracts, which know the live rules."""

import streamlit as st
from web3.exceptions import Web3Exception

from dapp.chain.failures import ChainError
from dapp.index.rows import ServiceRow
from dapp.market import market
from dapp.widgets.addresses import is_address, short
from dapp.widgets.amounts import amount_input, amount_text, number_text
from dapp.widgets.i18n import t
from dapp.widgets.services import service_title
from dapp.widgets.split import Share, split_picture
from dapp.widgets.states import problem
from dapp.widgets.text import plain

MOST = 200


def show_forecast(account: str) -> None:
    """Choose a service, a buyer and an amount, and see who would get what."""
    services = market().index.services(limit=MOST).items
    if not services:
        return
    st.subheader(t("earn.forecast"))
    st.caption(t("earn.forecast_help"))
    which, who, much = st.columns(3)
    with which:
        service = st.selectbox(
            t("earn.service"),
            services,
            format_func=lambda each: service_title(each.document, each.id),
            key="earn.service",
        )
    children = market().index.referrals(account).children
    with who:
        buyer = st.text_input(
            t("earn.buyer"), children[0] if children else "", key="earn.buyer", max_chars=42
        ).strip()
    with much:
        price = number_text(service.listing.price, service.listing.token)
        amount = amount_input(
            t("earn.amount"), service.listing.token, key=f"earn.amount.{service.id}", value=price
        )
    if not is_address(buyer):
        st.caption(t("earn.choose_buyer"))
        return
    if amount:
        _show(account, service, str(market().web3.to_checksum_address(buyer)), amount)


def _show(account: str, service: ServiceRow, buyer: str, amount: int) -> None:
    listing = service.listing
    upline = market().index.referrals(buyer).upline
    try:
        quote = market().contracts.shares(listing, upline, buyer, amount)
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("earn.no_forecast", reason=plain(error)))
        return
    shares = [Share(t("earn.to_seller"), quote.to_seller), Share(t("earn.to_platform"), quote.fee)]
    mine = 0
    for level, (who, units) in enumerate(zip(quote.referrers, quote.commissions, strict=True), 1):
        mine += units if who == account else 0
        name = t("earn.me") if who == account else plain(short(who))
        shares.append(Share(t("earn.to_level", level=level, who=name), units))
    st.markdown(t("earn.mine", amount=amount_text(mine, listing.token)))
    split_picture(shares, listing.token)
