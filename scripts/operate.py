"""Operate a market: `ape run operate COMMAND … --network NETWORK [--account ALIAS]`."""

from typing import Any

import click
from ape import networks
from ape.cli import ConnectedProviderCommand

from operations.changes import Change
from operations.commands import ADDRESS, AMOUNT, changes, connected_market, plain_errors
from operations.deployment import Deployment
from operations.overview import overview
from operations.roles import ATTESTORS, MODULES, Role

ATTESTED = {role.label.removeprefix("attestor_"): role for role in ATTESTORS}
ROLES = {role.label: role for role in Role if role not in MODULES}
NATIVE_DEFAULT: dict[str, Any] = {"type": ADDRESS, "default": "native", "show_default": True}


@click.group()
def cli() -> None:
    """Operate the market of the connected chain, by the roles that the acting account holds.

    Everything stays within the hard bounds in the contracts' code. Where a role has a delay, a command first
    schedules the change and says from when on the same command does it; --cancel takes it back.
    """


@cli.command("show", cls=ConnectedProviderCommand)
def show() -> None:
    """Show settings, roles with members and delays, and arbiters, as the chain has them."""
    with plain_errors():
        click.echo(overview(networks.provider.web3, connected_market()))


@changes(cli, "pause")
def pause(d: Deployment) -> Change:
    """Stop new listings and orders, and nothing else (pauser)."""
    return Change(d.market, "pause", ())


@changes(cli, "unpause")
def unpause(d: Deployment) -> Change:
    """Let new listings and orders in again (pauser)."""
    return Change(d.market, "unpause", ())


@changes(cli, "fees")
@click.argument("base_fee", type=click.IntRange(0, 833))
def fees(d: Deployment, base_fee: int) -> Change:
    """Set the base fee in basis points; Watch pays 120 %, Gold 90 %, Diamond 80 % of it (rates)."""
    return Change(d.fee_policy, "setBaseFee", (base_fee,))


@changes(cli, "stakes")
@click.argument("watch", type=AMOUNT)
@click.argument("silver", type=AMOUNT)
@click.argument("gold", type=AMOUNT)
def stakes(d: Deployment, watch: int, silver: int, gold: int) -> Change:
    """Set what the tiers must stake to sell, as in `stakes 0.2ether 0.1ether 0.05ether` (rates)."""
    return Change(d.fee_policy, "setStakes", (watch, silver, gold))


@changes(cli, "commission")
@click.argument("category", type=click.IntRange(0, 65_535))
@click.argument("rates", type=click.IntRange(0, 3_000), nargs=3)
def commission(d: Deployment, category: int, rates: tuple[int, int, int]) -> Change:
    """Set a category's commissions of levels 1 to 3 in basis points; category 0 is general (rates)."""
    return Change(d.market, "setCommissionRule", (category, list(rates)))


@changes(cli, "caps")
@click.argument("category", type=click.IntRange(0, 65_535))
@click.argument("caps", type=AMOUNT, nargs=3)
@click.option("--token", help="The token that the caps are in.", **NATIVE_DEFAULT)
def caps(d: Deployment, category: int, caps: tuple[int, int, int], token: str) -> Change:
    """Cap a category's commissions per order and level, in token units; 0 = no cap (rates)."""
    return Change(d.market, "setCommissionCaps", (category, token, list(caps)))


@changes(cli, "credit-unit")
@click.argument("unit", type=AMOUNT)
@click.option("--token", help="The token whose fees earn credit.", **NATIVE_DEFAULT)
@click.option("--watch-units", type=click.IntRange(0, 65_535), default=1_000, show_default=True)
def credit_unit(d: Deployment, unit: int, token: str, watch_units: int) -> Change:
    """Set the fee, in token units, that is worth one point of score; 0 = no credit in this token (rates).

    For the native coin --watch-units sets the largest order of merchants on Watch, in such units.
    """
    if int(token, 16) == 0:
        return Change(d.fee_policy, "setCreditScale", (unit, watch_units))
    return Change(d.market, "setCreditUnit", (token, unit))


