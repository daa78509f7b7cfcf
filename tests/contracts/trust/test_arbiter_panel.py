"""The panel's disputes, from opening to execution.

createDispute: wrong value, choices or extra data / opened before / fine
draw:          draw block not past / nobody eligible / drawn already / fine / after 256 unrecorded blocks
accept:        not drawn / from the draw / in time / too late
giveRuling:    not drawn / out of range / straight from the draw / accepted / clock over / ruled before
replace:       clock running / silent before accepting / silent before ruling / pool exhausted
executeRuling: appeal window open / over / twice / arbitrable refuses / arbitrable re-enters
expire:        too early / nobody drawn / assigned and silent / ruled
"""

import pytest
from eth_abi import encode

from tests.contracts.trust.panel_amounts import DAY, FEE, HOUR, SLASH, STAKE
from tests.reverts import reverts

OPEN, APPEALED, FINAL, EXECUTED = 1, 2, 3, 4
DRAWING, DRAWN, ACCEPTED, RULED = 0, 1, 2, 3


# -- createDispute ------------------------------------------------------------------------------


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
    assert (state.stage, state.choices, state.fee, state.tried) == (OPEN, 5, FEE, 0)
    assert state.expiresAt == chain.blocks.head.timestamp + 14 * DAY
    assert (state.first.step, state.first.clock) == (DRAWING, receipt.block_number + 2)
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


# -- draw ---------------------------------------------------------------------------------------


def test_draw__draw_block_not_past__reverts(staffed, open_dispute, outsider, chain):
    dispute = open_dispute()
    draw_block = dispute.state().first.clock
    chain.mine(1)
    with reverts(staffed.ArbiterPanel_DrawPending, blockNumber=draw_block, drawBlock=draw_block):
        staffed.draw(dispute.case, 0, sender=outsider)


def test_draw__by_anyone__starts_acceptance_clock(staffed, open_dispute, outsider, chain, drawn, arbiters):
    dispute = open_dispute()
    chain.mine(2)
    receipt = staffed.draw(dispute.case, 0, sender=outsider)
    arbiter = drawn(dispute)
    assert arbiter in arbiters
    until = receipt.timestamp + 2 * HOUR
    assert receipt.events == [staffed.ArbiterDrawn(id=dispute.id, chair=0, arbiter=arbiter, until=until)]
    index, seat = staffed.seatOf(arbiter)
    assert seat.assigned == 1
    state = dispute.state()
    assert (state.first.step, state.first.seat, state.first.clock) == (DRAWN, index, until)
    assert state.tried == 1 << index


def test_draw__twice__reverts(staffed, open_dispute, outsider, chain):
    dispute = open_dispute()
    chain.mine(2)
    staffed.draw(dispute.case, 0, sender=outsider)
    with reverts(staffed.ArbiterPanel_WrongStep, id=dispute.id, chair=0, step=DRAWN):
        staffed.draw(dispute.case, 0, sender=outsider)


def test_draw__unknown_dispute__reverts(staffed, buyer, outsider, extra_data):
    case = (buyer, 5, extra_data())
    with reverts(staffed.ArbiterPanel_Unknown, id=staffed.disputeIdOf(case)):
        staffed.draw(case, 0, sender=outsider)


def test_draw__chair_of_panel_before_appeal__reverts(staffed, open_dispute, outsider):
    dispute = open_dispute()
    with reverts(staffed.ArbiterPanel_WrongStage, id=dispute.id, stage=OPEN):
        staffed.draw(dispute.case, 1, sender=outsider)
    with reverts(staffed.ArbiterPanel_UnknownChair, id=dispute.id, chair=4):
        staffed.draw(dispute.case, 4, sender=outsider)


def test_draw__all_but_one_excluded__draws_the_one(staffed, open_dispute, outsider, chain, drawn, arbiters):
    for i, arbiter in enumerate(arbiters):
        dispute = open_dispute(order_id=bytes([i]) * 32, excluded=[a for a in arbiters if a != arbiter])
        chain.mine(2)
        staffed.draw(dispute.case, 0, sender=outsider)
        assert drawn(dispute) == arbiter


def test_draw__all_excluded__reverts(staffed, open_dispute, outsider, chain, arbiters):
    dispute = open_dispute(excluded=arbiters)
    chain.mine(2)
    with reverts(staffed.ArbiterPanel_NoArbiter, id=dispute.id):
        staffed.draw(dispute.case, 0, sender=outsider)


