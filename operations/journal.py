"""`deployments/<chainId>.json`: what is deployed where, written before anything is sent.

An entry is made once a deployment's transaction is signed and before it is sent: its nonce gives the
address and its hash the transaction. So whatever stops a deployment, the next run finds what was sent.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eth_utils.address import to_checksum_address

from dapp.chain.records import ContractRecord, DeploymentRecord
from operations.errors import BadJournal

FOLDER = Path(os.environ.get("HANSE_DEPLOYMENTS") or Path(__file__).resolve().parent.parent / "deployments")
VERSION = 1


@dataclass(frozen=True)
class Entry:
    """One contract. `block` is None until its transaction was seen in one."""

    address: str
    deployer: str
    nonce: int
    transaction: str
    constructor: list[Any]
    abi_hash: str
    creation_code_hash: str
    block: int | None = None
    code_hash: str | None = None
    abi: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Journal:
    """A chain's deployment.

    `genesis`, the hash of block 0, tells a new development chain from an old one; `finished`: configured and
    handed over, so that from now on the operators alone change it.
    """

    path: Path
    chain_id: int
    genesis: str
    compiler: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    contracts: dict[str, Entry] = field(default_factory=dict)
    finished: bool = False

    def record(self, name: str, entry: Entry) -> None:
        """Make or replace an entry, on disk when this returns."""
        self.contracts[name] = entry
        self.save()

    def forget(self, name: str) -> None:
        """Drop an entry whose contract can never come to be."""
        del self.contracts[name]
        self.save()

    def save(self) -> None:
        """Replace the file as a whole, so that a reader never sees half of it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".tmp")
        with temporary.open("w") as file:
            json.dump(self._document(), file, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)

    def _document(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "chain_id": self.chain_id,
            "genesis": self.genesis,
            "compiler": self.compiler,
            "parameters": self.parameters,
            "finished": self.finished,
            "contracts": {name: asdict(entry) for name, entry in self.contracts.items()},
        }


def journal_path(chain_id: int, folder: Path = FOLDER) -> Path:
    """Where a chain's deployment is recorded."""
    return folder / f"{chain_id}.json"


def read_journal(path: Path) -> Journal:
    """The deployment recorded in a file. Raises BadJournal."""
    try:
        document = json.loads(path.read_text())
        if document["version"] != VERSION:
            raise BadJournal(f"{path.name} has version {document['version']}, this reads version {VERSION}.")
        entries = {name: Entry(**values) for name, values in document["contracts"].items()}
        fields: Mapping[str, Any] = {
            key: document[key] for key in ("chain_id", "genesis", "compiler", "parameters", "finished")
        }
        return Journal(path, contracts=entries, **fields)
    except FileNotFoundError as error:
        raise BadJournal(f"{path.name} isn't there: deploy first, with `ape run deploy`.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadJournal(f"{path.name} can't be read ({error!r}): restore it from a copy.") from error


def open_journal(path: Path, chain_id: int, genesis: str, *, disposable: bool) -> Journal:
    """The journal to go on with: the one of this very chain, or a new one.

    disposable: whether the chain is a development chain, where an older one's journal is only in the way.
    Raises BadJournal if the journal is of another chain with the same id.
    """
    if not path.exists():
        return Journal(path, chain_id, genesis)
    try:
        journal = read_journal(path)
    except BadJournal:
        if not disposable:
            raise
        return Journal(path, chain_id, genesis)
    if journal.chain_id == chain_id and journal.genesis == genesis:
        return journal
    if disposable:
        return Journal(path, chain_id, genesis)
    raise BadJournal(
        f"{path.name} is the journal of another chain (its block 0 is {journal.genesis}, here {genesis}): "
        "move it away to deploy anew."
    )


def record_of(journal: Journal) -> DeploymentRecord:
    """The journal as what `dapp.chain` reads."""
    contracts = {
        name: ContractRecord(
            name, to_checksum_address(entry.address), entry.block or 0, entry.abi, tuple(entry.constructor)
        )
        for name, entry in journal.contracts.items()
    }
    return DeploymentRecord(journal.chain_id, contracts)
