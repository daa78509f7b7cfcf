"""What the dApp needs of ERC-20 tokens: balances, allowances and approvals."""

from typing import Any

from eth_utils.address import to_checksum_address
from web3 import Web3
from web3.contract.contract import ContractFunction

Inputs = tuple[tuple[str, str], ...]


def _function(name: str, inputs: Inputs, output: str, mutability: str = "view") -> dict[str, Any]:
    return {
        "type": "function",
        "name": name,
        "stateMutability": mutability,
        "inputs": [{"name": argument, "type": kind} for argument, kind in inputs],
        "outputs": [{"name": "", "type": output}],
    }


_ABI = [
    _function("balanceOf", (("account", "address"),), "uint256"),
    _function("allowance", (("owner", "address"), ("spender", "address")), "uint256"),
    _function("approve", (("spender", "address"), ("amount", "uint256")), "bool", "nonpayable"),
]


class Erc20:
    """A token on the chain. Amounts are its units."""

    def __init__(self, web3: Web3, address: str) -> None:
        self._token = web3.eth.contract(to_checksum_address(address), abi=_ABI)

    def balance_of(self, account: str) -> int:
        """What an account holds itself, outside the market."""
        return int(self._token.functions.balanceOf(to_checksum_address(account)).call())

    def allowance(self, owner: str, spender: str) -> int:
        """What `spender` may still take of the owner's."""
        owner_, spender_ = to_checksum_address(owner), to_checksum_address(spender)
        return int(self._token.functions.allowance(owner_, spender_).call())

    def approve(self, spender: str, amount: int) -> ContractFunction:
        """Let `spender` take `amount`, and no more."""
        return self._token.functions.approve(to_checksum_address(spender), amount)
