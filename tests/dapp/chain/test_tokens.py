"""How tokens call themselves, made safe.

token
├── the chain's coin, without asking
├── a token that tells: its symbol and decimals, asked once
├── an old one whose symbol is 32 bytes
├── a hostile symbol, one that poses as the coin, none: the address instead
└── no contract, or a silent chain: the address, smallest units, and asked again later
"""

import pytest
from eth_abi.abi import encode
from web3.exceptions import ContractLogicError

from dapp.chain.fail_over import RpcUnavailable
from dapp.chain.formats import NATIVE, Token
from dapp.chain.tokens import TokenBook
from dapp.domain.bounds import ZERO_ADDRESS

ADDRESS = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
BY_ADDRESS = "0x5FbD…0aa3"


class Chain:
    """`eth.call` of a token."""

    def __init__(self, symbol, decimals=6):
        self.symbol, self.decimals, self.calls, self.eth = symbol, decimals, 0, self

    def call(self, transaction):
        self.calls += 1
        value = self.symbol if bytes(transaction["data"]).hex() == "95d89b41" else self.decimals
        if isinstance(value, Exception):
            raise value
        if isinstance(value, bytes):
            return value
        return encode(["uint256"], [value]) if isinstance(value, int) else encode(["string"], [value])


def test_token__native__is_not_asked():
    chain = Chain("X")
    assert TokenBook(chain).token(ZERO_ADDRESS) == NATIVE
    assert chain.calls == 0


def test_token__tells__asked_once():
    chain = Chain("DUSD")
    book = TokenBook(chain)
    assert book.token(ADDRESS) == book.token(ADDRESS.lower()) == Token("DUSD", 6)
    assert chain.calls == 2


def test_token__bytes32__is_read():
    assert TokenBook(Chain(b"MKR".ljust(32, b"\0"), 18)).token(ADDRESS) == Token("MKR", 18)


@pytest.mark.parametrize(
    "symbol",
    [
        "",
        "ETH",
        "eth",
        "<img>",
        "**x**",
        "E\u200bTH",
        "\u0395TH",
        "[a](http://b)",
        "$x$",
        b"",
        b"\xff" * 32,
        b"\1" * 63,
    ],
)
def test_token__hostile_symbol__is_its_address(symbol):
    assert TokenBook(Chain(symbol)).token(ADDRESS) == Token(BY_ADDRESS, 6)


def test_token__long_symbol__is_cut():
    assert TokenBook(Chain("A" * 500)).token(ADDRESS).symbol == "A" * 11


@pytest.mark.parametrize("decimals", [78, 2**255, ContractLogicError("reverted")])
def test_token__no_usable_decimals__smallest_units(decimals):
    assert TokenBook(Chain("T", decimals)).token(ADDRESS) == Token("T", 0)


def test_token__silent_chain__asked_again_later():
    chain = Chain(RpcUnavailable("silent"))
    book = TokenBook(chain)
    assert book.token(ADDRESS) == Token(BY_ADDRESS, 0)
    chain.symbol = "DUSD"
    assert book.token(ADDRESS) == Token("DUSD", 6)
