"""`make load`: many people on the dApp at once, on loopback, and how long a rerun takes them.

One process with a websocket a session, speaking Streamlit's protocol in its own protobufs: each opens a
screen and asks for a rerun every few seconds, as a browser does after a click. A rerun's time is from the
request sent until the server says that the script finished, every message of it received and parsed. Client
and server share this machine's cores.
"""

import argparse
import asyncio
import contextlib
import random
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.loaded_dapp import LoadFailed, Usage, running_dapp
from dapp.widgets.links import FIRST

# Half the visitors look for services; the others are spread over what one sees without a wallet.
SCREENS = ("market", "service", "market", "explorer", "market", "credit", "market", "service")
LISTINGS, SELLER = 8, "0x90F79bf6EB2c4f870365E785982E1f101E93b906"
QUERIES = {"service": "listing={}", "credit": f"merchant={SELLER}"}
MAX_MESSAGE = 64 << 20
OPENING_SECONDS = 0.1
"""From one session's coming to the next one's."""
FIRST_RUN_SECONDS, RERUN_SECONDS = 120, 60


@dataclass
class Session:
    """One visitor: the screen, and how long each rerun that counts took, in seconds."""

    number: int
    seconds: list[float] = field(default_factory=list)
    runs: int = 0
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

    async def visit(
        self, host: str, start: float, every: float = 1.0, counting: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        """Connect at a time of one's own, then rerun at a steady pace until `counting` ends (loop times)."""
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
            due, (first, last) = start + every, counting
            while due < last:
                await asyncio.sleep(max(0.0, due - loop.time()))
                asked = time.perf_counter()
                async with asyncio.timeout(RERUN_SECONDS):
                    await self._run(socket, host)
                if due >= first:
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
                self.runs += 1
                return


def answers(host: str) -> bool:
    """Whether a first visitor sees a screen."""
    with contextlib.suppress(OSError, TimeoutError, websockets.WebSocketException):
        asyncio.run(Session(0).visit(host, 0.0))
        return True
    return False


async def visit_all(host: str, count: int, every: float, rounds: int) -> list[Session]:
    """All sessions at once: they come in over a time, then so many reruns of each count, at its own pace."""
    sessions, chance = [Session(number) for number in range(count)], random.Random(1)
    now = asyncio.get_running_loop().time()
    opening = max(every, count * OPENING_SECONDS)
    starts = [now + opening * (number + chance.random()) / count for number in range(count)]
    counting = now + opening + every, now + opening + every * (rounds + 1)
    visits = [
        session.visit(host, start, every, counting) for session, start in zip(sessions, starts, strict=True)
    ]
    await asyncio.gather(*visits)
    return sessions


def report(sessions: list[Session]) -> float:
    """Print the figures by screen and over all; gives the p95 in milliseconds. Raises LoadFailed."""
    for screen in sorted(set(SCREENS)):
        own = [session for session in sessions if session.screen == screen]
        times = sorted(1000 * second for session in own for second in session.seconds)
        size = statistics.median(session.size for session in own) / 1024
        half, most = _at(times, 0.5), _at(times, 0.95)
        print(f"  {screen:<9} p50 {half:>6.0f} ms   p95 {most:>6.0f} ms {size:>6.0f} KiB a rerun")
    if failed := sum(session.failures for session in sessions):
        raise LoadFailed(f"{failed} reruns showed an exception or no page.")
    times = sorted(1000 * second for session in sessions for second in session.seconds)
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
            with running_dapp(Path(folder), answers) as dapp:
                before, usage = dapp.memory(), Usage(dapp)
                print(
                    f"load: {arguments.sessions} sessions, each a rerun every {arguments.every:g} s ...",
                    flush=True,
                )
                sessions = asyncio.run(
                    visit_all(dapp.host, arguments.sessions, arguments.every, arguments.rounds)
                )
                after, used = dapp.memory(), usage.lines(sum(session.runs for session in sessions))
            slowest = report(sessions)
        except (LoadFailed, OSError, TimeoutError, websockets.WebSocketException) as error:
            print(f"load: {error or type(error).__name__}", file=sys.stderr)
            return 1
    print(f"memory: {after:,.0f} MiB with them, {before:,.0f} MiB before")
    print(used)
    print(f"p95: {slowest:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
