# constructor: zero address → its error
# attest
# ├── caller without the role, with another dimension's, or with a delay → Credit_NotAttestor
# ├── trade or service, zero delta, zero address, self, bad CID → its error
# ├── above the daily bound of the merchant's dimension or of the attestor → its error with what is left
# ├── the market disagrees about the applied amount → Credit_OutOfStep
# └── else → moves the sub-score within 0 to 100 points, here and at the market
# attestMany: bad requests → skipped and reported, the others done

import pytest

from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.credit import CreditReason, Dimension, Tier
from tests.reverts import error_data, reverts

from .conftest import CID, ROLES, START, attest, attestation_id, score_at


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
