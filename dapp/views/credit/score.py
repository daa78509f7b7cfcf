"""The score, where it stands among others, its tier and what that grants, and the five dimensions."""

import streamlit as st
from web3.exceptions import Web3Exception

from dapp.chain.failures import ChainError
from dapp.chain.formats import points_text
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import Dimension
from dapp.index.account_rows import MerchantRow
from dapp.market import market
from dapp.views.credit.dimensions import MOST, sub_scores
from dapp.widgets import charts
from dapp.widgets.addresses import address
from dapp.widgets.amounts import amount_text
from dapp.widgets.figures import Figure, facts, figures
from dapp.widgets.i18n import t
from dapp.widgets.services import rating_text, tier_badge, tier_name
from dapp.widgets.states import problem
from dapp.widgets.text import plain
from dapp.widgets.tiers import grant_lines, grants_of, is_newcomer, next_tier

POINT = 1_000


def show_score(merchant: MerchantRow) -> None:
    """The number, the tier, the radar and the record it rests on."""
    with st.container(horizontal=True, vertical_alignment="center"):
        address(merchant.account, key="credit.merchant")
        st.markdown(f"{tier_badge(merchant.tier)} {rating_text(merchant.rating)}", width="content")
    number, radar = st.columns([2, 3], gap="large")
    with number:
        st.metric(t("credit.score"), points_text(merchant.score), help=t("credit.score_help"))
        st.progress(min(merchant.score, 1_000_000) / 1_000_000)
        _standing(merchant)
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


def _standing(merchant: MerchantRow) -> None:
    """Where the score stands among those who sell now, and how far the next tier is."""
    found = market().index.standing(merchant.account, merchant.score)
    if found.percentile is not None:
        values = {"percent": found.percentile, "below": found.below, "others": found.others}
        st.markdown(t("advice.standing", **values), help=t("advice.standing_help"))
    above = next_tier(merchant.score)
    if above is None:
        st.caption(t("credit.top"))
    else:
        tier, missing = above
        st.caption(t("credit.next", points=points_text(missing), tier=tier_name(tier)))


def _grants(merchant: MerchantRow) -> None:
    try:
        grants = grants_of(merchant.tier)
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("tiers.no_answer", reason=plain(error)))
        return
    lines = grant_lines(merchant.tier, grants, limited=merchant.is_limited)
    lines.append(t("tiers.staked", stake=amount_text(merchant.stake, ZERO_ADDRESS)))
    if is_newcomer(merchant):
        lines.append(t("tiers.newcomer", points=points_text(merchant.seasoned - merchant.earned)))
    st.markdown("\n".join(f"- {line}" for line in lines))


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
