"""What keepers find due: pure plans from made-up rows.

plan_of
├── orders: from the clock's end on, by their own exit; none before, none that ended
├── matured money: one call for an account and token, with every day that is due
├── disputes
│   ├── WAITING: default, from the deposit window's end on
│   ├── order ended otherwise: closed at once
│   ├── undecided at the arbitrator's end: escalation; at the backup's: the fallback
│   ├── ruling final, case expired: carried out, before either panel
│   ├── another arbitrator: perhaps, as the chain says
│   └── BACKUP that nobody took: nothing before the absolute end
├── chairs: drawn once the draw block is past, replaced once the clock ran out; not of disputes that are due
├── a closed dispute's fee: freed at the panel first, then shared, then nothing
├── appeals of credit: from the end of the decision's time on
├── points of completed orders: while they can be claimed
├── the urgent first: courts, then by age
└── the same rows at the same moment: the same plan
"""

from dataclasses import replace

import pytest

from dapp.bots.actions import Money
from dapp.bots.due import KeeperState, Points, draw_blocks, plan_of
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.disputes import ARBITRATION_SECONDS, FINAL_SECONDS
from dapp.domain.orders import Status
from dapp.index.account_rows import AppealRow, AppealStatus, DueBucket
from dapp.index.dispute_rows import ChairStep, Phase, Stage
from tests.dapp.bots.rows import (
    BUYER,
    DEPOSIT,
    FEE,
    NOW,
    PRICE,
    SELLER,
    case,
    chair,
    dispute,
    moment,
    order,
)

TOKEN = "0x" + "7" * 40


def planned(now=NOW, head=None, **state):
    return plan_of(KeeperState(**state), moment(now, head=head))


def kinds(actions):
    return [action.kind for action in actions]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(Status.DELIVERED, "release"), (Status.PLACED, "reclaim"), (Status.IN_PROGRESS, "reclaim")],
)
def test_orders__clock_over__ended_by_their_exit(status, kind):
    row = order(status)
    (action,) = planned(overdue=[row])
    assert (action.kind, action.subject, action.due_at) == (kind, "0x" + row.id.hex(), NOW)
    assert (action.call.contract, action.call.function) == ("Market", kind)
    assert action.call.arguments == (row.terms.pack(),)
    assert action.money == Money(ZERO_ADDRESS, PRICE)
    assert planned(NOW - 1, overdue=[row]) == []


@pytest.mark.parametrize("status", [Status.DISPUTED, Status.COMPLETED, Status.CANCELLED])
def test_orders__no_exit_of_anybodys__nothing(status):
    assert planned(overdue=[order(status)]) == []


def test_matured__several_days__one_call_for_account_and_token():
    today = NOW // DAY
    buckets = [
        DueBucket(SELLER, ZERO_ADDRESS, today, 5),
        DueBucket(SELLER, ZERO_ADDRESS, today - 2, 6),
        DueBucket(SELLER, TOKEN, today - 1, 7),
        DueBucket(BUYER, ZERO_ADDRESS, today + 1, 8),
    ]
    first, second = planned(matured=buckets)
    assert first.call.arguments == (SELLER, ZERO_ADDRESS, (today - 2, today))
    assert (first.money, first.due_at) == (Money(ZERO_ADDRESS, 11), (today - 2) * DAY)
    assert second.call.arguments == (SELLER, TOKEN, (today - 1,))


def test_dispute__no_second_deposit__default_from_the_windows_end():
    row = dispute(Phase.WAITING)
    assert planned(row.fund_until - 1, disputes=[row]) == []
    (action,) = planned(row.fund_until, disputes=[row])
    assert (action.kind, action.call.contract, action.due_at) == ("execute", "Disputes", row.fund_until)
    assert action.sure


def test_dispute__order_refunded_in_full__closed_for_its_deposits():
    row = dispute(Phase.WAITING, status=Status.CANCELLED)
    row = replace(row, order=replace(row.order, state=replace(row.order.state, held=0)))
    (action,) = planned(disputes=[row])
    assert (action.kind, action.money, action.due_at) == (
        "execute",
        Money(ZERO_ADDRESS, DEPOSIT),
        row.order.changed_at,
    )


@pytest.mark.parametrize(
    ("phase", "seconds"), [(Phase.ARBITRATING, ARBITRATION_SECONDS), (Phase.BACKUP, FINAL_SECONDS)]
)
def test_dispute__undecided_at_the_end__executed(phase, seconds):
    row = dispute(phase, case(chair(ChairStep.ACCEPTED, until=NOW + 99 * DAY), expires_at=NOW + 99 * DAY))
    end = row.opened_at + seconds
    assert "execute" not in kinds(planned(end - 1, disputes=[row]))
    (action,) = planned(end, disputes=[row])
    assert (action.kind, action.due_at, action.sure) == ("execute", end, True)


@pytest.mark.parametrize(
    ("phase", "panel"), [(Phase.ARBITRATING, "ArbiterPanel"), (Phase.BACKUP, "BackupPanel")]
)
def test_dispute__ruling_final_or_case_expired__executed(phase, panel):
    ruled = case(chair(ChairStep.RULED, until=NOW), panel=panel)
    silent = case(chair(ChairStep.DRAWING, draw_block=10**9), panel=panel, expires_at=NOW)
    decided = case(chair(ChairStep.RULED, until=NOW - 9), panel=panel, stage=Stage.FINAL)
    executed = case(chair(ChairStep.RULED, until=NOW - 9), panel=panel, stage=Stage.EXECUTED)
    for row in (ruled, silent):
        asked = dispute(phase, row, backup_took_it=phase is Phase.BACKUP)
        assert planned(NOW - 1, disputes=[asked]) == []
        (action,) = planned(disputes=[asked])
        assert (action.kind, action.due_at) == ("execute", NOW)
    for row in (decided, executed):
        asked = dispute(phase, row, backup_took_it=phase is Phase.BACKUP)
        assert kinds(planned(disputes=[asked])) == ["execute"]


