"""`deployments/<chainId>.json`: where a market's contracts are, and their ABIs as they were deployed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dapp.chain.failures import NotDeployed
from dapp.domain.credit_table import TABLE, CreditTable
from dapp.domain.hashing import to_checksum_address

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress

FOLDER = Path(__file__).resolve().parent.parent.parent / "deployments"

Abi = list[dict[str, Any]]


@dataclass(frozen=True)
class ContractRecord:
    """One deployed contract; `block` is the block of its deployment, `constructor` what it was given then."""

    name: str
    address: "ChecksumAddress"
    block: int
    abi: Abi
    constructor: tuple[Any, ...] = ()


@dataclass(frozen=True)
class DeploymentRecord:
    """A market on one chain; contracts by name."""

    chain_id: int
    contracts: dict[str, ContractRecord]

    def __getitem__(self, name: str) -> ContractRecord:
        """The contract of this name. Raises NotDeployed."""
        try:
            return self.contracts[name]
        except KeyError:
            raise NotDeployed(f"The deployment on chain {self.chain_id} has no {name}.") from None

    @property
    def credit_table(self) -> CreditTable:
        """The numbers that the market's scores are reckoned by."""
        given = self["Market"].constructor[1:]
        return CreditTable.unpack(int(given[0])) if given else TABLE

    @property
    def first_block(self) -> int:
        """No event of this market is older."""
        return min(record.block for record in self.contracts.values())


def load_deployment(chain_id: int, folder: Path = FOLDER) -> DeploymentRecord:
    """The market deployed on a chain. Raises NotDeployed."""
    path = folder / f"{chain_id}.json"
    try:
        document = json.loads(path.read_text())
        contracts = {
            name: ContractRecord(
                name,
                to_checksum_address(entry["address"]),
                entry["block"],
                entry["abi"],
                tuple(entry.get("constructor", ())),
            )
            for name, entry in document["contracts"].items()
        }
    except FileNotFoundError as error:
        raise NotDeployed(f"No market is deployed on chain {chain_id}: {path.name} isn't there.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise NotDeployed(f"{path.name} can't be read: {error!r}") from error
    unfinished = [record.name for record in contracts.values() if not isinstance(record.block, int)]
    if unfinished:
        raise NotDeployed(f"The deployment on chain {chain_id} isn't finished: {', '.join(unfinished)}.")
    return DeploymentRecord(chain_id, contracts)
