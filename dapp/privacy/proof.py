"""A score proof: what the score signer attests of a merchant, and how it travels as JSON.

The file is the EIP-712 message as wallets take it (`eth_signTypedData_v4`) with the signature beside it, so
that any tool that knows EIP-712 can check it. The contract `ScoreProofs` checks the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any, Final

from eth_utils.address import is_address, to_checksum_address

from dapp.chain.typed_data import digest_of, typed_message
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.credit import Tier
from dapp.evidence.errors import BadDocument
from dapp.evidence.fields import parse_object, to_json
from dapp.privacy.errors import BadProof

MAX_LIFE: Final = 90 * DAY
MAX_POINTS: Final = 1_000
NO_MARK: Final = bytes(32)
_NAME: Final = "Hanse Score Proofs"
_TYPE: Final = "ScoreProof"
_FIELDS: Final = (
    ("signer", "address"),
    ("holder", "address"),
    ("audience", "address"),
    ("mark", "bytes32"),
    ("claim", "uint8"),
    ("value", "uint256"),
    ("blockNumber", "uint256"),
    ("blockHash", "bytes32"),
    ("blockTime", "uint256"),
    ("until", "uint256"),
)
_LATEST: Final = 1 << 48
_LONGEST_SIGNATURE: Final = 4_096


class Claim(IntEnum):
    """What is claimed; the numbers are the contract's."""

    SCORE_AT_LEAST = 0
    TIER_IS = 1

    @property
    def largest(self) -> int:
        """The largest value that it can have."""
        return MAX_POINTS if self is Claim.SCORE_AT_LEAST else int(max(Tier))


@dataclass(frozen=True)
class Proof:
    """What a signer attests. Points are whole, times Unix seconds.

    holder: who may show it. audience: whom to, the zero address being anyone. mark: of one merchant always
    the same before one audience. until: it counts before that.
    """

    chain_id: int
    contract: str
    signer: str
    holder: str
    claim: Claim
    value: int
    block_number: int
    block_hash: bytes
    block_time: int
    until: int
    audience: str = ZERO_ADDRESS
    mark: bytes = NO_MARK

    @cached_property
    def message(self) -> dict[str, Any]:
        """The typed message that is signed."""
        values = {
            name: f"0x{value.hex()}" if isinstance(value, bytes) else value for name, value in self._named()
        }
        return typed_message(
            _NAME,
            self.chain_id,
            self.contract,
            {_TYPE: [{"name": name, "type": kind} for name, kind in _FIELDS]},
            _TYPE,
            values,
        )

    @cached_property
    def id(self) -> bytes:
        """The hash that is signed, by which a proof is revoked."""
        return digest_of(self.message)

    def pack(self) -> tuple[Any, ...]:
        """As the contract takes it."""
        return tuple(value for _, value in self._named())

    def _named(self) -> list[tuple[str, Any]]:
        values = (
            self.signer,
            self.holder,
            self.audience,
            self.mark,
            int(self.claim),
            self.value,
            self.block_number,
            self.block_hash,
            self.block_time,
            self.until,
        )
        return [(name, value) for (name, _), value in zip(_FIELDS, values, strict=True)]


@dataclass(frozen=True)
class SignedProof:
    """A proof with its signature: what a merchant takes away as a file."""

    proof: Proof
    signature: bytes

    def to_json(self) -> bytes:
        """The file's content."""
        return to_json({**self.proof.message, "signature": f"0x{self.signature.hex()}"})

    @classmethod
    def parse(cls, data: bytes) -> "SignedProof":
        """Read a file's content. Raises BadProof."""
        try:
            plain = parse_object(data)
        except BadDocument as error:
            raise BadProof(reason=error.values["reason"]) from error
        domain, values = _object(plain, "domain"), _object(plain, "message")
        proof = Proof(
            chain_id=_whole(domain, "chainId", _LATEST),
            contract=_address(domain, "verifyingContract"),
            signer=_address(values, "signer"),
            holder=_address(values, "holder"),
            audience=_address(values, "audience"),
            mark=_word(values, "mark"),
            claim=Claim(_whole(values, "claim", len(Claim))),
            value=_whole(values, "value", MAX_POINTS + 1),
            block_number=_whole(values, "blockNumber", _LATEST),
            block_hash=_word(values, "blockHash"),
            block_time=_whole(values, "blockTime", _LATEST),
            until=_whole(values, "until", _LATEST),
        )
        if proof.value > proof.claim.largest:
            raise BadProof(reason=f"“value” is {proof.value}: it must be at most {proof.claim.largest}")
        signature = _bytes(plain, "signature")
        if len(signature) > _LONGEST_SIGNATURE:
            raise BadProof(reason=f"“signature” has more than {_LONGEST_SIGNATURE:,} bytes")
        # What is shown is what was signed: no other type, domain or field under the same values.
        if plain != parse_object(cls(proof, signature).to_json()):
            raise BadProof(reason="it has other types, names, fields or spellings than a score proof has")
        return cls(proof, signature)


def _object(plain: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = plain.get(key)
    if not isinstance(value, Mapping):
        raise BadProof(reason=f"it has no “{key}”")
    return value


def _whole(plain: Mapping[str, Any], key: str, limit: int) -> int:
    value = plain.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < limit:
        raise BadProof(reason=f"“{key}” is {_shown(value)}: it must be a whole number from 0 to {limit - 1}")
    return value


def _address(plain: Mapping[str, Any], key: str) -> str:
    value = plain.get(key)
    if not isinstance(value, str) or not is_address(value):
        raise BadProof(reason=f"“{key}” is {_shown(value)}: it must be an address")
    return str(to_checksum_address(value))


def _word(plain: Mapping[str, Any], key: str) -> bytes:
    word = _bytes(plain, key)
    if len(word) != 32:
        raise BadProof(reason=f"“{key}” has {len(word)} bytes: it must have 32")
    return word


def _bytes(plain: Mapping[str, Any], key: str) -> bytes:
    value = plain.get(key)
    try:
        if isinstance(value, str) and value.startswith("0x"):
            return bytes.fromhex(value[2:])
    except ValueError:
        pass
    raise BadProof(reason=f"“{key}” is {_shown(value)}: it must be 0x and hexadecimal digits")


def _shown(value: Any) -> str:
    text = f"“{value}”" if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else text[:79] + "…"
