"""A development chain with one token and no market, for what needs a chain and little else.

Ape doesn't know this chain: its snapshots leave these fixtures alone.
"""

import shutil
from collections.abc import Iterator
from typing import Any

import ape
import pytest
from web3 import HTTPProvider, Web3

from tests.e2e.artefacts import MANIFEST, contract_type
from tests.e2e.servers import Server, anvil_command, free_port


@ape.fixture(chain_isolation=False, scope="session", name="bare_chain")
def start_bare_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web3]:
    """A development chain of its own with nothing on it."""
    if shutil.which("anvil") is None:
        pytest.skip("anvil is not on the PATH: run `make setup` and `. scripts/env.sh`.")
    port = free_port()
    log = tmp_path_factory.mktemp("anvil") / "anvil.log"
    with Server(anvil_command(port), f"http://127.0.0.1:{port}", log, probe=_is_chain):
        yield Web3(HTTPProvider(f"http://127.0.0.1:{port}"))


@ape.fixture(chain_isolation=False, scope="session", name="bare_token")
def deploy_token(bare_chain: Web3) -> Any:
    """A token on the bare chain, of which every unlocked account has a thousand."""
    if not MANIFEST.exists():
        pytest.skip("The contracts are not compiled: run `make compile`.")
    compiled = contract_type("TokenMock")
    factory = bare_chain.eth.contract(
        abi=compiled["abi"], bytecode=compiled["deploymentBytecode"]["bytecode"]
    )
    accounts = bare_chain.eth.accounts
    deployed = factory.constructor("Token", "TKN", 18).transact({"from": accounts[0]})
    address = bare_chain.eth.wait_for_transaction_receipt(deployed)["contractAddress"]
    contract = bare_chain.eth.contract(address, abi=compiled["abi"])
    for account in accounts:
        minted = contract.functions.mint(account, 1000 * 10**18).transact({"from": accounts[0]})
        bare_chain.eth.wait_for_transaction_receipt(minted)
    return contract


def _is_chain(url: str) -> bool:
    return Web3(HTTPProvider(url)).is_connected()
