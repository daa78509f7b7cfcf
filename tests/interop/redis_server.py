"""A Redis server of one's own on a free port of the loopback address, with a password."""

import shutil
import signal
import subprocess
import time

from redis import Redis
from redis.exceptions import RedisError

from operations.processes import free_port

PASSWORD = "password-of-the-test"
START_SECONDS = 20


class RedisServer:
    """`start` and `kill` keep its port; nothing is written to disk."""

    def __init__(self, folder):
        self.port, self._folder = free_port(), folder
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"
        self._process = None

    @staticmethod
    def program():
        """The server's program; None where it isn't installed."""
        return shutil.which("redis-server")

    def start(self):
        """Start it and wait until it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.program(), *options, "--requirepass", PASSWORD], stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "redis.log").read_text()
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.05)

    def kill(self):
        """End it as a crash would; everything in it is lost."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _answers(self):
        try:
            with Redis.from_url(self.url) as client:
                return client.ping()
        except RedisError:
            return False
