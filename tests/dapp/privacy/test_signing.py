# issue
# ├── true at the confirmed block → a proof that the contract accepts, without score or merchant
# ├── not true there, true only since → refused, and nothing is counted
# ├── a newcomer, whose 600 points nobody earned → refused
# ├── odd threshold or life, nobody's or the signer's own, another's name without an audience → refused
# ├── too young a chain, a block replaced meanwhile, a signer without the role → refused
# └── twenty on one day → the next one tomorrow
# marks: one merchant, one audience: the same · another merchant, audience or signer: another
# answer: signed by another, for another market, from yesterday or tomorrow → refused

import json
from dataclasses import replace

import pytest

from dapp.chain.keys import development_account
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.credit import Tier
from dapp.privacy import errors
from dapp.privacy.examination import examine
from dapp.privacy.issued import KEPT_DAYS, MOST_PER_DAY, IssuedProofs
from dapp.privacy.proof import MAX_LIFE, NO_MARK, Claim
from dapp.privacy.request import ANSWERED_WITHIN
from dapp.privacy.signing import ScoreSigner

from .conftest import ALIAS, AUDIENCE, MERCHANT, SIGNER

SCORE = 622


@pytest.mark.parametrize(
    ("claim", "value"),
    [(Claim.SCORE_AT_LEAST, 600), (Claim.SCORE_AT_LEAST, 50), (Claim.TIER_IS, Tier.SILVER)],
)
def test_issue__true_at_the_confirmed_block__a_proof_that_counts(office, claim, value):
    signed = office.proof(claim=claim, value=value)
    proof, head = signed.proof, office.head
    assert (proof.claim, proof.value, proof.holder) == (claim, value, MERCHANT.address)
    assert proof.block_number == head["number"] - office.confirmations
    assert proof.until == head["timestamp"] + 30 * DAY
    assert (proof.audience, proof.mark) == (ZERO_ADDRESS, NO_MARK)
    assert examine(signed, office.market.contracts).faults == []


def test_issue__for_a_name_of_the_merchants_choice__nothing_tells_who_he_is(office):
    signed = office.proof(holder=ALIAS.address, audience=AUDIENCE)
    assert examine(signed, office.market.contracts).faults == []
    content = signed.to_json().decode().lower()
    assert MERCHANT.address[2:].lower() not in content
    assert str(SCORE) not in json.dumps(signed.proof.message["message"]["value"])


def test_issue__longest_life__ends_90_days_after_its_block(office):
    signed = office.proof(life_seconds=MAX_LIFE)
    assert signed.proof.until == signed.proof.block_time + MAX_LIFE
    assert examine(signed, office.market.contracts).faults == []


@pytest.mark.parametrize(
    ("claim", "value"), [(Claim.SCORE_AT_LEAST, 650), (Claim.TIER_IS, Tier.WATCH), (Claim.TIER_IS, Tier.GOLD)]
)
def test_issue__not_so__refused_and_not_counted(office, claim, value):
    with pytest.raises(errors.NotSo, match="that is not so"):
        office.proof(claim=claim, value=value)
    assert office.issued.of(MERCHANT.address) == []


@pytest.mark.parametrize("actor", ["outsider", "buyer"])
def test_issue__newcomer_with_600_points__refused(office, actor):
    """A new address has 600 points that nobody earned."""
    newcomer = development_account(actor).address
    with pytest.raises(errors.Newcomer):
        office.proof(merchant=newcomer, holder=newcomer)


@pytest.mark.parametrize("value", [0, 1, 599, 601, 622, 1_050])
def test_issue__threshold_that_would_tell_the_score__refused(office, value):
    with pytest.raises(errors.OddThreshold, match="multiple of 50"):
        office.proof(value=value)


@pytest.mark.parametrize("seconds", [-1, 0, 3_599, MAX_LIFE + 1, 1 << 60])
def test_issue__odd_life__refused(office, seconds):
    with pytest.raises(errors.OddLife, match="1 to 2160"):
        office.proof(life_seconds=seconds)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"merchant": SIGNER.address, "holder": SIGNER.address}, errors.OwnScore),
        ({"holder": SIGNER.address, "audience": AUDIENCE}, errors.OwnScore),
        ({"holder": ZERO_ADDRESS, "audience": AUDIENCE}, errors.NoHolder),
        ({"holder": ALIAS.address}, errors.HolderNeedsAudience),
    ],
)
def test_issue__signers_nobodys_or_everybodys__refused(office, changes, error):
    with pytest.raises(error):
        office.proof(**changes)


