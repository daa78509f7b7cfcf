"""Deploys a market and hands it over: idempotent steps, each read back from the chain.

`deploy_market` is what `ape run deploy` and the tests call. Contracts come first, each journalled before it
is sent; then the configuration, where every step looks at the chain and does only what is missing; the admin
role is handed over last. It can be stopped anywhere and called again.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import rlp
from eth_utils.address import to_canonical_address, to_checksum_address
from eth_utils.crypto import keccak

from operations.bytecode import compare, creation_code_hash, hash_of, runtime_code
from operations.configuration import configure, is_administrator, is_handed_over
from operations.errors import DeploymentFailed
from operations.journal import FOLDER, Entry, Journal, journal_path, open_journal
from operations.parameters import Parameters, load_parameters

DEVELOPMENT_CHAINS = (1337, 31337)
Step = Callable[[str], None]


@dataclass(frozen=True)
class Deployment:
    """A deployed market: its contracts as Ape instances by name, the parameters and the journal."""

    contracts: dict[str, Any]
    parameters: Parameters
    journal: Journal

    def __getattr__(self, name: str) -> Any:
        """`deployment.market`, `.fee_policy`, `.disputes` … are the contracts."""
        contract = "".join(part.capitalize() for part in name.split("_"))
        try:
            return self.__dict__["contracts"][contract]
        except KeyError:
            raise AttributeError(name) from None


def constructors(p: Parameters, deployer: str) -> dict[str, Callable[[dict[str, str]], list[Any]]]:
    """The contracts in order, each with its constructor arguments from the addresses so far."""
    panel = (p.panel_cost, p.panel_stake, p.panel_slash)
    deposits = (p.min_deposit, p.max_deposit)
    contracts: dict[str, Callable[[dict[str, str]], list[Any]]] = {
        "Authority": lambda _at: [deployer],
        "Market": lambda at: [at["Authority"], p.credit_table],
        "FeePolicy": lambda at: [at["Authority"], at["Market"]],
        "Credit": lambda at: [at["Authority"], at["Market"]],
        "ArbiterPanel": lambda at: [at["Authority"], *panel],
    }
    if p.backup_arbitrator is None:
        contracts["BackupPanel"] = contracts["ArbiterPanel"]
    return contracts | {
        "Disputes": lambda at: [at["Market"], at["ArbiterPanel"], backup_of(p, at), *deposits],
        "Lens": lambda at: [at["Market"]],
        "EvidenceLog": lambda at: [at["Market"], at["Authority"]],
        "RiskHolds": lambda at: [at["Authority"], at["Market"]],
        "Rewards": lambda at: [at["Authority"], at["Market"]],
        "ScoreProofs": lambda at: [at["Authority"]],
    }


def backup_of(p: Parameters, addresses: Mapping[str, str]) -> str:
    """The address of the backup arbitrator."""
    return p.backup_arbitrator or addresses["BackupPanel"]


def deploy_market(
    project: Any,
    deployer: Any,
    *,
    parameters: Parameters | None = None,
    folder: Path = FOLDER,
    on_step: Step | None = None,
) -> Deployment:
    """Deploy a whole market by the account `deployer` on the connected chain, or go on with one.

    parameters: those of `chains.yaml` unless given; folder: where the journal goes.
    on_step: told what is about to be sent or was just sent; what it raises stops the deployment there.
    Raises DeploymentFailed, BadParameters, BadJournal.
    """
    provider = project.provider
    p = parameters or load_parameters(provider.chain_id)
    journal = open_journal(
        journal_path(provider.chain_id, folder),
        provider.chain_id,
        genesis_hash(provider),
        disposable=provider.chain_id in DEVELOPMENT_CHAINS,
    )
    journal.compiler = compiler_settings(project)
    journal.parameters = _plain(p)
    contracts: dict[str, Any] = {}
    deployer_then = _first_deployer(journal, deployer)
    for name, arguments in constructors(p, deployer_then).items():
        addresses = {done: instance.address for done, instance in contracts.items()}
        sender = _Contract(project, deployer, journal, name, arguments(addresses), on_step or _ignore)
        contracts[name] = sender.ensure()
    deployment = Deployment(contracts, p, journal)
    if not journal.finished:
        # Stopped between the handing over and this note, nothing is left to do.
        if is_administrator(deployment, deployer) or not is_handed_over(deployment, deployer_then):
            configure(deployment, deployer, on_step or _ignore)
        journal.finished = True
    journal.save()
    return deployment


def connect_market(project: Any, journal: Journal, parameters: Parameters) -> Deployment:
    """The market that a journal tells of, without sending anything."""
    contracts = {
        name: getattr(project, name).at(entry.address, fetch_from_explorer=False)
        for name, entry in journal.contracts.items()
    }
    return Deployment(contracts, parameters, journal)


class _Contract:
    """One contract's deployment: found again if it was sent before, else sent."""

    def __init__(
        self, project: Any, deployer: Any, journal: Journal, name: str, arguments: list[Any], on_step: Step
    ) -> None:
        self._container = getattr(project, name)
        self._type = self._container.contract_type
        self._provider = project.provider
        self._deployer, self._journal, self._name = deployer, journal, name
        self._arguments, self._on_step = arguments, on_step

    def ensure(self) -> Any:
        entry = self._journal.contracts.get(self._name)
        if entry is not None and not self._is_there(entry):
            self._journal.forget(self._name)
            entry = None
        if entry is None:
            entry = self._send()
        if entry.block is None:
            self._journal.record(self._name, self._completed(entry))
        return self._container.at(entry.address, fetch_from_explorer=False)

    def _is_there(self, entry: Entry) -> bool:
        """Whether the entry's contract exists, its transaction still to be mined awaited."""
        web3 = self._provider.web3
        if not web3.eth.get_code(entry.address):
            pending = web3.eth.get_transaction_count(to_checksum_address(entry.deployer), "pending")
            mined = web3.eth.get_transaction_count(to_checksum_address(entry.deployer), "latest")
            if mined <= entry.nonce < pending:
                self._on_step(f"waiting for {self._name} ({entry.transaction})")
                self._provider.get_receipt(entry.transaction)
        code = bytes(web3.eth.get_code(entry.address))
        if not code:
            return False
        if not compare(runtime_code(self._type), code).matches:
            raise DeploymentFailed(
                f"The {self._name} at {entry.address} has other code than this checkout compiles: go on with "
                f"the sources it was deployed from, or move {self._journal.path.name} away to deploy anew."
            )
        if entry.constructor != _jsonable(self._arguments):
            raise DeploymentFailed(
                f"The {self._name} at {entry.address} was deployed with {entry.constructor}, but the "
                f"parameters now give {_jsonable(self._arguments)}: undo the change in chains.yaml."
            )
        return True

    def _send(self) -> Entry:
        transaction = self._container(*self._arguments)
        transaction.sender = self._deployer.address
        transaction = self._deployer.prepare_transaction(transaction)
        signed = self._deployer.sign_transaction(transaction)
        if signed is None:
            raise DeploymentFailed(
                f"{self._deployer.address} refused to sign the deployment of {self._name}."
            )
        entry = Entry(
            address=create_address(self._deployer.address, signed.nonce),
            deployer=self._deployer.address,
            nonce=signed.nonce,
            transaction=signed.txn_hash.to_0x_hex(),
            constructor=_jsonable(self._arguments),
            abi_hash=abi_hash(self._type),
            creation_code_hash=creation_code_hash(self._type),
            abi=json.loads(self._type.model_dump_json(by_alias=True, exclude_none=True))["abi"],
        )
        self._journal.record(self._name, entry)
        self._on_step(f"sending {self._name}")
        receipt = self._provider.send_transaction(signed)
        self._on_step(f"sent {self._name}")
        receipt.await_confirmations()
        return entry

    def _completed(self, entry: Entry) -> Entry:
        code = bytes(self._provider.web3.eth.get_code(entry.address))
        if not code:
            raise DeploymentFailed(f"{self._name}'s deployment {entry.transaction} failed.")
        block = self._provider.web3.eth.get_transaction_receipt(entry.transaction)["blockNumber"]
        return replace(entry, block=block, code_hash=hash_of(code))


