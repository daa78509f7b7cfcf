"""Screens on a running market, as AppTest runs them: a real index of a real chain, a seeded wallet."""

from collections.abc import Mapping
from contextlib import contextmanager
from types import MappingProxyType

import pytest
from streamlit.testing.v1 import AppTest

from dapp.background import follower_of, reader_of
from dapp.market import Market, close_market, market
from dapp.widgets.i18n import KEY as LANGUAGE
from tests.dapp.market_at import RunningMarket
from tests.dapp.wallet.seeding import connect, sign_in

TIMEOUT_SECONDS = 30


class Screens:
    """Opens screens on a market and keeps its index up to date."""

    def __init__(self, running: RunningMarket, opened: Market) -> None:
        self.running, self.market = running, opened
        self._follower, self._reader = follower_of(opened), reader_of(opened)

    def catch_up(self) -> None:
        """Index what happened on the chain, and read the documents."""
        self._follower.follow_to_head()
        self._reader.read_pending()

    def open(
        self,
        name: str,
        account: str | None = None,
        language: str = "en",
        *,
        state: Mapping[str, object] = MappingProxyType({}),
        signed_in: bool = False,
        **parameters: object,
    ) -> AppTest:
        """A screen after its first run. account: an actor's role or an address, None without a wallet.

        state: what the session has before it. signed_in: the account has proved itself. parameters: the
        page's query, `listing=3`. `.exception` is empty unless the screen failed.
        """
        at = AppTest.from_function(_screen, kwargs={"name": name}, default_timeout=TIMEOUT_SECONDS)
        at.session_state[LANGUAGE] = language
        for key, value in state.items():
            at.session_state[key] = value
        for parameter, value in parameters.items():
            at.query_params[parameter] = str(value)
        if account:
            (sign_in if signed_in else connect)(at, self.running.actors.get(account, account))
        return at.run()


@contextmanager
def screens_on(running: RunningMarket):
    """Screens on this market: the environment names it, its index is at the chain's head."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "IPFS_API", "HANSE_ORIGIN"):
            patch.delenv(name, raising=False)
        for name, value in running.environment.items():
            patch.setenv(name, value)
        screens = Screens(running, market())
        try:
            screens.catch_up()
            yield screens
        finally:
            screens._follower.stop()
            close_market(screens.market.settings)


def _screen(name: str) -> None:
    from dapp.screens import run, show_view

    run(show_view, default=name)
