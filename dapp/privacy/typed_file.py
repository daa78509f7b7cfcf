"""Signed EIP-712 messages as files: JSON as wallets take it, with the signature beside it.

Any tool that knows EIP-712 can check such a file. Reading one is strict: what is shown to a person is exactly
what was signed.
"""

from collections.abc import Mapping
from typing import Any, Final

from eth_utils.address import is_address, to_checksum_address

from dapp.chain.typed_data import typed_message
from dapp.evidence.errors import BadDocument
from dapp.evidence.fields import parse_object, to_json

Fields = tuple[tuple[str, str], ...]
DOMAIN: Final = "Hanse Score Proofs"
_WHOLE: Final = 1 << 48
_LONGEST_SIGNATURE: Final = 4_096


def message_of(
    chain_id: int, contract: str, kind: str, fields: Fields, values: tuple[Any, ...]
) -> dict[str, Any]:
    """The typed message of the type `kind`; bytes as hex, as JSON has them."""
    named = {name: _plain(value) for (name, _), value in zip(fields, values, strict=True)}
    types = {kind: [{"name": name, "type": type_} for name, type_ in fields]}
    return typed_message(DOMAIN, chain_id, contract, types, kind, named)


def write(message: Mapping[str, Any], signature: bytes) -> bytes:
    """A file's content."""
    return to_json({**message, "signature": _plain(signature)})


def read(data: bytes, kind: str, fields: Fields) -> tuple[int, str, tuple[Any, ...], bytes]:
    """Chain, contract, values in the fields' order and signature. Raises BadDocument."""
    plain = parse_object(data)
    domain, given = _object(plain, "domain"), _object(plain, "message")
    chain_id, contract = _whole(domain, "chainId"), _address(domain, "verifyingContract")
    values = tuple(_READERS[type_](given, name) for name, type_ in fields)
    signature = _bytes(plain, "signature")
    if len(signature) > _LONGEST_SIGNATURE:
        raise BadDocument(reason=f"“signature” has more than {_LONGEST_SIGNATURE:,} bytes")
    if plain != parse_object(write(message_of(chain_id, contract, kind, fields, values), signature)):
        raise BadDocument(reason=f"it has other types, names, fields or spellings than a {kind} has")
    return chain_id, contract, values, signature


def _plain(value: Any) -> Any:
    return f"0x{value.hex()}" if isinstance(value, bytes) else value


def _object(plain: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = plain.get(key)
    if not isinstance(value, Mapping):
        raise BadDocument(reason=f"it has no “{key}”")
    return value


def _whole(plain: Mapping[str, Any], key: str) -> int:
    value = plain.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _WHOLE:
        raise BadDocument(reason=f"“{key}” is {_shown(value)}: it must be a whole number below {_WHOLE:,}")
    return value


def _address(plain: Mapping[str, Any], key: str) -> str:
    value = plain.get(key)
    if not isinstance(value, str) or not value.startswith("0x") or not is_address(value):
        raise BadDocument(reason=f"“{key}” is {_shown(value)}: it must be an address")
    return str(to_checksum_address(value))


def _word(plain: Mapping[str, Any], key: str) -> bytes:
    word = _bytes(plain, key)
    if len(word) != 32:
        raise BadDocument(reason=f"“{key}” has {len(word)} bytes: it must have 32")
    return word


def _bytes(plain: Mapping[str, Any], key: str) -> bytes:
    value = plain.get(key)
    try:
        if isinstance(value, str) and value.startswith("0x"):
            return bytes.fromhex(value[2:])
    except ValueError:
        pass
    raise BadDocument(reason=f"“{key}” is {_shown(value)}: it must be 0x and hexadecimal digits")


def _shown(value: Any) -> str:
    text = f"“{value}”" if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


_READERS: Final = {"address": _address, "bytes32": _word, "uint8": _whole, "uint256": _whole}
