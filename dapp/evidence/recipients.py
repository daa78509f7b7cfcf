"""Whom evidence of an order is sealed to: the parties and the arbiters, by the keys that they published."""

from dataclasses import dataclass

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dapp.chain.contracts import MarketContracts
from dapp.chain.logs import find_logs
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.evidence.seal import recipient_text
from dapp.evidence.trail import SealedOrder, arbitrations_of

DELEGATED = b"\xef\x01\x00"


@dataclass(frozen=True)
class Reader:
    """Somebody who should be able to read an order's evidence; `recipient` None until he publishes a key."""

    role: str
    account: ChecksumAddress
    recipient: str | None


def published_recipient(contracts: MarketContracts, account: str) -> str | None:
    """The age recipient that an account published last, None if there is none."""
    event = contracts.evidence.events["RecipientPublished"]()
    topics = [bytes.fromhex(event.topic.removeprefix("0x")), _topic(account)]
    logs = find_logs(contracts.web3, contracts.evidence.address, topics, contracts.record.first_block)
    key = bytes(event.process_log(logs[-1])["args"]["recipient"]) if logs else b""
    return recipient_text(key) if any(key) else None


def readers_of(contracts: MarketContracts, order: SealedOrder) -> list[Reader]:
    """Buyer, seller and, once there is a dispute, those who decide it."""
    roles: dict[str, str] = {order.terms.buyer: "buyer", order.terms.seller: "seller"}
    for account in arbiters_of(contracts, order):
        roles.setdefault(account, "arbiter")
    return [
        Reader(role, to_checksum_address(account), published_recipient(contracts, account))
        for account, role in roles.items()
    ]


def arbiters_of(contracts: MarketContracts, order: SealedOrder) -> list[str]:
    """The arbiters drawn for an order's dispute, or an arbitrator of its own that the order names."""
    found = [order.terms.arbitrator] if order.terms.arbitrator != ZERO_ADDRESS else []
    for arbitration in arbitrations_of(contracts, order):
        found += _drawn(contracts, arbitration.arbitrator, arbitration.dispute_id)
    return list(dict.fromkeys(found))


def needs_passphrase(contracts: MarketContracts, account: str) -> bool:
    """Whether an account is a contract wallet, whose signatures give no key.

    One that delegates to a contract (EIP-7702) still has its own key.
    """
    code = bytes(contracts.web3.eth.get_code(to_checksum_address(account)))
    return bool(code) and not code.startswith(DELEGATED)


def _drawn(contracts: MarketContracts, arbitrator: ChecksumAddress, dispute_id: int) -> list[str]:
    """Who sits on the chairs of a panel's dispute; nobody where the arbitrator isn't one of our panels."""
    if arbitrator not in (contracts.panel.address, contracts.backup_panel.address):
        return [arbitrator]
    seated: dict[tuple[int, int], tuple[int, str]] = {}
    for name in ("ArbiterDrawn", "ArbiterAccepted", "ArbiterRuled"):  # the first may be left out
        event = contracts.panel.events[name]()
        topics = [bytes.fromhex(event.topic.removeprefix("0x")), dispute_id.to_bytes(32, "big")]
        for log in find_logs(contracts.web3, arbitrator, topics, contracts.record.first_block):
            found = event.process_log(log)["args"]
            seated[log["blockNumber"], log["logIndex"]] = found["chair"], found["arbiter"]
    return list(dict(seated[place] for place in sorted(seated)).values())


def _topic(account: str) -> bytes:
    return bytes.fromhex(account.removeprefix("0x")).rjust(32, b"\0")
