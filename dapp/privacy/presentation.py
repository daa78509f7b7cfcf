"""How a proof's holder shows that it is he: his signature over the proof and a verifier's challenge."""

from typing import Any, Final

from dapp.privacy import typed_file
from dapp.privacy.proof import Proof

LONGEST_CHALLENGE: Final = 200
_TYPE: Final = "ScoreProofShown"
_FIELDS: Final = (("proof", "bytes32"), ("challenge", "string"))


def shown_message(proof: Proof, challenge: str) -> dict[str, Any]:
    """The typed message that the holder signs."""
    return typed_file.message_of(proof.chain_id, proof.contract, _TYPE, _FIELDS, (proof.id, challenge))
