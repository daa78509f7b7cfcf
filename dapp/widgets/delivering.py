"""How work is handed in: open to anyone who knows its CID, or sealed to buyer and seller."""

from collections.abc import Mapping

import streamlit as st

from dapp.domain.orders import Status
from dapp.evidence.files import Upload
from dapp.index.rows import OrderRow
from dapp.widgets.actions import Refused
from dapp.widgets.i18n import t
from dapp.widgets.sealing import publish_key, published_keys
from dapp.widgets.uploads import keep_piece, keep_sealed

_BEFORE = (Status.PLACED, Status.IN_PROGRESS)


def delivery_keys(order: OrderRow, key: str) -> dict[str, str] | None:
    """The seller's choice, sealed where the buyer can open it: keys by account; None for an open delivery.

    The seller must be able to open it, too: else he couldn't let an arbiter look at it.
    """
    buyer, seller = order.terms.buyer, order.terms.seller
    keys = published_keys((buyer, seller))
    if buyer not in keys:
        st.caption(f":material/lock_open: {t('delivering.buyer_without_key')}")
        return None
    if not st.toggle(t("delivering.seal"), True, key=f"{key}.sealed", help=t("delivering.seal_help")):
        st.caption(f":material/lock_open: {t('delivering.public')}")
        return None
    if seller not in keys:
        st.caption(t("delivering.own_key"))
        publish_key(seller, f"{key}.key")
    return keys


def keep_work(order: OrderRow, upload: Upload | None, note: str, keys: Mapping[str, str] | None) -> str:
    """Keep what is handed in, as `delivery_keys` says; its document's CID. Raises Refused."""
    name = upload.name if upload else t("orders.deliver.document")
    if keys is None:
        return keep_piece(name, note, upload)
    if order.terms.seller not in keys:
        raise Refused(t("delivering.own_key"))
    return keep_sealed(name, note, upload, keys, t("delivering.sealed_name"))


def ask_for_sealed(order: OrderRow, me: str | None) -> None:
    """For a buyer whose work isn't there yet: the key by which it can be sealed to him."""
    if me != order.terms.buyer or order.status not in _BEFORE or published_keys([me]):
        return
    with st.expander(t("delivering.get_it_sealed"), icon=":material/lock:"):
        st.caption(t("delivering.get_it_sealed_help"))
        publish_key(me, f"delivering.{order.id.hex()}.key")
