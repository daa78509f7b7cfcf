"""What `hanse export-data` and `hanse erase-data` do."""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from dapp.background import followed_market
from dapp.chain.formats import time as time_text
from dapp.evidence.fields import to_json
from dapp.evidence.text import plain_text
from dapp.index.failures import IndexFailure
from dapp.lined_yaml import BadRuleFile
from dapp.market import Market, MarketUnavailable
from dapp.privacy.errors import NotErased, NotExported
from dapp.privacy.held.places import NOT_HERE, held
from dapp.privacy.held.record import Record
from dapp.settings import Settings

DONE, REFUSED = 0, 1
SCHEMA: Final = "held-data"
_FAILURES: Final = (SQLAlchemyError, IndexFailure, MarketUnavailable, BadRuleFile, OSError)
Held = Mapping[str, list[Record]]


def export_data(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write what is held about an account as JSON. Raises NotExported."""
    try:
        with followed_market(settings) as opened:
            document = to_json(document_of(arguments.address, held(arguments.address, opened), opened))
        if arguments.out is None:
            sys.stdout.buffer.write(document + b"\n")
        else:
            _write_privately(arguments.out, document + b"\n")
    except _FAILURES as error:
        raise NotExported(reason=plain_text(str(error), lines=False)) from error
    return DONE


def erase_data(arguments: argparse.Namespace, settings: Settings) -> int:
    """Erase what is held about an account, after asking; 1 if that wasn't confirmed. Raises NotErased."""
    account = str(arguments.address)
    try:
        with followed_market(settings) as opened:
            found = held(account, opened)
            print("\n".join(lines_of(account, found)))
            if not any(record.erase for records in found.values() for record in records):
                return DONE
            if not arguments.yes and not _confirmed():
                print("Nothing was erased.")
                return REFUSED
            for place, records in found.items():
                if count := erase(records):
                    print(f"erased    {place}: {count}")
    except _FAILURES as error:
        raise NotErased(reason=plain_text(str(error), lines=False)) from error
    return DONE


def erase(records: list[Record]) -> int:
    """Erase what may go; how many that were."""
    going = [record.erase for record in records if record.erase]
    for go in going:
        go()
    return len(going)


def document_of(account: str, found: Held, opened: Market) -> dict[str, Any]:
    """The export: every record, and what isn't in it."""
    return {
        "schema": SCHEMA,
        "account": account,
        "chainId": opened.chain_id,
        "market": opened.contracts.market.address,
        "as_of": time_text(opened.now()),
        "held": {place: [record.content for record in records] for place, records in found.items()},
        "not_included": NOT_HERE,
    }


def lines_of(account: str, found: Held) -> Iterator[str]:
    """What is held, what of it stays and why, for people."""
    yield f"account   {account}"
    for place, records in found.items():
        if going := sum(1 for record in records if record.erase):
            yield f"to erase  {place}: {going}"
        for why, count in Counter(record.stays for record in records if record.stays).items():
            yield f"stays     {place}: {count}, {plain_text(why, lines=False)}"
    if not any(found.values()):
        yield "          Nothing is held about it."
    for what, why in NOT_HERE.items():
        yield f"not here  {what}: {why}"


def _confirmed() -> bool:
    try:
        return input("Erase this for good? (yes/no) ").strip().lower() == "yes"
    except EOFError:
        print()
        return False


def _write_privately(path: Path, content: bytes) -> None:
    """For its owner's eyes alone."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
