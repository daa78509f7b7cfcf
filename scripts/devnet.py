"""What `make run` runs: a local chain with the market on it and the dApp before it, which all end together.

Starts anvil (in memory, a block per transaction), deploys, verifies the deployment, fills the demo market and
opens the dApp; then it waits for Ctrl-C. A market that these scripts filled before is there in a second.
HANSE_PORT and HANSE_DAPP_PORT choose other ports. --once ends after the story; --fresh deploys and fills
anew.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from operations.errors import OperationsError
from operations.local_chain import CHAIN_ID, local_chain, url_of
from operations.processes import ROOT, is_free, process_group
from operations.snapshot import Snapshot, discard, ensure_snapshot, kept_snapshot

LOGS = ROOT / ".cache" / "devnet"
DEPLOYMENTS = ROOT / "deployments"
DEFAULT_PORT = 8545
START_TIMEOUT_SECONDS = 60
STEPS = {
    "deploy": "deploying the contracts",
    "verify": "verifying the deployment from the chain",
    "demo": "filling the market",
}


class DevnetError(Exception):
    """What went wrong and what to do about it, in one sentence."""


def read_port(name: str, default: int) -> int:
    """A port from the environment that nobody listens on."""
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise DevnetError(f"{name} is '{text}': set it to a number between 1 and 65535.")
    if not is_free(int(text)):
        raise DevnetError(
            f"Port {text} is taken: stop what runs there, or use `make run {name}={int(text) + 1}`."
        )
    return int(text)


class Progress:
    """Tells each step when it begins, and how long it took."""

    def __init__(self) -> None:
        self._started: float | None = None

    def begin(self, label: str) -> None:
        """The step before is done."""
        self.done()
        print(f"devnet: {label} ...", end="", flush=True)
        self._started = time.monotonic()

    def done(self) -> None:
        """No step is under way any more."""
        if self._started is not None:
            print(f" {time.monotonic() - self._started:.1f} s", flush=True)
            self._started = None


def filled_market(progress: Progress, fresh: bool) -> Snapshot:
    """The demo's market, made now unless this very one was made before."""
    known = kept_snapshot()
    if known and fresh:
        discard(known)
    snapshot = ensure_snapshot(lambda step: progress.begin(STEPS[step]))
    progress.done()
    return snapshot


def data_of(port: int) -> Path:
    """Index and evidence of the chain on a port, so that two markets can run at once."""
    return ROOT / ".cache" / ("data" if port == DEFAULT_PORT else f"data-{port}")


def lay_out(snapshot: Snapshot, data: Path) -> None:
    """Put the deployment and the evidence in their places; the index of an earlier chain goes."""
    for path in data.glob("index.sqlite*"):
        path.unlink()
    snapshot.lay_out(DEPLOYMENTS, data)


@contextmanager
def dapp(port: int, chain_port: int, progress: Progress) -> Iterator[subprocess.Popen[bytes]]:
    """The dApp's server, answering."""
    command = ["streamlit", "run", "dapp/app.py", "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
    environment = {
        "HANSE_RPC_URL": url_of(chain_port),
        "HANSE_WS_URL": url_of(chain_port).replace("http", "ws"),
        "HANSE_DEPLOYMENTS": str(DEPLOYMENTS),
        "HANSE_DATA": str(data_of(chain_port)),
    }
    progress.begin("opening the dApp")
    log = LOGS / "dapp.log"
    with log.open("wb") as output, process_group(command, output, environment) as server:
        await_market(server, f"http://127.0.0.1:{port}/api/v1/health", log)
        progress.done()
        yield server


def await_market(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait until the server answers and its index is at the chain's head."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2) as reply:
                if json.load(reply)["status"] == "ok":
                    return
        except (urllib.error.URLError, OSError):
            pass
        if server.poll() is not None or time.monotonic() > deadline:
            raise DevnetError(f"The dApp did not start: see {shown(log)}.")
        time.sleep(0.1)


def shown(path: Path) -> str:
    """A path as seen from the project's folder."""
    return str(path.relative_to(ROOT))


def run_market(port: int, dapp_port: int, *, once: bool, fresh: bool) -> None:
    """Everything, until one of the processes ends."""
    progress, url = Progress(), url_of(port)
    snapshot = filled_market(progress, fresh)
    progress.begin("starting the local chain")
    with local_chain(port, LOGS / "anvil.log", snapshot.state) as chain:
        lay_out(snapshot, data_of(port))
        progress.done()
        print(f"\n{snapshot.story.read_text()}", flush=True)
        if once:
            return
        with dapp(dapp_port, port, progress) as server:
            print(
                f"\nThe market is open at   http://localhost:{dapp_port}\n"
                f"Pick a development wallet there (buyer, seller, referrer, arbiter) and trade.\n\n"
                f"  chain        {url} (chain id {CHAIN_ID})\n"
                f"  deployment   deployments/{CHAIN_ID}.json\n"
                f"  bots         {bots(port)}\n"
                f"  logs         {shown(LOGS)}/\n"
                f"  console      make console{'' if port == DEFAULT_PORT else f' HANSE_PORT={port}'}\n\n"
                f"It runs until you press Ctrl-C.",
                flush=True,
            )
            await_end({"The local chain": chain, "The dApp": server})


def bots(port: int) -> str:
    """Where the bots are, in a line."""
    if os.environ.get("HANSE_BOTS") == "off":
        return "off, as HANSE_BOTS says"
    if os.environ.get("REDIS_URL"):
        return "not here: REDIS_URL is set, run `make bots`"
    return f"keeper, watch, credit and risk, beside the dApp; journals in {shown(data_of(port))}/bots/"


def await_end(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Wait for the first process to end, which none should."""
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                raise DevnetError(f"{name} ended by itself with status {process.poll()}: see {shown(LOGS)}/.")
        time.sleep(0.5)


def on_terminate(_number: int, _frame: FrameType | None) -> None:
    """Ctrl-C, or a request to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second Ctrl-C must not cut the cleaning up short
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    """Run it; 0 after Ctrl-C."""
    signal.signal(signal.SIGTERM, on_terminate)
    signal.signal(signal.SIGINT, on_terminate)  # a shell may have left it ignored
    try:
        if shutil.which("anvil") is None:
            raise DevnetError("anvil is missing: start this with `make run`, which installs it.")
        once = "--once" in sys.argv[1:]
        port = read_port("HANSE_PORT", DEFAULT_PORT)
        dapp_port = 0 if once else read_port("HANSE_DAPP_PORT", 8501)
        LOGS.mkdir(parents=True, exist_ok=True)
        run_market(port, dapp_port, once=once, fresh="--fresh" in sys.argv[1:])
    except (DevnetError, OperationsError) as error:
        print(f"\ndevnet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndevnet: stopped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
