"""Sealed evidence: whom it is sealed to, and the key by which others seal to me.

A key is derived from a signature in the user's browser and stays there; its public half goes on the chain.
"""

from collections.abc import Iterable

import streamlit as st

from dapp import wallet
from dapp.evidence.seal import recipient_text
from dapp.index.dispute_rows import ChairStep, Stage
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


def deciding(order: OrderRow) -> list[str]:
    """The arbiters who still have to rule on an order's dispute: the first one, or the panel of three."""
    dispute = market().index.dispute(order.id)
    if dispute is None or dispute.closed_at is not None:
        return []
    chairs = [
        chair for case in dispute.cases if case.stage in (Stage.OPEN, Stage.APPEALED) for chair in case.chairs
    ]
    return [chair.arbiter for chair in chairs if chair.arbiter and chair.step is not ChairStep.RULED]


def published_keys(accounts: Iterable[str]) -> dict[str, str]:
    """The age recipients of those of the accounts that published a key."""
    published = {account: market().index.recipient(account) for account in accounts}
    return {account: recipient_text(key) for account, key in published.items() if key and any(key)}


def names_of(order: OrderRow, accounts: Iterable[str], me: str | None) -> str:
    """Accounts as an order's page calls them."""
    return ", ".join(party_name(order.terms, account, me) for account in accounts)


def recipients(order: OrderRow, me: str | None, key: str) -> dict[str, str] | None:
    """The choice between open and sealed: age recipients by account, or None for an open piece."""
    if not st.toggle(t("pieces.sealed.toggle"), key=f"{key}.sealed", help=t("pieces.sealed.help")):
        st.caption(t("pieces.form.public"))
        return None
    wanted = readers(order)
    keys = published_keys(wanted)
    without = [account for account in wanted if account not in keys]
    if keys:
        st.caption(t("pieces.sealed.to", names=names_of(order, keys, me)))
    if without:
        st.warning(t("pieces.sealed.without", names=names_of(order, without, me)), icon=":material/key_off:")
    if me in without:
        publish_key(me, f"{key}.key")
    return keys


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
