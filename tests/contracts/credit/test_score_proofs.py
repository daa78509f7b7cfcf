# verify
# ├── no such score or tier → its error
# ├── of a block later than now, over, or living longer than 90 days from its block → its error
# ├── of a block that the chain has otherwise → its error; one that it has forgotten → passes
# ├── shown by another, asked by another than its audience → its error
# ├── the signer never had the role, lost it, gave it up, or has it with a delay → its error
# ├── another's signature, a changed field, another chain or contract, malleable or cut off → its error
# └── signed by a key, a delegating account, a wallet contract → its id, nothing moves

from dataclasses import replace

import pytest
from eth_utils import keccak

from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.credit import Tier
from dapp.privacy.proof import MAX_LIFE, Claim
from tests.contracts.credit.proof_stage import SCORE_SIGNER, contract, people, proofs
from tests.reverts import reverts

__all__ = ["contract", "people", "proofs"]
DELEGATION = bytes.fromhex("ef0100")
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


# -- what counts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        (Claim.SCORE_AT_LEAST, 0),
        (Claim.SCORE_AT_LEAST, 1_000),
        (Claim.TIER_IS, Tier.WATCH),
        (Claim.TIER_IS, Tier.DIAMOND),
    ],
)
def test_verify__signed_and_shown_by_its_holder__its_id(proofs, claim, value):
    proof = proofs.make(claim=claim, value=value)
    assert bytes(proofs.verify(proof)) == proof.id


def test_verify__for_an_audience__only_before_it(proofs, people):
    proof = proofs.make(audience=people.audience.address, mark=b"\x07" * 32)
    assert bytes(proofs.verify(proof, sender=people.audience)) == proof.id
    for caller in (people.outsider, people.holder):
        error = proofs.contract.ScoreProofs_OtherAudience
        with reverts(error, caller=caller, audience=people.audience):
            proofs.verify(proof, sender=caller)


def test_verify__last_second__counts(proofs, chain):
    proof = proofs.make()
    chain.mine(timestamp=proof.until - 1)
    assert bytes(proofs.verify(proof)) == proof.id


def test_verify__of_the_latest_block__counts(proofs, chain):
    proof = proofs.make()
    assert proof.block_number == chain.blocks.height
    assert bytes(proofs.verify(proof)) == proof.id


def test_verify__longest_life__counts(proofs):
    proof = proofs.make()
    assert bytes(proofs.verify(replace(proof, until=proof.block_time + MAX_LIFE)))


def test_verify__wallet_contract__asked_by_erc1271(project, proofs, people, authority):
    wallet = people.admin.deploy(project.ContractWallet, people.signer)
    authority.grantRole(SCORE_SIGNER, wallet, 0, sender=people.admin)
    proof = proofs.make(signer=wallet.address)
    assert bytes(proofs.verify(proof)) == proof.id
    with reverts(proofs.contract.ScoreProofs_BadSignature, signer=wallet):
        proofs.verify(proof, proofs.sign(proof, people.outsider))


def test_verify__signer_delegates_to_a_contract__still_signs_with_the_key(proofs, people, chain):
    """EIP-7702: an account with code that answers no ERC-1271 call."""
    code = DELEGATION + bytes.fromhex(proofs.contract.address[2:])
    chain.provider.set_code(people.signer.address, code)
    assert bytes(chain.provider.get_code(people.signer.address)) == code
    proof = proofs.make()
    assert bytes(proofs.verify(proof)) == proof.id


# -- the claim --------------------------------------------------------------------------------


@pytest.mark.parametrize(("claim", "value"), [(Claim.SCORE_AT_LEAST, 1_001), (Claim.TIER_IS, 4)])
def test_verify__no_such_score_or_tier__reverts(proofs, claim, value):
    with reverts(proofs.contract.ScoreProofs_NoSuchValue, claim=claim, value=value):
        proofs.verify(proofs.make(claim=claim, value=value))


# -- times and blocks -------------------------------------------------------------------------


def test_verify__expired__reverts(proofs, chain):
    proof = proofs.make()
    for now in (proof.until, proof.until + DAY):
        chain.mine(timestamp=now)
        with reverts(proofs.contract.ScoreProofs_Expired, timestamp=now, until=proof.until):
            proofs.verify(proof)


def test_verify__lives_longer_than_90_days__reverts(proofs):
    proof = proofs.make()
    most = proof.block_time + MAX_LIFE
    with reverts(proofs.contract.ScoreProofs_LivesTooLong, until=most + 1, max=most):
        proofs.verify(replace(proof, until=most + 1))


def test_verify__old_block_signed_today__lives_from_its_block(proofs, chain):
    """A stale score can't be made fresh by signing it late."""
    old = proofs.make()
    chain.mine(timestamp=old.block_time + MAX_LIFE)
    now = old.block_time + MAX_LIFE
    with reverts(proofs.contract.ScoreProofs_LivesTooLong, until=now + DAY, max=now):
        proofs.verify(replace(old, until=now + DAY))


