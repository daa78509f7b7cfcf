"""Servers as processes of their own, on free ports of the loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from dapp.chain.actors import ACTORS

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def anvil_command(port: int) -> list[str]:
    accounts = str(len(ACTORS))
    return [
        "anvil",
        "--port",
        str(port),
        "--chain-id",
        "31337",
        "--hardfork",
        "cancun",
        "--accounts",
        accounts,
    ]


def streamlit_command(app: Path, port: int) -> list[str]:
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "runner.magicEnabled": "false",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return [sys.executable, "-m", "streamlit", "run", str(app), *flags]


class Server:
    """One process that answers under `url`; a context manager. `stop` and `start` restart it on its port."""

    def __init__(
        self,
        command: Sequence[str],
        url: str,
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        probe: Callable[[str], bool] | None = None,
    ) -> None:
        self.command, self.url, self.log = list(command), url, log
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
        self._probe = probe or _answers
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._probe(self.url):
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])
                self.stop()
                raise RuntimeError(f"{self.command[0]} did not start under {self.url}:\n{said}")
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it, and what it started."""
        if self._process is None:
            return
        for step in (number, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, step)
                self._process.wait(STOP_SECONDS)
                break
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()
        self._process = None


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False
