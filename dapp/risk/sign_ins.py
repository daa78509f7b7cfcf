"""Which browsers an account signed in from: kept on this server alone, and erased when asked for.

A device is a random number that a browser keeps for this site; nothing about the browser is measured. What is
stored is its HMAC under a salt of this market's own, which fits no other server's. Ninety days after it was
last seen, a device is forgotten.
"""

import hashlib
import hmac
import re
from collections.abc import Collection
from functools import cache
from typing import Final

from sqlalchemy import Connection, delete, select

from dapp.domain.bounds import DAY
from dapp.index.queries.values import account_bytes, address_text
from dapp.risk.engine import Device
from dapp.risk.failures import BadDevice
from dapp.risk.private import PrivateStore, salts
from dapp.risk.private import sign_ins as _reports
from dapp.settings import Settings

KEPT: Final = 90 * DAY
MOST_DEVICES: Final = 20
"""Of one account; the one that was seen last longest ago goes first."""
_DEVICE: Final = re.compile(r"[0-9a-f]{32}")


class SignIns(PrivateStore):
    """The reports of one market."""

    def note(self, account: str, device: str, now: int) -> None:
        """An account signed in from the browser of this random number (32 hex digits). Raises BadDevice."""
        if not _DEVICE.fullmatch(device):
            raise BadDevice(f"“{device[:40]}” isn't a browser's number: 32 digits from 0 to f.")
        key = account_bytes(account)
        with self._writing() as connection:
            connection.execute(delete(_reports).where(_reports.c.last_at < now - KEPT))
            salt = bytes(connection.execute(select(salts.c.salt)).scalar_one())
            name = hmac.digest(salt, bytes.fromhex(device), hashlib.sha256)
            report = self._insert(_reports).values(account=key, device=name, first_at=now, last_at=now)
            again = report.on_conflict_do_update(index_elements=["account", "device"], set_={"last_at": now})
            connection.execute(again)
            _drop_oldest(connection, key)

    def devices(self, accounts: Collection[str]) -> tuple[Device, ...]:
        """Every device that these accounts signed in from, by account and first sight."""
        keys = sorted({account_bytes(account) for account in accounts})
        found = select(_reports).where(_reports.c.account.in_(keys))
        with self._reading() as connection:
            return tuple(
                Device(address_text(row.account), bytes(row.device).hex(), row.first_at, row.last_at)
                for row in connection.execute(
                    found.order_by(_reports.c.account, _reports.c.first_at, _reports.c.device)
                )
            )

    def forget(self, account: str) -> int:
        """Erase all of an account's reports; returns how many there were."""
        mine = _reports.c.account == account_bytes(account)
        with self._erasing() as connection:
            return connection.execute(delete(_reports).where(mine)).rowcount


def _drop_oldest(connection: Connection, key: bytes) -> None:
    mine = select(_reports.c.device).where(_reports.c.account == key)
    for row in connection.execute(mine.order_by(_reports.c.last_at.desc()).offset(MOST_DEVICES)).all():
        connection.execute(delete(_reports).where(_reports.c.account == key, _reports.c.device == row.device))


@cache
def sign_ins_of(settings: Settings) -> SignIns:
    """This process's reports for the settings, opened once. Raises DatabaseFailed."""
    return SignIns.of(settings)
