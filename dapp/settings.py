"""Everything that differs between one running dApp and another, read from the environment.

The defaults are the embedded set-up: the local chain, SQLite and the local evidence store.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
_NAMES = (
    "DATABASE_URL",
    "HANSE_CONFIRMATIONS",
    "HANSE_CREDIT_RULES",
    "HANSE_DATA",
    "HANSE_DEPLOYMENTS",
    "HANSE_EPSILON_PER_DAY",
    "HANSE_ORDERS_EACH",
    "HANSE_ORIGIN",
    "HANSE_PUBLIC_RPC_URL",
    "HANSE_RPC_URL",
    "HANSE_WS_URL",
    "IPFS_API",
)


_EPSILON = re.compile(r"\d{1,2}(\.\d{1,3})?", re.ASCII)
_MOST_EPSILON, _MOST_ORDERS = 10, 1_000


class SettingsError(Exception):
    """A setting that can't be used, in one sentence with its value."""


@dataclass(frozen=True)
class Settings:
    """rpc_urls: tried in this order; websocket_url: new blocks, None polls instead.

    ipfs_api: a multiaddress or URL of a node's API, None keeps evidence in the local store alone.
    confirmations: blocks that must lie on a block before its rows count as final.
    origin: the address under which browsers see the dApp, None takes the request's.
    public_rpc_urls: what users' wallets are told of the chain. An address of the server's own may carry a
    key, so it is never told; without this setting only loopback addresses are.
    credit_rules: the rule file whose market rules the market was deployed with.
    epsilon_milli: what a day's new statistics may cost in privacy, in thousandths of epsilon.
    orders_each: how many orders of an account count in each cell of the statistics.
    """

    rpc_urls: tuple[str, ...]
    websocket_url: str | None
    deployments: Path
    database_url: str
    data: Path
    ipfs_api: str | None
    confirmations: int
    origin: str | None
    public_rpc_urls: tuple[str, ...]
    credit_rules: Path = ROOT / "dapp" / "credit" / "rules.yaml"
    epsilon_milli: int = 1_000
    orders_each: int = 5

    @property
    def evidence(self) -> Path:
        """The local evidence store."""
        return self.data / "evidence"


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises SettingsError."""
    return _settings(tuple((name, environment[name]) for name in _NAMES if name in environment))


@lru_cache(maxsize=16)  # each part of a screen asks for them
def _settings(given: tuple[tuple[str, str], ...]) -> Settings:
    environment = dict(given)
    data = Path(environment.get("HANSE_DATA", ROOT / ".cache" / "data"))
    urls = _list(environment.get("HANSE_RPC_URL", "http://127.0.0.1:8545"))
    loopback = tuple(url for url in urls if urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1"))
    if not urls or any(not url.startswith(("http://", "https://")) for url in urls):
        raise SettingsError(
            f"HANSE_RPC_URL is {','.join(urls)!r}: give http(s) addresses, separated by commas."
        )
    confirmations = environment.get("HANSE_CONFIRMATIONS", "12")
    if not confirmations.isdigit():
        raise SettingsError(f"HANSE_CONFIRMATIONS is {confirmations!r}: give a number of blocks.")
    return Settings(
        rpc_urls=urls,
        websocket_url=environment.get("HANSE_WS_URL") or None,
        deployments=Path(environment.get("HANSE_DEPLOYMENTS", ROOT / "deployments")),
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{data / 'index.sqlite'}",
        data=data,
        ipfs_api=environment.get("IPFS_API") or None,
        confirmations=int(confirmations),
        origin=environment.get("HANSE_ORIGIN") or None,
        public_rpc_urls=_list(environment.get("HANSE_PUBLIC_RPC_URL", "")) or loopback,
        credit_rules=Path(environment.get("HANSE_CREDIT_RULES", Settings.credit_rules)),
        epsilon_milli=_thousandths(environment.get("HANSE_EPSILON_PER_DAY") or "1"),
        orders_each=_orders_each(environment.get("HANSE_ORDERS_EACH") or "5"),
    )


def _thousandths(text: str) -> int:
    if not _EPSILON.fullmatch(text) or not 0 < Decimal(text) <= _MOST_EPSILON:
        raise SettingsError(
            f"HANSE_EPSILON_PER_DAY is {text!r}: give up to {_MOST_EPSILON}, with at most three decimals."
        )
    return int(Decimal(text) * 1_000)


def _orders_each(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MOST_ORDERS:
        raise SettingsError(f"HANSE_ORDERS_EACH is {text!r}: give a number of orders, 1 to {_MOST_ORDERS}.")
    return int(text)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
