"""Configures a deployed market through its Authority and hands the admin role over.

Settings come first, while the deployer is admin: a function without a role of its own is the admin's. Every
step reads the chain and does only what is missing, so all of it can run again.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from eth_utils.crypto import keccak

from operations.actors import NAMES, named_actors
from operations.errors import DeploymentFailed
from operations.parameters import DEPLOYER
from operations.roles import CONTRACT_ROLES, WIRING, Role
from operations.settings import missing_settings

if TYPE_CHECKING:
    from operations.deployment import Deployment

Step = Callable[[str], None]
Grant = tuple[Role, str, int]
"""Role, account and execution delay in seconds."""


def selector(contract: Any, function: str) -> bytes:
    """The selector of a contract's function, which must have one form only."""
    (method,) = (abi for abi in contract.contract_type.mutable_methods if abi.name == function)
    return selector_of(method)


def selector_of(method: Any) -> bytes:
    """The selector of a function's ABI."""
    return keccak(text=method.selector)[:4]


def grants(deployment: "Deployment", deployer: str) -> list[Grant]:
    """Every membership that the market is meant to have. Raises DeploymentFailed for an unknown actor."""
    wanted = [(role, deployment.contracts[name].address, 0) for name, role in CONTRACT_ROLES.items()]
    for role, members in deployment.parameters.roles.items():
        wanted += [
            (role, resolve_member(member, deployer, deployment.parameters.chain_id), members.delay)
            for member in members.members
        ]
    return wanted


def resolve_member(member: str, deployer: str, chain_id: int) -> str:
    """The address of a role's member: an address, `deployer`, or an actor's name on development chains."""
    if member == DEPLOYER:
        return deployer
    if member not in NAMES:
        return member
    from ape import accounts

    from operations.deployment import DEVELOPMENT_CHAINS

    if chain_id not in DEVELOPMENT_CHAINS:
        raise DeploymentFailed(
            f"`{member}` is an account of development chains: name an address in chains.yaml."
        )
    return str(named_actors(accounts.test_accounts)[member].address)


def admin_grants(deployment: "Deployment", deployer: str) -> list[Grant]:
    """The admins among the memberships."""
    return [grant for grant in grants(deployment, deployer) if grant[0] is Role.ADMIN]


def is_administrator(deployment: "Deployment", account: Any) -> bool:
    """Whether the account is an admin without a delay."""
    return tuple(deployment.contracts["Authority"].hasRole(Role.ADMIN, account)) == (True, 0)


def is_handed_over(deployment: "Deployment", deployer: str) -> bool:
    """Whether all is configured, and the deployer has no more power than is meant for it."""
    authority = deployment.contracts["Authority"]
    if _FunctionRoles(deployment).missing() or any(missing_settings(deployment)):
        return False
    if _missing_grants(authority, grants(deployment, deployer)):
        return False
    left, _delay = authority.hasRole(Role.ADMIN, deployer)
    return left == any(account == deployer for _role, account, _wait in admin_grants(deployment, deployer))


def configure(deployment: "Deployment", deployer: Any, on_step: Step) -> None:
    """Bring a market that the deployer still administers to its parameters, then hand it over."""
    authority = deployment.contracts["Authority"]
    if not is_administrator(deployment, deployer):
        raise DeploymentFailed(
            f"{deployer.address} doesn't administer this market any more: go on with the account "
            "that began the deployment, or change it with `ape run operate`."
        )
    policy_first = _FunctionRoles(deployment, only="setPolicy").missing()
    first = [
        grant for grant in grants(deployment, deployer.address) if grant[1] == deployment.fee_policy.address
    ]
    _multicall(
        authority,
        deployer,
        on_step,
        "the fee policy's role",
        policy_first + _missing_grants(authority, first),
    )
    for label, call, arguments in missing_settings(deployment):
        on_step(f"setting {label}")
        call(*arguments, sender=deployer)
        on_step(f"set {label}")
    _multicall(authority, deployer, on_step, "the functions' roles", _FunctionRoles(deployment).missing())
    wanted = [grant for grant in grants(deployment, deployer.address) if grant[0] is not Role.ADMIN]
    _multicall(authority, deployer, on_step, "the roles", _missing_grants(authority, wanted))
    _hand_over(deployment, deployer, on_step)


def _hand_over(deployment: "Deployment", deployer: Any, on_step: Step) -> None:
    authority = deployment.contracts["Authority"]
    admins = admin_grants(deployment, deployer.address)
    others = [grant for grant in admins if grant[1] != deployer.address]
    own = [grant for grant in admins if grant[1] == deployer.address]
    # One transaction: there is never a moment without an admin, nor one with a forgotten one.
    calls = _missing_grants(authority, others) + _missing_grants(authority, own)
    if not own:
        calls.append(authority.renounceRole.encode_input(Role.ADMIN, deployer.address))
    _multicall(authority, deployer, on_step, "the admin role", calls)


class _FunctionRoles:
    """The mapping of functions to roles, as calls of the Authority that are still missing."""

    def __init__(self, deployment: "Deployment", only: str | None = None) -> None:
        self._deployment, self._only = deployment, only

    def missing(self) -> list[bytes]:
        authority = self._deployment.contracts["Authority"]
        calls = []
        for name, functions_by_role in WIRING.items():
            if name not in self._deployment.contracts:
                continue
            contract = self._deployment.contracts[name]
            for role, functions in functions_by_role.items():
                selectors = [
                    selector(contract, function)
                    for function in functions
                    if self._only in (None, function)
                    and authority.getTargetFunctionRole(contract, selector(contract, function)) != role
                ]
                if selectors:
                    calls.append(authority.setTargetFunctionRole.encode_input(contract, selectors, role))
        return calls


def _missing_grants(authority: Any, wanted: list[Grant]) -> list[bytes]:
    return [
        authority.grantRole.encode_input(role, account, delay)
        for role, account, delay in wanted
        if tuple(authority.hasRole(role, account)) != (True, delay)
    ]


def _multicall(authority: Any, deployer: Any, on_step: Step, label: str, calls: list[bytes]) -> None:
    if not calls:
        return
    on_step(f"granting {label}")
    authority.multicall(calls, sender=deployer)
    on_step(f"granted {label}")
