"""Opening sealed evidence in the browser, and what its windows say.

The key is made and used by `wallet/frontend/assets/seal.js`; this server sees neither it nor what is inside.
"""

from typing import Any

import streamlit as st
from web3.exceptions import Web3Exception

from dapp import wallet
from dapp.api.sealed import address_of_sealed
from dapp.chain.failures import ChainError
from dapp.evidence.recipients import needs_passphrase
from dapp.evidence.seal import recipient_text
from dapp.market import market
from dapp.wallet.session import Result, Status
from dapp.widgets.i18n import t

METHOD = "hanse_openEvidence"
UNSTEADY = 4290
"""seal.js's code for a wallet that signs differently each time."""
_DIALOG_TEXTS = (
    "save", "close", "continue", "cancel",
    "passphrase", "passphrase_help", "new_passphrase", "new_passphrase_help",
)  # fmt: skip
_REASONS = ("other_key", "wrong_key", "missing")


def open_button(file: str, key: str) -> None:
    """Open the sealed file of a CID with the connected account's key."""
    asking = f"{key}.opening"
    st.button(
        t("sealing.open"),
        key=f"{key}.open",
        on_click=_ask,
        args=(asking, file),
        disabled=not wallet.connected(),
        help=t("sealing.open_help") if wallet.connected() else t("signing.connect_first"),
        icon=":material/lock_open:",
    )
    opened = wallet.result(asking)
    show_unmade(opened)
    if opened is not None and opened.status is Status.DONE and isinstance(opened.value, dict):
        reason = opened.value.get("reason")
        if reason in _REASONS:
            st.warning(t(f"sealing.not_opened.{reason}"), icon=":material/lock:")


def show_unmade(result: Result | None) -> None:
    """Why there is no key yet: the wallet is being asked, said no, or can't make one."""
    if result is None or result.status is Status.DONE:
        return
    if result.status is Status.OPEN:
        st.caption(t("sealing.in_wallet"))
    elif result.code == UNSTEADY:
        st.error(t("sealing.unsteady"), icon=":material/block:")
    else:
        st.warning(t("sealing.not_signed"), icon=":material/block:")


def key_options(account: str) -> dict[str, Any]:
    """What the browser must know to make the account's key."""
    contracts = market().contracts
    try:
        passphrase = needs_passphrase(contracts, account)
    except (ChainError, Web3Exception, OSError):
        passphrase = False
    texts = {name: t(f"sealing.dialog.{name}") for name in _DIALOG_TEXTS}
    return {"contract": contracts.evidence.address, "passphrase": passphrase, "texts": texts}


def _ask(asking: str, file: str) -> None:
    account = wallet.account()
    if account is None:
        return
    published = market().index.recipient(account)
    options = key_options(account) | {
        "address": address_of_sealed(file),
        "recipient": recipient_text(published) if published and any(published) else None,
    }
    wallet.forget(asking)
    wallet.ask(asking, METHOD, [options], t("sealing.open"))
