"""What this process knows its market by: settings, chain, contracts, index and evidence, each made once."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import event
from web3 import Web3
from web3.exceptions import Web3Exception

from dapp.chain.contracts import MarketContracts
from dapp.chain.errors import ContractError, ErrorBook, explain
from dapp.chain.fail_over import FailOverProvider
from dapp.chain.failures import ChainError, NotDeployed
from dapp.chain.formats import NATIVE, Token
from dapp.chain.records import DeploymentRecord, load_deployment
from dapp.chain.tokens import TokenBook
from dapp.evidence.box import EvidenceBox
from dapp.index import Index
from dapp.index.memory import SharedIndex
from dapp.memory import Answer, Memory
from dapp.settings import Settings, load_settings

_HEAD_SECONDS = 0.5
_ANSWER_SECONDS = 5.0


class MarketUnavailable(Exception):  # noqa: N818
    """There is no market to show, in one sentence."""


@dataclass(frozen=True)
class ChainHead:
    """The chain's latest block; `number` None while the chain doesn't answer. timestamp: Unix seconds."""

    number: int | None
    timestamp: int


@dataclass
class Market:
    """The process's handles on one market. Safe to share between threads."""

    settings: Settings
    provider: FailOverProvider
    web3: Web3
    contracts: MarketContracts
    errors: ErrorBook
    index: Index
    store: EvidenceBox
    tokens: TokenBook
    _head: tuple[float, ChainHead] | None = None
    _head_is_old: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _answers: Memory = field(default_factory=lambda: Memory(_ANSWER_SECONDS))

    def __post_init__(self) -> None:
        # Who waited for a block to be indexed must not be shown the chain as it was before it.
        event.listen(self.index.engine, "commit", lambda _connection: self._look_anew())

    @property
    def chain_id(self) -> int:
        """The chain that the market is deployed on."""
        return self.contracts.record.chain_id

    def token(self, address: str) -> Token:
        """Symbol and decimals of a token, the zero address being the chain's coin."""
        return self.tokens.token(address)

    def head(self) -> ChainHead:
        """The latest block, at most half a second old and no older than the index; the last indexed time
        if the chain is silent.
        """
        with self._lock:
            known = None if self._head_is_old else self._head
            if known is None or time.monotonic() - known[0] > _HEAD_SECONDS:
                self._head_is_old = False  # before it is read: a block may be indexed meanwhile
                self._head = known = time.monotonic(), self._read_head()
            return known[1]

    def now(self) -> int:
        """The chain's time in Unix seconds: what a call that is simulated now goes by."""
        return self.head().timestamp

    def at_head(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        """What the chain answers at its latest block, asked once for all sessions until there is another.

        question: tells this answer from others, all that `ask` goes by included.
        """
        return self._answers.recall(question, ask, self.head())

    def explain(self, error: ContractError, language: str, order_token: Token = NATIVE) -> str:
        """A contract's error as a sentence."""
        return explain(error, language, token_of=self.token, order_token=order_token)

    def _look_anew(self) -> None:
        self._head_is_old = True  # without the lock: who holds it may be waiting for a node

    def _read_head(self) -> ChainHead:
        try:
            block = self.web3.eth.get_block("latest")
            return ChainHead(int(block["number"]), int(block["timestamp"]))
        except (ChainError, Web3Exception, OSError):
            indexed = self.index.head()
            return ChainHead(None, indexed.timestamp if indexed else 0)


_opened: dict[Settings, Market] = {}
_opening = threading.Lock()


def market(settings: Settings | None = None) -> Market:
    """The market of the settings (of the environment unless given), opened once. Raises MarketUnavailable,
    SettingsError.
    """
    wanted = settings or load_settings()
    with _opening:
        if wanted not in _opened:
            _opened[wanted] = open_market(wanted)
        return _opened[wanted]


def close_market(settings: Settings) -> None:
    """Forget the market of the settings and close its database, if it was opened."""
    with _opening:
        opened = _opened.pop(settings, None)
    if opened is not None:
        opened.index.engine.dispose()


def open_market(
    settings: Settings, open_index: Callable[[str, DeploymentRecord], Index] = SharedIndex.open
) -> Market:
    """Handles on the market of the settings. Raises MarketUnavailable."""
    provider = FailOverProvider(settings.rpc_urls)
    web3 = Web3(provider)
    web3.middleware_onion.remove("validation")  # it asks for the chain's id before every call
    try:
        contracts = MarketContracts(web3, load_deployment(_chain_id(web3, settings), settings.deployments))
    except NotDeployed as error:
        raise MarketUnavailable(str(error)) from error
    settings.data.mkdir(parents=True, exist_ok=True)
    return Market(
        settings=settings,
        provider=provider,
        web3=web3,
        contracts=contracts,
        errors=ErrorBook.of(contracts.record),
        index=open_index(settings.database_url, contracts.record),
        store=EvidenceBox.of(settings),
        tokens=TokenBook(web3),
    )


def _chain_id(web3: Web3, settings: Settings) -> int:
    """The chain's id; while it is silent, that of the only deployment there is: pages stay up."""
    try:
        return web3.eth.chain_id
    except (ChainError, Web3Exception, OSError) as error:
        recorded = _recorded_chains(settings.deployments)
        if len(recorded) != 1:
            raise MarketUnavailable(str(error)) from error
        return recorded[0]


def _recorded_chains(folder: Path) -> list[int]:
    return [int(path.stem) for path in folder.glob("*.json") if path.stem.isdigit()]
