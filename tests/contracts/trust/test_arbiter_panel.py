"""The panel's disputes: how they open, end and expire.

createDispute: wrong value, choices or extra data / opened before / fine
executeRuling: appeal window open / over / twice / arbitrable refuses / arbitrable re-enters
expire:        too early / nobody drawn / assigned and silent / ruled
setArbitrationCost, setAcceptSeconds: not the role / out of bounds / for what comes later
disputeIdOf:   another case
"""

import pytest
from eth_abi import encode

from tests.contracts.trust.panel_amounts import DAY, FEE, HOUR, SLASH, STAKE
from tests.contracts.trust.panel_states import Stage, Step
from tests.reverts import reverts

# -- createDispute ----------------------------------------------------------------------------


def test_create_dispute__exact_fee__opens_one_slot(staffed, buyer, extra_data, chain):
    data = extra_data()
    before = staffed.balance
    receipt = staffed.createDispute(5, data, sender=buyer, value=FEE)
    id_ = staffed.disputeIdOf((buyer, 5, data))
    assert receipt.events == [
        staffed.DisputeCreation(_disputeID=id_, _arbitrable=buyer),
        staffed.DisputeOpened(id=id_, choices=5, fee=FEE, extraData=data),
    ]
    state = staffed.disputeOf(id_)
    assert (state.stage, state.choices, state.fee, state.tried) == (Stage.OPEN, 5, FEE, 0)
    assert state.expiresAt == chain.blocks.head.timestamp + 14 * DAY
    assert (state.first.step, state.first.clock) == (Step.DRAWING, receipt.block_number + 2)
    assert staffed.balance == before + FEE
    assert staffed.disputeStatus(id_) == 0
    assert staffed.currentRuling(id_) == 0


@pytest.mark.parametrize("value", [0, FEE - 1, FEE + 1])
def test_create_dispute__other_value__reverts(staffed, buyer, extra_data, value):
    with reverts(staffed.ArbiterPanel_WrongValue, sent=value, needed=FEE):
        staffed.createDispute(5, extra_data(), sender=buyer, value=value)


@pytest.mark.parametrize("choices", [0, 255])
def test_create_dispute__choices_out_of_bounds__reverts(staffed, buyer, extra_data, choices):
    with reverts(staffed.ArbiterPanel_ChoicesOutOfBounds, choices=choices, max=254):
        staffed.createDispute(choices, extra_data(), sender=buyer, value=FEE)


def test_create_dispute__more_than_eight_excluded__reverts(staffed, buyer, extra_data, accounts):
    staffed.createDispute(5, extra_data(excluded=[accounts[0]] * 8), sender=buyer, value=FEE)
    data = extra_data(excluded=[accounts[0]] * 9)
    with reverts(staffed.ArbiterPanel_MalformedExtraData, length=len(data)):
        staffed.createDispute(5, data, sender=buyer, value=FEE)


def test_create_dispute__short_extra_data__reverts(staffed, buyer):
    with reverts(staffed.ArbiterPanel_MalformedExtraData, length=127):
        staffed.createDispute(5, b"\x00" * 127, sender=buyer, value=FEE)


def test_create_dispute__same_again__reverts(staffed, open_dispute, buyer):
    dispute = open_dispute()
    with reverts(staffed.ArbiterPanel_Duplicate, id=dispute.id):
        staffed.createDispute(5, dispute.extra_data, sender=buyer, value=FEE)


def test_create_dispute__after_cost_was_raised__keeps_its_own_fee(staffed, open_dispute, owner, chain, drawn):
    dispute = open_dispute()
    staffed.setArbitrationCost(3 * FEE, sender=owner)
    chain.mine(3)
    arbiter = drawn(dispute)
    staffed.giveRuling(dispute.case, 0, 1, sender=arbiter)
    assert staffed.balanceOf(arbiter) == FEE
    assert staffed.appealCost(dispute.id, b"") == 5 * FEE


# -- executeRuling ----------------------------------------------------------------------------


