"""The pool: appointment, stakes, duty, leaving, withdrawal.

appoint:       without the role / zero / twice / pool full / fine
stake:         no arbiter / zero / part of a unit / leaving / fine / topping up
setOnDuty:     stake too low / twice / fine
requestLeave, dismiss, vacate: cooling down / assigned / fine
withdraw:      nothing / receiver refuses / fine
"""

import pytest

from tests.contracts.trust.panel_amounts import DAY, FEE, SLASH, STAKE
from tests.reverts import reverts

OFF, ON, LEAVING = 0, 1, 2
MAX_STAKE = (2**24 - 1) * 10**15


def test_appoint__by_role__takes_the_first_free_seat(panel, owner, newcomer):
    receipt = panel.appoint(newcomer, sender=owner)
    assert receipt.events == [panel.ArbiterAppointed(arbiter=newcomer, seat=0)]
    seat = panel.seatAt(0)
    assert (seat.arbiter, seat.stake, seat.duty) == (newcomer, 0, OFF)


@pytest.mark.parametrize("name", ["appoint", "dismiss", "withdrawTreasury"])
def test_role_functions__caller_without_role__revert(panel, outsider, name):
    with reverts(panel.AccessManagedUnauthorized, caller=outsider):
        getattr(panel, name)(outsider, sender=outsider)


def test_appoint__zero_address_or_twice__reverts(panel, owner, newcomer):
    with reverts(panel.Arbiters_ZeroAddress):
        panel.appoint("0x" + "00" * 20, sender=owner)
    panel.appoint(newcomer, sender=owner)
    with reverts(panel.Arbiters_AlreadyAppointed, account=newcomer):
        panel.appoint(newcomer, sender=owner)


def test_appoint__sixty_fifth__reverts(panel, owner, newcomer):
    for i in range(64):
        panel.appoint(f"0x{i + 1:040x}", sender=owner)
    with reverts(panel.Arbiters_PoolFull, max=64):
        panel.appoint(newcomer, sender=owner)


def test_stake__by_arbiter__is_kept(panel, owner, newcomer):
    panel.appoint(newcomer, sender=owner)
    receipt = panel.stake(sender=newcomer, value=STAKE)
    assert receipt.events == [panel.Staked(arbiter=newcomer, amount=STAKE, stake=STAKE)]
    assert (panel.seatAt(0).stake, panel.seatAt(0).stakedAt) == (STAKE, receipt.timestamp)
    assert panel.balance == STAKE
    assert panel.balanceOf(newcomer) == 0


def test_stake__top_up_of_enough__keeps_its_age(panel, owner, newcomer, chain):
    panel.appoint(newcomer, sender=owner)
    first = panel.stake(sender=newcomer, value=STAKE).timestamp
    chain.mine(deltatime=DAY)
    panel.stake(sender=newcomer, value=STAKE)
    assert (panel.seatAt(0).stake, panel.seatAt(0).stakedAt) == (2 * STAKE, first)


