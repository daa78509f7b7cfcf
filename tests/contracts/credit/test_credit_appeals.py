# appealAttestation, appealOrder
# ├── unknown, nothing lost, not the merchant, twice, wrong bond, order not ended, bad CID → its error
# └── else → open for 14 days, the bond held here
# decideAttestation, decideOrder
# ├── not the appeals role, the merchant himself, no open appeal, too late → its error
# ├── upheld → reversed once by another event, bond to the merchant's ledger balance
# └── rejected → score stays, bond to the platform
# expireAppeal: too early, not open → its error · else → bond back, by anyone
# setAppealBond: not the role, out of bounds → its error · else → for future appeals

import pytest

from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.orders import Status
from dapp.domain.terms import Terms, order_id
from tests.reverts import reverts

from .conftest import BOND, CID, ROLES, START, attest, attestation_id, score_at

DECISION_TIME = 14 * DAY
OPEN, UPHELD, REJECTED, EXPIRED = 1, 2, 3, 4


@pytest.fixture
def attestation(chain, credit, actors):
    """An attestation that took 12 points of compliance."""
    attest(credit, actors, -12_000)
    return attestation_id(chain, credit, 1)


@pytest.fixture
def appealed(credit, actors, attestation):
    credit.appealAttestation(attestation, CID, sender=actors.seller, value=BOND)
    return attestation


@pytest.fixture
def appealed_order(credit, actors, missed_order):
    credit.appealOrder(missed_order.terms.pack(), CID, sender=actors.seller, value=BOND)
    return missed_order


# -- appeals against attestations -------------------------------------------------------------


def test_appeal_attestation__by_its_merchant__open_for_14_days(chain, credit, market, actors, attestation):
    before = actors.seller.balance
    receipt = credit.appealAttestation(attestation, CID, sender=actors.seller, value=BOND)
    until = chain.blocks[receipt.block_number].timestamp + DECISION_TIME
    assert receipt.events == [credit.AppealOpened(attestation, actors.seller, BOND, until, CID)]
    appeal = credit.appealOf(attestation)
    assert (appeal.merchant, appeal.decideUntil, appeal.status, appeal.bond) == (
        actors.seller,
        until,
        OPEN,
        BOND,
    )
    assert credit.balance == BOND
    assert actors.seller.balance == before - BOND - receipt.total_fees_paid
    assert market.balance == 0


def test_appeal_attestation__unknown_or_gained__reverts(chain, credit, actors):
    attest(credit, actors, 1)
    gained, unknown = (attestation_id(chain, credit, number) for number in (1, 2))
    with reverts(credit.Credit_NothingToReverse, ref=gained):
        credit.appealAttestation(gained, CID, sender=actors.seller, value=BOND)
    with reverts(credit.Credit_UnknownAttestation, id=unknown):
        credit.appealAttestation(unknown, CID, sender=actors.seller, value=BOND)


def test_appeal_attestation__not_the_merchant__reverts(credit, actors, attestation):
    with reverts(credit.Credit_NotMerchant, caller=actors.outsider, merchant=actors.seller):
        credit.appealAttestation(attestation, CID, sender=actors.outsider, value=BOND)


@pytest.mark.parametrize("sent", [0, BOND - 1, BOND + 1])
def test_appeal_attestation__wrong_bond__reverts(credit, actors, attestation, sent):
    with reverts(credit.Credit_WrongBond, sent=sent, needed=BOND):
        credit.appealAttestation(attestation, CID, sender=actors.seller, value=sent)
    assert credit.balance == 0


def test_appeal_attestation__bad_cid__reverts(credit, actors, attestation):
    with reverts(credit.Cid_Malformed, cid=""):
        credit.appealAttestation(attestation, "", sender=actors.seller, value=BOND)


def test_appeal_attestation__twice__reverts(credit, actors, appealed):
    with reverts(credit.Credit_AlreadyAppealed, ref=appealed):
        credit.appealAttestation(appealed, CID, sender=actors.seller, value=BOND)


def test_decide_attestation__upheld__reversed_and_bond_back(credit, market, actors, appealed):
    receipt = credit.decideAttestation(appealed, True, CID, sender=actors.judge)
    assert receipt.events == [
        credit.AppealDecided(appealed, actors.seller, True, CID),
        market.CreditChanged(actors.seller, appealed, Dimension.COMPLIANCE, CreditReason.REVERSAL, 12_000),
        market.Deposited(actors.seller, ZERO_ADDRESS, BOND, credit),
    ]
    assert credit.subScoresOf(actors.seller) == list(START)
    assert score_at(market, actors.seller) == 600_000
    assert credit.appealOf(appealed).status == UPHELD
    assert (credit.balance, market.balanceOf(actors.seller, ZERO_ADDRESS)) == (0, BOND)
    assert market.balanceOf(market, ZERO_ADDRESS) == 0


