"""A merchant's request for a score proof: his own signature over the claim, the holder and the audience.

So nobody gets a proof about somebody else, and a signer can issue one without a page that the merchant is
signed in to.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from web3 import Web3

from dapp.chain.typed_data import is_signed_by
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.evidence.errors import BadDocument
from dapp.privacy import typed_file
from dapp.privacy.errors import BadRequest, NotTheMerchants
from dapp.privacy.proof import Claim

ANSWERED_WITHIN: Final = DAY
_TYPE: Final = "ScoreProofRequest"
_FIELDS: Final = (
    ("merchant", "address"),
    ("holder", "address"),
    ("audience", "address"),
    ("claim", "uint8"),
    ("value", "uint256"),
    ("lifeSeconds", "uint256"),
    ("askedAt", "uint256"),
)


@dataclass(frozen=True)
class Wish:
    """What a merchant wants to be attested, for how long. Points are whole; see `Proof`."""

    merchant: str
    holder: str
    claim: Claim
    value: int
    life_seconds: int
    audience: str = ZERO_ADDRESS


@dataclass(frozen=True)
class ProofRequest:
    """A wish that the merchant signed, for the contract of one market. asked_at: Unix seconds."""

    chain_id: int
    contract: str
    wish: Wish
    asked_at: int
    signature: bytes = b""

    @cached_property
    def message(self) -> dict[str, Any]:
        """The typed message that the merchant signs."""
        wish = self.wish
        values = (wish.merchant, wish.holder, wish.audience, int(wish.claim), wish.value, wish.life_seconds)
        return typed_file.message_of(self.chain_id, self.contract, _TYPE, _FIELDS, (*values, self.asked_at))

    def signed_by(self, account: LocalAccount) -> "ProofRequest":
        """The same with the merchant's signature."""
        signed = account.sign_message(encode_typed_data(full_message=self.message))
        return ProofRequest(self.chain_id, self.contract, self.wish, self.asked_at, bytes(signed.signature))

    def check_signature(self, web3: Web3) -> None:
        """Raises NotTheMerchants."""
        if not is_signed_by(self.message, self.wish.merchant, self.signature, web3):
            raise NotTheMerchants(merchant=self.wish.merchant)

    def to_json(self) -> bytes:
        """The file's content."""
        return typed_file.write(self.message, self.signature)

    @classmethod
    def parse(cls, data: bytes) -> "ProofRequest":
        """Read a file's content. Raises BadRequest."""
        try:
            chain_id, contract, values, signature = typed_file.read(data, _TYPE, _FIELDS)
            merchant, holder, audience, claim, value, life, asked_at = values
            wish = Wish(merchant, holder, Claim.read(claim, value), value, life, audience)
        except BadDocument as error:
            raise BadRequest(reason=error.values["reason"]) from error
        return cls(chain_id, contract, wish, asked_at, signature)
