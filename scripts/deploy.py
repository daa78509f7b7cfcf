"""Deploy the market: `ape run deploy --network NETWORK [--account ALIAS]`."""

import click
from ape import networks, project
from ape.cli import ConnectedProviderCommand
from ape.logging import LogLevel, logger

from operations.accounts import acting_account
from operations.deployment import DEVELOPMENT_CHAINS, deploy_market
from operations.errors import OperationsError


@click.command(cls=ConnectedProviderCommand)
@click.option(
    "--account", "alias", help="Alias of the Ape account that deploys; a test account on a local chain."
)
def cli(alias: str | None) -> None:
    """Deploy the market, or go on with a deployment that was stopped.

    Parameters come from scripts/chains.yaml; what is deployed where is in deployments/<chainId>.json. Nothing
    is deployed twice: run the command again after an interruption.
    """
    chain_id = networks.provider.chain_id
    try:
        account = acting_account(alias, chain_id)
        click.echo(f"deploy: chain {chain_id}, account {account.address}")
        with logger.at_level(LogLevel.WARNING):  # the steps say it all
            deployment = deploy_market(project, account, on_step=lambda step: click.echo(f"deploy: {step}"))
    except OperationsError as error:
        raise click.ClickException(str(error)) from error
    click.echo()
    for name, entry in deployment.journal.contracts.items():
        click.echo(f"  {name:<13} {entry.address}  block {entry.block}")
    click.echo(f"\ndeploy: the market is deployed; recorded in deployments/{chain_id}.json")
    if chain_id not in DEVELOPMENT_CHAINS:
        click.echo("deploy: check it with `ape run verify`, and commit the file.")
