"""Typed messages (EIP-712): their domain and hash, and whether an account signed one."""

from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import Web3Exception

_DOMAIN = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)
_ERC1271 = HexBytes("0x1626ba7e")

Types = dict[str, list[dict[str, str]]]


def typed_message(
    name: str, chain_id: int, contract: str, types: Types, primary: str, message: dict[str, Any]
) -> dict[str, Any]:
    """A whole message: `message` of the type `primary` for version 1 of the domain `name` of a contract."""
    return {
        "types": {"EIP712Domain": [{"name": field, "type": kind} for field, kind in _DOMAIN], **types},
        "primaryType": primary,
        "domain": {"name": name, "version": "1", "chainId": chain_id, "verifyingContract": contract},
        "message": message,
    }


def digest_of(message: dict[str, Any]) -> bytes:
    """The hash that is signed."""
    signable = encode_typed_data(full_message=message)
    return bytes(Web3.keccak(b"\x19" + signable.version + signable.header + signable.body))


def is_signed_by(message: dict[str, Any], signer: str, signature: bytes, web3: Web3) -> bool:
    """Whether `signer` signed the message: by ECDSA, else the account is asked by ERC-1271."""
    signable = encode_typed_data(full_message=message)
    try:
        if Account.recover_message(signable, signature=signature) == signer:
            return True
    except Exception:
        pass
    padded = signature + bytes(-len(signature) % 32)
    words = (digest_of(message), (64).to_bytes(32), len(signature).to_bytes(32), padded)
    try:
        answer = web3.eth.call(
            {"to": to_checksum_address(signer), "data": HexBytes(_ERC1271 + b"".join(words)), "gas": 300_000}
        )
    except (Web3Exception, ValueError):
        return False
    return bytes(answer[:4]) == bytes(_ERC1271) and len(answer) >= 32
