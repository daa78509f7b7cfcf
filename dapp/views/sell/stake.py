"""The shop's stake: what the tier needs, what is locked, adding to it and taking it back."""

import streamlit as st
from web3.contract.contract import ContractFunction

from dapp.domain.bounds import STAKE_UNIT, UNSTAKE_DAYS, ZERO_ADDRESS
from dapp.domain.maturity import day_of
from dapp.index.account_rows import MerchantRow
from dapp.market import market
from dapp.widgets.actions import Refused, action
from dapp.widgets.amounts import amount_input, amount_text
from dapp.widgets.figures import figure
from dapp.widgets.i18n import t
from dapp.widgets.services import tier_badge
from dapp.widgets.tiers import grant_lines, grants_of
from dapp.widgets.times import day_text


def warn(account: str) -> None:
    """A line on every desk while the stake is too low for new orders."""
    merchant = market().index.merchant(account)
    missing = _missing(merchant)
    if missing:
        st.warning(t("sell.stake.too_low", missing=_coin(missing)), icon=":material/lock:")


def show(account: str) -> None:
    """Draw the stake."""
    merchant = market().index.merchant(account)
    required = _required(merchant)
    st.markdown(t("sell.stake.explain"))
    have, need, tier = st.columns(3)
    with have:
        figure(t("sell.stake.have"), _coin(merchant.stake))
    with need:
        figure(t("sell.stake.need"), _coin(required))
    tier.markdown(t("sell.stake.tier"))
    tier.markdown(tier_badge(merchant.tier))
    lines = grant_lines(merchant.tier, grants_of(merchant.tier), limited=merchant.is_limited)
    st.markdown("\n".join(f"- {line}" for line in lines))
    if merchant.unstake_day:
        _leaving(merchant)
    _add(merchant, required)
    if merchant.stake and not merchant.unstake_day:
        st.caption(t("sell.stake.request_help", days=UNSTAKE_DAYS))
        call = market().contracts.market.functions.requestUnstake()
        action(t("sell.stake.request"), call, key="sell.stake.request")


def _leaving(merchant: MerchantRow) -> None:
    """A stake that was asked back: from when it can be taken."""
    day = max(merchant.unstake_day, merchant.busy_until_day)
    if day_of(market().now()) >= day:
        st.success(t("sell.stake.free", stake=_coin(merchant.stake)))
        call = market().contracts.market.functions.unstake()
        action(t("sell.stake.take"), call, key="sell.stake.take", kind="primary")
    elif merchant.busy_until_day > merchant.unstake_day:
        st.info(t("sell.stake.busy", day=day_text(day)), icon=":material/schedule:")
    else:
        st.info(t("sell.stake.cooling", day=day_text(day)), icon=":material/schedule:")


def _add(merchant: MerchantRow, required: int) -> None:
    amount = amount_input(t("sell.stake.amount"), ZERO_ADDRESS, key="sell.stake.amount")

    def call() -> ContractFunction:
        if not amount:
            raise Refused(t("sell.stake.no_amount"))
        if amount % STAKE_UNIT:
            raise Refused(t("sell.stake.unit", unit=_coin(STAKE_UNIT)))
        return market().contracts.market.functions.stake()

    action(
        t("sell.stake.add"),
        call,
        key="sell.stake.add",
        value=amount or 0,
        disabled=not amount,
        kind="primary" if merchant.stake < required else "secondary",
        help=t("sell.stake.add_help"),
    )


def _required(merchant: MerchantRow) -> int:
    return grants_of(merchant.tier).stake


def _missing(merchant: MerchantRow) -> int:
    """Wei that the stake lacks; one that was asked back counts as none."""
    counted = 0 if merchant.unstake_day else merchant.stake
    return max(_required(merchant) - counted, 0)


def _coin(wei: int) -> str:
    return amount_text(wei, ZERO_ADDRESS)
