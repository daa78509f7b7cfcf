"""The score, its tier and what that grants, the five dimensions, and what would raise it."""

import streamlit as st
from web3.exceptions import Web3Exception

from dapp.chain.failures import ChainError
from dapp.chain.formats import points_text
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import (
    ATTESTED_BASE,
    ATTESTED_MAX,
    DIAMOND,
    GOLD,
    SERVICE_BASE,
    SERVICE_MAX,
    SILVER,
    TRADE_BASE,
    TRADE_MAX,
    Dimension,
    Tier,
)
from dapp.index.account_rows import MerchantRow
from dapp.market import market
from dapp.widgets import charts
from dapp.widgets.addresses import address
from dapp.widgets.amounts import amount_text, percent_text
from dapp.widgets.figures import Figure, facts, figures
from dapp.widgets.i18n import t
from dapp.widgets.services import rating_text, tier_badge, tier_name
from dapp.widgets.states import problem
from dapp.widgets.text import plain

POINT = 1_000
FROM = {Tier.WATCH: 0, Tier.SILVER: SILVER, Tier.GOLD: GOLD, Tier.DIAMOND: DIAMOND}
MOST = {
    Dimension.TRADE: TRADE_MAX,
    Dimension.SERVICE: SERVICE_MAX,
    Dimension.COMPLIANCE: ATTESTED_MAX // 3,
    Dimension.COMMUNITY: ATTESTED_MAX // 3,
    Dimension.SECURITY: ATTESTED_MAX // 3,
}
FIRST = {
    Dimension.TRADE: TRADE_BASE,
    Dimension.SERVICE: SERVICE_BASE,
    Dimension.COMPLIANCE: ATTESTED_BASE // 3,
    Dimension.COMMUNITY: ATTESTED_BASE // 3,
    Dimension.SECURITY: ATTESTED_BASE // 3,
}


def sub_scores(merchant: MerchantRow) -> dict[Dimension, int]:
    """The five sub-scores in thousandths of a point; they sum to the score."""
    values = (merchant.trade, merchant.service, merchant.compliance, merchant.community, merchant.security)
    return dict(zip(Dimension, values, strict=True))


def show_score(merchant: MerchantRow) -> None:
    """The number, the tier, the radar and the record it rests on."""
    with st.container(horizontal=True, vertical_alignment="center"):
        address(merchant.account, key="credit.merchant")
        st.markdown(f"{tier_badge(merchant.tier)} {rating_text(merchant.rating)}", width="content")
    number, radar = st.columns([2, 3], gap="large")
    with number:
        st.metric(t("credit.score"), points_text(merchant.score), help=t("credit.score_help"))
        st.progress(min(merchant.score, 1_000_000) / 1_000_000)
        _next_tier(merchant)
        _grants(merchant)
    with radar:
        scores = sub_scores(merchant)
        axes = [
            (t(f"credit.dimensions.{each.name.lower()}"), scores[each] / MOST[each]) for each in Dimension
        ]
        charts.show(charts.radar(axes), height=300, key="credit.radar")
        facts(
            [
                Figure(
                    t(f"credit.dimensions.{each.name.lower()}"),
                    points_text(scores[each]),
                    t(f"credit.moved_by.{each.name.lower()}"),
                    f"/ {MOST[each] // POINT}",
                )
                for each in Dimension
            ]
        )
    _record(merchant)


def _next_tier(merchant: MerchantRow) -> None:
    above = [tier for tier in Tier if FROM[tier] > merchant.score]
    if above:
        missing = points_text(FROM[above[0]] - merchant.score)
        st.caption(t("credit.next", points=missing, tier=tier_name(above[0])))
    else:
        st.caption(t("credit.top"))


def _grants(merchant: MerchantRow) -> None:
    try:
        fee, stake, limit = market().at_head(("grants", merchant.tier), lambda: _policy(merchant.tier))
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("credit.no_policy", reason=plain(error)))
        return
    lines = [t("credit.grants.fee", fee=percent_text(fee))]
    required = amount_text(stake, ZERO_ADDRESS)
    lines.append(t("credit.grants.stake", stake=required) if stake else t("credit.grants.no_stake"))
    lines.append(t("credit.grants.staked", stake=amount_text(merchant.stake, ZERO_ADDRESS)))
    if merchant.is_limited:
        lines.append(t("credit.grants.limited", limit=amount_text(limit, ZERO_ADDRESS)))
        if merchant.tier is not Tier.WATCH:
            missing = points_text(merchant.seasoned - merchant.earned)
            lines.append(t("credit.grants.newcomer", points=missing))
    if merchant.tier is Tier.DIAMOND:
        lines.append(t("credit.grants.first"))
    st.markdown("\n".join(f"- {line}" for line in lines))


def _policy(tier: Tier) -> tuple[int, int, int]:
    """What the fee policy says of a tier: fee in basis points, stake and limit of an order in wei."""
    policy = market().contracts.fee_policy.functions
    fee, stake = policy.feeBpsOf(int(tier)).call(), policy.requiredStake(int(tier)).call()
    return fee, stake, policy.watchOrderLimit(ZERO_ADDRESS).call()


def _record(merchant: MerchantRow) -> None:
    st.subheader(t("credit.record"))
    counters = ("settled", "refunded", "missed", "disputed", "won", "lost")
    figures(
        [
            Figure(
                t(f"credit.counters.{name}"), str(getattr(merchant, name)), t(f"credit.counters_help.{name}")
            )
            for name in counters
        ],
        least=7.5,
    )


def show_advice(merchant: MerchantRow) -> None:
    """What would raise the score, the largest room first."""
    scores = sub_scores(merchant)
    room = sorted(Dimension, key=lambda each: scores[each] - MOST[each])
    st.subheader(t("credit.advice"))
    lines = [
        f"- **{t(f'credit.dimensions.{each.name.lower()}')}** (+{points_text(MOST[each] - scores[each])}): "
        f"{t(f'credit.raise.{each.name.lower()}')}"
        for each in room
        if scores[each] < MOST[each]
    ]
    if lines:
        st.markdown("\n\n".join(lines))
