"""One service: what it is, who sells it, what it costs, who gets what, and the order."""

import streamlit as st

from dapp.index.rows import ServiceRow
from dapp.market import market
from dapp.views.service.offer import show_offer, show_terms
from dapp.views.service.purchase import show_purchase
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.services import service_title
from dapp.widgets.states import empty

LISTING = "listing"


def render() -> None:
    """The screen of the listing in the address: `?listing=3`."""
    service = _asked_for()
    screen_link("market", t("service.back"), icon=":material/arrow_back:")
    if service is None:
        empty(t("service.unknown"), "search_off")
        return
    st.title(service_title(service.document, service.id))
    offer, purchase = st.columns([3, 2], gap="large")
    with offer:
        show_offer(service)
    with purchase, st.container(border=True):
        show_purchase(service)
    show_terms(service)  # below both, so that on a phone the order comes before the small print


def _asked_for() -> ServiceRow | None:
    asked = st.query_params.get(LISTING, "")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 12:
        return None
    return market().index.service(int(asked))