@cli.group()
def arbiter() -> None:
    """Appoint and dismiss arbiters of the panel, or of the backup panel (arbiters)."""


def _panel(d: Deployment, backup: bool) -> Any:
    return d.backup_panel if backup else d.arbiter_panel


@changes(arbiter, "appoint")
@click.argument("account", type=ADDRESS)
@click.option("--backup", is_flag=True, help="The backup panel instead of the first.")
def appoint(d: Deployment, account: str, backup: bool) -> Change:
    """Give an account a seat; it then stakes and goes on duty by itself."""
    return Change(_panel(d, backup), "appoint", (account,))


@changes(arbiter, "dismiss")
@click.argument("account", type=ADDRESS)
@click.option("--backup", is_flag=True, help="The backup panel instead of the first.")
def dismiss(d: Deployment, account: str, backup: bool) -> Change:
    """Take an arbiter out of all draws to come; the stake stays his."""
    return Change(_panel(d, backup), "dismiss", (account,))


@cli.group()
def attestor() -> None:
    """Add and remove attestors of a score's dimension (admin)."""


@changes(attestor, "add")
@click.argument("dimension", type=click.Choice(list(ATTESTED)))
@click.argument("account", type=ADDRESS)
def attestor_add(d: Deployment, dimension: str, account: str) -> Change:
    """Let an account attest, without a delay: a delayed attestor can't."""
    return Change(d.authority, "grantRole", (ATTESTED[dimension], account, 0))


@changes(attestor, "remove")
@click.argument("dimension", type=click.Choice(list(ATTESTED)))
@click.argument("account", type=ADDRESS)
def attestor_remove(d: Deployment, dimension: str, account: str) -> Change:
    """Let an account attest no more."""
    return Change(d.authority, "revokeRole", (ATTESTED[dimension], account))


@cli.group()
def role() -> None:
    """Grant and revoke roles (admin)."""


@changes(role, "grant")
@click.argument("name", type=click.Choice(list(ROLES)))
@click.argument("account", type=ADDRESS)
@click.option("--delay", type=click.IntRange(0, 30 * 86_400), default=0, show_default=True, help="Seconds.")
def grant(d: Deployment, name: str, account: str, delay: int) -> Change:
    """Give an account a role; with a delay, its acts must be scheduled that long before."""
    return Change(d.authority, "grantRole", (ROLES[name], account, delay))


@changes(role, "revoke")
@click.argument("name", type=click.Choice(list(ROLES)))
@click.argument("account", type=ADDRESS)
def revoke(d: Deployment, name: str, account: str) -> Change:
    """Take a role from an account."""
    return Change(d.authority, "revokeRole", (ROLES[name], account))


@cli.group()
def module() -> None:
    """The disputes module of future orders (admin)."""


@changes(module, "add")
@click.argument("address", type=ADDRESS)
def module_add(d: Deployment, address: str) -> Change:
    """Bind future orders to another disputes module; orders already placed keep theirs."""
    return Change(d.market, "addModule", (address,))


@cli.group()
def arbitrator() -> None:
    """Arbitrators that listings may name (admin)."""


@changes(arbitrator, "allow")
@click.argument("address", type=ADDRESS)
@click.option("--no", "refused", is_flag=True, help="Take it off the list instead.")
def allow(d: Deployment, address: str, refused: bool) -> Change:
    """Put an ERC-792 arbitrator on the allow-list."""
    return Change(d.market, "allowArbitrator", (address, not refused))


@cli.group()
def treasury() -> None:
    """The platform's own money (treasurer)."""


@changes(treasury, "withdraw")
@click.argument("amount", type=AMOUNT)
@click.argument("to", type=ADDRESS)
@click.option("--token", help="What to withdraw.", **NATIVE_DEFAULT)
def withdraw(d: Deployment, amount: int, to: str, token: str) -> Change:
    """Send an amount of the platform's balance to an address, in token units."""
    return Change(d.market, "withdrawTreasury", (token, amount, to))
