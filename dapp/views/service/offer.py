"""What is offered and by whom."""

import streamlit as st
from web3.exceptions import Web3Exception

from dapp.chain.failures import ChainError
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.terms import Flag, Listing
from dapp.evidence.errors import EvidenceError
from dapp.evidence.fields import DOCUMENT_LIMIT
from dapp.index.account_rows import MerchantRow
from dapp.index.rows import ServiceRow
from dapp.market import market
from dapp.widgets.addresses import address, short
from dapp.widgets.amounts import amount_text, percent_text
from dapp.widgets.figures import Figure, facts, figures
from dapp.widgets.i18n import language, t
from dapp.widgets.links import screen_link
from dapp.widgets.services import (
    category_name,
    document_problem,
    rating_text,
    score_text,
    service_description,
    service_picture,
    tier_badge,
)
from dapp.widgets.text import foreign_text, plain
from dapp.widgets.tiers import buyers_lines, grants_of
from dapp.widgets.times import moment, window_text

NATIVE_COIN = ZERO_ADDRESS


def show_offer(service: ServiceRow) -> None:
    """Picture, description and seller."""
    service_picture(service.document, service.listing.category)
    _description(service)
    _seller(service)


def show_terms(service: ServiceRow) -> None:
    """What the seller promises, and where it is written."""
    _terms(service.listing)
    with st.container(horizontal=True):
        address(service.cid, t("service.document"), key="service.cid")
        screen_link("explorer", t("service.versions", version=service.version), listing=service.id)
    moment(service.listed_at, t("service.listed"))


def _description(service: ServiceRow) -> None:
    problem = document_problem(service.document, service.cid)
    if problem:
        st.info(problem, icon=":material/description:")
        return
    foreign_text(service_description(service.document))
    try:
        market().store.get(service.cid, limit=DOCUMENT_LIMIT)
    except EvidenceError as error:
        st.caption(f":material/warning: {plain(error.sentence(language()), 400)}")
    else:
        st.caption(f":material/verified: {t('service.verified')}")


def _seller(service: ServiceRow) -> None:
    seller = market().index.merchant(service.listing.seller)
    with st.container(border=True):
        st.subheader(t("service.seller"))
        with st.container(horizontal=True, vertical_alignment="center"):
            address(seller.account, key="service.seller")
            st.markdown(f"{tier_badge(seller.tier)} {rating_text(seller.rating)}", width="content")
        figures(
            [
                Figure(t("service.score"), score_text(seller.score), t("service.score_help")),
                Figure(t("service.settled"), str(seller.settled)),
                Figure(t("service.lost"), str(seller.lost), t("service.lost_help")),
                Figure(t("service.stake"), amount_text(seller.stake, NATIVE_COIN), t("service.stake_help")),
            ],
            least=9,
        )
        _tier(seller)
        screen_link("credit", t("service.credit"), merchant=seller.account)


def _tier(seller: MerchantRow) -> None:
    """What the seller's tier means for who orders; while the contracts are silent, what the index knows."""
    lines = [f":material/visibility: {t('service.limited')}"] if seller.is_limited else []
    try:
        grants = grants_of(seller.tier)
    except (ChainError, Web3Exception, OSError):
        pass  # the price's own line says that the contracts don't answer
    else:
        lines += buyers_lines(seller.tier, grants, limited=seller.is_limited)
    if lines:
        st.caption("  \n".join(lines))


def _terms(listing: Listing) -> None:
    st.subheader(t("service.terms"))
    shown = [
        ("category", category_name(listing.category)),
        (
            "accept",
            t("service.instant") if listing.flags & Flag.INSTANT else window_text(listing.accept_seconds),
        ),
        ("deliver", window_text(listing.deliver_seconds)),
        ("review", window_text(listing.review_seconds)),
        ("stock", t("service.stock", count=listing.stock) if listing.stock else t("service.unlimited")),
        ("commission", percent_text(listing.max_commission_bps)),
        (
            "arbitrator",
            t("service.panel") if listing.arbitrator == ZERO_ADDRESS else short(listing.arbitrator),
        ),
    ]
    facts(
        [Figure(t(f"service.facts.{name}"), value, t(f"service.explained.{name}")) for name, value in shown]
    )