def test_execute_ruling__appeal_window_open__reverts(staffed, ruled, chain, outsider):
    until = ruled.state().first.clock
    chain.pending_timestamp = until - 1
    with reverts(staffed.ArbiterPanel_TooEarly, **{"timestamp": until - 1, "from": until}):
        staffed.executeRuling(ruled.case, sender=outsider)


def test_execute_ruling__window_over__rules_once(staffed, ruled, arbitrable, chain, outsider, liabilities):
    chain.pending_timestamp = ruled.state().first.clock
    receipt = staffed.executeRuling(ruled.case, sender=outsider)
    assert staffed.DisputeExecuted(id=ruled.id, ruling=2) in receipt.events
    assert arbitrable.Ruling(_arbitrator=staffed, _disputeID=ruled.id, _ruling=2) in receipt.events
    assert (arbitrable.rulings(), arbitrable.lastId(), arbitrable.lastRuling()) == (1, ruled.id, 2)
    assert staffed.disputeStatus(ruled.id) == 2
    assert staffed.balance == liabilities(ruled)
    with reverts(staffed.ArbiterPanel_WrongStage, id=ruled.id, stage=Stage.EXECUTED):
        staffed.executeRuling(ruled.case, sender=outsider)


def test_execute_ruling__not_ruled__reverts(staffed, open_dispute, outsider):
    dispute = open_dispute()
    with reverts(staffed.ArbiterPanel_WrongStage, id=dispute.id, stage=Stage.OPEN):
        staffed.executeRuling(dispute.case, sender=outsider)


def test_execute_ruling__arbitrable_reenters__whole_call_reverts(
    staffed, ruled, arbitrable, chain, outsider, owner
):
    arbitrable.setReentry(staffed.executeRuling.encode_input(ruled.case), sender=owner)
    chain.mine(deltatime=DAY)
    with reverts(staffed.ArbiterPanel_WrongStage, id=ruled.id, stage=Stage.EXECUTED):
        staffed.executeRuling(ruled.case, sender=outsider)
    assert arbitrable.rulings() == 0
    arbitrable.setReentry(b"", sender=owner)
    staffed.executeRuling(ruled.case, sender=outsider)
    assert arbitrable.rulings() == 1


def test_execute_ruling__arbitrable_refuses__can_be_repeated(
    staffed, ruled, arbitrable, chain, outsider, owner
):
    arbitrable.setRefuses(True, sender=owner)
    chain.mine(deltatime=DAY)
    with reverts(arbitrable.RulableCaller_Refused, id=ruled.id, ruling=2):
        staffed.executeRuling(ruled.case, sender=outsider)
    arbitrable.setRefuses(False, sender=owner)
    staffed.executeRuling(ruled.case, sender=outsider)
    assert arbitrable.rulings() == 1


# -- expire -----------------------------------------------------------------------------------


def test_expire__too_early__reverts(staffed, open_dispute, chain, outsider):
    dispute = open_dispute()
    until = dispute.state().expiresAt
    chain.pending_timestamp = until - 1
    with reverts(staffed.ArbiterPanel_TooEarly, **{"timestamp": until - 1, "from": until}):
        staffed.expire(dispute.case, sender=outsider)


def test_expire__empty_pool__fee_goes_back_and_dispute_is_refused(
    panel, open_contract_dispute, arbitrable, chain, outsider, seller, liabilities
):
    dispute = open_contract_dispute()
    chain.pending_timestamp = dispute.state().expiresAt
    receipt = panel.expire(dispute.case, sender=outsider)
    expected = panel.DisputeExpired(id=dispute.id, account=arbitrable, refunded=FEE, ruling=0)
    assert receipt.events == [expected]
    assert panel.balanceOf(arbitrable) == FEE
    assert panel.balance == liabilities(dispute) == FEE
    panel.executeRuling(dispute.case, sender=outsider)
    assert (arbitrable.rulings(), arbitrable.lastRuling()) == (1, 0)
    before = seller.balance
    arbitrable.forward(panel.withdraw.encode_input(seller), sender=outsider)
    assert seller.balance == before + FEE
    assert panel.balance == 0


