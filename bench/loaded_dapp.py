"""A dApp under load: started on a filled market of its own, and what it uses of the machine."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operations.local_chain import local_chain, url_of
from operations.processes import free_port, process_group
from operations.snapshot import ensure_snapshot

START_SECONDS = 90


class LoadFailed(Exception):  # noqa: N818
    """What kept the load from being measured, in one sentence."""


@dataclass(frozen=True)
class Dapp:
    """A running dApp: `host` as browsers name it, `pid` of its process."""

    host: str
    pid: int

    def memory(self) -> float:
        """What its process has in memory now, in MiB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def processor(self) -> float:
        """Seconds on a processor until now."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Usage:
    """Processor time from now on: the dApp's, this process's, and what anybody used of the machine."""

    def __init__(self, dapp: Dapp) -> None:
        self._dapp = dapp
        self._start = self._read()

    def _read(self) -> tuple[float, float, float, float]:
        fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        busy = (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")  # without idle and waiting
        return time.monotonic(), self._dapp.processor(), time.process_time(), busy

    def lines(self, runs: int) -> str:
        """What was used until now, with `runs` runs, in two lines."""
        seconds, server, client, all_ = (
            now - then for now, then in zip(self._read(), self._start, strict=True)
        )
        others = max(0.0, all_ - server - client)
        return (
            f"server: {server / seconds:.0%} of a core, {1000 * server / runs:.1f} ms of it a run\n"
            f"beside it: client {client / seconds:.0%} of a core, others {others / seconds:.0%} "
            f"of the machine's {os.cpu_count()} cores"
        )


@contextmanager
def running_dapp(folder: Path, answers: Callable[[str], bool]) -> Iterator[Dapp]:
    """The dApp on a filled market of its own, its index at the head. Raises LoadFailed.

    answers: whether a visitor of this host sees a screen.
    """
    snapshot, chain_port, port = ensure_snapshot(), free_port(), free_port()
    environment = {
        "HANSE_RPC_URL": url_of(chain_port),
        "HANSE_DEPLOYMENTS": str(folder / "deployments"),
        "HANSE_DATA": str(folder / "data"),
        "DATABASE_URL": f"sqlite:///{folder}/index.sqlite",
    }
    snapshot.lay_out(folder / "deployments", folder / "data")
    command = ["python", "-m", "streamlit", "run", "dapp/app.py", "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    log = folder / "dapp.log"
    with (
        local_chain(chain_port, folder / "anvil.log", snapshot.state),
        log.open("wb") as output,
        process_group(command, output, environment) as process,
    ):
        host, deadline = f"127.0.0.1:{port}", time.monotonic() + START_SECONDS
        while not answers(host):
            if process.poll() is not None or time.monotonic() > deadline:
                raise LoadFailed(f"The dApp did not start: {log.read_text(errors='replace')[-1500:]}")
            time.sleep(0.2)
        yield Dapp(host, process.pid)
