"""A real Kubo of one's own: a new repository, loopback ports, no peers, ended with the block."""

import json
import os
import subprocess
import time
from pathlib import Path

START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 20


class KuboNode:
    """`start` and `stop` may take turns: the repository and its address stay."""

    def __init__(self, program: Path, folder: Path, port: int) -> None:
        self.program, self.folder, self.port = program, folder, port
        self.environment = {**os.environ, "IPFS_PATH": str(folder / "repo"), "IPFS_TELEMETRY": "off"}
        self._process: subprocess.Popen[bytes] | None = None
        self.run("init", "--profile", "test")
        self.run("config", "Addresses.API", f"/ip4/127.0.0.1/tcp/{port}")
        self.run("config", "--json", "AutoConf.Enabled", "false")
        self.run("config", "--json", "Bootstrap", "[]")
        for plain in ("DNS.Resolvers", "Routing.DelegatedRouters", "Ipns.DelegatedPublishers"):
            self.run("config", "--json", plain, "{}" if plain.startswith("DNS") else "[]")

    @property
    def api(self) -> str:
        """The API's multiaddress."""
        return f"/ip4/127.0.0.1/tcp/{self.port}"

    def run(self, *arguments: str, content: bytes | None = None) -> bytes:
        """What one `ipfs` command prints; through the daemon while that runs."""
        command = [str(self.program), *arguments]
        done = subprocess.run(command, env=self.environment, input=content, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def start(self) -> None:
        """Start the daemon and wait until its API answers."""
        with (self.folder / "daemon.log").open("ab") as log:
            command = [str(self.program), "daemon", "--offline"]
            self._process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self._answers():
            waiting = self._process.poll() is None and time.monotonic() < deadline
            assert waiting, (self.folder / "daemon.log").read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        """End the daemon."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(STOP_TIMEOUT_SECONDS)
            self._process = None

    def _answers(self) -> bool:
        command = [str(self.program), "--api", self.api, "id"]
        done = subprocess.run(command, env=self.environment, capture_output=True)
        return done.returncode == 0 and "ID" in json.loads(done.stdout)
