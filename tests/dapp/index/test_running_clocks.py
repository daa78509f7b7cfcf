"""The clocks of open disputes.

running_clocks
├── the other side's deposit is awaited: that one alone
├── before an arbiter: nobody drawn → the case's and the absolute end; drawn → to accept; accepted → to rule
├── ruled: until when it can be appealed; before the backup panel: until it is final
├── appealed: each of the three has his own
├── ruled finally, or ended otherwise: to be carried out since then
├── closed: none
└── many: the one that ends first in front; over from its very second on
"""

import pytest

from dapp.domain.disputes import ARBITRATION_SECONDS, FINAL_SECONDS
from dapp.domain.orders import Status
from dapp.index.dispute_rows import ChairStep, Phase, Stage
from dapp.index.running_clocks import ClockKind, running_clocks
from tests.dapp.bots.rows import ARBITER, NOW, case, chair, dispute

HOUR = 3_600
OPENED = NOW - 24 * HOUR
END, CASE = (ClockKind.END, OPENED + ARBITRATION_SECONDS, None), (ClockKind.CASE, NOW + 336 * HOUR, None)


def told(*disputes):
    return [(clock.kind, clock.until, clock.arbiter) for clock in running_clocks(disputes)]


def test_running_clocks__deposit_awaited__that_one_alone():
    assert told(dispute(Phase.WAITING)) == [(ClockKind.DEPOSIT, NOW + 48 * HOUR, None)]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (ChairStep.DRAWING, []),
        (ChairStep.DRAWN, [(ClockKind.ACCEPTANCE, NOW + HOUR, ARBITER)]),
        (ChairStep.ACCEPTED, [(ClockKind.RULING, NOW + HOUR, ARBITER)]),
    ],
)
def test_running_clocks__before_an_arbiter__his_and_the_cases_and_the_end(step, expected):
    found = told(dispute(Phase.ARBITRATING, case(chair(step, until=NOW + HOUR))))
    assert found == [*expected, CASE, END]


@pytest.mark.parametrize(
    ("phase", "kind", "end"),
    [
        (Phase.ARBITRATING, ClockKind.APPEAL, ARBITRATION_SECONDS),
        (Phase.BACKUP, ClockKind.FINAL, FINAL_SECONDS),
    ],
)
def test_running_clocks__ruled__until_it_is_final(phase, kind, end):
    panel = "BackupPanel" if phase is Phase.BACKUP else "ArbiterPanel"
    ruled = case(chair(ChairStep.RULED, until=NOW + HOUR), panel=panel)
    found = told(dispute(phase, ruled, backup_took_it=phase is Phase.BACKUP))
    assert found == [(kind, NOW + HOUR, None), (ClockKind.END, OPENED + end, None)]


def test_running_clocks__appealed__each_arbiter_of_the_panel():
    panel = [
        chair(ChairStep.RULED, 0),
        chair(ChairStep.ACCEPTED, 1, NOW + 3 * HOUR, "0x" + "a" * 40),
        chair(ChairStep.DRAWN, 2, NOW + HOUR, "0x" + "b" * 40),
        chair(ChairStep.RULED, 3),
    ]
    found = told(dispute(Phase.ARBITRATING, case(*panel, stage=Stage.APPEALED)))
    assert found[:2] == [
        (ClockKind.ACCEPTANCE, NOW + HOUR, "0x" + "b" * 40),
        (ClockKind.RULING, NOW + 3 * HOUR, "0x" + "a" * 40),
    ]
    assert found[2:] == [CASE, END]


def test_running_clocks__decided__to_be_carried_out():
    final = dispute(Phase.ARBITRATING, case(chair(ChairStep.RULED), stage=Stage.FINAL))
    conceded = dispute(Phase.ARBITRATING, case(), status=Status.CANCELLED)
    assert told(final)[0] == (ClockKind.EXECUTION, OPENED, None)
    assert told(conceded) == [(ClockKind.EXECUTION, OPENED, None)]


def test_running_clocks__closed__none():
    assert told(dispute(Phase.CLOSED, case(), closed_at=NOW)) == []


def test_running_clocks__another_arbitrator__the_end_alone():
    assert told(dispute(Phase.ARBITRATING)) == [END]


def test_running_clocks__many__by_their_end_and_over_from_that_second_on():
    late = dispute(Phase.ARBITRATING, case(chair(ChairStep.DRAWN, until=NOW - HOUR)))
    now = dispute(Phase.WAITING, fund_until=NOW)
    soon = dispute(Phase.WAITING, fund_until=NOW + 1)
    found = running_clocks([soon, now, late])
    assert [clock.until for clock in found][:3] == [NOW - HOUR, NOW, NOW + 1]
    assert [clock.is_over(NOW) for clock in found][:3] == [True, True, False]
