"""The `hanse` command: evidence, scores, keepers and risk from a shell, by the settings that the dApp has."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from requests import RequestException
from web3.exceptions import Web3Exception

from dapp.chain.contracts import MarketContracts
from dapp.chain.failures import ChainError
from dapp.credit import commands as credit
from dapp.credit.errors import CreditError
from dapp.evidence.box import EvidenceBox
from dapp.evidence.capture import capture_order
from dapp.evidence.errors import EvidenceError
from dapp.evidence.report import lines_of
from dapp.evidence.text import plain_text
from dapp.evidence.verify import verify_order
from dapp.privacy import commands as privacy
from dapp.privacy.errors import PrivacyError
from dapp.risk import command as risk
from dapp.settings import Settings, SettingsError, load_settings

SOUND, FAULTY, FAILED = 0, 1, 2
DEFAULT_ORIGIN = "http://127.0.0.1:8501"

_DESCRIPTION = """\
Checks and keeps the evidence of a market, explains its scores, and ends what is overdue on it. The chain, the
deployment, the store and the IPFS node come from the environment, as for the dApp: HANSE_RPC_URL,
HANSE_DEPLOYMENTS, HANSE_DATA, IPFS_API; the keeper's key and limits as well: docs/bots.md."""


class Stop(Exception):  # noqa: N818
    """Why a command can't go on, in one sentence."""


def verify(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check every document of an order against its CID and the chain; 1 if something is wrong or missing."""
    report = verify_order(_contracts(settings), EvidenceBox.of(settings), _order_id(arguments.order))
    print("\n".join(lines_of(report, arguments.language)))
    return SOUND if report.is_sound else FAULTY


def capture(arguments: argparse.Namespace, settings: Settings) -> int:
    """Keep a picture of an order's page, with a document of what the chain said; print their CIDs."""
    origin = arguments.origin or settings.origin or DEFAULT_ORIGIN
    box = EvidenceBox.of(settings)
    taken = capture_order(_contracts(settings), box, _order_id(arguments.order), origin)
    print(f"picture   {taken.picture}\ndocument  {taken.document}")
    return SOUND


def add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Keep a file in the store and print its CID."""
    try:
        with arguments.file.open("rb") as file:
            print(EvidenceBox.of(settings).put(file))
    except OSError as error:
        raise Stop(f"{arguments.file} can't be read: {error.strerror}.") from error
    return SOUND


def get(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the content of a CID, checked, to a file or the standard output."""
    data = EvidenceBox.of(settings).get(arguments.cid)
    if arguments.out is None:
        sys.stdout.buffer.write(data)
    else:
        arguments.out.write_bytes(data)
    return SOUND


def waiting(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what no IPFS node has yet."""
    del arguments
    items = EvidenceBox.of(settings).waiting()
    for item in items:
        print(f"{item.cid}  {item.size:,} bytes")
    where = f"for the node at {settings.ipfs_api}" if settings.ipfs_api else "(IPFS_API names no node)"
    print(f"{len(items)} waiting {where}" if items else "Nothing is waiting.")
    return SOUND


def push(arguments: argparse.Namespace, settings: Settings) -> int:
    """Push what waits to the IPFS node; 1 if it fails."""
    if not settings.ipfs_api:
        raise Stop("IPFS_API names no node to push to.")
    box = EvidenceBox.of(settings)
    if arguments.all:
        for cid in box.store.cids():
            box.store.mark_waiting(cid)
    report = box.push_pending(now=True)
    print(f"{len(report.pushed)} pushed, {len(box.waiting())} waiting")
    if report.error:
        print(report.error.sentence(), file=sys.stderr)
    return FAULTY if report.error else SOUND


def keep(arguments: argparse.Namespace, settings: Settings) -> int:
    """End what is overdue, for anybody, until Ctrl-C; 1 if something due could not be done."""
    from dapp.bots import command  # with the index and its database, which the others don't need

    return command.keep(arguments, settings)


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    root = argparse.ArgumentParser("hanse", description=_DESCRIPTION)
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[..., int]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        made.set_defaults(run=run)
        return made

    verifying = command("verify-order", verify)
    verifying.add_argument("order", help="the order's id, 32 bytes as hex")
    verifying.add_argument("--language", choices=("en", "zh"), default="en")
    capturing = command("capture", capture)
    capturing.add_argument("order", help="the order's id, 32 bytes as hex")
    capturing.add_argument("--origin", help=f"where the dApp is; HANSE_ORIGIN or {DEFAULT_ORIGIN} otherwise")
    evidence = command("add", add)
    evidence.add_argument("file", type=Path)
    getting = command("get", get)
    getting.add_argument("cid")
    getting.add_argument("--out", type=Path, help="where to write it; otherwise to the standard output")
    command("waiting", waiting)
    pushing = command("push", push)
    pushing.add_argument("--all", action="store_true", help="everything in the store, for a new node")
    keeping = command("keep", keep)
    keeping.add_argument("--once", action="store_true", help="end after one round")
    keeping.add_argument("--dry-run", action="store_true", help="only say what would be done")
    credit.add_commands(command)
    risk.add_commands(command, _given_order)
    privacy.add_commands(command)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. 0: done, or all is sound; 1: something is wrong or missing; 2: it couldn't be done."""
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen, load_settings()))
    except (Stop, SettingsError, EvidenceError, ChainError, CreditError, PrivacyError) as error:
        print(f"hanse: {error}", file=sys.stderr)
    except (Web3Exception, RequestException, OSError) as error:
        print(f"hanse: the chain can't be read: {error}", file=sys.stderr)
    return FAILED


def _given_order(text: str) -> bytes:
    try:
        return _order_id(text)
    except Stop as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _order_id(text: str) -> bytes:
    try:
        order = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        order = b""
    if len(order) != 32:
        raise Stop(f"“{plain_text(text)[:80]}” isn't an order's id: give its 32 bytes as hex.")
    return order


def _contracts(settings: Settings) -> MarketContracts:
    return MarketContracts.connect(settings.rpc_urls, settings.deployments)


if __name__ == "__main__":
    sys.exit(main())
