"""The component in the page's header: it finds wallets, connects, and carries requests and results.

State only ever grows until both sides have settled it; nothing is carried by triggers, which a rerun may
swallow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from dapp.chain.actors import ACTORS, DEVELOPMENT_CHAIN
from dapp.wallet.session import Box, Request, box, connection_of
from dapp.widgets.i18n import language, text_of

KEY = "hanse.wallet.component"
_TEXTS = (
    "connect", "connected_to", "disconnect", "copy", "copied", "choose_wallet", "choose_role", "more_roles",
    "no_wallet", "no_wallet_help", "no_accounts", "switch", "wrong_chain", "confirm", "rejected", "failed",
)  # fmt: skip


@dataclass(frozen=True)
class Network:
    """The chain that the market is on, as a wallet is told of it when it doesn't know it.

    rpc_urls: addresses that the user's wallet can reach, not only this server.
    """

    chain_id: int
    name: str
    rpc_urls: tuple[str, ...] = ()
    currency: tuple[str, str, int] = ("Ether", "ETH", 18)
    explorers: tuple[str, ...] = ()


def mount(network: Network) -> None:
    """Draw the wallet, hand it what is asked and take up what it answered. Once a page, before the view."""
    kept = box()
    state = _component()(
        key=KEY,
        data=[_data(kept, network)],  # in a list: Streamlit would look for a data frame in each of its parts
        default={"snapshot": None, "results": {}},
        on_snapshot_change=_take_up,
        on_results_change=_take_up,
    )
    kept.mounted = True
    kept.given.update(request.id for request in kept.open_requests())
    # A fresh session after a reconnect gets its state without a callback.
    _merge(kept, state)


@cache
def _component() -> ComponentRenderer:
    """Its files are found by a running server only, so not when this module is imported."""
    return st.components.v2.component(
        "hanse.wallet", html='<div class="wallet"></div>', css="wallet.css", js="index.js"
    )


def _take_up() -> None:
    _merge(box(), st.session_state.get(KEY) or {})


def _merge(kept: Box, state: Mapping[str, Any]) -> None:
    snapshot, results = state.get("snapshot"), state.get("results")
    if isinstance(snapshot, Mapping):
        kept.connection = connection_of(snapshot)
        kept.heard["snapshot"] = {name: snapshot.get(name) for name in ("account", "chainId", "wallet")}
    if isinstance(results, Mapping):
        kept.take_up(results)


def _data(kept: Box, network: Network) -> dict[str, Any]:
    name, symbol, decimals = network.currency
    return {
        "chain": {
            "id": network.chain_id,
            "name": network.name,
            "rpcUrls": list(network.rpc_urls),
            "currency": {"name": name, "symbol": symbol, "decimals": decimals},
            "explorers": list(network.explorers),
        },
        "heard": kept.heard,
        "development": list(ACTORS) if network.chain_id == DEVELOPMENT_CHAIN else None,
        "texts": _texts(language(), network.chain_id == DEVELOPMENT_CHAIN),
        "requests": [_wire(request) for request in kept.open_requests()],
        "settled": kept.settled[-200:],
    }


@cache
def _texts(in_language: str, development: bool) -> dict[str, Any]:
    texts: dict[str, Any] = {name: text_of(f"signing.{name}", in_language) for name in _TEXTS}
    if development:
        texts["roles"] = {name: text_of(f"signing.roles.{name}", in_language) for name in ACTORS}
    return texts


def _wire(request: Request) -> dict[str, Any]:
    return {
        "id": request.id,
        "key": request.key,
        "method": request.method,
        "params": list(request.params),
        "label": request.label,
        "account": request.account,
        "nonce": request.nonce,
        "block": request.block,
        "private": request.private,
    }
