"""Reads a deployment back from the chain and names every difference from what it is meant to be.

Expected is what `chains.yaml`, the journal and the compiled contracts say; actual comes from the chain alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from eth_utils.hexadecimal import decode_hex

from dapp.chain.contracts import MarketContracts
from dapp.domain.terms import domain_of
from operations.bytecode import compare, hash_of, runtime_code
from operations.configuration import grants, selector_of
from operations.deployment import Deployment, abi_hash, backup_of, constructors, genesis_hash
from operations.journal import record_of
from operations.logs import role_events
from operations.parameters import Parameters
from operations.roles import WIRING, Role
from operations.settings import settings


@dataclass(frozen=True)
class Difference:
    """Something on the chain that isn't as it is meant to be."""

    what: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        return f"{self.what}\n    expected  {self.expected}\n    actual    {self.actual}"


@dataclass(frozen=True)
class Check:
    """One thing that was read from the chain."""

    what: str
    expected: Any
    actual: Any

    @property
    def difference(self) -> Difference | None:
        """None if it is as it should be."""
        return None if self.expected == self.actual else Difference(self.what, self.expected, self.actual)


def verify_market(project: Any, deployment: Deployment) -> tuple[int, list[Difference]]:
    """How many things were checked, and what differs."""
    checks = list(_checks(project, deployment))
    return len(checks), [check.difference for check in checks if check.difference]


def _checks(project: Any, deployment: Deployment) -> Iterator[Check]:
    journal, deployer = deployment.journal, deployment.journal.contracts["Authority"].deployer
    yield Check("block 0", journal.genesis, genesis_hash(project.provider))
    yield from _code(project, deployment, deployer)
    yield from _links(deployment)
    for label, actual, expected, _call, _arguments in settings(deployment):
        yield Check(label, expected, actual())
    yield from _lists(project, deployment)
    yield Check("paused", False, bool(deployment.market.policy() >> 241 & 1))
    yield from _functions(deployment)
    yield from _members(project, deployment, deployer)


# -- code and links ---------------------------------------------------------------------------


def _code(project: Any, deployment: Deployment, deployer: str) -> Iterator[Check]:
    journal = deployment.journal
    expected = constructors(deployment.parameters, deployer)
    yield Check("contracts", sorted(expected), sorted(journal.contracts))
    addresses: dict[str, str] = {}
    for name, arguments in expected.items():
        entry = journal.contracts.get(name)
        if entry is None:
            continue
        contract_type = getattr(project, name).contract_type
        code = bytes(project.provider.web3.eth.get_code(to_checksum_address(entry.address)))
        comparison = compare(runtime_code(contract_type), code)
        yield Check(f"{name}: byte code, immutables masked", True, comparison.matches)
        yield Check(f"{name}: byte code as journalled", entry.code_hash, hash_of(code))
        yield Check(f"{name}: ABI as journalled", entry.abi_hash, abi_hash(contract_type))
        given = [str(argument) for argument in arguments(addresses)]
        yield Check(f"{name}: constructor arguments", given, entry.constructor)
        addresses[name] = entry.address
    for name, entry in journal.contracts.items():
        code = bytes(project.provider.web3.eth.get_code(to_checksum_address(entry.address)))
        found = compare(runtime_code(getattr(project, name).contract_type), code).immutables
        known = _known_words(deployment, entry.address)
        unknown = sorted(f"0x{word.hex()}" for word in found if word not in known)
        yield Check(f"{name}: immutables that belong to no contract or setting", [], unknown)


def _known_words(deployment: Deployment, own: str) -> set[bytes]:
    """Every word that an immutable of this market may hold."""
    chain_id, market = deployment.parameters.chain_id, deployment.market.address
    entries = deployment.journal.contracts.values()
    addresses = [*(entry.address for entry in entries), _backup(deployment)]
    words = {decode_hex(address).rjust(32, b"\0") for address in addresses}
    p = deployment.parameters
    words |= {
        number.to_bytes(32, "big") for number in (chain_id, p.min_deposit, p.max_deposit, p.credit_table)
    }
    words.add(domain_of(chain_id, market))
    words |= {flag.to_bytes(32, "big") for flag in _backup_is_panel(p)}
    for name in ("Hanse Disputes", "Hanse Score Proofs"):
        words |= _domain_words(name, chain_id, own)
    return words


def _domain_words(name: str, chain_id: int, own: str) -> set[bytes]:
    """What OpenZeppelin's EIP712 keeps of a domain in its version 1."""
    hashes = [keccak(text=text) for text in (name, "1")]
    type_hash = keccak(
        text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    )
    separator = [type_hash, *hashes, chain_id.to_bytes(32, "big"), decode_hex(own).rjust(32, b"\0")]
    return {_short_string(name), _short_string("1"), *hashes, keccak(b"".join(separator))}


def _backup_is_panel(p: Parameters) -> set[bool]:
    """What the dispute module may have found its backup to be: a panel of the market's own is one."""
    return {True} if p.backup_arbitrator is None else {True, False}


