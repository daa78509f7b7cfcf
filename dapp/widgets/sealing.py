"""Sealed evidence: whom it is sealed to, and the key by which others seal to me.

A key is derived from a signature in the user's browser and stays there; its public half goes on the chain.
"""

import streamlit as st

from dapp import wallet
from dapp.evidence.seal import recipient_text
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.wallet.session import Status
from dapp.widgets.actions import action
from dapp.widgets.i18n import t
from dapp.widgets.opening import key_options, show_unmade
from dapp.widgets.orders import party_name

METHOD = "hanse_evidenceRecipient"


def readers(order: OrderRow) -> list[str]:
    """Who should be able to read an order's sealed evidence: both parties and the arbiters drawn so far."""
    dispute = market().index.dispute(order.id)
    cases = dispute.cases if dispute else ()
    arbiters = [chair.arbiter for case in cases for chair in case.chairs if chair.arbiter]
    return list(dict.fromkeys([order.terms.buyer, order.terms.seller, *arbiters]))


def recipients(order: OrderRow, me: str | None, key: str) -> list[str] | None:
    """The choice between open and sealed: the age recipients to seal to, None for an open piece."""
    if not st.toggle(t("pieces.sealed.toggle"), key=f"{key}.sealed", help=t("pieces.sealed.help")):
        st.caption(t("pieces.form.public"))
        return None
    keys: dict[str, str] = {}
    without = []
    for account in readers(order):
        published = market().index.recipient(account)
        if published and any(published):
            keys[account] = recipient_text(published)
        else:
            without.append(account)
    if keys:
        names = ", ".join(party_name(order.terms, account, me) for account in keys)
        st.caption(t("pieces.sealed.to", names=names))
    if without:
        names = ", ".join(party_name(order.terms, account, me) for account in without)
        st.warning(t("pieces.sealed.without", names=names), icon=":material/key_off:")
    if me in without:
        publish_key(me, f"{key}.key")
    return list(keys.values())


def publish_key(me: str | None, key: str) -> None:
    """Make my key in the browser, then publish its public half."""
    if me is None:
        return
    answer = wallet.result(key)
    if answer is None or answer.status is not Status.DONE:
        show_unmade(answer)
        st.button(
            t("pieces.sealed.make_key"),
            key=f"{key}.make",
            icon=":material/key:",
            on_click=_ask,
            args=(me, key),
        )
        return
    public = answer.value.get("publicKey", "") if isinstance(answer.value, dict) else ""
    try:
        raw = bytes.fromhex(str(public).removeprefix("0x"))
    except ValueError:
        raw = b""
    if len(raw) != 32:
        st.warning(t("sealing.not_signed"), icon=":material/block:")
        return
    action(
        t("pieces.sealed.publish"),
        market().contracts.evidence.functions.publishRecipient(raw),
        key=f"{key}.publish",
        kind="primary",
    )


def _ask(me: str, key: str) -> None:
    wallet.forget(key)
    wallet.ask(key, METHOD, [key_options(me)], t("pieces.sealed.make_key"))
