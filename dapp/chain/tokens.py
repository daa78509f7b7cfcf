"""How tokens call themselves, made safe to show."""

import re
import threading
from typing import Any

from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import Web3Exception

from dapp.chain.failures import ChainError
from dapp.chain.formats import NATIVE, Token

_SYMBOL, _DECIMALS = HexBytes("0x95d89b41"), HexBytes("0x313ce567")  # symbol(), decimals()
_FOREIGN = re.compile(r"[^A-Za-z0-9.+-]")
_LONGEST_SYMBOL = 11
_MOST_DECIMALS = 77


class TokenBook:
    """Symbols and decimals by address, each read from the chain once.

    A symbol is foreign text: only ASCII letters, digits and .+- are kept, and one that says nothing or poses
    as the chain's coin is replaced by the token's address.
    """

    def __init__(self, web3: Web3) -> None:
        self._web3 = web3
        self._known: dict[str, Token] = {}
        self._lock = threading.Lock()

    def token(self, address: str) -> Token:
        """The token at an address; without decimals and named by its address while the chain is silent."""
        known = self._known.get(address)  # as it is kept, most often: to check an address takes a hash
        if known is not None:
            return known
        if not int(address, 16):
            return NATIVE
        account = to_checksum_address(address)
        with self._lock:
            known = self._known.get(account)
        if known is not None:
            return known
        try:
            symbol = self._call(account, _SYMBOL)
            decimals = int.from_bytes(self._call(account, _DECIMALS)[:32])
        except (ChainError, OSError):
            return Token(_by_address(account), 0)
        token = Token(shown_symbol(_text(symbol), account), decimals if decimals <= _MOST_DECIMALS else 0)
        with self._lock:
            self._known[account] = token
        return token

    def _call(self, account: Any, selector: HexBytes) -> bytes:
        try:
            return bytes(self._web3.eth.call({"to": account, "data": selector, "gas": 200_000}))
        except (Web3Exception, ValueError):
            return b""


def shown_symbol(text: str, address: str) -> str:
    """What of a token's own symbol may be shown."""
    symbol = _FOREIGN.sub("", text)[:_LONGEST_SYMBOL]
    poses = symbol.upper() == NATIVE.symbol or symbol != text.strip()[:_LONGEST_SYMBOL]
    return _by_address(address) if not symbol or poses else symbol


def _by_address(address: str) -> str:
    return f"{address[:6]}…{address[-4:]}"


def _text(raw: bytes) -> str:
    """A returned `string`, or the `bytes32` that some old tokens return instead."""
    if len(raw) == 32:
        return raw.rstrip(b"\0").decode(errors="replace")
    if len(raw) < 64 or int.from_bytes(raw[:32]) != 32:
        return ""
    return raw[64 : 64 + min(int.from_bytes(raw[32:64]), 64)].decode(errors="replace")