def test_expire__assigned_and_silent__slashed_and_freed(
    staffed, open_dispute, chain, drawn, outsider, buyer, liabilities
):
    dispute = open_dispute()
    chain.mine(3)
    arbiter = drawn(dispute)
    staffed.draw(dispute.case, 0, sender=outsider)
    chain.pending_timestamp = dispute.state().expiresAt
    receipt = staffed.expire(dispute.case, sender=outsider)
    assert staffed.Slashed(arbiter=arbiter, amount=SLASH, stake=STAKE - SLASH) in receipt.events
    assert staffed.seatOf(arbiter)[1].assigned == 0
    assert staffed.balanceOf(buyer) == FEE
    assert staffed.balance == liabilities(dispute)


def test_expire__past_the_end__nobody_can_rule(staffed, open_dispute, chain, drawn):
    dispute = open_dispute()
    chain.mine(3)
    arbiter = drawn(dispute)
    until = dispute.state().expiresAt
    chain.pending_timestamp = until
    with reverts(staffed.ArbiterPanel_TooLate, timestamp=until, until=until):
        staffed.giveRuling(dispute.case, 0, 1, sender=arbiter)


def test_expire__ruled__reverts(staffed, ruled, chain, outsider):
    chain.mine(deltatime=30 * DAY)
    with reverts(staffed.ArbiterPanel_WrongStep, id=ruled.id, chair=0, step=Step.RULED):
        staffed.expire(ruled.case, sender=outsider)


# -- roles ------------------------------------------------------------------------------------


def test_set_arbitration_cost__within_bounds__for_future_disputes(staffed, owner):
    receipt = staffed.setArbitrationCost(2 * FEE, sender=owner)
    assert receipt.events == [staffed.ArbitrationCostSet(cost=2 * FEE)]
    assert staffed.arbitrationCost(b"") == 2 * FEE


@pytest.mark.parametrize("cost", [1, 10**21 + 10**9])
def test_set_arbitration_cost__part_of_a_gwei_or_too_high__reverts(staffed, owner, cost):
    with reverts(staffed.ArbiterPanel_OutOfBounds, value=cost, min=0, max=10**21):
        staffed.setArbitrationCost(cost, sender=owner)


@pytest.mark.parametrize("seconds", [HOUR - 1, DAY + 1])
def test_set_accept_seconds__out_of_bounds__reverts(staffed, owner, seconds):
    with reverts(staffed.ArbiterPanel_OutOfBounds, value=seconds, min=HOUR, max=DAY):
        staffed.setAcceptSeconds(seconds, sender=owner)


def test_set_accept_seconds__within_bounds__next_draws(staffed, owner, open_dispute, chain, outsider):
    dispute = open_dispute()
    staffed.setAcceptSeconds(5 * HOUR, sender=owner)
    chain.mine(3)
    receipt = staffed.draw(dispute.case, 0, sender=outsider)
    assert dispute.state().first.clock == receipt.timestamp + 5 * HOUR


@pytest.mark.parametrize(("name", "args"), [("setArbitrationCost", [FEE]), ("setAcceptSeconds", [2 * HOUR])])
def test_role_functions__caller_without_role__revert(staffed, outsider, name, args):
    with reverts(staffed.AccessManagedUnauthorized, caller=outsider):
        getattr(staffed, name)(*args, sender=outsider)


def test_dispute_id_of__other_case__differs(staffed, buyer, seller, extra_data):
    data = extra_data()
    other = encode(["bytes32", "uint256", "address[]"], [b"\x02" * 32, 1, []])
    ids = {
        staffed.disputeIdOf(c)
        for c in [(buyer, 5, data), (seller, 5, data), (buyer, 4, data), (buyer, 5, other)]
    }
    assert len(ids) == 4