def test_decide_attestation__upheld_near_the_top__reversal_is_clamped_too(chain, credit, actors, appealed):
    for _ in range(3):
        attest(credit, actors, 20_000 if _ else 8_000)
        chain.pending_timestamp += DAY
    assert credit.subScoresOf(actors.seller)[Dimension.COMPLIANCE] == 96_000
    credit.decideAttestation(appealed, True, CID, sender=actors.judge)
    assert credit.subScoresOf(actors.seller)[Dimension.COMPLIANCE] == 100_000


def test_decide_attestation__rejected__bond_to_the_platform(credit, market, actors, appealed):
    receipt = credit.decideAttestation(appealed, False, CID, sender=actors.judge)
    assert receipt.events == [
        credit.AppealDecided(appealed, actors.seller, False, CID),
        market.Deposited(market, ZERO_ADDRESS, BOND, credit),
    ]
    assert credit.subScoresOf(actors.seller)[Dimension.COMPLIANCE] == 48_000
    assert credit.appealOf(appealed).status == REJECTED
    assert (credit.balance, market.balanceOf(market, ZERO_ADDRESS)) == (0, BOND)
    assert market.balanceOf(actors.seller, ZERO_ADDRESS) == 0


@pytest.mark.parametrize("upheld", [True, False])
def test_decide_attestation__decided_already__reverts(credit, market, actors, appealed, upheld):
    credit.decideAttestation(appealed, upheld, CID, sender=actors.judge)
    for again in (True, False):
        with reverts(credit.Credit_NoOpenAppeal, ref=appealed):
            credit.decideAttestation(appealed, again, CID, sender=actors.judge)
    with reverts(credit.Credit_AlreadyAppealed, ref=appealed):
        credit.appealAttestation(appealed, CID, sender=actors.seller, value=BOND)
    assert market.balance == BOND


def test_decide_attestation__not_the_role__reverts(credit, actors, appealed):
    with reverts(credit.AccessManagedUnauthorized, caller=actors.outsider):
        credit.decideAttestation(appealed, True, CID, sender=actors.outsider)


def test_decide_attestation__merchant_holds_the_role__reverts(credit, authority, actors, appealed):
    authority.grantRole(ROLES.appeals, actors.seller, 0, sender=actors.admin)
    with reverts(credit.Credit_DecidesForSelf, merchant=actors.seller):
        credit.decideAttestation(appealed, True, CID, sender=actors.seller)


def test_decide_attestation__through_the_authority__reverts(credit, authority, actors, appealed):
    """Behind the Authority the merchant himself could decide."""
    authority.grantRole(ROLES.appeals, actors.seller, 0, sender=actors.admin)
    data = credit.decideAttestation.encode_input(appealed, True, CID)
    with reverts(credit.Credit_HiddenCaller, authority=authority.address):
        authority.execute(credit, data, sender=actors.seller)


def test_decide_attestation__no_reasons__reverts(credit, actors, appealed):
    with reverts(credit.Cid_Malformed, cid=""):
        credit.decideAttestation(appealed, True, "", sender=actors.judge)


def test_decide_attestation__last_second__in_time(chain, credit, actors, appealed):
    chain.pending_timestamp = credit.appealOf(appealed).decideUntil - 1
    credit.decideAttestation(appealed, False, CID, sender=actors.judge)
    assert credit.appealOf(appealed).status == REJECTED


def test_decide_attestation__clock_over__reverts(chain, credit, actors, appealed):
    until = credit.appealOf(appealed).decideUntil
    chain.pending_timestamp = until
    with reverts(credit.Credit_TooLate, timestamp=until, until=until):
        credit.decideAttestation(appealed, True, CID, sender=actors.judge)
    assert credit.appealOf(appealed).status == OPEN


def test_decide_attestation__while_paused__works(credit, market, actors, appealed):
    market.pause(sender=actors.admin)
    credit.decideAttestation(appealed, True, CID, sender=actors.judge)
    assert market.balanceOf(actors.seller, ZERO_ADDRESS) == BOND


# -- expireAppeal -----------------------------------------------------------------------------


def test_expire_appeal__nobody_answered__bond_back_by_anyone(chain, credit, market, actors, appealed):
    chain.pending_timestamp = credit.appealOf(appealed).decideUntil
    receipt = credit.expireAppeal(appealed, sender=actors.outsider)
    assert receipt.events == [
        credit.AppealExpired(appealed, actors.seller),
        market.Deposited(actors.seller, ZERO_ADDRESS, BOND, credit),
    ]
    assert credit.appealOf(appealed).status == EXPIRED
    assert credit.subScoresOf(actors.seller)[Dimension.COMPLIANCE] == 48_000
    assert (credit.balance, market.balanceOf(actors.seller, ZERO_ADDRESS)) == (0, BOND)
    with reverts(credit.Credit_NoOpenAppeal, ref=appealed):
        credit.expireAppeal(appealed, sender=actors.outsider)


