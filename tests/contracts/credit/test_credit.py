# attest
# ├── caller without the role, with another dimension's, or with a delay → Credit_NotAttestor
# ├── trade or service, zero delta, zero address, self, bad CID → its error
# ├── above the daily bound of the merchant's dimension or of the attestor → its error with what is left
# ├── the market disagrees about the applied amount → Credit_OutOfStep
# └── else → moves the sub-score within 0 to 100 points, here and at the market
# attestMany: bad requests → skipped and reported, the others done
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
from eth_abi import encode
from eth_utils import keccak

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import CreditReason, Dimension, Tier
from dapp.domain.orders import Status
from dapp.domain.terms import Terms, order_id
from tests.reverts import error_data, reverts

from .conftest import CID, ROLES

DAY = 86_400
DECISION_TIME = 14 * DAY
BOND = 5 * 10**16
OPEN, UPHELD, REJECTED, EXPIRED = 1, 2, 3, 4
START = (240_000, 180_000, 60_000, 60_000, 60_000)


def attestation_id(chain, credit, number):
    return keccak(encode(["uint256", "address", "uint256"], [chain.chain_id, credit.address, number]))


def score_at(market, merchant):
    """What the market has stored, in thousandths of a point."""
    account = market.accountOf(merchant)
    signed = (account >> shift & 0xFFFFF for shift in (112, 132, 152))
    return 600_000 + sum(value - (value >> 19 << 20) for value in signed)


def attest(credit, actors, delta, dimension=Dimension.COMPLIANCE):
    sender = actors.community_attestor if dimension is Dimension.COMMUNITY else actors.attestor
    return credit.attest(actors.seller, dimension, delta, CID, sender=sender)


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


def test_constructor__zero_address__reverts(project, actors, authority, market, credit):
    with reverts(credit.Credit_ZeroAddress):
        actors.admin.deploy(project.Credit, authority, ZERO_ADDRESS)
    with reverts(credit.Credit_ZeroAddress):
        actors.admin.deploy(project.Credit, ZERO_ADDRESS, market)
    assert credit.market() == market


# -- attest -----------------------------------------------------------------------------------


@pytest.mark.parametrize("delta", [-12_345, 20_000])
@pytest.mark.parametrize("dimension", [Dimension.COMPLIANCE, Dimension.COMMUNITY, Dimension.SECURITY])
def test_attest__by_its_role__moves_that_sub_score_only(chain, credit, market, actors, dimension, delta):
    receipt = attest(credit, actors, delta, dimension)
    ref = attestation_id(chain, credit, 1)
    assert receipt.events == [
        market.CreditChanged(actors.seller, ref, dimension, CreditReason.ATTESTATION, delta),
        credit.Attested(ref, actors.seller, receipt.sender, dimension, delta, delta, CID),
    ]
    expected = list(START)
    expected[dimension] += delta
    assert credit.subScoresOf(actors.seller) == expected
    assert sum(expected) == score_at(market, actors.seller)
    assert credit.scoreOf(actors.seller) == (600_000 + delta) // 1_000
    assert credit.tierOf(actors.seller) == (Tier.SILVER if delta > 0 else Tier.WATCH)
    assert credit.subScoresOf(actors.buyer) == list(START)
    stored = credit.attestationOf(ref)
    assert (stored.merchant, stored.dimension, stored.applied) == (actors.seller, dimension, delta)
    assert stored.attestedAt == chain.blocks[receipt.block_number].timestamp
    assert credit.attestationCount() == 1


def test_attest__beyond_the_top_over_days__clamped_at_100_points(chain, credit, market, actors):
    for _ in range(2):
        attest(credit, actors, 19_000)
        chain.pending_timestamp += DAY
    receipt = attest(credit, actors, 19_000)
    ref = attestation_id(chain, credit, 3)
    assert credit.Attested(ref, actors.seller, actors.attestor, Dimension.COMPLIANCE, 19_000, 2_000, CID) in (
        receipt.events
    )
    assert credit.subScoresOf(actors.seller)[Dimension.COMPLIANCE] == 100_000
    assert score_at(market, actors.seller) == 640_000


def test_attest__below_zero_over_days__clamped_at_zero(chain, credit, market, actors):
    for _ in range(4):
        attest(credit, actors, -20_000)
        chain.pending_timestamp += DAY
    assert credit.subScoresOf(actors.seller) == [240_000, 180_000, 0, 60_000, 60_000]
    assert credit.attestationOf(attestation_id(chain, credit, 4)).applied == 0
    assert score_at(market, actors.seller) == 540_000


@pytest.mark.parametrize(
    ("caller", "dimension", "role"),
    [
        ("outsider", Dimension.COMPLIANCE, ROLES.compliance),
        ("attestor", Dimension.COMMUNITY, ROLES.community),
        ("community_attestor", Dimension.SECURITY, ROLES.security),
        ("admin", Dimension.SECURITY, ROLES.security),
    ],
)
def test_attest__caller_without_the_dimensions_role__reverts(credit, actors, caller, dimension, role):
    sender = getattr(actors, caller)
    with reverts(credit.Credit_NotAttestor, caller=sender, role=role):
        credit.attest(actors.seller, dimension, 1, CID, sender=sender)
    assert credit.attestationCount() == 0


def test_attest__role_held_with_a_delay__reverts(credit, authority, actors):
    authority.grantRole(ROLES.compliance, actors.outsider, DAY, sender=actors.admin)
    with reverts(credit.Credit_NotAttestor, caller=actors.outsider, role=ROLES.compliance):
        credit.attest(actors.seller, Dimension.COMPLIANCE, 1, CID, sender=actors.outsider)