def create_address(sender: str, nonce: int) -> str:
    """Where a contract created by `sender`'s transaction of this nonce lies."""
    return str(to_checksum_address(keccak(rlp.encode([to_canonical_address(sender), nonce]))[12:]))


def abi_hash(contract_type: Any) -> str:
    """keccak256 of the ABI as compact JSON, keys in order."""
    abi = json.loads(contract_type.model_dump_json(by_alias=True, exclude_none=True))["abi"]
    return hash_of(json.dumps(abi, sort_keys=True, separators=(",", ":")).encode())


def genesis_hash(provider: Any) -> str:
    """The hash of block 0."""
    return str(provider.web3.eth.get_block(0)["hash"].to_0x_hex())


def compiler_settings(project: Any) -> dict[str, Any]:
    """What the contracts are compiled with."""
    settings = project.config.solidity
    names = ("version", "evm_version", "optimize", "optimization_runs", "via_ir")
    return {"name": "solc", **{name: _plain_setting(getattr(settings, name, None)) for name in names}}


def _plain_setting(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _first_deployer(journal: Journal, deployer: Any) -> str:
    """Who the Authority was made by; another account must not go on with what it can't configure."""
    entry = journal.contracts.get("Authority")
    return entry.deployer if entry else str(deployer.address)


def _plain(p: Parameters) -> dict[str, Any]:
    """The parameters for the journal; large numbers as strings, as not every reader keeps them."""
    fields = asdict(p)
    fields["roles"] = {role.label: asdict(member) for role, member in p.roles.items()}
    document: dict[str, Any] = json.loads(json.dumps(fields))
    return {k: str(v) if isinstance(v, int) and v >= 2**53 else v for k, v in document.items()}


def _jsonable(arguments: list[Any]) -> list[Any]:
    return [str(argument) for argument in arguments]


def _ignore(_step: str) -> None:
    pass