def test_draw__staked_since_order__is_not_drawn(panel, join, newcomer, outsider, open_dispute, chain):
    join(newcomer)
    staked_at = panel.seatAt(0).stakedAt
    young = open_dispute(order_id=b"\x02" * 32, placed_at=staked_at)
    old = open_dispute(placed_at=staked_at + 1)
    chain.mine(2)
    with reverts(panel.ArbiterPanel_NoArbiter, id=young.id):
        panel.draw(young.case, 0, sender=outsider)
    panel.draw(old.case, 0, sender=outsider)
    assert panel.arbiterOf(old.case, 0) == newcomer


def test_draw__on_duty_after_draw_block__waits_for_the_next(
    panel, join, newcomer, outsider, open_dispute, chain
):
    """Nobody can look at the hash first and then decide to take part in the draw."""
    join(newcomer)
    panel.setOnDuty(False, sender=newcomer)
    chain.mine(deltatime=HOUR)
    dispute = open_dispute()
    chain.mine(2)
    panel.setOnDuty(True, sender=newcomer)
    with reverts(panel.ArbiterPanel_NoArbiter, id=dispute.id):
        panel.draw(dispute.case, 0, sender=outsider)
    chain.mine(256)
    panel.draw(dispute.case, 0, sender=outsider)
    assert panel.arbiterOf(dispute.case, 0) == newcomer


def test_draw__others_leave_duty__same_arbiter(staffed, open_dispute, chain, drawn, arbiters):
    dispute = open_dispute()
    chain.mine(3)
    winner = drawn(dispute)
    for arbiter in arbiters:
        if arbiter != winner:
            staffed.setOnDuty(False, sender=arbiter)
            assert drawn(dispute) == winner
    staffed.setOnDuty(False, sender=winner)
    with reverts(staffed.ArbiterPanel_NoArbiter, id=dispute.id):
        staffed.arbiterOf(dispute.case, 0)


@pytest.mark.parametrize("blocks", [255, 256, 257, 511, 512, 1000])
def test_draw__not_recorded_for_long__still_draws(staffed, open_dispute, outsider, chain, blocks, arbiters):
    dispute = open_dispute()
    chain.mine(blocks)
    staffed.draw(dispute.case, 0, sender=outsider)
    assert staffed.arbiterOf(dispute.case, 0) in arbiters


@pytest.mark.usefixtures("staffed")
def test_draw__inside_one_period__does_not_change(open_dispute, chain, drawn):
    dispute = open_dispute()
    chain.mine(3)
    first = drawn(dispute)
    for _ in range(4):
        chain.mine(60)
        assert drawn(dispute) == first


@pytest.mark.usefixtures("staffed")
def test_draw__many_disputes__reaches_every_arbiter(open_dispute, chain, drawn, arbiters):
    disputes = [open_dispute(order_id=i.to_bytes(32, "big")) for i in range(40)]
    chain.mine(3)
    assert {drawn(d) for d in disputes} == set(arbiters)


def test_draw__eight_open_cases__passes_over_the_busy(panel, join, newcomer, outsider, open_dispute, chain):
    join(newcomer)
    chain.mine(deltatime=HOUR)
    disputes = [open_dispute(order_id=bytes([i]) * 32) for i in range(9)]
    chain.mine(2)
    for dispute in disputes[:8]:
        panel.draw(dispute.case, 0, sender=outsider)
    with reverts(panel.ArbiterPanel_NoArbiter, id=disputes[8].id):
        panel.draw(disputes[8].case, 0, sender=outsider)
    panel.giveRuling(disputes[0].case, 0, 1, sender=newcomer)
    panel.draw(disputes[8].case, 0, sender=outsider)
    assert panel.seatOf(newcomer)[1].assigned == 8


# -- accept -------------------------------------------------------------------------------------


def test_accept__unrecorded_draw__records_and_accepts(staffed, open_dispute, chain, drawn):
    dispute = open_dispute()
    chain.mine(3)
    arbiter = drawn(dispute)
    receipt = staffed.accept(dispute.case, 0, sender=arbiter)
    until = receipt.timestamp + 3 * DAY
    assert receipt.events == [staffed.ArbiterAccepted(id=dispute.id, chair=0, arbiter=arbiter, until=until)]
    assert (dispute.state().first.step, dispute.state().first.clock) == (ACCEPTED, until)
    assert staffed.seatOf(arbiter)[1].assigned == 1


