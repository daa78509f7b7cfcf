"""Which browsers an account signed in from: kept on this server alone, and erased when asked for.

A device is a random number that a browser keeps for this site; nothing about the browser is measured. What is
stored is its HMAC under a salt of this market's own, which fits no other server's. Reports are no part of the
index: they can't be rebuilt from the chain, and dropping the index leaves them. Ninety days after it was last
seen, a device is forgotten.
"""

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    delete,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from dapp.domain.bounds import DAY
from dapp.index.database import WRITES, connect
from dapp.index.queries.values import account_bytes, address_text
from dapp.risk.engine import Device
from dapp.risk.failures import BadDevice
from dapp.settings import Settings

KEPT: Final = 90 * DAY
MOST_DEVICES: Final = 20
"""Of one account; the one that was seen last longest ago goes first."""
_MAKING: Final = 0x48414E5345  # names the lock under which the tables are made
_DEVICE: Final = re.compile(r"[0-9a-f]{32}")

_metadata = MetaData()
_reports = Table(
    "sign_ins",
    _metadata,
    Column("account", LargeBinary(20), primary_key=True),
    Column("device", LargeBinary(32), primary_key=True),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)
_salts = Table(
    "sign_in_salt",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary(32), nullable=False),
)


class SignIns:
    """The reports of one market. Safe to share between threads and processes. Times are Unix seconds."""

    def __init__(self, database_url: str) -> None:
        """Raises DatabaseFailed for an address that is none; the database is opened when first needed."""
        self._engine = connect(database_url)
        self._ready = False
        self._lock = threading.Lock()

    @classmethod
    def of(cls, settings: Settings) -> "SignIns":
        """In the index's PostgreSQL where there is one, else in a file of their own."""
        shared = settings.database_url.startswith("postgres")
        return cls(
            settings.database_url if shared else f"sqlite:///{settings.data / 'risk' / 'sign-ins.sqlite'}"
        )

    def note(self, account: str, device: str, now: int) -> None:
        """An account signed in from the browser of this random number (32 hex digits). Raises BadDevice."""
        if not _DEVICE.fullmatch(device):
            raise BadDevice(f"“{device[:40]}” isn't a browser's number: 32 digits from 0 to f.")
        key = account_bytes(account)
        with self._writing() as connection:
            connection.execute(delete(_reports).where(_reports.c.last_at < now - KEPT))
            name = hmac.digest(self._salt(connection), bytes.fromhex(device), hashlib.sha256)
            report = self._insert(_reports).values(account=key, device=name, first_at=now, last_at=now)
            again = report.on_conflict_do_update(index_elements=["account", "device"], set_={"last_at": now})
            connection.execute(again)
            self._drop_oldest(connection, key)

    def devices(self, accounts: Collection[str]) -> tuple[Device, ...]:
        """Every device that these accounts signed in from, by account and first sight."""
        keys = sorted({account_bytes(account) for account in accounts})
        query = select(_reports).where(_reports.c.account.in_(keys))
        with self._reading() as connection:
            rows = connection.execute(
                query.order_by(_reports.c.account, _reports.c.first_at, _reports.c.device)
            )
            return tuple(
                Device(address_text(row.account), bytes(row.device).hex(), row.first_at, row.last_at)
                for row in rows
            )

    def forget(self, account: str) -> int:
        """Erase all of an account's reports; returns how many there were."""
        with self._writing() as connection:
            return connection.execute(
                delete(_reports).where(_reports.c.account == account_bytes(account))
            ).rowcount

    def close(self) -> None:
        """Close the database's connections."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._prepare()
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        self._prepare()
        with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            yield connection

    def _prepare(self) -> None:
        """Make the tables and the salt, unless they are there."""
        with self._lock:
            if self._ready:
                return
            with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
                if connection.dialect.name == "postgresql":  # two at once would both make the tables
                    connection.execute(select(func.pg_advisory_xact_lock(_MAKING)))
                _metadata.create_all(connection)
                salt = self._insert(_salts).values(id=1, salt=secrets.token_bytes(32))
                connection.execute(salt.on_conflict_do_nothing())
            self._ready = True

    def _insert(self, table: Table) -> Any:
        return (postgresql if self._engine.dialect.name == "postgresql" else sqlite).insert(table)

    def _salt(self, connection: Connection) -> bytes:
        return bytes(connection.execute(select(_salts.c.salt)).scalar_one())

    def _drop_oldest(self, connection: Connection, key: bytes) -> None:
        newest = (
            select(_reports.c.device).where(_reports.c.account == key).order_by(_reports.c.last_at.desc())
        )
        for row in connection.execute(newest.offset(MOST_DEVICES)).all():
            connection.execute(
                delete(_reports).where(_reports.c.account == key, _reports.c.device == row.device)
            )
