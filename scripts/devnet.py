"""What `make run` runs: a local chain with the market on it, which ends with everything it started.

Starts anvil (in memory, a block per transaction), deploys, verifies the deployment, fills the demo market and
waits for Ctrl-C. HANSE_PORT chooses another port. With --once it ends after the story.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / ".cache" / "devnet"
CHAIN_ID = 31337
START_TIMEOUT_SECONDS = 20
STOP_TIMEOUT_SECONDS = 5


class DevnetError(Exception):
    """What went wrong and what to do about it, in one sentence."""


def read_port() -> int:
    text = os.environ.get("HANSE_PORT", "8545")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise DevnetError(f"HANSE_PORT is '{text}': set it to a number between 1 and 65535.")
    return int(text)


def require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DevnetError(
                f"Port {port} is taken: stop what runs there, or use `make run HANSE_PORT={port + 1}`."
            ) from error


@contextmanager
def process_group(command: list[str], output: IO[bytes] | None) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own; on leaving, the whole group is ended, its grandchildren included."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        stop_group(process)


def stop_group(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(STOP_TIMEOUT_SECONDS)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def chain_id_at(url: str) -> int | None:
    request = urllib.request.Request(
        url,
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=1) as reply:
            return int(json.load(reply)["result"], 16)
    except (urllib.error.URLError, OSError):
        return None


def wait_for_chain(anvil: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while chain_id_at(url) != CHAIN_ID:
        if anvil.poll() is not None or time.monotonic() > deadline:
            raise DevnetError(f"The local chain did not start: see {shown(LOGS / 'anvil.log')}.")
        time.sleep(0.05)


def run_script(name: str, url: str, show: bool) -> None:
    """Run one of the project's Ape scripts on the local chain; its output goes to a log unless shown."""
    log_path = LOGS / f"{name}.log"
    command = ["ape", "run", name, "--network", f"ethereum:devnet:{url}"]
    with log_path.open("wb") as log, process_group(command, None if show else log) as process:
        status = process.wait()
    if status != 0:
        if not show:
            print("", *log_path.read_text(errors="replace").splitlines()[-30:], sep="\n", file=sys.stderr)
        where = "above" if show else f"above and in {shown(log_path)}"
        raise DevnetError(f"`ape run {name}` failed: its output is {where}.")


@contextmanager
def timed(label: str) -> Iterator[None]:
    print(f"devnet: {label} ...", end="", flush=True)
    started = time.monotonic()
    yield
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def run_market(port: int, once: bool) -> None:
    url = f"http://127.0.0.1:{port}"
    anvil_command = ["anvil", "--port", str(port), "--chain-id", str(CHAIN_ID), "--hardfork", "cancun"]
    anvil_command += ["--accounts", "20", "--quiet"]
    with (LOGS / "anvil.log").open("wb") as log, process_group(anvil_command, log) as anvil:
        with timed("starting the local chain"):
            wait_for_chain(anvil, url)
        with timed("deploying the contracts"):
            run_script("deploy", url, show=False)
        with timed("verifying the deployment from the chain"):
            run_script("verify", url, show=False)
        print("devnet: filling the market\n", flush=True)
        run_script("demo", url, show=True)
        if once:
            return
        print(
            f"\nThe market runs until you press Ctrl-C.\n"
            f"  chain        {url} (chain id {CHAIN_ID})\n"
            f"  deployment   deployments/{CHAIN_ID}.json\n"
            f"  logs         {shown(LOGS)}/\n"
            f"  console      make console{'' if port == 8545 else f' HANSE_PORT={port}'}",
            flush=True,
        )
        raise DevnetError(f"The local chain ended by itself with status {anvil.wait()}: see {shown(LOGS)}/.")


def on_terminate(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second Ctrl-C must not cut the cleaning up short
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, on_terminate)
    signal.signal(signal.SIGINT, on_terminate)  # a shell may have left it ignored
    try:
        if shutil.which("anvil") is None:
            raise DevnetError("anvil is missing: start this with `make run`, which installs it.")
        port = read_port()
        require_free(port)
        LOGS.mkdir(parents=True, exist_ok=True)
        run_market(port, once="--once" in sys.argv[1:])
    except DevnetError as error:
        print(f"\ndevnet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndevnet: stopped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
