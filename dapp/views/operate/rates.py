"""Pause, fees, stakes, commissions, bonds and the treasury: within the contracts' hard bounds."""

import streamlit as st
from web3.exceptions import Web3Exception

from dapp import wallet
from dapp.chain.failures import ChainError
from dapp.domain.bounds import MAX_COMMISSION_BPS, MAX_FEE_BPS, STAKE_UNIT, ZERO_ADDRESS
from dapp.domain.credit import Tier
from dapp.market import market
from dapp.views.operate.restricted import restricted_action
from dapp.widgets.addresses import is_address
from dapp.widgets.amounts import amount_input, amount_text, number_text, percent_text
from dapp.widgets.i18n import t
from dapp.widgets.services import tier_name
from dapp.widgets.states import problem
from dapp.widgets.text import plain

HIGHEST_TIER_PERCENT = 120
_STAKED = ("watch", "silver", "gold")


def show_pause() -> None:
    """Stop and resume new listings and orders; nothing else ever stops."""
    functions = market().contracts.market.functions
    st.markdown(t("operate.pause_help"))
    restricted_action(t("operate.pause"), functions.pause(), key="operate.pause")
    restricted_action(t("operate.unpause"), functions.unpause(), key="operate.unpause")


def show_rates() -> None:
    """A form for each rate, with what holds now."""
    try:
        _fee()
        _stakes()
        _commissions()
        _appeal_bond()
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("operate.no_answer", reason=plain(error)))


def _fee() -> None:
    policy = market().contracts.fee_policy.functions
    now = {tier: int(policy.feeBpsOf(int(tier)).call()) for tier in Tier}
    with st.container(border=True):
        st.subheader(t("operate.fee"))
        st.caption(" · ".join(f"{tier_name(tier)}: {percent_text(bps)}" for tier, bps in now.items()))
        most = MAX_FEE_BPS * 100 // HIGHEST_TIER_PERCENT
        base = st.number_input(
            t("operate.base_fee"), 0, most, now[Tier.SILVER], step=1, key="operate.base_fee"
        )
        label = t("operate.set_fee", fee=percent_text(int(base)))
        restricted_action(label, policy.setBaseFee(int(base)), key="operate.set_fee")


def _stakes() -> None:
    policy = market().contracts.fee_policy.functions
    with st.container(border=True):
        st.subheader(t("operate.stakes"))
        wanted: list[int] = []
        for place, name in enumerate(_STAKED):
            tier = Tier(place)
            now = int(policy.requiredStake(int(tier)).call())
            units = amount_input(
                tier_name(tier),
                ZERO_ADDRESS,
                key=f"operate.stake.{name}",
                value=number_text(now, ZERO_ADDRESS),
            )
            if units is None:
                return
            if units % STAKE_UNIT:
                st.error(t("operate.stake_unit", unit=amount_text(STAKE_UNIT, ZERO_ADDRESS)))
                return
            wanted.append(units // STAKE_UNIT)
        restricted_action(t("operate.set_stakes"), policy.setStakes(*wanted), key="operate.set_stakes")


def _commissions() -> None:
    functions = market().contracts.market.functions
    with st.container(border=True):
        st.subheader(t("operate.commissions"))
        category = st.number_input(
            t("operate.category"),
            0,
            65_535,
            0,
            step=1,
            key="operate.category",
            help=t("operate.category_help"),
        )
        rates = []
        with st.container(horizontal=True):
            for level in range(3):
                rates.append(
                    int(
                        st.number_input(
                            t("operate.level", level=level + 1),
                            0,
                            MAX_COMMISSION_BPS,
                            0,
                            step=25,
                            key=f"operate.level.{level}",
                        )
                    )
                )
        st.caption(
            t("operate.rates_total", total=percent_text(sum(rates)), most=percent_text(MAX_COMMISSION_BPS))
        )
        label = t("operate.set_commissions", category=int(category))
        restricted_action(
            label, functions.setCommissionRule(int(category), rates), key="operate.set_commissions"
        )


def _appeal_bond() -> None:
    credit = market().contracts.credit.functions
    with st.container(border=True):
        st.subheader(t("operate.appeal_bond"))
        now = number_text(int(credit.appealBond().call()), ZERO_ADDRESS)
        bond = amount_input(t("operate.bond"), ZERO_ADDRESS, key="operate.bond", value=now)
        if bond:
            restricted_action(t("operate.set_bond"), credit.setAppealBond(bond), key="operate.set_bond")


def show_treasury() -> None:
    """What the platform earned, and taking it out."""
    opened = market()
    account = wallet.account() or ZERO_ADDRESS
    for balance in opened.index.balances(opened.contracts.market.address):
        with st.container(border=True):
            st.markdown(f"**{amount_text(balance.available, balance.token)}**")
            key = f"operate.treasury.{balance.token}"
            amount = amount_input(t("operate.amount"), balance.token, key=f"{key}.amount")
            to = st.text_input(t("operate.to"), account, key=f"{key}.to", max_chars=42).strip()
            if not amount or not is_address(to):
                continue
            receiver = opened.web3.to_checksum_address(to)
            call = opened.contracts.market.functions.withdrawTreasury(balance.token, amount, receiver)
            restricted_action(t("operate.withdraw", amount=amount_text(amount, balance.token)), call, key=key)