def _short_string(text: str) -> bytes:
    """OpenZeppelin's ShortString: the text, and its length in the last byte."""
    return text.encode().ljust(31, b"\0") + bytes([len(text)])


def _links(d: Deployment) -> Iterator[Check]:
    authority, market, panel = d.authority.address, d.market.address, d.arbiter_panel.address
    for name in _wired(d):
        yield Check(f"{name}: authority", authority, d.contracts[name].authority())
    yield Check("FeePolicy: market", market, d.fee_policy.MARKET())
    yield Check("Credit: market", market, d.credit.market())
    yield Check("Lens: market", market, d.lens.MARKET())
    yield Check("RiskHolds: market", market, d.risk_holds.MARKET())
    yield Check("Rewards: market", market, d.rewards.MARKET())
    yield Check("Market: credit table", d.parameters.credit_table, d.market.creditTable())
    yield Check("Disputes: market", market, d.disputes.MARKET())
    yield Check("Disputes: panel", panel, d.disputes.PANEL())
    yield Check("Disputes: least deposit", d.parameters.min_deposit, d.disputes.MIN_DEPOSIT())
    yield Check("Disputes: largest deposit", d.parameters.max_deposit, d.disputes.MAX_DEPOSIT())
    yield Check("Disputes: backup arbitrator", _backup(d), d.disputes.BACKUP())
    yield Check(
        "Market: order domain", domain_of(d.parameters.chain_id, market), bytes(d.market.ORDER_DOMAIN())
    )


def _lists(project: Any, d: Deployment) -> Iterator[Check]:
    """What was set for others than the parameters name."""
    p, market = d.parameters, MarketContracts(project.provider.web3, record_of(d.journal))
    arbitrators = {event["arbitrator"] for event in market.events("ArbitratorAllowed")}
    allowed = sorted(arbitrator for arbitrator in arbitrators if d.market.arbitratorAllowed(arbitrator))
    yield Check("arbitrators on the allow-list", sorted(p.arbitrators), allowed)
    tokens = {event["token"] for event in market.events("CreditUnitSet")} - set(p.credit_units)
    units = {token: unit for token in sorted(tokens) if (unit := d.market.creditUnit(token))}
    yield Check("credit units of other tokens", {}, units)
    rules = {event["category"] for event in market.events("CommissionRuleSet")} - set(p.commissions)
    yield Check("commissions of other categories", [], sorted(rules))
    capped = {(event["category"], event["token"]) for event in market.events("CommissionCapsSet")}
    others = sorted(capped - {(item.category, item.token) for item in p.commission_caps})
    caps = {key: word for key in others if (word := d.market.commissionRule(*key)[1])}
    yield Check("commission caps of other categories and tokens", {}, caps)


# -- roles ------------------------------------------------------------------------------------


def _functions(d: Deployment) -> Iterator[Check]:
    for name in _wired(d):
        contract, functions_by_role = d.contracts[name], WIRING[name]
        expected = {function: role for role, functions in functions_by_role.items() for function in functions}
        yield Check(f"{name}: closed at the Authority", False, d.authority.isTargetClosed(contract))
        yield Check(f"{name}: admin delay at the Authority", 0, d.authority.getTargetAdminDelay(contract))
        for method in contract.contract_type.mutable_methods:
            actual = d.authority.getTargetFunctionRole(contract, selector_of(method))
            wanted = expected.get(method.name, Role.ADMIN)
            yield Check(f"{name}.{method.name}: role", wanted.label, _label(actual))


def _members(project: Any, d: Deployment, deployer: str) -> Iterator[Check]:
    wanted: dict[Role, dict[str, int]] = {role: {} for role in Role}
    for role, account, delay in grants(d, deployer):
        wanted[role][account] = delay
    seen, changed = role_events(project.provider.web3, d.journal.contracts["Authority"])
    for role in sorted({*Role, *(role_id for role_id, _account in seen)}):
        accounts = {account for role_id, account in seen if role_id == role} | set(wanted.get(role, {}))
        actual = {account: d.authority.hasRole(role, account) for account in accounts}
        members = {account: delay for account, (is_member, delay) in actual.items() if is_member}
        yield Check(
            f"members of {_label(role)}, with delays", _sorted(wanted.get(role, {})), _sorted(members)
        )
    for role in Role:
        yield Check(f"admin of {role.label}", Role.ADMIN, d.authority.getRoleAdmin(role))
        yield Check(f"guardian of {role.label}", Role.ADMIN, d.authority.getRoleGuardian(role))
        yield Check(f"grant delay of {role.label}", 0, d.authority.getRoleGrantDelay(role))
    known = {d.contracts[name].address for name in _wired(d)}
    yield Check("other contracts that the Authority was told about", [], sorted(changed - known))


def _label(role: int) -> str:
    return Role(role).label if role in set(Role) else str(role)


def _wired(d: Deployment) -> list[str]:
    return [name for name in WIRING if name in d.contracts]


def _backup(d: Deployment) -> str:
    return backup_of(d.parameters, {name: entry.address for name, entry in d.journal.contracts.items()})


def _sorted(members: dict[str, int]) -> dict[str, int]:
    return dict(sorted(members.items()))
