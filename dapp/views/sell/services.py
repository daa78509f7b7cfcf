"""My services: how each stands, and pausing, resuming, editing and retiring it."""

import streamlit as st

from dapp.index.rows import ListingStatus, ServiceQuery, ServiceRow
from dapp.market import market
from dapp.views.sell.publish import EDITED
from dapp.widgets.actions import action
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.services import document_problem, price_text, rating_text, service_title
from dapp.widgets.states import empty, page_offset, pager

PAGE = 10
_COLORS = {
    ListingStatus.NONE: "gray",
    ListingStatus.ACTIVE: "green",
    ListingStatus.PAUSED: "orange",
    ListingStatus.RETIRED: "gray",
}


def show(account: str) -> None:
    """Draw the list."""
    query = ServiceQuery(seller=account, status=None, sort="newest")
    page = market().index.services(query, PAGE, page_offset("sell.services", PAGE))
    if not page.total:
        empty(t("sell.services.none"), "storefront")
        return
    for service in page.items:
        _card(service)
    pager(page, "sell.services", PAGE)


def _card(service: ServiceRow) -> None:
    with st.container(border=True, key=f"sell.service.{service.id}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            screen_link("service", f"**{service_title(service.document, service.id)}**", listing=service.id)
            status = t(f"sell.services.status.{service.status.name.lower()}")
            st.badge(status, color=_COLORS[service.status])  # type: ignore[arg-type]
        left = (
            t("sell.services.left", n=max(service.listing.stock - service.sold, 0))
            if service.listing.stock
            else t("sell.services.unlimited")
        )
        facts = (f"**{price_text(service)}**", left, rating_text(service.rating))
        st.markdown(" · ".join(facts))
        version = t("sell.services.version", version=service.version, completed=service.completed)
        st.caption(version)
        problem = document_problem(service.document, service.cid)
        if problem:
            st.caption(problem)
        if service.status is not ListingStatus.RETIRED:
            _actions(service)


def _actions(service: ServiceRow) -> None:
    with st.container(horizontal=True):
        st.button(
            t("sell.services.edit"),
            key=f"sell.edit.{service.id}",
            icon=":material/edit:",
            on_click=_edit,
            args=(service.id,),
        )
        if service.status is ListingStatus.ACTIVE:
            _set(service, ListingStatus.PAUSED, "pause")
        else:
            _set(service, ListingStatus.ACTIVE, "resume")
        _set(service, ListingStatus.RETIRED, "retire")


def _set(service: ServiceRow, status: ListingStatus, name: str) -> None:
    call = market().contracts.market.functions.setListingStatus(
        service.id, service.listing.pack(), int(status)
    )
    key, help_text = f"sell.{name}.{service.id}", t(f"sell.services.{name}_help")
    action(t(f"sell.services.{name}"), call, key=key, help=help_text)


def _edit(listing_id: int) -> None:
    st.session_state[EDITED] = listing_id
    st.session_state["sell.desk"] = "publish"