def test_dispute__another_arbitrator__perhaps_due():
    (action,) = planned(disputes=[dispute(Phase.ARBITRATING)])
    assert (action.kind, action.sure) == ("execute", False)
    foreign_backup = dispute(Phase.BACKUP, case(stage=Stage.EXECUTED), backup_took_it=True)
    (action,) = planned(disputes=[foreign_backup])
    assert (action.kind, action.sure) == ("execute", False)


def test_dispute__backup_did_not_take_it__waits_for_the_end():
    first = case(chair(ChairStep.RULED, until=NOW - 1), stage=Stage.EXECUTED)
    row = dispute(Phase.BACKUP, first, backup_took_it=False)
    assert planned(disputes=[row]) == []
    assert kinds(planned(row.opened_at + FINAL_SECONDS, disputes=[row])) == ["execute"]


def test_chair__draw_block_past__drawn_since_the_block_after_it():
    row = case(chair(draw_block=90))
    asked = dispute(Phase.ARBITRATING, row)
    assert planned(head=90, disputes=[asked]) == []
    assert draw_blocks([asked], 90) == set()
    assert draw_blocks([asked], 91) == {91}
    (action,) = planned(head=91, disputes=[asked], block_times={91: NOW - 40})
    assert (action.kind, action.call.contract, action.due_at) == ("draw", "ArbiterPanel", NOW - 40)
    assert action.call.arguments == ((row.arbitrable, 5, b"extra"), 0)
    assert action.subject == f"0x{7:064x}/0"


@pytest.mark.parametrize("step", [ChairStep.DRAWN, ChairStep.ACCEPTED])
def test_chair__silent__replaced_from_the_clocks_end(step):
    asked = dispute(Phase.ARBITRATING, case(chair(step, until=NOW)))
    assert planned(NOW - 1, disputes=[asked]) == []
    (action,) = planned(disputes=[asked])
    assert (action.kind, action.due_at) == ("replace", NOW)


def test_chairs__appealed__the_three_of_the_panel():
    chairs = (
        chair(ChairStep.RULED),
        chair(number=1),
        chair(ChairStep.DRAWN, number=2, until=NOW),
        chair(ChairStep.RULED, number=3),
    )
    asked = dispute(Phase.ARBITRATING, case(*chairs, stage=Stage.APPEALED))
    assert sorted(kinds(planned(disputes=[asked]))) == ["draw", "replace"]


def test_chairs__dispute_due_or_closed__nobody_is_drawn_for_it():
    drawable = case(chair(), expires_at=NOW)
    assert kinds(planned(disputes=[dispute(Phase.ARBITRATING, drawable)])) == ["execute"]
    conceded = dispute(Phase.ARBITRATING, case(chair()), status=Status.CANCELLED)
    assert kinds(planned(disputes=[conceded])) == ["execute"]


def test_fee__left_at_the_panel__freed_then_shared_then_nothing():
    undecided = case(chair(), expires_at=NOW)
    closed = {"closed_at": NOW - DAY, "to_buyer_deposit": DEPOSIT, "to_seller_deposit": DEPOSIT - FEE}
    at_panel = dispute(Phase.CLOSED, undecided, status=Status.COMPLETED, **closed)
    assert planned(NOW - 1, fees_left=[at_panel]) == []
    (action,) = planned(fees_left=[at_panel])
    assert (action.kind, action.call.contract, action.money.amount) == ("expire", "ArbiterPanel", FEE)
    freed = replace(at_panel, cases=(replace(undecided, stage=Stage.FINAL),))
    (action,) = planned(fees_left=[freed])
    assert (action.kind, action.call.contract, action.sure) == ("collect", "Disputes", True)
    assert planned(fees_left=[replace(freed, to_seller_deposit=DEPOSIT)]) == []


def test_appeal__undecided__expires():
    row = AppealRow(b"r" * 32, SELLER, AppealStatus.OPEN, 10**16, NOW, "cid", None, NOW - 14 * DAY)
    assert planned(NOW - 1, appeals=[row]) == []
    (action,) = planned(appeals=[row])
    assert (action.kind, action.call.function, action.call.arguments) == (
        "expire_appeal",
        "expireAppeal",
        (b"r" * 32,),
    )


def test_points__completed_order__claimed_until_its_rating_window_ends():
    row = order(Status.COMPLETED, until=NOW + 1, held=0)
    (action,) = planned(points=[Points(row, 77)])
    assert (action.kind, action.call.contract, action.money) == ("claim", "Rewards", Money(ZERO_ADDRESS, 77))
    assert action.call.arguments == ((row.terms.pack(),),)
    assert planned(NOW + 1, points=[Points(row, 77)]) == []


def test_plan__everything__courts_first_then_by_age_and_always_the_same():
    state = {
        "overdue": [order(until=NOW - 5), order(Status.PLACED, until=NOW - 99, number=2)],
        "matured": [DueBucket(SELLER, ZERO_ADDRESS, NOW // DAY - 3, 1)],
        "disputes": [dispute(Phase.ARBITRATING, case(chair(ChairStep.DRAWN, until=NOW)))],
    }
    actions = planned(**state)
    assert kinds(actions) == ["replace", "mature", "reclaim", "release"]
    assert planned(**{**state, "overdue": state["overdue"][::-1]}) == actions
