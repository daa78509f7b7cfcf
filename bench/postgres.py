"""A PostgreSQL server of one's own for the length of a `with` block: a new cluster on loopback.

PostgreSQL refuses to run as root; then it runs as `postgres`, or as `nobody` where there is no such user.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from bench.node import free_port

START_TIMEOUT_SECONDS = 30
STOP_TIMEOUT_SECONDS = 20


class PostgresError(Exception):
    """Why there is no server, in one sentence."""


class Server:
    """A cluster of its own. Its superuser needs no password; the port stays when it is started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        """Make the cluster. Raises PostgresError."""
        self.user, self.port = _user(), free_port()
        self._programs, self._folder = programs, folder
        self._process: subprocess.Popen[bytes] | None = None
        command = [str(programs / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", self.user]
        made = subprocess.run(
            [*command, "-E", "UTF8", "--locale=C"],
            user=_unless_self(self.user),
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise PostgresError(f"PostgreSQL's initdb failed: {made.stderr.strip()[-300:]}")

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases, as libpq and Node's drivers read it."""
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> None:
        """A new, empty database in the place of what had that name."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{database}"'.encode())

    def start(self) -> None:
        """Start it and wait until it takes connections. Raises PostgresError."""
        folder, log = self._folder, self._folder / "log"
        options = ["-D", str(folder / "data"), "-p", str(self.port), "-h", "127.0.0.1", "-k", str(folder)]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), *options],
                user=_unless_self(self.user),
                cwd=folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        self.stop()
        raise PostgresError(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()[-300:]}")

    def stop(self, *, crash: bool = False) -> None:
        """End it and every session; with `crash` at once, so that it recovers when it is started again."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def binaries() -> Path | None:
    """Where PostgreSQL's newest programs are on this machine: Debian's folder, or what the PATH has."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3])
    )
    found = str(installed[-1]) if installed else shutil.which("postgres")
    return Path(found).resolve().parent if found else None


@contextmanager
def running_postgres(kept: ExitStack | None = None) -> Iterator[Server]:
    """A server until the end of the block; its files go then, or with `kept`. Raises PostgresError."""
    programs = binaries()
    if programs is None:
        raise PostgresError("PostgreSQL is not installed on this machine.")
    with ExitStack() as own:
        folder = Path(tempfile.mkdtemp(prefix="hanse-postgres-"))
        (kept or own).callback(shutil.rmtree, folder, ignore_errors=True)
        if os.geteuid() == 0:
            shutil.chown(folder, _user())
        server = Server(programs, folder)
        own.callback(server.stop)
        server.start()
        yield server


def _user() -> str:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _unless_self(user: str) -> str | None:
    return user if os.geteuid() == 0 else None
