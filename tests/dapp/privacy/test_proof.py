# a file of a proof, of a request
# ├── written and read → the same; the hash is eth_account's and the one that the contract computes
# ├── changed type, domain, field, spelling; too much, too little, no JSON → BadProof with the reason
# └── any cut or flipped byte → refused, or the same proof

import json

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.credit import Tier
from dapp.privacy.errors import BadProof, BadRequest
from dapp.privacy.proof import Claim, Proof, SignedProof
from dapp.privacy.request import ProofRequest, Wish

SIGNER = Account.from_key(b"\x11" * 32)
CONTRACT = Account.from_key(b"\x12" * 32).address
HOLDER = Account.from_key(b"\x13" * 32).address
PROOF = Proof(
    chain_id=31337,
    contract=CONTRACT,
    signer=SIGNER.address,
    holder=HOLDER,
    claim=Claim.SCORE_AT_LEAST,
    value=800,
    block_number=1_234,
    block_hash=bytes(range(32)),
    block_time=1_800_000_000,
    until=1_800_000_000 + 30 * DAY,
    audience=HOLDER,
    mark=b"\x09" * 32,
)


def signed(proof=PROOF):
    signature = SIGNER.sign_message(encode_typed_data(full_message=proof.message)).signature
    return SignedProof(proof, bytes(signature))


def changed(change):
    plain = json.loads(signed().to_json())
    change(plain)
    return json.dumps(plain).encode()


def test_parse__what_was_written__the_same():
    file = signed()
    assert SignedProof.parse(file.to_json()) == file


def test_to_json__eth_account_reads_it__recovers_the_signer():
    """The file is what wallets and other tools take: nothing of ours is needed to check it."""
    plain = json.loads(signed().to_json())
    signature = plain.pop("signature")
    assert (
        Account.recover_message(encode_typed_data(full_message=plain), signature=signature) == SIGNER.address
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p["types"]["ScoreProof"].pop(), "other types, names, fields or spellings"),
        (lambda p: p["types"].update(Other=[]), "other types, names"),
        (lambda p: p.update(primaryType="Permit"), "other types, names"),
        (lambda p: p["domain"].update(name="Hanse Disputes"), "other types, names"),
        (lambda p: p["domain"].update(salt="0x00"), "other types, names"),
        (lambda p: p["message"].update(note="Diamond!"), "other types, names"),
        (lambda p: p["message"].update(holder=HOLDER.lower()), "other types, names"),
        (lambda p: p.update(comment="counts for ever"), "other types, names"),
        (lambda p: p["message"].update(value=1_001), "“value” is 1001: it must be at most 1000"),
        (lambda p: p["message"].update(claim=1, value=4), "“value” is 4: it must be at most 3"),
        (lambda p: p["message"].update(claim=2), "“claim” is 2: it must be 0"),
        (lambda p: p["message"].update(value=True), "“value” is True"),
        (lambda p: p["message"].update(value=8.5), "“value” is 8.5"),
        (lambda p: p["message"].update(value="800"), "“value” is “800”"),
        (lambda p: p["message"].update(until=-1), "“until” is -1"),
        (lambda p: p["message"].update(until=1 << 48), "“until” is 281474976710656"),
        (lambda p: p["message"].update(holder="0x12"), "“holder” is “0x12”: it must be an address"),
        (lambda p: p["message"].update(holder=None), "“holder” is None"),
        (lambda p: p["message"].update(mark="0x12"), "“mark” has 1 bytes"),
        (lambda p: p["message"].update(blockHash="12" * 32), "“blockHash” is"),
        (lambda p: p["message"].pop("until"), "“until” is None"),
        (lambda p: p.pop("domain"), "it has no “domain”"),
        (lambda p: p.update(message=[]), "it has no “message”"),
        (lambda p: p.pop("signature"), "“signature” is None"),
        (lambda p: p.update(signature="0x" + "00" * 4_097), "more than 4,096 bytes"),
    ],
)
def test_parse__not_exactly_a_proof__refused(change, reason):
    with pytest.raises(BadProof, match="This isn't a score proof") as caught:
        SignedProof.parse(changed(change))
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it isn't JSON"),
        (b"[]", "it isn't a JSON object"),
        (b"\xff", "it isn't text"),
        (b"[" * 100_000, "nested too deeply"),
        (b"{" + b" " * 300_000 + b"}", "a document has at most"),
        (b'{"domain": NaN}', "it has no “domain”"),
    ],
)
def test_parse__no_document__refused(data, reason):
    with pytest.raises(BadProof) as caught:
        SignedProof.parse(data)
    assert reason in str(caught.value)


@settings(max_examples=300)
@given(st.data())
def test_parse__damaged_file__refused_or_another_proof(data):
    content = signed().to_json()
    at = data.draw(st.integers(0, len(content) - 1))
    damaged = content[:at] + bytes([data.draw(st.integers(0, 255))]) + content[at + 1 :]
    try:
        read = SignedProof.parse(damaged)
    except BadProof:
        return
    assert json.loads(damaged) == json.loads(read.to_json())


@given(
    st.builds(
        Proof,
        chain_id=st.integers(0, 2**48 - 1),
        contract=st.just(CONTRACT),
        signer=st.just(SIGNER.address),
        holder=st.sampled_from([HOLDER, ZERO_ADDRESS]),
        claim=st.just(Claim.TIER_IS),
        value=st.sampled_from([int(tier) for tier in Tier]),
        block_number=st.integers(0, 2**48 - 1),
        block_hash=st.binary(min_size=32, max_size=32),
        block_time=st.integers(0, 2**48 - 1),
        until=st.integers(0, 2**48 - 1),
        mark=st.binary(min_size=32, max_size=32),
    )
)
@settings(max_examples=50)
def test_parse__any_proof__the_same(proof):
    assert SignedProof.parse(SignedProof(proof, b"\1" * 65).to_json()).proof == proof


def test_request__written_and_read__the_same():
    wish = Wish(SIGNER.address, HOLDER, Claim.TIER_IS, 3, DAY, HOLDER)
    asked = ProofRequest(31337, CONTRACT, wish, 1_800_000_000).signed_by(SIGNER)
    assert ProofRequest.parse(asked.to_json()) == asked


def test_request__a_proof_instead__refused():
    with pytest.raises(BadRequest, match="isn't a request for a score proof"):
        ProofRequest.parse(signed().to_json())
