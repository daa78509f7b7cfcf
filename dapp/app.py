"""The dApp as one process: `streamlit run dapp/app.py`.

Pages by Streamlit, beside them the JSON API and metrics, and behind them the threads that follow the chain.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from web3.types import RPCEndpoint

from dapp.api.metrics import RequestTimes
from dapp.api.routes import routes as api_routes
from dapp.api.sealed import routes as sealed_routes
from dapp.api.security import SecurityHeaders
from dapp.background import start_background, stop_background
from dapp.index.failures import IndexFailure
from dapp.market import MarketUnavailable, market
from dapp.program import keep_program
from dapp.settings import load_settings
from dapp.wallet.development import routes as development_routes

_LOG = logging.getLogger(__name__)
MAIN_SCRIPT = Path(__file__).with_name("screens.py")


settings = load_settings()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """The threads live as long as the server."""
    background = start_background(settings)
    keep_program()
    try:
        yield
    finally:
        stop_background(background)


def routes() -> list[BaseRoute]:
    """What is served beside the pages."""
    return [*api_routes(), *sealed_routes(), *_development_wallets()]


def _development_wallets() -> list[BaseRoute]:
    try:
        opened = market(settings)
    except (MarketUnavailable, IndexFailure) as error:
        _LOG.warning("dapp: without development wallets: %s", error)
        return []

    def ask(method: str, parameters: Any) -> Mapping[str, Any]:
        return opened.provider.make_request(RPCEndpoint(method), parameters)

    return development_routes(opened.chain_id, ask)


def _log_error(error: Exception) -> None:
    _LOG.error("dapp: a screen failed", exc_info=error)


# Named and made here: `streamlit run` looks for just that.
app = st.App(
    MAIN_SCRIPT,
    lifespan=lifespan,
    routes=routes(),
    middleware=[Middleware(RequestTimes), Middleware(SecurityHeaders)],
    on_script_error=_log_error,
)
