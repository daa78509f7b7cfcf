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


class Balances:
    """Reads of one token by name: `seller` is an available balance, `seller_maturing` what waits for him,
    `seller_wallet` what he has outside; `platform` is the market's own account, `vault` all that it holds.
    """

    def __init__(self, provider: Any, stage: Stage, **more: str) -> None:
        """more: accounts to watch beside the actors, by name."""
        self.eth = provider.web3.eth
        self.market = stage.market.address
        names = [field.name for field in fields(stage.actors) if field.name not in NOT_WATCHED]
        self.accounts = {name: getattr(stage.actors, name).address for name in names} | more

    def read(self, token: str) -> dict[str, int]:
        """Every balance in `token`, in token units."""
        balances = {"platform": self.available(self.market, token), "vault": self.outside(self.market, token)}
        for name, account in self.accounts.items():
            balances[name] = self.available(account, token)
            balances[f"{name}_wallet"] = self.outside(account, token)
        for name in ("seller", "newcomer"):
            balances[f"{name}_maturing"] = self.maturing(self.accounts[name], token)
        return balances

    def available(self, account: str, token: str) -> int:
        """What `account` can withdraw."""
        return int.from_bytes(self._call(self.market, AVAILABLE + _addresses(account, token)), "big")

    def maturing(self, account: str, token: str) -> int:
        """What is payable to `account` on later days."""
        words = decode(["uint256[64]"], self._call(self.market, BUCKETS + _addresses(account, token)))[0]
        return sum(word >> 32 for word in words)

    def outside(self, account: str, token: str) -> int:
        """What `account` holds of the token itself."""
        if token == ZERO_ADDRESS:
            return int(self.eth.get_balance(account))
        return int.from_bytes(self._call(token, BALANCE_OF + _addresses(account)), "big")

    def _call(self, to: str, data: bytes) -> bytes:
        return bytes(self.eth.call({"to": to, "data": data, "from": self.market}))

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


def _addresses(*accounts: str) -> bytes:
    return encode(["address"] * len(accounts), accounts)
