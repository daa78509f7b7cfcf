"""The contract that checks score proofs, its people, and proofs as they should be."""

from types import SimpleNamespace

import pytest
from eth_account.messages import encode_typed_data

from dapp.domain.bounds import DAY
from dapp.privacy.proof import Claim, Proof

SCORE_SIGNER = 14


class Proofs:
    """Proofs as they should be, but for what a test changes, and showing them."""

    def __init__(self, contract, chain, signer, holder):
        self.contract, self.chain, self.signer, self.holder = contract, chain, signer, holder

    def make(self, **changes):
        block = self.chain.provider.get_block("latest")
        fields = {
            "chain_id": self.chain.chain_id,
            "contract": self.contract.address,
            "signer": self.signer.address,
            "holder": self.holder.address,
            "claim": Claim.SCORE_AT_LEAST,
            "value": 800,
            "block_number": block.number,
            "block_hash": bytes(block.hash),
            "block_time": block.timestamp,
            "until": block.timestamp + 30 * DAY,
            **changes,
        }
        return Proof(**fields)

    def sign(self, proof, by=None):
        signed = (by or self.signer).sign_message(encode_typed_data(full_message=proof.message))
        return signed.encode_rsv()

    def verify(self, proof, signature=None, *, presenter=None, sender=None):
        given = self.sign(proof) if signature is None else signature
        caller = {"sender": sender} if sender else {}
        # By number: "latest" has the clock's time on anvil, which may be a second later.
        at = self.chain.blocks.height
        return self.contract.verify(proof.pack(), given, presenter or proof.holder, block_id=at, **caller)


@pytest.fixture
def people(accounts):
    names = ("admin", "signer", "holder", "audience", "outsider")
    return SimpleNamespace(**{name: accounts[i] for i, name in enumerate(names)})


@pytest.fixture
def contract(project, people, authority):
    authority.grantRole(SCORE_SIGNER, people.signer, 0, sender=people.admin)
    return people.admin.deploy(project.ScoreProofs, authority)


@pytest.fixture
def proofs(contract, chain, people):
    chain.mine()
    return Proofs(contract, chain, people.signer, people.holder)
