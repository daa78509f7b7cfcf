"""The score signer: reads a merchant's score at a confirmed block of the chain, and signs what is so.

Its key is a bot's own, narrow one: the role `score_signer` moves nothing. Whoever holds it can say something
untrue, so it says nothing that a merchant didn't ask for, and nothing that it didn't read from the chain.
"""

import hmac
from dataclasses import dataclass
from typing import Any, Final

from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_canonical_address, to_checksum_address
from web3.types import BlockData

from dapp.bots.keys import signer_of
from dapp.bots.settings import load_bot_settings
from dapp.chain.actors import DEVELOPMENT_CHAIN
from dapp.chain.contracts import MarketContracts
from dapp.chain.formats import time as time_text
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import Tier
from dapp.domain.credit_table import CreditTable
from dapp.privacy import errors
from dapp.privacy.issued import IssuedProofs
from dapp.privacy.proof import MAX_LIFE, MAX_POINTS, NO_MARK, Claim, Proof, SignedProof
from dapp.privacy.request import ANSWERED_WITHIN, ProofRequest, Wish
from dapp.settings import Settings

BOT: Final = "score_signer"
"""The bot's name in the settings, and the actor's on the development chain."""
ROLE: Final = 14
STEP: Final = 50
"""Thresholds are multiples of it: a finer one would tell the score, and with it the merchant."""
LEAST_LIFE: Final = 3_600
_POINT: Final = 1_000
_HOUR: Final = 3_600


@dataclass(frozen=True)
class Standing:
    """What a merchant's record says at a block. score: thousandths of a point."""

    score: int
    tier: Tier
    is_seasoned: bool

    def bears(self, claim: Claim, value: int) -> bool:
        """Whether the claim is true."""
        return self.score >= value * _POINT if claim is Claim.SCORE_AT_LEAST else self.tier == value


class ScoreSigner:
    """Issues proofs for one market. confirmations: how deep the block lies that scores are read at."""

    def __init__(
        self, contracts: MarketContracts, account: LocalAccount, issued: IssuedProofs, confirmations: int
    ) -> None:
        self._contracts, self._account, self._issued = contracts, account, issued
        self._confirmations = confirmations

    @property
    def address(self) -> str:
        """Who signs."""
        return str(self._account.address)

    def answer(self, request: ProofRequest) -> SignedProof:
        """Issue what a merchant asked for in writing. Raises PrivacyError, and what nodes raise."""
        here = (self._contracts.record.chain_id, str(self._contracts.score_proofs.address))
        if (request.chain_id, request.contract) != here:
            raise errors.ForeignRequest(chain=request.chain_id, contract=request.contract, expected=here[1])
        now = int(self._contracts.web3.eth.get_block("latest")["timestamp"])
        if not request.asked_at <= now < request.asked_at + ANSWERED_WITHIN:
            raise errors.StaleRequest(asked=time_text(request.asked_at), now=time_text(now))
        request.check_signature(self._contracts.web3)
        return self.issue(request.wish)

    def issue(self, wish: Wish) -> SignedProof:
        """Issue a proof; the caller has made sure that it is the merchant who wishes it.

        Raises PrivacyError, and what nodes raise.
        """
        self._check(wish)
        head = self._contracts.web3.eth.get_block("latest")
        block = self._confirmed(int(head["number"]))
        number, now = int(block["number"]), int(head["timestamp"])
        standing = self._standing(wish.merchant, number)
        if bytes(self._contracts.web3.eth.get_block(number)["hash"]) != bytes(block["hash"]):
            raise errors.ChainMoved(number=number)
        if not standing.is_seasoned:
            raise errors.Newcomer
        if not standing.bears(wish.claim, wish.value):
            raise errors.NotSo(number=number)
        self._issued.count(wish.merchant, wish.claim, now)
        proof = Proof(
            chain_id=self._contracts.record.chain_id,
            contract=str(self._contracts.score_proofs.address),
            signer=self.address,
            holder=wish.holder,
            audience=wish.audience,
            mark=self.mark_of(wish.merchant, wish.audience),
            claim=wish.claim,
            value=wish.value,
            block_number=number,
            block_hash=bytes(block["hash"]),
            block_time=int(block["timestamp"]),
            until=min(now + wish.life_seconds, int(block["timestamp"]) + MAX_LIFE),
        )
        signed = self._account.sign_message(encode_typed_data(full_message=proof.message))
        return SignedProof(proof, bytes(signed.signature))

    def mark_of(self, merchant: str, audience: str) -> bytes:
        """What a merchant's proofs for one audience have in common, and nobody else can tell from chance."""
        if audience == ZERO_ADDRESS:
            return NO_MARK
        contract = self._contracts.score_proofs.address
        parts = (contract, merchant, audience)
        message = b"Hanse score mark" + self._contracts.record.chain_id.to_bytes(32)
        message += b"".join(to_canonical_address(part) for part in parts)
        return hmac.digest(bytes(self._account.key), message, "sha256")

    # -- inside ---------------------------------------------------------------------------------

    def _check(self, wish: Wish) -> None:
        if self.address in (wish.merchant, wish.holder):
            raise errors.OwnScore
        if wish.holder == ZERO_ADDRESS:
            raise errors.NoHolder
        if wish.audience == ZERO_ADDRESS and wish.holder != wish.merchant:
            raise errors.HolderNeedsAudience
        is_odd = not 0 < wish.value <= MAX_POINTS or bool(wish.value % STEP)
        if wish.claim is Claim.SCORE_AT_LEAST and is_odd:
            raise errors.OddThreshold(value=wish.value, step=STEP, most=MAX_POINTS)
        if not LEAST_LIFE <= wish.life_seconds <= MAX_LIFE:
            raise errors.OddLife(
                hours=wish.life_seconds // _HOUR, least=LEAST_LIFE // _HOUR, most=MAX_LIFE // _HOUR
            )
        is_member, delay = self._contracts.authority.functions.hasRole(ROLE, self._account.address).call()
        if not is_member or delay:
            raise errors.NotAllowed(signer=self.address)

    def _confirmed(self, head: int) -> BlockData:
        number = head - self._confirmations
        if number < self._contracts.record["Lens"].block:
            raise errors.NotYetConfirmed(confirmations=self._confirmations)
        return self._contracts.web3.eth.get_block(number)

    def _standing(self, merchant: str, number: int) -> Standing:
        lens, market = self._contracts.lens.functions, self._contracts.market.functions
        record: tuple[Any, ...] = lens.merchantOf(to_checksum_address(merchant)).call(block_identifier=number)
        table = CreditTable.unpack(market.creditTable().call(block_identifier=number))
        return Standing(int(record[0]), Tier(record[8]), int(record[4]) >= table.seasoned)


def score_signer(contracts: MarketContracts, settings: Settings) -> ScoreSigner | None:
    """This process's score signer; None where nobody gave it a key. Raises KeyUnusable, SettingsError."""
    account = signer_of(BOT, BOT, contracts.record.chain_id, load_bot_settings())
    if account is None:
        return None
    # The development chain has nothing to reorganise, and after a start no state of earlier blocks.
    depth = 0 if contracts.record.chain_id == DEVELOPMENT_CHAIN else settings.confirmations
    return ScoreSigner(contracts, account, IssuedProofs(settings.data), depth)
