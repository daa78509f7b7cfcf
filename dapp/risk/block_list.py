"""The block list: a text file, one account a line, with why it is there and until when.

    # what follows a # is a comment
    0x90F79bf6EB2c4f870365E785982E1f101E93b906                    stolen cards, case 17
    0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65 until 2026-12-31   asked for by the police

An entry ends with the day that it names (UTC). A mixed-case address must be EIP-55, which catches typing
errors.
"""

import re
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from eth_utils.address import to_checksum_address

from dapp.domain.bounds import DAY
from dapp.lined_yaml import BadRuleFile
from dapp.mentions import mentions
from dapp.plain_yaml import LARGEST

_LINE: Final = re.compile(r"(0x[0-9a-fA-F]{40})(?:\s+until\s+(\S+))?\s+(\S.*)")
_FOREVER: Final = 1 << 62


@dataclass(frozen=True)
class Blocked:
    """Why an account is on the list, until when (Unix seconds)."""

    reason: str
    until: int = _FOREVER


@dataclass(frozen=True)
class BlockList:
    """The entries by account (EIP-55)."""

    entries: Mapping[str, Blocked]

    def reasons(self, accounts: Collection[str], now: int) -> dict[str, str]:
        """Why each of the accounts is blocked at `now`; without those that aren't."""
        return {
            account: self.entries[account].reason
            for account in accounts
            if account in self.entries and now < self.entries[account].until
        }


NOBODY: Final = BlockList({})


def load_block_list(path: Path) -> BlockList:
    """The list of a file; an empty one without a file. Raises BadRuleFile, with the line."""
    entries: dict[str, Blocked] = {}
    for number, written in enumerate(_text_of(path).splitlines(), 1):
        line = written.partition("#")[0].strip()
        if not line:
            continue
        account, entry = _entry(line, path.name, number)
        if account in entries:
            raise BadRuleFile(path.name, number, f"{account} is there twice.")
        entries[account] = entry
    return BlockList(entries)


@dataclass(frozen=True)
class Line:
    """A line that has an account's address in it. holds: whether it blocks somebody at this time."""

    number: int
    text: str
    holds: bool


def lines_naming(path: Path, account: str, now: int) -> list[Line]:
    """The lines with an account in them, comments too; none without a file. Raises BadRuleFile."""
    return [
        Line(number, line, _holds(line, path.name, number, now))
        for number, line in enumerate(_text_of(path).splitlines(), 1)
        if mentions(line.encode(), account)
    ]


def strike(path: Path, account: str, now: int) -> None:
    """Take the lines about an account out of the file, but for those that block somebody at this time."""
    gone = {line.number for line in lines_naming(path, account, now) if not line.holds}
    kept = [
        line for number, line in enumerate(_text_of(path).splitlines(keepends=True), 1) if number not in gone
    ]
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write("".join(kept).encode())
    shutil.copymode(path, file.name)
    Path(file.name).replace(path)


def _holds(written: str, name: str, number: int, now: int) -> bool:
    line = written.partition("#")[0].strip()
    return bool(line) and now < _entry(line, name, number)[1].until


def _text_of(path: Path) -> str:
    """The file's text; none if there is no file."""
    try:
        if path.stat().st_size > 64 * LARGEST:
            raise BadRuleFile(path.name, None, f"it has more than {64 * LARGEST:,} bytes.")
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise BadRuleFile(path.name, None, "it isn't UTF-8.") from error
    except OSError as error:
        raise BadRuleFile(path.name, None, f"it can't be read: {error.strerror}.") from error


def _entry(line: str, name: str, number: int) -> tuple[str, Blocked]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise BadRuleFile(name, number, f"“{line[:60]}” isn't an address, perhaps until when, and a reason.")
    address, until, reason = found.groups()
    account = str(to_checksum_address(address))
    if address not in (account, address.lower(), "0x" + address[2:].upper()):
        raise BadRuleFile(name, number, f"{address} has a typing error: its capitals don't fit its digits.")
    return account, Blocked(reason[:200], _FOREVER if until is None else _end_of(until, name, number))


def _end_of(day: str, name: str, number: int) -> int:
    try:
        midnight = datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError as error:
        raise BadRuleFile(name, number, f"“{day[:20]}” isn't a day such as 2026-12-31.") from error
    return int(midnight.timestamp()) + DAY