def test_expire_appeal__second_before_the_end__reverts(chain, credit, actors, appealed):
    until = credit.appealOf(appealed).decideUntil
    chain.pending_timestamp = until - 1
    with reverts(credit.Credit_TooEarly, **{"timestamp": until - 1, "from": until}):
        credit.expireAppeal(appealed, sender=actors.seller)


def test_expire_appeal__every_target_closed_and_paused__still_pays(
    chain, authority, credit, market, actors, appealed
):
    market.pause(sender=actors.admin)
    for target in (credit, market):
        authority.setTargetClosed(target, True, sender=actors.admin)
    authority.revokeRole(ROLES.credit_module, credit, sender=actors.admin)
    with reverts(credit.AccessManagedUnauthorized, caller=actors.judge):
        credit.decideAttestation(appealed, True, CID, sender=actors.judge)
    chain.pending_timestamp = credit.appealOf(appealed).decideUntil
    credit.expireAppeal(appealed, sender=actors.outsider)
    assert market.balanceOf(actors.seller, ZERO_ADDRESS) == BOND


# -- appeals against orders -------------------------------------------------------------------


def test_appeal_order__missed_deadline_upheld__trade_given_back_once(credit, market, actors, appealed_order):
    assert credit.subScoresOf(actors.seller)[Dimension.TRADE] == 200_000
    receipt = credit.decideOrder(appealed_order.terms.pack(), True, CID, sender=actors.judge)
    ref = appealed_order.id
    assert receipt.events == [
        credit.AppealDecided(ref, actors.seller, True, CID),
        market.CreditChanged(actors.seller, ref, Dimension.TRADE, CreditReason.REVERSAL, 40_000),
        market.Deposited(actors.seller, ZERO_ADDRESS, BOND, credit),
    ]
    assert credit.subScoresOf(actors.seller) == list(START)
    assert market.balanceOf(actors.seller, ZERO_ADDRESS) == BOND
    with reverts(credit.Credit_NoOpenAppeal, ref=ref):
        credit.decideOrder(appealed_order.terms.pack(), True, CID, sender=actors.judge)


def test_appeal_order__rejected__score_stays_bond_to_the_platform(credit, market, actors, appealed_order):
    credit.decideOrder(appealed_order.terms.pack(), False, CID, sender=actors.judge)
    assert credit.subScoresOf(actors.seller)[Dimension.TRADE] == 200_000
    assert market.balanceOf(market, ZERO_ADDRESS) == BOND
    assert market.balanceOf(actors.seller, ZERO_ADDRESS) == 0


def test_appeal_order__decided_as_an_attestation__moves_no_score(credit, actors, appealed_order):
    with reverts(credit.Credit_UnknownAttestation, id=appealed_order.id):
        credit.decideAttestation(appealed_order.id, True, CID, sender=actors.judge)


def test_appeal_order__not_the_seller_or_twice__reverts(credit, actors, missed_order):
    terms = missed_order.terms.pack()
    with reverts(credit.Credit_NotMerchant, caller=actors.buyer, merchant=actors.seller):
        credit.appealOrder(terms, CID, sender=actors.buyer, value=BOND)
    credit.appealOrder(terms, CID, sender=actors.seller, value=BOND)
    with reverts(credit.Credit_AlreadyAppealed, ref=missed_order.id):
        credit.appealOrder(terms, CID, sender=actors.seller, value=BOND)
    assert credit.balance == BOND


def test_appeal_order__terms_of_no_order__reverts(chain, credit, market, actors, missed_order):
    terms = (*missed_order.terms.pack()[:-1], 1)
    unknown = order_id(Terms.unpack(terms), chain.chain_id, market.address)
    with reverts(credit.Credit_OrderNotEnded, id=unknown, status=Status.NONE):
        credit.appealOrder(terms, CID, sender=actors.seller, value=BOND)


# -- setAppealBond ----------------------------------------------------------------------------


@pytest.mark.parametrize("bond", [10**15, 10**18])
def test_set_appeal_bond__within_bounds__for_future_appeals_only(credit, actors, appealed, chain, bond):
    receipt = credit.setAppealBond(bond, sender=actors.admin)
    assert receipt.events == [credit.AppealBondSet(bond)]
    assert credit.appealOf(appealed).bond == BOND
    attest(credit, actors, -1)
    credit.appealAttestation(attestation_id(chain, credit, 2), CID, sender=actors.seller, value=bond)
    assert credit.balance == BOND + bond


@pytest.mark.parametrize("bond", [0, 10**15 - 1, 10**18 + 1])
def test_set_appeal_bond__out_of_bounds__reverts(credit, actors, bond):
    with reverts(credit.Credit_BondOutOfBounds, bond=bond, min=10**15, max=10**18):
        credit.setAppealBond(bond, sender=actors.admin)
    assert credit.appealBond() == BOND


def test_set_appeal_bond__not_the_role__reverts(credit, actors):
    with reverts(credit.AccessManagedUnauthorized, caller=actors.judge):
        credit.setAppealBond(10**16, sender=actors.judge)
