"""A score proof: what the score signer attests of a merchant. The contract `ScoreProofs` checks the same."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any, Final

from dapp.chain.typed_data import digest_of
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.credit import Tier
from dapp.evidence.errors import BadDocument
from dapp.privacy import typed_file
from dapp.privacy.errors import BadProof

MAX_LIFE: Final = 90 * DAY
MAX_POINTS: Final = 1_000
NO_MARK: Final = bytes(32)
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


class Claim(IntEnum):
    """What is claimed; the numbers are the contract's."""

    SCORE_AT_LEAST = 0
    TIER_IS = 1

    @classmethod
    def read(cls, number: int, value: int) -> "Claim":
        """The claim of this number, with a value that it can have. Raises BadDocument."""
        if number >= len(cls):
            raise BadDocument(reason=f"“claim” is {number}: it must be 0 (a score) or 1 (a tier)")
        most = MAX_POINTS if number == cls.SCORE_AT_LEAST else int(max(Tier))
        if value > most:
            raise BadDocument(reason=f"“value” is {value}: it must be at most {most}")
        return cls(number)


@dataclass(frozen=True)
class Proof:
    """What a signer attests. `value` is whole points or a tier, times are Unix seconds.

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
        return typed_file.message_of(self.chain_id, self.contract, _TYPE, _FIELDS, self.pack())

    @cached_property
    def id(self) -> bytes:
        """The hash that is signed, by which a proof is revoked."""
        return digest_of(self.message)

    def pack(self) -> tuple[Any, ...]:
        """As the contract takes it."""
        return (
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


@dataclass(frozen=True)
class SignedProof:
    """A proof with its signature: what a merchant takes away as a file."""

    proof: Proof
    signature: bytes

    def to_json(self) -> bytes:
        """The file's content."""
        return typed_file.write(self.proof.message, self.signature)

    @classmethod
    def parse(cls, data: bytes) -> "SignedProof":
        """Read a file's content. Raises BadProof."""
        try:
            chain_id, contract, values, signature = typed_file.read(data, _TYPE, _FIELDS)
            signer, holder, audience, mark, claim, value, number, hash_, time, until = values
            read = Claim.read(claim, value)
        except BadDocument as error:
            raise BadProof(reason=error.values["reason"]) from error
        block = {"block_number": number, "block_hash": hash_, "block_time": time}
        fields = {"holder": holder, "audience": audience, "mark": mark, "claim": read, "value": value}
        return cls(Proof(chain_id, contract, signer, **fields, **block, until=until), signature)
