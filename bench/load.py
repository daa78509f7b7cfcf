"""`make load`: many people on the dApp at once, on loopback, and how long a rerun takes them.

One process with a websocket a session, speaking Streamlit's protocol in its own protobufs: each opens a
screen and asks for a rerun every few seconds, as a browser does after a click. A rerun's time is from the
request sent until the server says that the script finished, every message of it received and parsed. Client
and server share this machine's cores.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dapp.widgets.links import FIRST
from operations.local_chain import local_chain, url_of
from operations.processes import free_port, process_group
from operations.snapshot import ensure_snapshot

# Half the visitors look for services; the others are spread over what one sees without a wallet.
SCREENS = ("market", "service", "market", "explorer", "market", "credit", "market", "service")
LISTINGS, SELLER = 8, "0x90F79bf6EB2c4f870365E785982E1f101E93b906"
QUERIES = {"service": "listing={}", "credit": f"merchant={SELLER}"}
MAX_MESSAGE = 64 << 20
START_SECONDS, FIRST_RUN_SECONDS, RERUN_SECONDS = 90, 120, 60


class LoadFailed(Exception):  # noqa: N818
    """What kept the load from being measured, in one sentence."""


@dataclass
class Session:
    """One visitor: the screen, and how long each rerun took, in seconds."""

    number: int
    seconds: list[float] = field(default_factory=list)
    failures: int = 0
    size: int = 0
    page: str = ""

    @property
    def screen(self) -> str:
        """The page's address path."""
        return SCREENS[self.number % len(SCREENS)]

    def request(self, host: str) -> bytes:
        """What the browser sends for a rerun."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = QUERIES.get(self.screen, "").format(self.number % LISTINGS + 1)
        if self.page:
            state.page_script_hash = self.page
        else:
            state.page_name = "" if self.screen == FIRST else self.screen
        state.context_info.timezone, state.context_info.locale = "UTC", "en-GB"
        state.context_info.url = f"http://{host}/{self.screen}"
        return bytes(message.SerializeToString())

    async def visit(self, host: str, start: float, every: float, until: float) -> None:
        """Connect at a time of one's own, then rerun at a steady pace until `until` (loop times)."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, start - loop.time()))
        address = f"ws://{host}/_stcore/stream"
        async with websockets.connect(
            address,
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=MAX_MESSAGE,
            compression=None,
        ) as socket:
            async with asyncio.timeout(FIRST_RUN_SECONDS):
                await self._run(socket, host)
            due = start + every
            while due < until:
                await asyncio.sleep(max(0.0, due - loop.time()))
                asked = time.perf_counter()
                async with asyncio.timeout(RERUN_SECONDS):
                    await self._run(socket, host)
                self.seconds.append(time.perf_counter() - asked)
                due += every

    async def _run(self, socket: websockets.ClientConnection, host: str) -> None:
        await socket.send(self.request(host))
        self.size = 0
        while True:
            data = await socket.recv(decode=False)
            self.size += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.page = message.navigation.page_script_hash
            if kind == "page_not_found" or (
                kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception"
            ):
                self.failures += 1
            if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return


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


@contextmanager
def running_dapp(folder: Path) -> Iterator[Dapp]:
    """The dApp on a filled market of its own, its index at the head. Raises LoadFailed."""
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
        while not asyncio.run(_answers(host)):
            if process.poll() is not None or time.monotonic() > deadline:
                raise LoadFailed(f"The dApp did not start: {log.read_text(errors='replace')[-1500:]}")
            time.sleep(0.2)
        yield Dapp(host, process.pid)


async def _answers(host: str) -> bool:
    """Whether a first visitor sees a screen."""
    with contextlib.suppress(OSError, TimeoutError, websockets.WebSocketException):
        now = asyncio.get_running_loop().time()
        await Session(0).visit(host, now, 1.0, now)
        return True
    return False


async def visit_all(host: str, count: int, every: float, rounds: int) -> list[Session]:
    """All sessions at once: they come in over one period and then each keeps its own pace."""
    sessions, chance = [Session(number) for number in range(count)], random.Random(1)
    now = asyncio.get_running_loop().time()
    opening = max(every, count * 0.1)
    starts = [now + opening * (number + chance.random()) / count for number in range(count)]
    until = now + opening + every * (rounds + 0.5)
    visits = [
        session.visit(host, start, every, until) for session, start in zip(sessions, starts, strict=True)
    ]
    await asyncio.gather(*visits)
    return sessions


def report(sessions: list[Session], every: float, opening: float) -> float:
    """Print the figures by screen and over all; gives the p95 in milliseconds. Raises LoadFailed."""
    skipped = int(opening / every)  # reruns while others still came in
    for screen in sorted(set(SCREENS)):
        own = [session for session in sessions if session.screen == screen]
        times = sorted(1000 * second for session in own for second in session.seconds[skipped:])
        size = statistics.median(session.size for session in own) / 1024
        half, most = _at(times, 0.5), _at(times, 0.95)
        print(f"  {screen:<9} p50 {half:>6.0f} ms   p95 {most:>6.0f} ms {size:>6.0f} KiB a rerun")
    if failed := sum(session.failures for session in sessions):
        raise LoadFailed(f"{failed} reruns showed an exception or no page.")
    times = sorted(1000 * second for session in sessions for second in session.seconds[skipped:])
    print(f"reruns: {len(times):,}   p50: {_at(times, 0.5):.0f} ms")
    return _at(times, 0.95)


def _at(times: list[float], share: float) -> float:
    if not times:
        raise LoadFailed("No rerun was measured: give it more rounds.")
    return times[min(len(times) - 1, int(len(times) * share))]


def main() -> int:
    parser = argparse.ArgumentParser(description="Load the dApp with many sessions and time their reruns.")
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument(
        "--every", type=float, default=5.0, help="seconds from one rerun of a session to its next"
    )
    parser.add_argument("--rounds", type=int, default=6, help="reruns of each session that count")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started ends too
    with tempfile.TemporaryDirectory(prefix="hanse-load-") as folder:
        try:
            with running_dapp(Path(folder)) as dapp:
                before, used, started = dapp.memory(), dapp.processor(), time.monotonic()
                print(
                    f"load: {arguments.sessions} sessions, each a rerun every {arguments.every:g} s ...",
                    flush=True,
                )
                sessions = asyncio.run(
                    visit_all(dapp.host, arguments.sessions, arguments.every, arguments.rounds)
                )
                used, seconds = dapp.processor() - used, time.monotonic() - started
                after = dapp.memory()
            slowest = report(sessions, arguments.every, max(arguments.every, arguments.sessions * 0.1))
        except (LoadFailed, OSError, TimeoutError, websockets.WebSocketException) as error:
            print(f"load: {error or type(error).__name__}", file=sys.stderr)
            return 1
    runs = sum(len(session.seconds) + 1 for session in sessions)
    print(f"memory: {after:,.0f} MiB with them, {before:,.0f} MiB before")
    print(f"server: {100 * used / seconds:.0f} % of a core, {1000 * used / runs:.1f} ms of it a run")
    print(f"p95: {slowest:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