@pytest.mark.parametrize("ahead", [1, 1 << 200])
def test_verify__of_a_time_to_come__reverts(proofs, ahead):
    proof = proofs.make()
    later = replace(proof, block_time=proof.block_time + ahead, until=proof.until + ahead)
    error = proofs.contract.ScoreProofs_NotYet
    with reverts(error, timestamp=proof.block_time, blockTime=later.block_time):
        proofs.verify(later)


def test_verify__block_reorganised_away__reverts(proofs, chain):
    state = chain.snapshot()
    chain.mine()
    proof = proofs.make()
    chain.restore(state)
    chain.mine(deltatime=77)
    chain.mine()
    actual = bytes(chain.provider.get_block(proof.block_number).hash)
    assert actual != proof.block_hash
    error = proofs.contract.ScoreProofs_OtherBlock
    with reverts(error, blockNumber=proof.block_number, blockHash=proof.block_hash, actual=actual):
        proofs.verify(proof)


def test_verify__block_that_the_chain_forgot__counts(proofs, chain):
    proof = proofs.make()
    wrong = replace(proof, block_hash=keccak(b"another"))
    chain.mine(2)
    with reverts(
        proofs.contract.ScoreProofs_OtherBlock,
        blockNumber=proof.block_number,
        blockHash=wrong.block_hash,
        actual=proof.block_hash,
    ):
        proofs.verify(wrong)
    chain.mine(257)
    assert bytes(proofs.verify(proof)) == proof.id


# -- who shows it -----------------------------------------------------------------------------


def test_verify__shown_by_another__reverts(proofs, people):
    proof = proofs.make()
    for presenter in (people.outsider.address, people.signer.address, ZERO_ADDRESS):
        error = proofs.contract.ScoreProofs_OtherHolder
        with reverts(error, presenter=presenter, holder=people.holder):
            proofs.verify(proof, presenter=presenter)


# -- who signed -------------------------------------------------------------------------------


def test_verify__signer_lost_the_role__reverts(proofs, people, authority):
    proof = proofs.make()
    authority.revokeRole(SCORE_SIGNER, people.signer, sender=people.admin)
    with reverts(proofs.contract.ScoreProofs_NotSigner, signer=people.signer):
        proofs.verify(proof)


def test_verify__signer_gave_the_role_up__reverts(proofs, people, authority):
    """What the operator of a leaked key does at once, without an admin's delay."""
    proof = proofs.make()
    authority.renounceRole(SCORE_SIGNER, people.signer, sender=people.signer)
    with reverts(proofs.contract.ScoreProofs_NotSigner, signer=people.signer):
        proofs.verify(proof)


def test_verify__signer_with_a_delay__reverts(proofs, people, authority):
    authority.grantRole(SCORE_SIGNER, people.outsider, DAY, sender=people.admin)
    proof = proofs.make(signer=people.outsider.address)
    with reverts(proofs.contract.ScoreProofs_NotSigner, signer=people.outsider):
        proofs.verify(proof, proofs.sign(proof, people.outsider))


@pytest.mark.parametrize("signer", ["holder", "admin", "outsider"])
def test_verify__signer_without_the_role__reverts(proofs, people, signer):
    account = getattr(people, signer)
    proof = proofs.make(signer=account.address)
    with reverts(proofs.contract.ScoreProofs_NotSigner, signer=account):
        proofs.verify(proof, proofs.sign(proof, account))


def test_verify__signed_by_another__reverts(proofs, people):
    proof = proofs.make()
    with reverts(proofs.contract.ScoreProofs_BadSignature, signer=people.signer):
        proofs.verify(proof, proofs.sign(proof, people.holder))


@pytest.mark.parametrize(
    "change",
    [
        {"value": 801},
        {"claim": Claim.TIER_IS, "value": 3},
        {"until": 10**10},
        {"block_number": 2},
        {"mark": b"\x01" * 32},
        {"chain_id": 1},
        {"contract": ZERO_ADDRESS},
    ],
    ids=lambda change: next(iter(change)),
)
def test_verify__other_than_what_was_signed__reverts(proofs, people, change):
    """Also what was signed for another chain or another market's contract."""
    proof = proofs.make()
    if "until" in change:
        change = {"until": proof.until + 1}
    if "block_number" in change:
        other = proofs.chain.provider.get_block(2)
        change |= {"block_hash": bytes(other.hash)}
    with reverts(proofs.contract.ScoreProofs_BadSignature, signer=people.signer):
        proofs.verify(proof, proofs.sign(replace(proof, **change)))


def test_verify__holder_changed__reverts(proofs, people):
    proof = proofs.make()
    stolen = replace(proof, holder=people.outsider.address)
    with reverts(proofs.contract.ScoreProofs_BadSignature, signer=people.signer):
        proofs.verify(stolen, proofs.sign(proof))


def test_verify__signature_turned_or_cut__reverts(proofs, people):
    proof = proofs.make()
    signature = proofs.sign(proof)
    r, s, v = signature[:32], int.from_bytes(signature[32:64]), signature[64]
    assert s <= HALF_ORDER
    turned = r + (ORDER - s).to_bytes(32) + bytes([55 - v])
    for bad in (turned, signature[:64], signature + b"\x00", b"", b"\x00" * 65):
        with reverts(proofs.contract.ScoreProofs_BadSignature, signer=people.signer):
            proofs.verify(proof, bad)
