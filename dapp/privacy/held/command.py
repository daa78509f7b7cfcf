"""`hanse export-data`, `hanse erase-data`: what this server holds about an account.

What they need takes seconds to import, so `tasks` is imported when one of them runs.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from dapp.settings import Settings

Command = Callable[[str, Callable[[argparse.Namespace, Settings], int]], argparse.ArgumentParser]


def export_data(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write all that this server itself holds about an account, as JSON."""
    from dapp.privacy.held import tasks

    return tasks.export_data(arguments, settings)


def erase_data(arguments: argparse.Namespace, settings: Settings) -> int:
    """Erase what this server holds about an account, and say what stays and why; 1 if not confirmed."""
    from dapp.privacy.held import tasks

    return tasks.erase_data(arguments, settings)


def add_commands(command: Command, address: Callable[[str], str]) -> None:
    """Put the commands on the command line."""
    exporting = command("export-data", export_data)
    exporting.add_argument("--out", type=Path, help="where to write it; otherwise to the standard output")
    erasing = command("erase-data", erase_data)
    erasing.add_argument("--yes", action="store_true", help="don't ask")
    for made in (exporting, erasing):
        made.add_argument("address", type=address, help="the account")
