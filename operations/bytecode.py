"""Comparing a contract's code on the chain with the compiled one, immutables masked."""

from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak
from eth_utils.hexadecimal import decode_hex, encode_hex

_PUSH32 = 0x7F
_PLACEHOLDER = bytes([_PUSH32]) + bytes(32)
"""How the compiler leaves the place of an immutable; the optimizer pushes no other zero like this."""


@dataclass(frozen=True)
class Comparison:
    """`matches` up to the immutables; `immutables` are the distinct words found in their places."""

    matches: bool
    immutables: frozenset[bytes]


def compare(compiled: bytes, deployed: bytes) -> Comparison:
    """Compare runtime code as compiled (zeros for immutables) with what is deployed."""
    if len(compiled) != len(deployed):
        return Comparison(False, frozenset())
    masked, words, start = bytearray(deployed), set(), 0
    while (found := compiled.find(_PLACEHOLDER, start)) >= 0:
        if deployed[found] == _PUSH32:
            words.add(bytes(deployed[found + 1 : found + 33]))
            masked[found + 1 : found + 33] = bytes(32)
        start = found + 33
    return Comparison(bytes(masked) == compiled, frozenset(words))


def runtime_code(contract_type: Any) -> bytes:
    """The runtime code that the compiler made, zeros in the places of immutables."""
    return decode_hex(str(contract_type.runtime_bytecode.bytecode))


def creation_code_hash(contract_type: Any) -> str:
    """keccak256 of the creation code, without constructor arguments."""
    return hash_of(decode_hex(str(contract_type.deployment_bytecode.bytecode)))


def hash_of(data: bytes) -> str:
    """keccak256 as a hex string."""
    return str(encode_hex(keccak(data)))