def test_accept__recorded_draw__counts_the_case_once(staffed, open_dispute, chain, drawn, outsider):
    dispute = open_dispute()
    chain.mine(3)
    staffed.draw(dispute.case, 0, sender=outsider)
    staffed.accept(dispute.case, 0, sender=drawn(dispute))
    assert staffed.seatOf(drawn(dispute))[1].assigned == 1
    with reverts(staffed.ArbiterPanel_WrongStep, id=dispute.id, chair=0, step=ACCEPTED):
        staffed.accept(dispute.case, 0, sender=drawn(dispute))


def test_accept__not_drawn__reverts(staffed, open_dispute, chain, drawn, outsider):
    dispute = open_dispute()
    chain.mine(3)
    with reverts(staffed.ArbiterPanel_NotDrawn, caller=outsider, drawn=drawn(dispute)):
        staffed.accept(dispute.case, 0, sender=outsider)


def test_accept__clock_over__reverts(staffed, open_dispute, chain, drawn, outsider):
    dispute = open_dispute()
    chain.mine(3)
    staffed.draw(dispute.case, 0, sender=outsider)
    until = dispute.state().first.clock
    chain.pending_timestamp = until
    with reverts(staffed.ArbiterPanel_TooLate, timestamp=until, until=until):
        staffed.accept(dispute.case, 0, sender=drawn(dispute))


# -- giveRuling ---------------------------------------------------------------------------------


def test_give_ruling__straight_from_draw__earns_the_fee(
    staffed, open_dispute, chain, drawn, buyer, liabilities
):
    dispute = open_dispute()
    chain.mine(3)
    arbiter = drawn(dispute)
    receipt = staffed.giveRuling(dispute.case, 0, 4, sender=arbiter)
    assert receipt.events == [
        staffed.ArbiterRuled(id=dispute.id, chair=0, arbiter=arbiter, ruling=4),
        staffed.AppealPossible(_disputeID=dispute.id, _arbitrable=buyer),
    ]
    assert staffed.balanceOf(arbiter) == FEE
    assert staffed.balanceOf(buyer) == 0
    assert staffed.seatOf(arbiter)[1].assigned == 0
    assert staffed.currentRuling(dispute.id) == 4
    assert staffed.disputeStatus(dispute.id) == 1
    assert staffed.appealPeriod(dispute.id) == (receipt.timestamp, receipt.timestamp + DAY)
    assert staffed.balance == liabilities(dispute)


def test_give_ruling__accepted_case__frees_the_arbiter(staffed, open_dispute, chain, drawn, liabilities):
    dispute = open_dispute()
    chain.mine(3)
    arbiter = drawn(dispute)
    staffed.accept(dispute.case, 0, sender=arbiter)
    staffed.giveRuling(dispute.case, 0, 0, sender=arbiter)
    assert staffed.seatOf(arbiter)[1].assigned == 0
    assert staffed.balanceOf(arbiter) == FEE
    assert staffed.balance == liabilities(dispute)


def test_give_ruling__not_drawn__reverts(staffed, open_dispute, chain, drawn, arbiters):
    dispute = open_dispute()
    chain.mine(3)
    other = next(a for a in arbiters if a != drawn(dispute))
    with reverts(staffed.ArbiterPanel_NotDrawn, caller=other, drawn=drawn(dispute)):
        staffed.giveRuling(dispute.case, 0, 1, sender=other)


def test_give_ruling__out_of_range__reverts(staffed, open_dispute, chain, drawn):
    dispute = open_dispute()
    chain.mine(3)
    with reverts(staffed.ArbiterPanel_RulingOutOfRange, ruling=6, min=0, max=5):
        staffed.giveRuling(dispute.case, 0, 6, sender=drawn(dispute))


def test_give_ruling__twice__reverts(staffed, ruled, accounts):
    arbiter = accounts[staffed.arbiterOf(ruled.case, 0)]
    with reverts(staffed.ArbiterPanel_WrongStep, id=ruled.id, chair=0, step=RULED):
        staffed.giveRuling(ruled.case, 0, 3, sender=arbiter)
    assert staffed.currentRuling(ruled.id) == 2


def test_give_ruling__ruling_clock_over__reverts(staffed, open_dispute, chain, drawn):
    dispute = open_dispute()
    chain.mine(3)
    arbiter = drawn(dispute)
    staffed.accept(dispute.case, 0, sender=arbiter)
    until = dispute.state().first.clock
    chain.pending_timestamp = until
    with reverts(staffed.ArbiterPanel_TooLate, timestamp=until, until=until):
        staffed.giveRuling(dispute.case, 0, 1, sender=arbiter)


