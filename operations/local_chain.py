"""anvil: a chain in memory, a block per transaction, from its beginning or from a kept state."""

import gzip
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from operations.actors import NAMES
from operations.errors import OperationsError
from operations.processes import process_group

CHAIN_ID = 31337
START_TIMEOUT_SECONDS = 20


@contextmanager
def local_chain(port: int, log: Path, state: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """anvil on a port of the loopback address, answering; ended on leaving.

    state: a file that `save_state` wrote; the chain goes on from there, a second after its latest block.
    Raises OperationsError.
    """
    command = ["anvil", "--port", str(port), "--chain-id", str(CHAIN_ID), "--hardfork", "cancun"]
    command += ["--accounts", str(len(NAMES)), "--quiet", *(["--load-state", str(state)] if state else [])]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output, process_group(command, output) as anvil:
        url = url_of(port)
        _await_chain(anvil, url, log)
        if state:  # a loaded chain's clock would fall back to this machine's
            latest = int(request(url, "eth_getBlockByNumber", "latest", False)["timestamp"], 16)
            request(url, "evm_setNextBlockTimestamp", hex(latest + 1))
            request(url, "evm_mine")
        yield anvil


def url_of(port: int) -> str:
    """Where a local chain answers."""
    return f"http://127.0.0.1:{port}"


def save_state(url: str, path: Path) -> None:
    """Write a chain's state with its blocks, transactions and logs, for `local_chain`."""
    packed = bytes.fromhex(str(request(url, "anvil_dumpState")).removeprefix("0x"))
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(gzip.decompress(packed))
    temporary.replace(path)


def request(url: str, method: str, *parameters: Any) -> Any:
    """The result of a JSON-RPC request. Raises OperationsError if the chain doesn't give one."""
    question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
    body = urllib.request.Request(url, json.dumps(question).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(body, timeout=30) as reply:
            answer = json.load(reply)
    except (urllib.error.URLError, OSError) as error:
        raise OperationsError(f"The chain at {url} doesn't answer: {error}.") from error
    if "error" in answer:
        raise OperationsError(f"The chain at {url} refused {method}: {answer['error'].get('message')}.")
    return answer["result"]


def _await_chain(anvil: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        try:
            if int(request(url, "eth_chainId"), 16) == CHAIN_ID:
                return
        except OperationsError:
            pass
        if anvil.poll() is not None or time.monotonic() > deadline:
            raise OperationsError(f"The local chain did not start: see {log}.")
        time.sleep(0.02)