def test_issue__score_reached_since_the_confirmed_block__refused_until_it_is_old_enough(private_office):
    """650 points since the last three blocks."""
    market = private_office.market
    credit, cid = (
        market.contracts.credit.functions,
        "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    )
    for dimension in (2, 3, 4):
        market.send(credit.attest(MERCHANT.address, dimension, 15_000, cid), market.attestor)
    signer = ScoreSigner(market.contracts, SIGNER, private_office.issued, 3)
    wish = private_office.wish(value=650)
    with pytest.raises(errors.NotSo):
        signer.issue(wish)
    for _ in range(3):
        market.advance(1)
    assert signer.issue(wish).proof.value == 650


def test_issue__loss_since_the_confirmed_block__still_said_of_that_block(private_office):
    """A proof says when it was so; a verifier who wants it fresher asks for a later block."""
    market = private_office.market
    credit, cid = (
        market.contracts.credit.functions,
        "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    )
    for dimension in (2, 3):
        market.send(credit.attest(MERCHANT.address, dimension, -20_000, cid), market.attestor)
    signed = ScoreSigner(market.contracts, SIGNER, private_office.issued, 2).issue(private_office.wish())
    record = market.contracts.lens.functions.merchantOf(MERCHANT.address)
    assert record.call(block_identifier=signed.proof.block_number)[0] >= 600_000 > record.call()[0]
    with pytest.raises(errors.NotSo):
        ScoreSigner(market.contracts, SIGNER, private_office.issued, 0).issue(private_office.wish())


def test_issue__chain_younger_than_the_confirmations__refused(office):
    signer = ScoreSigner(office.market.contracts, SIGNER, office.issued, 100_000)
    with pytest.raises(errors.NotYetConfirmed, match="100000 blocks"):
        signer.issue(office.wish())


def test_issue__block_replaced_while_the_score_was_read__refused(private_office):
    """Between the header and the score the chain reorganises: the score would be another block's."""
    market = private_office.market
    taken = market.rpc("evm_snapshot")
    for _ in range(3):
        market.advance(1)

    class Interrupted(ScoreSigner):
        def _standing(self, merchant, number):
            market.rpc("evm_revert", taken)
            for _ in range(3):
                market.advance(60)
            return super()._standing(merchant, number)

    with pytest.raises(errors.ChainMoved):
        Interrupted(market.contracts, SIGNER, private_office.issued, 1).issue(private_office.wish())
    assert private_office.issued.of(MERCHANT.address) == []


def test_issue__signer_without_the_role__refused(office):
    stranger = ScoreSigner(office.market.contracts, ALIAS, office.issued, 2)
    with pytest.raises(errors.NotAllowed, match=ALIAS.address):
        stranger.issue(office.wish())


def test_issue__twenty_on_one_day__the_next_tomorrow(office):
    for _ in range(MOST_PER_DAY):
        office.proof()
    with pytest.raises(errors.TooMany, match="20 proofs"):
        office.proof(claim=Claim.TIER_IS, value=1)
    (issued,) = office.issued.of(MERCHANT.address)
    assert (issued.claim, issued.count) == (Claim.SCORE_AT_LEAST, MOST_PER_DAY)
    tomorrow = (issued.day + 1) * DAY
    office.issued.count(MERCHANT.address, Claim.TIER_IS, tomorrow)
    assert [each.day for each in office.issued.of(MERCHANT.address)] == [issued.day, issued.day + 1]


def test_count__after_the_days_that_are_kept__forgotten(tmp_path):
    issued = IssuedProofs(tmp_path)
    issued.count(MERCHANT.address, Claim.TIER_IS, 1_000 * DAY)
    issued.count(ALIAS.address, Claim.TIER_IS, (1_000 + KEPT_DAYS) * DAY)
    assert [each.day for each in issued.of(MERCHANT.address)] == [1_000]
    issued.count(ALIAS.address, Claim.TIER_IS, (1_001 + KEPT_DAYS) * DAY)
    assert issued.of(MERCHANT.address) == []
    assert MERCHANT.address.encode() not in (tmp_path / "score-proofs.sqlite").read_bytes()


# -- marks ------------------------------------------------------------------------------------


def test_mark__same_merchant_and_audience__the_same_under_every_name(office):
    first = office.proof(audience=AUDIENCE)
    second = office.proof(holder=ALIAS.address, audience=AUDIENCE, value=500)
    assert first.proof.mark == second.proof.mark != NO_MARK


def test_mark__other_audience_merchant_or_signer__another(office):
    mark = office.signer.mark_of
    others = ScoreSigner(office.market.contracts, ALIAS, office.issued, 2)
    marks = {
        mark(MERCHANT.address, AUDIENCE),
        mark(MERCHANT.address, ALIAS.address),
        mark(ALIAS.address, AUDIENCE),
        mark(AUDIENCE, MERCHANT.address),
        others.mark_of(MERCHANT.address, AUDIENCE),
    }
    assert len(marks) == 5
    assert mark(MERCHANT.address, ZERO_ADDRESS) == NO_MARK


# -- requests ---------------------------------------------------------------------------------


def test_answer__the_merchants_own_request__a_proof(office):
    signed = office.signer.answer(office.request())
    assert examine(signed, office.market.contracts).is_sound


@pytest.mark.parametrize("change", [{"value": 500}, {"holder": ALIAS.address}, {"merchant": AUDIENCE}])
def test_answer__changed_after_signing__refused(office, change):
    request = office.request(office.wish(audience=AUDIENCE))
    changed = replace(request, wish=replace(request.wish, **change))
    with pytest.raises(errors.NotTheMerchants):
        office.signer.answer(changed)


def test_answer__signed_by_another__refused(office):
    with pytest.raises(errors.NotTheMerchants, match=MERCHANT.address):
        office.signer.answer(office.request(by=ALIAS))


@pytest.mark.parametrize("change", [{"chain_id": 1}, {"contract": ALIAS.address}])
def test_answer__for_another_market__refused(office, change):
    with pytest.raises(errors.ForeignRequest):
        office.signer.answer(office.request(**change))


@pytest.mark.parametrize("age", [-60, ANSWERED_WITHIN, 10 * ANSWERED_WITHIN])
def test_answer__from_the_future_or_a_day_old__refused(office, age):
    with pytest.raises(errors.StaleRequest):
        office.signer.answer(office.request(asked_at=office.head["timestamp"] - age))