@pytest.mark.parametrize("dimension", [Dimension.TRADE, Dimension.SERVICE])
def test_attest__dimension_of_settlements__reverts(credit, actors, dimension):
    with reverts(credit.Credit_NotAttested, dimension=dimension):
        attest(credit, actors, 1, dimension)


def test_attest__zero_delta_address_or_self__reverts(credit, actors):
    with reverts(credit.Credit_ZeroDelta):
        attest(credit, actors, 0)
    with reverts(credit.Credit_ZeroAddress):
        credit.attest(ZERO_ADDRESS, Dimension.COMPLIANCE, 1, CID, sender=actors.attestor)
    with reverts(credit.Credit_SelfAttestation, merchant=actors.attestor):
        credit.attest(actors.attestor, Dimension.COMPLIANCE, 1, CID, sender=actors.attestor)


def test_attest__bad_cid__reverts(credit, actors):
    with reverts(credit.Cid_Malformed, cid="bafk 1"):
        credit.attest(actors.seller, Dimension.COMPLIANCE, 1, "bafk 1", sender=actors.attestor)
    with reverts(credit.Cid_TooLong, length=129, max=128):
        credit.attest(actors.seller, Dimension.COMPLIANCE, 1, "b" * 129, sender=actors.attestor)


@pytest.mark.parametrize("delta", [5_001, -5_001, 2**255 - 1, -(2**255)])
def test_attest__above_the_merchants_daily_bound__reverts_until_tomorrow(chain, credit, actors, delta):
    attest(credit, actors, -15_000)
    assert credit.leftToday(actors.attestor, actors.seller, Dimension.COMPLIANCE) == 5_000
    with reverts(
        credit.Credit_MerchantBoundReached,
        merchant=actors.seller,
        dimension=Dimension.COMPLIANCE,
        delta=delta,
        left=5_000,
    ):
        attest(credit, actors, delta)
    attest(credit, actors, 5_000)
    attest(credit, actors, 20_000, Dimension.SECURITY)
    assert credit.leftToday(actors.attestor, actors.seller, Dimension.COMPLIANCE) == 0
    chain.pending_timestamp += DAY
    chain.mine()
    assert credit.leftToday(actors.attestor, actors.seller, Dimension.COMPLIANCE) == 20_000
    attest(credit, actors, 20_000)


def test_attest__above_the_attestors_daily_bound__reverts(credit, actors):
    merchants = [f"0x{number:040x}" for number in range(1, 101)]
    requests = [(merchant, Dimension.SECURITY, -20_000, CID) for merchant in merchants]
    credit.attestMany(requests, sender=actors.attestor)
    assert credit.attestationCount() == 100
    assert credit.leftToday(actors.attestor, actors.seller, Dimension.SECURITY) == 0
    with reverts(credit.Credit_AttestorBoundReached, attestor=actors.attestor, delta=-1, left=0):
        attest(credit, actors, -1, Dimension.SECURITY)
    attest(credit, actors, -1, Dimension.COMMUNITY)


def test_attest__another_module_moved_the_sum__refuses_to_act(authority, credit, market, actors):
    admin = actors.admin
    authority.grantRole(ROLES.credit_module, admin, 0, sender=admin)
    market.attestCredit(
        actors.seller, Dimension.SECURITY, -175_000, CreditReason.ATTESTATION, b"", sender=admin
    )
    with reverts(credit.Credit_OutOfStep, expected=-20_000, applied=-5_000):
        attest(credit, actors, -20_000)
    assert credit.subScoresOf(actors.seller) == list(START)


def test_attest__module_lost_its_role__reverts_and_moves_nothing(authority, credit, actors):
    authority.revokeRole(ROLES.credit_module, credit, sender=actors.admin)
    with reverts(credit.AccessManagedUnauthorized, caller=credit):
        attest(credit, actors, -1)
    assert credit.subScoresOf(actors.seller) == list(START)


def test_attest_many__some_bad__skips_and_reports_them(credit, actors):
    requests = [
        (actors.seller, Dimension.COMPLIANCE, -20_000, CID),
        (actors.seller, Dimension.COMPLIANCE, -1, CID),
        (actors.seller, Dimension.COMMUNITY, -1, CID),
        (actors.buyer, Dimension.SECURITY, 7, CID),
        (actors.buyer, Dimension.SECURITY, 7, "no cid"),
    ]
    receipt = credit.attestMany(requests, sender=actors.attestor)
    skipped = list(credit.AttestationSkipped.from_receipt(receipt))
    assert [(event.index, event.merchant) for event in skipped] == [
        (1, actors.seller),
        (2, actors.seller),
        (4, actors.buyer),
    ]
    bound = {"merchant": actors.seller, "dimension": Dimension.COMPLIANCE, "delta": -1, "left": 0}
    faults = [
        error_data(credit.Credit_MerchantBoundReached, **bound),
        error_data(credit.Credit_NotAttestor, caller=actors.attestor, role=ROLES.community),
        error_data(credit.Cid_Malformed, cid="no cid"),
    ]
    assert [event.fault for event in skipped] == faults
    assert receipt.return_value == [b"", faults[0], faults[1], b"", faults[2]]
    assert credit.subScoresOf(actors.seller) == [240_000, 180_000, 40_000, 60_000, 60_000]
    assert credit.subScoresOf(actors.buyer) == [240_000, 180_000, 60_000, 60_000, 60_007]
    assert credit.attestationCount() == 2


# -- appeals against attestations ---------------------------------------------------------------


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


# -- expireAppeal -------------------------------------------------------------------------------


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


# -- appeals against orders ---------------------------------------------------------------------


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


# -- setAppealBond ------------------------------------------------------------------------------


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
