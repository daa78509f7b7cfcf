"""The index and its peers as processes: how each is installed, made ready and started."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.chain import BenchChain
from bench.node import CHAIN_ID, Node, free_port
from bench.postgres import Server
from bench.sinks import OURS, PEERS, Sink

ROOT = Path(__file__).resolve().parent.parent
PEER_FOLDER = ROOT / "bench" / "peers"
STOP_TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Follower:
    """One contestant. `ready`: commands before the clock runs; `environment` is added to this process's."""

    name: str
    sink: Sink
    command: list[str]
    folder: Path
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: tuple[tuple[str, ...], ...] = ()

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """The process, in a group of its own, ended with the block."""
        environment = {**os.environ, **self.environment}
        with self.log.open("ab") as log:
            for command in self.ready:
                subprocess.run(command, cwd=self.folder, env=environment, stdout=log, stderr=log, check=True)
            process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:
                yield process
            finally:
                _stop(process)


def ours_on_sqlite(chain: BenchChain, node: Node, folder: Path, *, live: bool = False) -> Follower:
    """Our index into a new SQLite file; `live`: it stays at the head."""
    database = folder / "index.sqlite"
    for file in folder.glob("index.sqlite*"):
        file.unlink()
    return _ours(chain, node, folder, f"sqlite:///{database}", Sink(database, OURS), "SQLite", live)


def ours_on_postgres(
    chain: BenchChain, node: Node, folder: Path, server: Server, *, live: bool = False
) -> Follower:
    """Our index into a new PostgreSQL database."""
    server.create("ours")
    sink = Sink(server.url("ours"), OURS)
    return _ours(chain, node, folder, server.url("ours"), sink, "PostgreSQL", live)


def _ours(
    chain: BenchChain, node: Node, folder: Path, database: str, sink: Sink, kind: str, live: bool
) -> Follower:
    environment = {
        "HANSE_RPC_URL": node.url,
        "HANSE_WS_URL": node.url.replace("http://", "ws://"),
        "HANSE_DEPLOYMENTS": str(chain.deployments),
        "HANSE_DATA": str(folder),
        "DATABASE_URL": database,
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bench" / "pycache"),
    }
    command = [sys.executable, "-m", "dapp.index", *([] if live else ["--until-head"])]
    once = ((sys.executable, "-m", "dapp.index", "--help"),)  # lets Python keep what it compiles
    return Follower(f"this index → {kind}", sink, command, ROOT, folder / "ours.log", environment, once)


def subsquid(chain: BenchChain, node: Node, folder: Path, server: Server) -> Follower:
    """Subsquid's evm-processor."""
    server.create("subsquid")
    address = server.url("subsquid")
    environment = {**_range(chain, node), "DB_URL": address}
    return Follower(
        "Subsquid evm-processor → PostgreSQL",
        Sink(address, PEERS),
        ["node", "lib/main.js"],
        PEER_FOLDER / "subsquid",
        folder / "subsquid.log",
        environment,
    )


def ponder(chain: BenchChain, node: Node, folder: Path, server: Server) -> Follower:
    """Ponder, which serves an API as well, on a port that nobody asks."""
    server.create("ponder")
    address = server.url("ponder")
    environment = {**_range(chain, node), "DATABASE_URL": address, "PONDER_TELEMETRY_DISABLED": "true"}
    options = [
        "--schema",
        "public",
        "--log-format",
        "json",
        "--log-level",
        "warn",
        "--port",
        str(free_port()),
    ]
    return Follower(
        "Ponder → PostgreSQL",
        Sink(address, PEERS),
        ["node", "node_modules/ponder/dist/esm/bin/ponder.js", "start", *options],
        PEER_FOLDER / "ponder",
        folder / "ponder.log",
        environment,
    )


def install_peers() -> str | None:
    """Install both peers from their lock files, if they aren't; else a sentence about what is missing."""
    if shutil.which("npm") is None:
        return "Node's npm is missing: the peers can't be installed, so there is no ratio."
    for name in ("subsquid", "ponder"):
        folder = PEER_FOLDER / name
        lock, stamp = folder / "package-lock.json", folder / "node_modules" / ".hanse-lock"
        if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
            continue
        print(f"bench: installing {name} ...", flush=True)
        done = subprocess.run(["npm", "ci", "--silent"], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            return f"npm could not install {name}: {done.stderr.strip()[-300:]}"
        stamp.write_bytes(lock.read_bytes())
    return None


def versions() -> dict[str, str]:
    """The peers' versions, from what is installed."""
    packages = {
        "Subsquid evm-processor": "subsquid/node_modules/@subsquid/evm-processor",
        "Ponder": "ponder/node_modules/ponder",
    }
    return {
        name: json.loads((PEER_FOLDER / path / "package.json").read_text())["version"]
        for name, path in packages.items()
    }


def _range(chain: BenchChain, node: Node) -> dict[str, str]:
    return {
        "RPC_URL": node.url,
        "DEPLOYMENT": str(chain.deployments / f"{CHAIN_ID}.json"),
        "FROM": "1",
        "TO": str(chain.head),
    }


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (15, 9):
        try:
            os.killpg(process.pid, number)
            process.wait(STOP_TIMEOUT_SECONDS)
            return
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()
