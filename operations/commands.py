"""What the commands of `ape run operate` are made of: types, the connection, how a change is made."""

import functools
from collections.abc import Callable
from typing import Any

import click
from ape import networks, project
from ape.cli import ConnectedProviderCommand
from ape.exceptions import ContractLogicError
from ape.logging import LogLevel, logger
from eth_utils.address import is_address, to_checksum_address

from dapp.domain.bounds import ZERO_ADDRESS
from operations.accounts import acting_account
from operations.changes import Change, cancel_change, make_change
from operations.deployment import Deployment, connect_market
from operations.errors import OperationsError
from operations.fields import parse_amount
from operations.journal import journal_path, read_journal
from operations.parameters import load_parameters
from operations.refusals import refusal

Build = Callable[..., Change]


class AddressType(click.ParamType):
    """An address, or `native` for the chain's coin."""

    name = "address"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The address in EIP-55 form."""
        if value == "native":
            return ZERO_ADDRESS
        if not is_address(value):
            self.fail(f"{value!r} is no address.", param, ctx)
        return str(to_checksum_address(value))


class AmountType(click.ParamType):
    """Wei: `0.1ether`, `5gwei` or a whole number."""

    name = "amount"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """The amount in wei."""
        try:
            return parse_amount(value)
        except OperationsError as error:
            self.fail(str(error), param, ctx)


ADDRESS, AMOUNT = AddressType(), AmountType()


def connected_market() -> Deployment:
    """The market recorded for the connected chain. Raises OperationsError."""
    chain_id = networks.provider.chain_id
    return connect_market(project, read_journal(journal_path(chain_id)), load_parameters(chain_id))


def changes(group: click.Group, name: str) -> Callable[[Build], click.Command]:
    """Make a command of a function that gives a change for a market and the command's arguments."""

    def decorate(build: Build) -> click.Command:
        @functools.wraps(build)
        def run(alias: str | None, cancel: bool, **values: Any) -> None:
            with plain_errors():
                deployment = connected_market()
                _make(deployment, alias, cancel, build(deployment, **values))

        run = click.option("--account", "alias", help="Alias of the account that acts.")(run)
        run = click.option("--cancel", is_flag=True, help="Take the scheduled change back instead.")(run)
        return group.command(name, cls=ConnectedProviderCommand)(run)

    return decorate


def _make(deployment: Deployment, alias: str | None, cancel: bool, change: Change) -> None:
    provider = networks.provider
    account = acting_account(alias, provider.chain_id)
    with logger.at_level(LogLevel.WARNING):  # the report says it all
        if cancel:
            cancel_change(deployment.authority, account, change)
            click.echo("operate: taken back.")
            return
        now = int(provider.web3.eth.get_block("pending")["timestamp"])
        click.echo(f"operate: {make_change(deployment.authority, account, change, now)}")


class plain_errors:  # noqa: N801  (reads as a statement)
    """Turns the operators' errors and the contracts' refusals into one sentence and exit code 1."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        """Raises the sentence as click wants it."""
        if isinstance(error, OperationsError):
            raise click.ClickException(str(error)) from error
        if isinstance(error, ContractLogicError):
            raise click.ClickException(refusal(error)) from error
