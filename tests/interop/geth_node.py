"""A real `geth --dev`: a second client beside anvil, with blocks made by transactions and today's rules.

Its genesis is geth's own for development, under the chain id of the project's development network and with
money for the named actors.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3

from dapp.chain.actors import MNEMONIC
from operations.actors import NAMES
from operations.processes import free_port

CHAIN_ID = 31337
START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 20
FUNDS, GAS_LIMIT, BASE_FEE = 10**21, 30_000_000, 7


@dataclass(frozen=True)
class GethNode:
    """`actors`: the named accounts, which sign here, as geth knows none of them."""

    url: str
    websocket_url: str
    web3: Web3
    actors: dict[str, LocalAccount]

    def send(self, call: Any, sender: LocalAccount, value: int = 0) -> Any:
        """Sign and send a contract's call; its receipt, which must be a success."""
        eth = self.web3.eth
        fields = {"from": sender.address, "value": value, "nonce": eth.get_transaction_count(sender.address)}
        signed = sender.sign_transaction(call.build_transaction(fields))
        receipt = eth.wait_for_transaction_receipt(eth.send_raw_transaction(signed.raw_transaction), 30, 0.01)
        assert receipt["status"] == 1
        return receipt


@contextmanager
def running_geth(program: Path, folder: Path) -> Iterator[GethNode]:
    """geth until the end of the block, with money for every actor."""
    port, websocket_port, engine_port = free_port(), free_port(), free_port()
    actors = _actors()
    _write_genesis(program, folder, actors)
    command = [str(program), "--dev", "--datadir", str(folder / "data"), "--verbosity", "2"]
    command += ["--http", "--http.port", str(port), "--http.api", "eth,net,web3,debug"]
    command += ["--ws", "--ws.port", str(websocket_port), "--ws.api", "eth,net,web3"]
    command += ["--authrpc.port", str(engine_port), "--port", "0", "--nodiscover", "--ipcdisable"]
    with (folder / "geth.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        web3 = Web3(Web3.HTTPProvider(url))
        _await(process, web3, folder / "geth.log")
        yield GethNode(url, f"ws://127.0.0.1:{websocket_port}", web3, actors)
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], web3: Web3, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while not web3.is_connected():
        waiting = process.poll() is None and time.monotonic() < deadline
        assert waiting, log.read_text()
        time.sleep(0.05)
    assert web3.eth.chain_id == CHAIN_ID
    assert json.dumps(web3.client_version).startswith('"Geth/')


def _actors() -> dict[str, LocalAccount]:
    Account.enable_unaudited_hdwallet_features()
    paths = (f"m/44'/60'/0'/0/{number}" for number in range(len(NAMES)))
    return {
        name: Account.from_mnemonic(MNEMONIC, account_path=path)
        for name, path in zip(NAMES, paths, strict=True)
    }


def _write_genesis(program: Path, folder: Path, actors: dict[str, LocalAccount]) -> None:
    """Geth's own genesis of development chains, with our chain id and funds, as block 0."""
    dumped = subprocess.run([str(program), "--dev", "dumpgenesis"], capture_output=True, check=True)
    genesis = json.loads(dumped.stdout)
    genesis["config"]["chainId"], genesis["gasLimit"] = CHAIN_ID, hex(GAS_LIMIT)
    # Too small to fall: Ape offers the next block's fee, and geth estimates in the latest one.
    genesis["baseFeePerGas"] = hex(BASE_FEE)
    # Gas is estimated at block 0 first, where a time of 0 makes storing it cheaper than it is in block 1.
    genesis["timestamp"] = hex(int(time.time()) - 60)
    genesis["alloc"] |= {actor.address[2:]: {"balance": hex(FUNDS)} for actor in actors.values()}
    path = folder / "genesis.json"
    path.write_text(json.dumps(genesis))
    command = [str(program), "init", "--datadir", str(folder / "data"), str(path)]
    subprocess.run(command, capture_output=True, check=True)
