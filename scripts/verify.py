"""Verify a deployment from its chain: `ape run verify --network NETWORK`."""

import sys

import click
from ape import networks, project
from ape.cli import ConnectedProviderCommand

from operations.deployment import connect_market
from operations.errors import OperationsError
from operations.journal import journal_path, read_journal
from operations.parameters import load_parameters
from operations.verification import verify_market


@click.command(cls=ConnectedProviderCommand)
def cli() -> None:
    """Read code, links, settings, roles, members and delays back from the chain, and fail on any difference.

    Expected is what scripts/chains.yaml, deployments/<chainId>.json and the compiled contracts say.
    """
    chain_id = networks.provider.chain_id
    try:
        journal = read_journal(journal_path(chain_id))
        deployment = connect_market(project, journal, load_parameters(chain_id))
        count, differences = verify_market(project, deployment)
    except OperationsError as error:
        raise click.ClickException(str(error)) from error
    for difference in differences:
        click.echo(f"verify: {difference}", err=True)
    if differences:
        click.echo(f"\nverify: {len(differences)} of {count} checks failed on chain {chain_id}.", err=True)
        sys.exit(1)
    click.echo(f"verify: all {count} checks passed on chain {chain_id}.")
