"""Submit a file as evidence of an order: `ape run upload_evidence ORDER FILE --network NETWORK`."""

from pathlib import Path

import click
from ape import networks
from ape.cli import ConnectedProviderCommand
from ape.logging import LogLevel, logger

from dapp.chain.contracts import MarketContracts
from dapp.chain.errors import ErrorBook
from dapp.chain.failures import ChainError
from dapp.chain.transactions import simulate
from dapp.evidence.box import EvidenceBox
from dapp.evidence.errors import EvidenceError
from dapp.evidence.submission import prepare
from dapp.settings import load_settings
from operations.accounts import acting_account
from operations.commands import connected_market, plain_errors
from operations.errors import OperationsError
from operations.journal import record_of


@click.command(cls=ConnectedProviderCommand)
@click.argument("order")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="What the piece is called; the file's name otherwise.")
@click.option("--description", default="", help="What it shows.")
@click.option("--open", "is_open", is_flag=True, help="For everybody to read: not sealed.")
@click.option("--account", "alias", help="Alias of the account that submits; `buyer` on a local chain.")
def cli(order: str, file: Path, name: str | None, description: str, is_open: bool, alias: str | None) -> None:
    """Submit a file as evidence of an order, sealed to its parties and arbiters unless --open is given.

    The file and its document land in the local store first, go to the IPFS node if IPFS_API names one, and
    the document's CID goes into the order's evidence on the chain. Only who has standing in the order may
    submit.
    """
    with plain_errors():
        deployment = connected_market()
        account = acting_account(alias, networks.provider.chain_id, default="buyer")
        try:
            contracts = MarketContracts(networks.provider.web3, record_of(deployment.journal))
            found, box = contracts.order(order), EvidenceBox.of(load_settings())
            piece = prepare(
                contracts, box, found, file.read_bytes(), name or file.name, description, sealed=not is_open
            )
            for reader in piece.without_key:
                click.echo(f"upload: {reader.role} {reader.account} has published no key and can't open it.")
            call = contracts.evidence.functions.submit(found.terms.pack(), piece.document)
            simulate(call, account.address, ErrorBook.of(contracts.record))
            report = box.push_pending(now=True)
        except (EvidenceError, ChainError, ValueError) as error:
            raise OperationsError(str(error)) from error
        with logger.at_level(LogLevel.WARNING):
            log = deployment.contracts["EvidenceLog"]
            receipt = log.submit(found.terms.pack(), piece.document, sender=account)
    click.echo(f"upload: file      {piece.file}{' (sealed)' if not is_open else ''}")
    click.echo(f"upload: document  {piece.document}")
    click.echo(f"upload: submitted by {account.address} in {receipt.txn_hash}")
    if report.error:
        click.echo(f"upload: {report.error}")
