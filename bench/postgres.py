"""A PostgreSQL server of one's own for the length of a `with` block: a new cluster on loopback.

PostgreSQL refuses to run as root; then it runs as `postgres`, or as `nobody` where there is no such user.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.node import free_port

START_TIMEOUT_SECONDS = 30
STOP_TIMEOUT_SECONDS = 20


class PostgresError(Exception):
    """Why there is no server, in one sentence."""


@dataclass(frozen=True)
class Server:
    """A running server. Its superuser needs no password."""

    port: int
    user: str

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases, as libpq and Node's drivers read it."""
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{database}"

    def sqlalchemy_url(self, database: str = "postgres") -> str:
        """The same for SQLAlchemy."""
        return self.url(database).replace("postgresql://", "postgresql+psycopg://")

    def create(self, database: str) -> None:
        """A new, empty database in the place of what had that name."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{database}"'.encode())


def binaries() -> Path | None:
    """Where PostgreSQL's newest programs are on this machine: Debian's folder, or what the PATH has."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3])
    )
    found = str(installed[-1]) if installed else shutil.which("postgres")
    return Path(found).resolve().parent if found else None


@contextmanager
def running_postgres() -> Iterator[Server]:
    """A server until the end of the block; everything it wrote is deleted then. Raises PostgresError."""
    programs = binaries()
    if programs is None:
        raise PostgresError("PostgreSQL is not installed on this machine.")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="hanse-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, user)
        data, port = folder / "data", free_port()
        made = subprocess.run(
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-A",
                "trust",
                "-U",
                user,
                "-E",
                "UTF8",
                "--locale=C",
            ],
            user=_unless_self(user),
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise PostgresError(f"PostgreSQL's initdb failed: {made.stderr.strip()[-300:]}")
        options = ["-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(programs / "postgres"), *options],
                user=_unless_self(user),
                cwd=folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            server = Server(port, user)
            _wait(process, server, folder / "log")
            yield server
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(server.url(), connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise PostgresError(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()[-300:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """A fast shutdown (SIGINT): sessions that are still there are ended."""
    if process.poll() is None:
        process.send_signal(2)
    try:
        process.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _user() -> str:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _unless_self(user: str) -> str | None:
    return user if os.geteuid() == 0 else None