def test_stake__top_up_of_too_little__is_young_again(panel, owner, newcomer, chain):
    panel.appoint(newcomer, sender=owner)
    panel.stake(sender=newcomer, value=STAKE // 2)
    chain.mine(deltatime=DAY)
    receipt = panel.stake(sender=newcomer, value=STAKE // 2)
    assert panel.seatAt(0).stakedAt == receipt.timestamp


def test_stake__bad_amount_or_caller__reverts(panel, owner, newcomer, outsider):
    panel.appoint(newcomer, sender=owner)
    with reverts(panel.Arbiters_ZeroAmount):
        panel.stake(sender=newcomer, value=0)
    with reverts(panel.Arbiters_StakeOutOfBounds, stake=STAKE + 1, unit=10**15, max=MAX_STAKE):
        panel.stake(sender=newcomer, value=STAKE + 1)
    with reverts(panel.Arbiters_NotArbiter, account=outsider):
        panel.stake(sender=outsider, value=STAKE)


def test_set_on_duty__enough_staked__enters_and_leaves_the_draws(panel, owner, newcomer):
    panel.appoint(newcomer, sender=owner)
    panel.stake(sender=newcomer, value=STAKE)
    receipt = panel.setOnDuty(True, sender=newcomer)
    assert receipt.events == [panel.DutyChanged(arbiter=newcomer, duty=ON)]
    assert (panel.seatAt(0).duty, panel.seatAt(0).since) == (ON, receipt.block_number)
    assert panel.onDutySeats() == 1
    with reverts(panel.Arbiters_AlreadyOnDuty, arbiter=newcomer):
        panel.setOnDuty(True, sender=newcomer)
    panel.setOnDuty(False, sender=newcomer)
    assert panel.onDutySeats() == 0
    with reverts(panel.Arbiters_NotOnDuty, arbiter=newcomer):
        panel.setOnDuty(False, sender=newcomer)


def test_set_on_duty__stake_too_low__reverts(panel, owner, newcomer):
    panel.appoint(newcomer, sender=owner)
    panel.stake(sender=newcomer, value=STAKE - SLASH)
    with reverts(panel.Arbiters_StakeTooLow, stake=STAKE - SLASH, required=STAKE):
        panel.setOnDuty(True, sender=newcomer)


def test_set_on_duty__no_stake_required__still_needs_one(panel, owner, newcomer):
    panel.setStakeTerms(0, 0, sender=owner)
    panel.appoint(newcomer, sender=owner)
    with reverts(panel.Arbiters_StakeTooLow, stake=0, required=0):
        panel.setOnDuty(True, sender=newcomer)


@pytest.mark.parametrize("dismissed", [False, True])
def test_vacate__after_cooldown__credits_the_stake(panel, join, owner, newcomer, chain, outsider, dismissed):
    join(newcomer)
    if dismissed:
        panel.dismiss(newcomer, sender=owner)
    else:
        panel.requestLeave(sender=newcomer)
    free_at = panel.seatAt(0).since + 7 * DAY
    assert (panel.seatAt(0).duty, panel.onDutySeats()) == (LEAVING, 0)
    chain.pending_timestamp = free_at - 1
    with reverts(panel.Arbiters_TooEarly, **{"timestamp": free_at - 1, "from": free_at}):
        panel.vacate(newcomer, sender=outsider)
    chain.pending_timestamp = free_at
    receipt = panel.vacate(newcomer, sender=outsider)
    assert receipt.events == [panel.ArbiterLeft(arbiter=newcomer, stake=STAKE)]
    assert panel.balanceOf(newcomer) == panel.balance == STAKE
    assert panel.balanceOf(outsider) == 0
    assert panel.seatAt(0).arbiter == "0x" + "00" * 20
    panel.appoint(newcomer, sender=owner)
    assert panel.seatAt(0).stake == 0


def test_requests__while_leaving__revert(panel, join, newcomer, outsider):
    join(newcomer)
    with reverts(panel.Arbiters_NotLeaving, arbiter=newcomer):
        panel.vacate(newcomer, sender=outsider)
    panel.requestLeave(sender=newcomer)
    with reverts(panel.Arbiters_Leaving, arbiter=newcomer):
        panel.requestLeave(sender=newcomer)
    with reverts(panel.Arbiters_Leaving, arbiter=newcomer):
        panel.setOnDuty(True, sender=newcomer)
    with reverts(panel.Arbiters_Leaving, arbiter=newcomer):
        panel.stake(sender=newcomer, value=STAKE)


def test_vacate__assigned__reverts_until_replaced(panel, join, newcomer, open_dispute, chain, outsider):
    join(newcomer)
    chain.mine(deltatime=DAY)
    dispute = open_dispute()
    chain.mine(3)
    panel.draw(dispute.case, 0, sender=outsider)
    panel.requestLeave(sender=newcomer)
    chain.mine(deltatime=8 * DAY)
    with reverts(panel.Arbiters_Assigned, arbiter=newcomer, assigned=1):
        panel.vacate(newcomer, sender=outsider)
    panel.replace(dispute.case, 0, sender=outsider)
    panel.vacate(newcomer, sender=outsider)
    assert panel.balanceOf(newcomer) == STAKE - SLASH
    assert panel.balanceOf(panel) == SLASH
    assert panel.balance == STAKE + FEE


def test_withdraw__all_of_it__leaves_nothing(panel, join, newcomer, chain, outsider, seller):
    join(newcomer)
    panel.requestLeave(sender=newcomer)
    chain.mine(deltatime=7 * DAY)
    panel.vacate(newcomer, sender=outsider)
    before = seller.balance
    receipt = panel.withdraw(seller, sender=newcomer)
    assert receipt.events == [panel.Withdrawn(account=newcomer, to=seller, amount=STAKE)]
    assert seller.balance == before + STAKE
    assert panel.balance == panel.balanceOf(newcomer) == 0
    with reverts(panel.Arbiters_ZeroAmount):
        panel.withdraw(seller, sender=newcomer)


def test_withdraw__receiver_refuses__harms_only_itself(
    project, panel, join, newcomer, owner, chain, outsider
):
    join(newcomer)
    panel.requestLeave(sender=newcomer)
    chain.mine(deltatime=7 * DAY)
    panel.vacate(newcomer, sender=outsider)
    receiver = owner.deploy(project.HostileReceiver)
    receiver.setRefuses(True, sender=owner)
    with reverts(panel.Arbiters_SendFailed, to=receiver, amount=STAKE):
        panel.withdraw(receiver, sender=newcomer)
    assert panel.balanceOf(newcomer) == STAKE


def test_withdraw__receiver_reenters__gets_it_once(project, panel, owner, outsider, chain):
    """An arbiter that is a contract takes its stake and asks again from inside the transfer."""
    receiver = owner.deploy(project.HostileReceiver)
    panel.appoint(receiver, sender=owner)
    receiver.execute(panel, panel.stake.encode_input(), sender=outsider, value=STAKE)
    receiver.execute(panel, panel.requestLeave.encode_input(), sender=outsider)
    chain.mine(deltatime=7 * DAY)
    panel.vacate(receiver, sender=outsider)
    again = panel.withdraw.encode_input(receiver)
    receiver.arm(panel, again, sender=outsider)
    receiver.execute(panel, again, sender=outsider)
    assert receiver.balance == STAKE
    assert not receiver.succeeded()


def test_set_stake_terms__out_of_bounds__reverts(panel, owner):
    with reverts(panel.Arbiters_OutOfBounds, value=1001 * 10**18, max=1000 * 10**18):
        panel.setStakeTerms(1001 * 10**18, 0, sender=owner)
    with reverts(panel.Arbiters_OutOfBounds, value=STAKE + 10**15, max=STAKE):
        panel.setStakeTerms(STAKE, STAKE + 10**15, sender=owner)
    with reverts(panel.Arbiters_StakeOutOfBounds, stake=STAKE + 1, unit=10**15, max=1000 * 10**18):
        panel.setStakeTerms(STAKE + 1, SLASH, sender=owner)


def test_set_stake_terms__raised__who_is_on_duty_stays(panel, join, newcomer, owner):
    join(newcomer)
    receipt = panel.setStakeTerms(2 * STAKE, 2 * SLASH, sender=owner)
    assert receipt.events == [panel.StakeTermsSet(required=2 * STAKE, slash=2 * SLASH)]
    assert panel.onDutySeats() == 1
    assert (panel.requiredStake(), panel.slashAmount()) == (2 * STAKE, 2 * SLASH)