# -- replace ------------------------------------------------------------------------------------


def test_replace__clock_running__reverts(staffed, open_dispute, chain, outsider):
    dispute = open_dispute()
    chain.mine(3)
    staffed.draw(dispute.case, 0, sender=outsider)
    until = dispute.state().first.clock
    chain.pending_timestamp = until - 1
    with reverts(staffed.ArbiterPanel_TooEarly, **{"timestamp": until - 1, "from": until}):
        staffed.replace(dispute.case, 0, sender=outsider)


def test_replace__nobody_drawn__reverts(staffed, open_dispute, outsider):
    dispute = open_dispute()
    with reverts(staffed.ArbiterPanel_WrongStep, id=dispute.id, chair=0, step=DRAWING):
        staffed.replace(dispute.case, 0, sender=outsider)


@pytest.mark.parametrize("accepts", [False, True])
def test_replace__silent_arbiter__slashed_for_the_treasury(
    staffed, open_dispute, chain, drawn, outsider, buyer, liabilities, accepts
):
    dispute = open_dispute()
    chain.mine(3)
    silent = drawn(dispute)
    staffed.draw(dispute.case, 0, sender=outsider)
    if accepts:
        staffed.accept(dispute.case, 0, sender=silent)
    chain.pending_timestamp = dispute.state().first.clock
    receipt = staffed.replace(dispute.case, 0, sender=outsider)
    assert receipt.events == [
        staffed.Slashed(arbiter=silent, amount=SLASH, stake=STAKE - SLASH),
        staffed.DutyChanged(arbiter=silent, duty=0),
        staffed.ArbiterReplaced(id=dispute.id, chair=0, arbiter=silent, drawBlock=receipt.block_number + 2),
    ]
    seat = staffed.seatOf(silent)[1]
    assert (seat.stake, seat.duty, seat.assigned) == (STAKE - SLASH, 0, 0)
    assert staffed.balanceOf(staffed) == SLASH
    assert staffed.balanceOf(buyer) == staffed.balanceOf(outsider) == 0
    assert staffed.balance == liabilities(dispute)
    chain.mine(3)
    assert drawn(dispute) != silent
    staffed.giveRuling(dispute.case, 0, 3, sender=drawn(dispute))
    assert staffed.balance == liabilities(dispute)


def test_replace__silent_one_back_on_duty__is_not_drawn_again(
    panel, join, newcomer, open_dispute, chain, outsider
):
    join(newcomer)
    chain.mine(deltatime=HOUR)
    dispute = open_dispute()
    chain.mine(3)
    panel.draw(dispute.case, 0, sender=outsider)
    chain.pending_timestamp = dispute.state().first.clock
    panel.replace(dispute.case, 0, sender=outsider)
    panel.stake(sender=newcomer, value=SLASH)
    panel.setOnDuty(True, sender=newcomer)
    chain.mine(300)
    with reverts(panel.ArbiterPanel_NoArbiter, id=dispute.id):
        panel.draw(dispute.case, 0, sender=outsider)


# -- executeRuling ------------------------------------------------------------------------------


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
    with reverts(staffed.ArbiterPanel_WrongStage, id=ruled.id, stage=EXECUTED):
        staffed.executeRuling(ruled.case, sender=outsider)


def test_execute_ruling__not_ruled__reverts(staffed, open_dispute, outsider):
    dispute = open_dispute()
    with reverts(staffed.ArbiterPanel_WrongStage, id=dispute.id, stage=OPEN):
        staffed.executeRuling(dispute.case, sender=outsider)


def test_execute_ruling__arbitrable_reenters__whole_call_reverts(
    staffed, ruled, arbitrable, chain, outsider, owner
):
    arbitrable.setReentry(staffed.executeRuling.encode_input(ruled.case), sender=owner)
    chain.mine(deltatime=DAY)
    with reverts(staffed.ArbiterPanel_WrongStage, id=ruled.id, stage=EXECUTED):
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


# -- expire -------------------------------------------------------------------------------------


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
    with reverts(staffed.ArbiterPanel_WrongStep, id=ruled.id, chair=0, step=RULED):
        staffed.expire(ruled.case, sender=outsider)


# -- roles --------------------------------------------------------------------------------------


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
