# revoke
# ├── by holder or signer, also before it is shown → the proof ends; by anybody else → still good
# └── twice → its error
# revokeAny: the admin → the proof ends; not the admin → its error
# idOf: the digest of the Python package, field by field

from dataclasses import replace

import pytest
from eth_utils import keccak

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.privacy.proof import Claim
from tests.contracts.credit.proof_stage import contract, people, proofs
from tests.reverts import reverts

__all__ = ["contract", "people", "proofs"]


# -- revoking ---------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["holder", "signer"])
def test_revoke__by_holder_or_signer__the_proof_ends(proofs, people, by):
    proof, other, revoker = proofs.make(), proofs.make(value=700), getattr(people, by)
    receipt = proofs.contract.revoke(proof.id, sender=revoker)
    assert receipt.events == [proofs.contract.ProofRevoked(id=proof.id, by=revoker)]
    assert proofs.contract.revokedBy(proof.id, revoker)
    with reverts(proofs.contract.ScoreProofs_Revoked, id=proof.id, by=revoker):
        proofs.verify(proof)
    assert bytes(proofs.verify(other)) == other.id


@pytest.mark.parametrize("by", ["outsider", "audience", "admin"])
def test_revoke__by_anybody_else__changes_nothing_for_others(proofs, people, by):
    proof = proofs.make()
    proofs.contract.revoke(proof.id, sender=getattr(people, by))
    assert bytes(proofs.verify(proof)) == proof.id


def test_revoke__before_it_is_ever_shown__the_proof_ends(proofs, people):
    """A digest tells nothing of the proof, so that revoking one gives nothing away."""
    proof = proofs.make(value=650)
    receipt = proofs.contract.revoke(proof.id, sender=people.holder)
    assert bytes(receipt.data)[4:] == proof.id
    with reverts(proofs.contract.ScoreProofs_Revoked, id=proof.id, by=people.holder):
        proofs.verify(proof)


def test_revoke__twice__reverts(proofs, people):
    proof = proofs.make()
    proofs.contract.revoke(proof.id, sender=people.holder)
    with reverts(proofs.contract.ScoreProofs_AlreadyRevoked, id=proof.id, by=people.holder):
        proofs.contract.revoke(proof.id, sender=people.holder)


def test_revoke_any__by_the_admin__the_proof_ends(proofs, people):
    proof, contract = proofs.make(), proofs.contract
    receipt = contract.revokeAny(proof.id, sender=people.admin)
    assert receipt.events == [contract.ProofRevoked(id=proof.id, by=contract)]
    with reverts(contract.ScoreProofs_Revoked, id=proof.id, by=contract):
        proofs.verify(proof)


@pytest.mark.parametrize("by", ["signer", "holder", "outsider"])
def test_revoke_any__not_the_admin__reverts(proofs, people, by):
    caller = getattr(people, by)
    with reverts(proofs.contract.AccessManagedUnauthorized, caller=caller):
        proofs.contract.revokeAny(proofs.make().id, sender=caller)


# -- the digest, and who reads it -------------------------------------------------------------


def test_id_of__any_field__as_the_python_package_has_it(proofs, people):
    proof = proofs.make(audience=people.audience.address, mark=keccak(b"mark"))
    assert bytes(proofs.contract.idOf(proof.pack())) == proof.id
    for name, value in vars(proofs.make(claim=Claim.TIER_IS, value=2)).items():
        if name in ("chain_id", "contract") or value == getattr(proof, name):
            continue
        other = replace(proof, **{name: value})
        assert bytes(proofs.contract.idOf(other.pack())) == other.id != proof.id


def test_eip712_domain__read_from_the_contract__the_one_signed_for(proofs):
    domain = proofs.contract.eip712Domain()
    signed = proofs.make().message["domain"]
    assert (domain.name, domain.version) == (signed["name"], signed["version"])
    assert (domain.chainId, domain.verifyingContract) == (signed["chainId"], signed["verifyingContract"])


def test_construction__zero_authority__reverts(project, people):
    with reverts(project.ScoreProofs.ScoreProofs_ZeroAddress):
        people.admin.deploy(project.ScoreProofs, ZERO_ADDRESS)
