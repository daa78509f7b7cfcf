"""A market that the project's own scripts deployed and filled, kept: next time it is there in a second.

A snapshot is a folder `.cache/market/<fingerprint>`: the chain's state, its deployment file, the evidence and
the demo's story. The fingerprint covers everything that a filled market depends on.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO

from operations.errors import OperationsError
from operations.local_chain import CHAIN_ID, local_chain, save_state, url_of
from operations.processes import ROOT, free_port, process_group

FOLDER = ROOT / ".cache" / "market"
STEPS = ("deploy", "verify", "demo")
_SOURCES = (
    "contracts",
    "operations",
    "dapp/domain",
    "dapp/chain/contracts.py",
    "dapp/evidence/document.py",
    "dapp/evidence/store.py",
    "dapp/evidence/unixfs.py",
    "dapp/risk/document.py",
    "dapp/risk/engine.py",
    "dapp/risk/rules.yaml",
    "scripts/chains.yaml",
    "scripts/demo.py",
    "scripts/deploy.py",
    "ape-config.yaml",
)
_NO_SOURCES = ("operations/snapshot.py", "operations/processes.py", "operations/local_chain.py")
_SUFFIXES = (".py", ".sol", ".yaml")
_KEPT = 3  # snapshots of other branches
Step = Callable[[str], None]


@dataclass(frozen=True)
class Snapshot:
    """Where a kept market lies."""

    folder: Path

    @property
    def state(self) -> Path:
        """anvil's state."""
        return self.folder / "state.json"

    @property
    def story(self) -> Path:
        """What the demo told."""
        return self.folder / "demo.log"

    def lay_out(self, deployments: Path, data: Path) -> None:
        """Copy the deployment file and the evidence to where a dApp looks for them."""
        deployments.mkdir(parents=True, exist_ok=True)
        name = f"{CHAIN_ID}.json"
        shutil.copy2(self.folder / "deployments" / name, deployments / name)
        shutil.copytree(self.folder / "data", data, dirs_exist_ok=True)


def fingerprint() -> str:
    """Of the sources and tools that a filled market depends on."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        path = ROOT / source
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in files:
            name = str(file.relative_to(ROOT))
            if file.suffix in _SUFFIXES and ".cache" not in file.parts and name not in _NO_SOURCES:
                digest.update(f"{name}\0".encode() + file.read_bytes() + b"\0")
    digest.update(json.dumps([version(name) for name in ("eth-ape", "web3", "ape-solidity")]).encode())
    digest.update((ROOT / "package-lock.json").read_bytes())
    return digest.hexdigest()[:16]


def kept_snapshot() -> Snapshot | None:
    """The snapshot of this checkout, if there is one."""
    snapshot = Snapshot(FOLDER / fingerprint())
    return snapshot if snapshot.folder.is_dir() else None


def discard(snapshot: Snapshot) -> None:
    """Forget a snapshot, so that the next one is made anew."""
    with _locked():
        shutil.rmtree(snapshot.folder, ignore_errors=True)


def ensure_snapshot(on_step: Step = lambda _step: None) -> Snapshot:
    """The snapshot of this checkout, made now if there is none; two processes make it only once.

    Raises OperationsError.
    """
    with _locked():
        return kept_snapshot() or _make(on_step)


def run_script(
    name: str, url: str, log: Path, environment: dict[str, str] | None = None, *, show: bool = False
) -> None:
    """Run one of the project's Ape scripts on a local chain; its output goes to a log unless shown.

    Raises OperationsError.
    """
    command = ["ape", "run", name, "--network", f"ethereum:devnet:{url}"]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output, process_group(command, None if show else output, environment) as process:
        status = process.wait()
    if status != 0:
        last = "" if show else "\n".join(log.read_text(errors="replace").splitlines()[-30:]) + "\n"
        where = "above" if show else f"above and in {log}"
        raise OperationsError(f"{last}`ape run {name}` failed: its output is {where}.")


def _make(on_step: Step) -> Snapshot:
    FOLDER.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="making-", dir=FOLDER))
    try:
        port = free_port()
        places = {"HANSE_DEPLOYMENTS": str(work / "deployments"), "HANSE_DATA": str(work / "data")}
        (work / "deployments").mkdir()
        (work / "data").mkdir()
        with local_chain(port, work / "anvil.log"):
            for step in STEPS:
                on_step(step)
                run_script(step, url_of(port), work / f"{step}.log", places)
            save_state(url_of(port), work / "state.json")
        snapshot = Snapshot(FOLDER / fingerprint())
        work.rename(snapshot.folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    _forget_old(snapshot)
    return snapshot


def _forget_old(newest: Snapshot) -> None:
    others = [path for path in FOLDER.iterdir() if path.is_dir() and path != newest.folder]
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _locked() -> Iterator[IO[bytes]]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Path(os.fspath(FOLDER / "lock")).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
