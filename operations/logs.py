"""The Authority's events: who was ever given a role, and for which contracts functions were ever mapped."""

from typing import Any

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3.exceptions import Web3Exception

from operations.journal import Entry

_GRANTED = keccak(text="RoleGranted(uint64,address,uint32,uint48,bool)")
_MAPPED = keccak(text="TargetFunctionRoleUpdated(address,bytes4,uint64)")
_SMALLEST_RANGE = 16


def role_events(web3: Any, authority: Entry) -> tuple[set[tuple[int, str]], set[str]]:
    """Every (role, account) ever granted, and every contract with a function that was ever mapped."""
    granted, mapped = set(), set()
    for log in _logs(web3, authority.address, authority.block or 0, web3.eth.block_number):
        topics = [bytes(topic) for topic in log["topics"]]
        if topics[0] == _GRANTED:
            granted.add((int.from_bytes(topics[1], "big"), str(to_checksum_address(topics[2][12:]))))
        elif topics[0] == _MAPPED:
            mapped.add(str(to_checksum_address(topics[1][12:])))
    return granted, mapped


def _logs(web3: Any, address: str, first: int, last: int) -> list[Any]:
    """All logs of an address; a range that the node finds too large is halved."""
    try:
        return list(web3.eth.get_logs({"address": address, "fromBlock": first, "toBlock": last}))
    except (Web3Exception, ValueError):
        if last - first < _SMALLEST_RANGE:
            raise
    middle = (first + last) // 2
    return _logs(web3, address, first, middle) + _logs(web3, address, middle + 1, last)
