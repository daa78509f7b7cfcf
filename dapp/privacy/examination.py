"""Whether a score proof counts: what the file alone tells, and what only the chain knows.

Offline everything is checked but whether the signer still holds the role, whether the proof was revoked and
whether its block is still the chain's. A contract wallet's signature is checked on chain alone.
"""

from dataclasses import dataclass, field

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.address import to_checksum_address
from web3.exceptions import BlockNotFound, ContractLogicError

from dapp.chain.contracts import MarketContracts
from dapp.chain.errors import ErrorBook, explain
from dapp.chain.formats import time as time_text
from dapp.chain.typed_data import is_signed_by
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.privacy import errors
from dapp.privacy.errors import PrivacyError, RefusedByContract
from dapp.privacy.presentation import shown_message
from dapp.privacy.proof import MAX_LIFE, Proof, SignedProof


@dataclass(frozen=True)
class Examiner:
    """Who examines: `asker` is the account that the proof must be for, None if it doesn't matter yet.

    trusted: the signer to trust where no chain can be asked who may sign.
    """

    asker: str | None = None
    trusted: str | None = None


@dataclass
class Examination:
    """What was found. asked_chain: whether role, revocations and block were checked, too."""

    proof: Proof
    faults: list[PrivacyError] = field(default_factory=list)
    asked_chain: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.faults


def examine_offline(signed: SignedProof, now: int, examiner: Examiner = Examiner()) -> Examination:
    """What the file alone tells. now: Unix seconds, of the machine's clock."""
    proof = signed.proof
    found = Examination(proof)
    if not is_by_key(signed):
        found.faults.append(errors.WrongSignature(signer=proof.signer))
    if examiner.trusted not in (None, proof.signer):
        found.faults.append(errors.OtherSigner(signer=proof.signer, expected=examiner.trusted))
    if not proof.block_time <= now < proof.until:
        begin, until = time_text(proof.block_time), time_text(proof.until)
        found.faults.append(errors.OutOfTime(begin=begin, until=until, now=time_text(now)))
    if proof.until > proof.block_time + MAX_LIFE:
        found.faults.append(errors.TooLong(until=time_text(proof.until)))
    if examiner.asker is not None and proof.audience not in (ZERO_ADDRESS, examiner.asker):
        found.faults.append(errors.OtherAudience(audience=proof.audience, asker=examiner.asker))
    return found


def examine(
    signed: SignedProof,
    contracts: MarketContracts,
    examiner: Examiner = Examiner(),
    *,
    language: str = "en",
) -> Examination:
    """What the chain says. Raises what nodes raise when it can't be asked."""
    proof, here = signed.proof, str(contracts.score_proofs.address)
    found = Examination(proof, asked_chain=True)
    if (proof.chain_id, proof.contract) != (contracts.record.chain_id, here):
        found.faults.append(errors.ForeignProof(chain=proof.chain_id, contract=proof.contract, expected=here))
        return found
    if examiner.trusted not in (None, proof.signer):
        found.faults.append(errors.OtherSigner(signer=proof.signer, expected=examiner.trusted))
    # Asked by its audience unless the asker is known: whom it is for is shown beside what was found.
    asker = examiner.asker or proof.audience
    verifying = contracts.score_proofs.functions.verify(proof.pack(), signed.signature, proof.holder)
    try:
        verifying.call({"from": to_checksum_address(asker)})
    except ContractLogicError as error:
        refused = ErrorBook.of(contracts.record).decode(error.data)
        if refused.name != "ScoreProofs_OtherBlock":  # told below
            found.faults.append(RefusedByContract(reason=explain(refused, language)))
    found.faults += _block_faults(proof, contracts)
    return found


def is_by_key(signed: SignedProof) -> bool:
    """Whether the signature is of the signer's key."""
    signable = encode_typed_data(full_message=signed.proof.message)
    try:
        return bool(Account.recover_message(signable, signature=signed.signature) == signed.proof.signer)
    except Exception:  # whatever bytes of a file make the library raise
        return False


def check_shown(proof: Proof, challenge: str, signature: bytes, contracts: MarketContracts | None) -> None:
    """Check that the proof's holder signed the challenge; without a chain only by key. Raises NotShown."""
    message = shown_message(proof, challenge)
    if contracts is None:
        try:
            signer = Account.recover_message(encode_typed_data(full_message=message), signature=signature)
        except Exception:
            signer = None
        shown = signer == proof.holder
    else:
        shown = is_signed_by(message, proof.holder, signature, contracts.web3)
    if not shown:
        raise errors.NotShown(holder=proof.holder)


def _block_faults(proof: Proof, contracts: MarketContracts) -> list[PrivacyError]:
    """The contract remembers 256 blocks; a node all of them."""
    try:
        block = contracts.web3.eth.get_block(proof.block_number)
    except BlockNotFound:
        return [errors.BlockGone(number=proof.block_number)]
    same = bytes(block["hash"]) == proof.block_hash and int(block["timestamp"]) == proof.block_time
    return [] if same else [errors.BlockGone(number=proof.block_number)]
