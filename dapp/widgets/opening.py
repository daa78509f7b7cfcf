"""Opening sealed evidence in the browser, and what its windows say.

The key is made and used by `wallet/frontend/assets/seal.js`; this server sees neither it nor what is inside.
"""

from collections.abc import Sequence
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


def open_button(file: str, key: str, passed: Sequence[str] = ()) -> None:
    """Open the sealed file of a CID with the connected account's key.

    passed: CIDs of the files in which its key may have been passed on to the account.
    """
    asking = f"{key}.opening"
    st.button(
        t("sealing.open"),
        key=f"{key}.open",
        on_click=_ask,
        args=(asking, file, passed),
        disabled=not wallet.connected(),
        help=t("sealing.open_help") if wallet.connected() else t("signing.connect_first"),
        icon=":material/lock_open:",
    )
    show_unopened(wallet.result(asking))


def show_unopened(answer: Result | None) -> None:
    """Why the browser opened nothing: there is no key, or not the right one."""
    show_unmade(answer)
    if answer is not None and answer.status is Status.DONE and isinstance(answer.value, dict):
        reason = answer.value.get("reason")
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


def sealed_file(cid: str, passed: Sequence[str]) -> dict[str, Any]:
    """A sealed file as the browser is told of it; passed: as for `open_button`."""
    addresses = [address_of_sealed(keys) for keys in passed]
    return {"file": cid, "address": address_of_sealed(cid), "keys": addresses}


def identity_options(account: str) -> dict[str, Any]:
    """`key_options`, with the key that the account published, which the one that is made must be."""
    published = market().index.recipient(account)
    recipient = recipient_text(published) if published and any(published) else None
    return key_options(account) | {"recipient": recipient}


def _ask(asking: str, file: str, passed: Sequence[str]) -> None:
    account = wallet.account()
    if account is None:
        return
    options = identity_options(account) | sealed_file(file, passed)
    wallet.forget(asking)
    wallet.ask(asking, METHOD, [options], t("sealing.open"))
