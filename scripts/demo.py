"""Fill the market and tell its story: `ape run demo --network ethereum:devnet`."""

import click
from ape import accounts, networks, project
from ape.cli import ConnectedProviderCommand
from ape.logging import LogLevel, logger

from operations.actors import named_actors
from operations.demo.story import fill_market
from operations.deployment import DEVELOPMENT_CHAINS, connect_market
from operations.errors import OperationsError
from operations.journal import journal_path, read_journal
from operations.parameters import load_parameters
from operations.trading import Trading


@click.command(cls=ConnectedProviderCommand)
def cli() -> None:
    """Fill a local market: three sellers, eight services, a referral tree, a trade of each kind.

    Prints who got what of every trade, read from the chain and checked against the reference model. Moves the
    local chain's clock. A market that is filled already stays as it is.
    """
    chain_id = networks.provider.chain_id
    if chain_id not in DEVELOPMENT_CHAINS:
        raise click.ClickException(
            f"Chain {chain_id} isn't a local one: the demo plays with test accounts only."
        )
    try:
        deployment = connect_market(project, read_journal(journal_path(chain_id)), load_parameters(chain_id))
        trading = Trading(networks.provider.web3, deployment, named_actors(accounts.test_accounts))
        with logger.at_level(LogLevel.WARNING):  # the story, not each transaction
            fill_market(project, trading, click.echo)
    except OperationsError as error:
        raise click.ClickException(str(error)) from error
