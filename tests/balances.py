"""Every balance that a call could touch: what moves must be said, and nothing else may move."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from eth_abi import decode, encode
from eth_utils import keccak

from dapp.domain.bounds import ZERO_ADDRESS
from tests.stage import Stage

BALANCE_OF = keccak(text="balanceOf(address)")[:4]
AVAILABLE = keccak(text="balanceOf(address,address)")[:4]
BUCKETS = keccak(text="bucketsOf(address,address)")[:4]
NOT_WATCHED = ("admin", "pauser", "rater", "treasurer", "patron", "credit")
Request = tuple[str, list[Any]]


class Balances:
    """Reads of one token by name: `seller` is an available balance, `seller_maturing` what waits for him,
    `seller_wallet` what he has outside; `platform` is the market's own account, `vault` all that it holds.
    """

    def __init__(self, provider: Any, stage: Stage, **more: str) -> None:
        """more: accounts to watch beside the actors, by name."""
        self.eth = provider.web3.eth
        self.rpc, self.manager = provider.web3.provider, provider.web3.manager
        self.market = stage.market.address
        names = [field.name for field in fields(stage.actors) if field.name not in NOT_WATCHED]
        self.accounts = {name: getattr(stage.actors, name).address for name in names} | more

    def read(self, token: str) -> dict[str, int]:
        """Every balance in `token`, in token units. One request for all: tests read often."""
        asks = {"platform": self._available(self.market, token), "vault": _outside(self.market, token)}
        for name, account in self.accounts.items():
            asks[name] = self._available(account, token)
            asks[f"{name}_wallet"] = _outside(account, token)
        for name in ("seller", "newcomer"):
            asks[f"{name}_maturing"] = _call(self.market, BUCKETS + _addresses(self.accounts[name], token))
        words = dict(zip(asks, self._ask(list(asks.values())), strict=True))
        return {name: _maturing(w) if name.endswith("_maturing") else int(w, 16) for name, w in words.items()}

    def _ask(self, requests: list[Request]) -> list[str]:
        """The replies as hex words; py-evm has no batches."""
        if hasattr(self.rpc, "make_batch_request"):
            return [reply["result"] for reply in self.rpc.make_batch_request(requests)]
        replies = [self.manager.request_blocking(method, params) for method, params in requests]
        return [reply if isinstance(reply, str) else hex(reply) for reply in replies]

    def _available(self, account: str, token: str) -> Request:
        return _call(self.market, AVAILABLE + _addresses(account, token))

    @contextmanager
    def move(self, token: Any = ZERO_ADDRESS, **moved: int) -> Iterator[None]:
        """Assert that the balances named in `moved` change by so many token units, and no other does."""
        address = getattr(token, "address", token)
        height, before = self.eth.block_number, self.read(address)
        yield
        after = self.read(address)
        if address == ZERO_ADDRESS:
            self._add_gas(after, height)
        changes = {name: after[name] - before[name] for name in before if after[name] != before[name]}
        assert changes == {name: amount for name, amount in moved.items() if amount}

    def _add_gas(self, balances: dict[str, int], height: int) -> None:
        """Give the senders back what they paid for gas since block `height`."""
        names = {account: name for name, account in self.accounts.items()}
        for number in range(height + 1, self.eth.block_number + 1):
            for sent in self.eth.get_block(number)["transactions"]:
                receipt = self.eth.get_transaction_receipt(sent)
                if sender := names.get(receipt["from"]):
                    balances[f"{sender}_wallet"] += receipt["gasUsed"] * receipt["effectiveGasPrice"]


def _outside(account: str, token: str) -> Request:
    if token == ZERO_ADDRESS:
        return "eth_getBalance", [account, "latest"]
    return _call(token, BALANCE_OF + _addresses(account))


def _call(to: str, data: bytes) -> Request:
    return "eth_call", [{"to": to, "data": "0x" + data.hex()}, "latest"]


def _maturing(words: str) -> int:
    """What is payable on later days, of a ring of buckets."""
    return sum(word >> 32 for word in decode(["uint256[64]"], bytes.fromhex(words[2:]))[0])


def _addresses(*accounts: str) -> bytes:
    return encode(["address"] * len(accounts), accounts)
