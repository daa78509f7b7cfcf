"""The market: services on offer, found by words, category and price, the best sellers first."""

import streamlit as st

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.index.rows import ServiceQuery, ServiceRow
from dapp.market import market
from dapp.widgets.addresses import short
from dapp.widgets.amounts import amount_input, token_of
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.services import (
    category_name,
    document_problem,
    price_markdown,
    rating_text,
    service_picture,
    service_title,
    tier_badge,
)
from dapp.widgets.states import empty, page_offset, pager

SORTS = ("tier", "rating", "sold", "price", "-price", "newest")
PAGE = 12


def render() -> None:
    """The screen."""
    st.title(t("market.title"))
    st.markdown(t("market.promise"))
    query = _ask()
    page = market().index.services(query, PAGE, page_offset("market", PAGE))
    if not page.total:
        empty(t("market.nothing_found" if _is_narrowed(query) else "market.nothing_listed"), "search_off")
        return
    found = t("market.found", count=page.total)
    st.caption(f"{found} · {t('tiers.sorted')}" if query.sort == "tier" else found)
    with st.container(key="market.cards"):  # style.css makes it a grid
        for service in page.items:
            _card(service)
    pager(page, "market", PAGE)


def _ask() -> ServiceQuery:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            t("market.search"),
            key="market.text",
            placeholder=t("market.search_hint"),
            max_chars=200,
            on_change=_first_page,
        )
        category = st.selectbox(
            t("market.category"),
            [None, *sorted(market().index.categories())],
            format_func=lambda number: t("market.any") if number is None else category_name(number),
            key="market.category",
            on_change=_first_page,
        )
        sort = st.selectbox(
            t("market.sort"),
            SORTS,
            format_func=lambda name: t(f"market.sorts.{name}"),
            key="market.sort",
            on_change=_first_page,
        )
    token, least, most = _price()
    return ServiceQuery(text.strip(), category, token, least, most, sort=sort)


def _price() -> tuple[str | None, int | None, int | None]:
    tokens = [total.token for total in market().index.statistics().tokens] or [ZERO_ADDRESS]
    price = st.expander(t("market.price"), icon=":material/filter_alt:")
    with price, st.container(horizontal=True, vertical_alignment="bottom"):
        token = st.selectbox(
            t("market.token"),
            [None, *tokens],
            format_func=lambda address: t("market.any") if address is None else token_of(address).symbol,
            key="market.token",
            on_change=_first_page,
        )
        if token is None:
            st.caption(t("market.choose_token"))
            return None, None, None
        least = amount_input(t("market.at_least"), token, key="market.least")
        most = amount_input(t("market.at_most"), token, key="market.most")
    return token, least, most


def _card(service: ServiceRow) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        service_picture(service.document, service.listing.category)
        st.markdown(_description(service))  # one element: each costs a message to every session
        screen_link(
            "service",
            t("market.look"),
            icon=":material/arrow_forward:",
            icon_after=True,
            listing=service.id,
        )


def _description(service: ServiceRow) -> str:
    problem = document_problem(service.document, service.cid)
    lines = (
        f"##### {service_title(service.document, service.id)}",
        f"**{price_markdown(service)}**",
        f"{tier_badge(service.tier)} {rating_text(service.rating)}",
        f":small[:gray[{' · '.join(_facts(service))}]]",
        f":small[:gray[{problem}]]" if problem else "",
    )
    return "\n\n".join(line for line in lines if line)


def _facts(service: ServiceRow) -> list[str]:
    listing = service.listing
    facts = [category_name(listing.category), t("market.by", seller=short(listing.seller))]
    if service.completed:
        facts.append(t("market.completed", count=service.completed))
    if listing.stock:
        facts.append(t("market.left", count=max(listing.stock - service.sold, 0)))
    return facts


def _is_narrowed(query: ServiceQuery) -> bool:
    return query != ServiceQuery(sort=query.sort)


def _first_page() -> None:
    st.session_state["market.page"] = 0
