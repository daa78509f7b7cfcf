"""The running market as tests use it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web3 import Web3

from dapp.chain.contracts import MarketContracts
from dapp.chain.records import load_deployment
from dapp.settings import Settings, load_settings
from operations.actors import NAMES
from operations.local_chain import local_chain, request, url_of
from operations.processes import free_port
from operations.snapshot import ensure_snapshot


@dataclass(frozen=True)
class RunningMarket:
    """A filled market on a chain of its own. `actors`: addresses by role, all unlocked on the chain."""

    url: str
    settings: Settings
    environment: Mapping[str, str]
    web3: Web3
    contracts: MarketContracts
    actors: Mapping[str, str]

    def __getattr__(self, name: str) -> str:
        """`running_market.buyer` and so on."""
        try:
            return self.__dict__["actors"][name]
        except KeyError:
            raise AttributeError(name) from None

    @classmethod
    def open(cls, url: str, settings: Settings, environment: Mapping[str, str], names: tuple[str, ...]):
        web3 = Web3(Web3.HTTPProvider(url))
        contracts = MarketContracts(web3, load_deployment(web3.eth.chain_id, settings.deployments))
        actors = dict(zip(names, web3.eth.accounts, strict=True))
        return cls(url, settings, environment, web3, contracts, actors)

    def send(self, call: Any, sender: str, value: int = 0) -> Any:
        """Send a call from an unlocked account; its receipt, which must be a success."""
        hash_ = call.transact({"from": sender, "value": value})
        receipt = self.web3.eth.wait_for_transaction_receipt(hash_, poll_latency=0.01)
        assert receipt["status"] == 1
        return receipt

    def advance(self, seconds: int) -> None:
        """Mine a block that is this much later."""
        later = self.web3.eth.get_block("latest")["timestamp"] + seconds
        self.rpc("evm_setNextBlockTimestamp", hex(later))
        self.rpc("evm_mine")

    def rpc(self, method: str, *parameters: Any) -> Any:
        """A raw request."""
        return request(self.url, method, *parameters)


@contextmanager
def run_market(folder: Path) -> Iterator[RunningMarket]:
    """The filled market on a chain of its own, its deployment and evidence below `folder`."""
    port = free_port()
    environment = {
        "HANSE_RPC_URL": url_of(port),
        "HANSE_WS_URL": url_of(port).replace("http", "ws"),
        "HANSE_DEPLOYMENTS": str(folder / "deployments"),
        "HANSE_DATA": str(folder / "data"),
        "HANSE_CONFIRMATIONS": "12",
    }
    settings = load_settings(environment)
    snapshot = ensure_snapshot()
    snapshot.lay_out(settings.deployments, settings.data)
    with local_chain(port, folder / "anvil.log", snapshot.state):
        yield RunningMarket.open(url_of(port), settings, environment, NAMES)
