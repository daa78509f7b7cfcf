"""What is held in files: attestors' reports, the block list, the bots' journals."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from dapp.bots.journal import Journal
from dapp.credit.errors import BadReport
from dapp.credit.inbox import Inbox
from dapp.credit.report import Report
from dapp.evidence.fields import DOCUMENT_LIMIT
from dapp.mentions import mentions
from dapp.privacy.held.record import Record
from dapp.risk.block_list import lines_naming, strike

_BEING_WRITTEN: Final = 3_600


def reports(account: str, inbox: Inbox) -> Iterator[Record]:
    """Reports about the account or by it, which wait or were refused, and other files with its address."""
    for path in inbox.naming(account):
        try:
            text = path.read_bytes()[:DOCUMENT_LIMIT].decode(errors="replace")
            age = time.time() - path.stat().st_mtime
        except FileNotFoundError:  # another process took it
            continue
        content = {"file": f"{path.parent.name}/{path.name}", "content": text}
        merchant = _merchant_of(path.with_suffix("") if path.suffix == ".reason" else path)
        if merchant not in (None, account):
            yield Record(content, stays=f"it is a report about {merchant}")
        elif path.suffix == ".part" and age < _BEING_WRITTEN:
            yield Record(content, stays="it is being written")
        else:
            yield Record(content, partial(inbox.forget, path))


def block_list(account: str, path: Path, now: int) -> Iterator[Record]:
    """The operators' lines about the account; what blocks somebody now stays."""
    for line in lines_naming(path, account, now):
        content = {"line": line.text}
        if line.holds:
            yield Record(content, stays="it blocks somebody; operators take it out by hand")
        else:
            yield Record(content, partial(strike, path, account, now))


def journals(account: str, folder: Path) -> Iterator[Record]:
    """The bots' lines with the address, which is taken out of them."""
    for name in sorted({path.name.partition(".")[0] for path in folder.glob("*.jsonl")}):
        journal = Journal(folder, name)
        for line in journal.lines():
            if mentions(line, account):
                content: dict[str, Any] = {"bot": name, "line": line.decode(errors="replace")}
                yield Record(content, partial(journal.strike_out, account))


def _merchant_of(path: Path) -> str | None:
    """Whom a report is about; None if it isn't one."""
    try:
        return Report.parse(path.read_bytes()).merchant
    except (OSError, BadReport):
        return None
