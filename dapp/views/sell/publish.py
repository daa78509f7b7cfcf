"""Publishing a service or a new version of one: its document goes to the store, the CID to the chain."""

import streamlit as st
from web3.contract.contract import ContractFunction

from dapp.domain.bounds import BPS
from dapp.domain.split import mul_down
from dapp.evidence.errors import EvidenceError
from dapp.evidence.fields import DOCUMENT_LIMIT
from dapp.index.rows import ListingStatus, ServiceRow
from dapp.market import market
from dapp.views.sell import form
from dapp.widgets.actions import Refused, action
from dapp.widgets.amounts import amount_text, percent_text
from dapp.widgets.i18n import language, t
from dapp.widgets.services import service_title
from dapp.widgets.split import Share, split_picture
from dapp.widgets.states import empty

EDITED = "sell.edited"


def show(account: str) -> None:
    """The form, what a sale brings, and the button."""
    service = _edited(account)
    if service is None and st.session_state.get(EDITED):
        empty(t("sell.publish.not_yours"), "block")
        st.button(t("sell.publish.new"), on_click=_start_afresh)
        return
    if service is not None:
        title = service_title(service.document, service.id)
        st.markdown(f"#### {t('sell.publish.editing', title=title)}")
        st.caption(t("sell.publish.orders_keep"))
        st.button(t("sell.publish.new"), key="sell.publish.afresh", on_click=_start_afresh)
    else:
        st.markdown(f"#### {t('sell.publish.title')}")
    draft = form.fill_in(account, service)
    _preview(draft, account)
    name = "edit" if service else "list"
    action(
        t(f"sell.publish.{name}"),
        lambda: _call(draft, service),
        key=f"sell.publish.{service.id if service else 'new'}",
        kind="primary",
        help=t(f"sell.publish.{name}_help"),
        on_confirmed=_published,
    )


def _call(draft: form.Draft, service: ServiceRow | None) -> ContractFunction:
    """The call that publishes the draft. Raises Refused."""
    document = draft.document()
    try:
        cid = market().store.put(document.to_json(), limit=DOCUMENT_LIMIT)
    except EvidenceError as error:
        raise Refused(error.sentence(language())) from error
    listing = draft.listing(cid)
    functions = market().contracts.market.functions
    if service is None:
        return functions.list(listing.pack(), cid)
    return functions.edit(listing.pack(), cid, service.id, service.listing.pack())


def _preview(draft: form.Draft, account: str) -> None:
    """What a sale brings if nobody, or every level, refers the buyer."""
    price = draft.price
    if not price:
        return
    fee_bps = market().contracts.fee_policy.functions.feeBpsFor(account).call()
    fee, commission = mul_down(price, fee_bps), mul_down(price, draft.max_commission_bps)
    with st.container(border=True):
        st.markdown(f"**{t('sell.publish.a_sale')}**")
        shares = [
            Share(t("trade.share.seller"), price - fee - commission),
            Share(t("trade.share.fee"), fee, percent_text(fee_bps)),
            Share(t("sell.publish.referrers"), commission, percent_text(draft.max_commission_bps)),
        ]
        split_picture(shares, draft.token)
        st.caption(t("sell.publish.at_best", amount=amount_text(price - fee, draft.token)))
        if fee_bps > draft.max_fee_bps:
            st.warning(t("sell.publish.fee_above", fee=percent_text(fee_bps)))
        if fee_bps + draft.max_commission_bps >= BPS:
            st.warning(t("sell.publish.nothing_left"))


def _edited(account: str) -> ServiceRow | None:
    listing_id = st.session_state.get(EDITED)
    service = market().index.service(int(listing_id)) if listing_id else None
    if service is None or service.listing.seller != account or service.status is ListingStatus.RETIRED:
        return None
    return service


def _start_afresh() -> None:
    st.session_state.pop(EDITED, None)


def _published() -> None:
    st.success(t("sell.publish.done"), icon=":material/check_circle:")
