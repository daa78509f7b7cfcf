"""A contract's whole past: its events in the chain's order, with their times, straight from the node."""

from collections.abc import Iterator
from dataclasses import dataclass

from hexbytes import HexBytes
from web3 import Web3
from web3.contract import Contract
from web3.types import LogReceipt

from dapp.chain.logs import find_logs
from dapp.domain.replay import Event


@dataclass(frozen=True)
class Told:
    """An event and where it is: block, index among the block's logs, transaction."""

    event: Event
    block: int
    index: int
    transaction: bytes


def events_of(contract: Contract, first_block: int, last_block: int) -> Iterator[Told]:
    """All events of a contract that its ABI names, oldest first."""
    web3 = contract.w3
    known = {}
    for item in contract.abi:
        if item["type"] == "event":
            event = contract.events[item["name"]]()
            known[HexBytes(event.topic)] = event
    times: dict[int, int] = {}
    for log in find_logs(web3, contract.address, [], first_block, last_block):
        found = known.get(HexBytes(log["topics"][0])) if log["topics"] else None
        if found is None:
            continue
        number = log["blockNumber"]
        if number not in times:
            times[number] = _time_of(web3, log)
        told = Event(found.event_name, found.process_log(log)["args"], times[number])
        yield Told(told, number, log["logIndex"], bytes(log["transactionHash"]))


def _time_of(web3: Web3, log: LogReceipt) -> int:
    """The time of a log's block, which many nodes tell with the log."""
    told = log.get("blockTimestamp")
    if isinstance(told, str):
        return int(told, 16)
    return int(told) if isinstance(told, int) else int(web3.eth.get_block(log["blockNumber"])["timestamp"])
