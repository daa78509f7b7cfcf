# examine_offline: good → nothing · changed, over, too long, another's signer or audience → each its fault
# examine (on chain)
# ├── good; for its audience, asked by it → nothing
# ├── another market's, another signer's, another audience's, changed, over, revoked, role lost → its fault
# └── a block that is no longer the chain's, however old → its fault, once
# check_shown: the holder's signature over this proof and this challenge → passes; any other → refused

from dataclasses import replace

import pytest
from eth_account.messages import encode_typed_data

from dapp.domain.bounds import DAY
from dapp.privacy import errors
from dapp.privacy.examination import Examiner, check_shown, examine, examine_offline
from dapp.privacy.presentation import shown_message
from dapp.privacy.proof import MAX_LIFE, SignedProof

from .conftest import ALIAS, AUDIENCE, MERCHANT, SIGNER


def names(found):
    return [type(fault).__name__ for fault in found.faults]


def sign(proof, by=SIGNER):
    return SignedProof(proof, bytes(by.sign_message(encode_typed_data(full_message=proof.message)).signature))


@pytest.fixture
def signed(office):
    return office.proof(audience=AUDIENCE, holder=ALIAS.address)


def test_examine_offline__good__no_fault(signed):
    proof = signed.proof
    for examiner in (Examiner(), Examiner(AUDIENCE), Examiner(trusted=SIGNER.address)):
        assert examine_offline(signed, proof.block_time, examiner).is_sound
        assert examine_offline(signed, proof.until - 1, examiner).is_sound


@pytest.mark.parametrize(
    ("change", "after", "fault"),
    [
        ({"value": 650}, 0, "WrongSignature"),
        ({"holder": MERCHANT.address}, 0, "WrongSignature"),
        ({}, -1, "OutOfTime"),
        ({}, 31 * DAY, "OutOfTime"),
    ],
)
def test_examine_offline__changed_or_out_of_time__its_fault(signed, change, after, fault):
    other = replace(signed, proof=replace(signed.proof, **change))
    assert names(examine_offline(other, signed.proof.block_time + after)) == [fault]


def test_examine_offline__lives_too_long__its_fault(signed):
    longer = sign(replace(signed.proof, until=signed.proof.block_time + MAX_LIFE + 1))
    assert names(examine_offline(longer, longer.proof.block_time)) == ["TooLong"]


def test_examine_offline__by_somebody_for_somebody_else__its_faults(signed):
    now = signed.proof.block_time
    assert names(examine_offline(signed, now, Examiner(MERCHANT.address))) == ["OtherAudience"]
    forged = sign(replace(signed.proof, signer=ALIAS.address), ALIAS)
    assert names(examine_offline(forged, now)) == []  # offline nobody knows who may sign
    assert names(examine_offline(forged, now, Examiner(trusted=SIGNER.address))) == ["OtherSigner"]


@pytest.mark.parametrize("signature", [b"", b"\x00" * 65, b"\xff" * 65, b"\x01" * 4_000], ids=len)
def test_examine__no_signature__refused_on_and_off_chain(office, signed, signature):
    bad = replace(signed, signature=signature)
    assert names(examine_offline(bad, signed.proof.block_time)) == ["WrongSignature"]
    (fault,) = examine(bad, office.market.contracts).faults
    assert "The signature isn't that of" in fault.sentence()


def test_examine__for_its_audience_or_whoever_looks__counts(office, signed):
    contracts = office.market.contracts
    assert examine(signed, contracts).is_sound
    assert examine(signed, contracts, Examiner(AUDIENCE, SIGNER.address)).is_sound
    (fault,) = examine(signed, contracts, Examiner(MERCHANT.address)).faults
    assert fault.sentence().startswith("The contract refuses it: The proof was made for 0x")


def test_examine__fault_in_chinese__the_contracts_sentence(office, signed):
    (fault,) = examine(signed, office.market.contracts, Examiner(MERCHANT.address), language="zh").faults
    assert fault.sentence("zh").startswith("合约拒绝它：该证明是给")


@pytest.mark.parametrize("change", [{"chain_id": 1}, {"contract": ALIAS.address}])
def test_examine__of_another_market__its_fault_alone(office, signed, change):
    other = sign(replace(signed.proof, **change))
    assert names(examine(other, office.market.contracts)) == ["ForeignProof"]


def test_examine__signed_by_who_may_not__refused(office, signed):
    """What passes offline, unless the verifier names the signer that he trusts."""
    forged = sign(replace(signed.proof, signer=ALIAS.address, value=1_000), ALIAS)
    (fault,) = examine(forged, office.market.contracts).faults
    assert "may not sign score proofs" in fault.sentence()


def test_examine__of_a_block_that_never_was__its_fault_once(office, signed):
    for change in ({"block_hash": b"\1" * 32}, {"block_number": 3}, {"block_number": 10**9}):
        other = sign(replace(signed.proof, **change))
        assert names(examine(other, office.market.contracts)) == ["BlockGone"]


def test_examine__reorganised_long_ago__a_node_still_tells(private_office):
    """The contract forgot the block after 256; a node did not."""
    market = private_office.market
    taken = market.rpc("evm_snapshot")
    for _ in range(3):
        market.advance(1)
    signed = private_office.proof()
    assert examine(signed, market.contracts).is_sound
    market.rpc("evm_revert", taken)
    market.advance(60)
    market.rpc("anvil_mine", hex(300))
    assert names(examine(signed, market.contracts)) == ["BlockGone"]


@pytest.mark.parametrize("by", ["holder", "signer"])
def test_examine__revoked__refused(private_office, by):
    market, signed = private_office.market, private_office.proof()
    revoker = MERCHANT if by == "holder" else SIGNER
    market.send(market.contracts.score_proofs.functions.revoke(signed.proof.id), revoker.address)
    (fault,) = examine(signed, market.contracts).faults
    assert "was revoked by" in fault.sentence()
    assert examine_offline(signed, signed.proof.block_time).is_sound  # which is why it says what it is


def test_examine__signer_gave_the_role_up__refused(private_office):
    market, signed = private_office.market, private_office.proof()
    market.send(market.contracts.authority.functions.renounceRole(14, SIGNER.address), SIGNER.address)
    (fault,) = examine(signed, market.contracts).faults
    assert "may not sign score proofs, or not any more" in fault.sentence()


def test_examine__over__refused(private_office):
    market, signed = private_office.market, private_office.proof()
    market.advance(30 * DAY)
    (fault,) = examine(signed, market.contracts).faults
    assert "The proof counted until" in fault.sentence()


# -- who shows it -----------------------------------------------------------------------------


def shown(proof, challenge, by=ALIAS):
    message = encode_typed_data(full_message=shown_message(proof, challenge))
    return bytes(by.sign_message(message).signature)


def test_check_shown__the_holders_signature__passes(office, signed):
    for contracts in (None, office.market.contracts):
        check_shown(signed.proof, "2090-01-01 bank 77", shown(signed.proof, "2090-01-01 bank 77"), contracts)


def test_check_shown__replayed_or_anothers__refused(office, signed):
    proof, challenge = signed.proof, "2090-01-01 bank 77"
    other = replace(proof, value=500)
    wrong = (
        shown(proof, "2090-01-01 bank 76"),
        shown(other, challenge),
        shown(proof, challenge, MERCHANT),
        b"",
        signed.signature,
    )
    for contracts in (None, office.market.contracts):
        for signature in wrong:
            with pytest.raises(errors.NotShown, match=ALIAS.address):
                check_shown(proof, challenge, signature, contracts)
