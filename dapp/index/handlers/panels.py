"""Cases before the panels, their chairs and clocks, and the arbiters. Each handler is made for one panel."""

from collections.abc import Callable
from typing import Any

from dapp.index.court_records import ArbiterRecord, CaseRecord, ChairRecord
from dapp.index.failures import ForeignHistory
from dapp.index.kinds import ChairStep, Duty, Stage
from dapp.index.market_state import MarketState
from dapp.index.records import NOBODY

# `contracts/trust/ArbiterPanel.sol` and `Chairs.sol`, which have them as constants.
DRAW_DELAY = 2
APPEAL_WINDOW = 86_400
MAX_DURATION, MAX_APPEAL_DURATION = 14 * 86_400, 7 * 86_400
_BLOCK_SHIFT = 20


def on_created(s: MarketState, panel: str, case_id: int, arbitrable: bytes) -> None:
    """DisputeCreation: the case's first event, which alone names its arbitrable."""
    key = case_id.to_bytes(32, "big")
    record = CaseRecord(
        key, panel, bytes(32), arbitrable, 0, b"", 0, Stage.OPEN, None, None, s.now, s.key,
        s.now + MAX_DURATION,
    )  # fmt: skip
    s.cases.add(key, record)


def on_opened(s: MarketState, _panel: str, case_id: int, choices: int, fee: int, extra: bytes) -> int | None:
    """DisputeOpened (of a panel)."""
    case = _case(s, case_id)
    case.choices, case.fee, case.extra_data = choices, fee, extra
    case.order_id = extra[:32]
    _schedule(s, case.id, 0, s.key >> _BLOCK_SHIFT)
    return s.order_key(case.order_id)


def on_drawn(s: MarketState, _panel: str, case_id: int, chair: int, arbiter: bytes, until: int) -> int | None:
    """ArbiterDrawn."""
    return _sit(s, case_id, chair, arbiter, ChairStep.DRAWN, until)


def on_accepted(
    s: MarketState, _panel: str, case_id: int, chair: int, arbiter: bytes, until: int
) -> int | None:
    """ArbiterAccepted."""
    return _sit(s, case_id, chair, arbiter, ChairStep.ACCEPTED, until)


def on_ruled(s: MarketState, panel: str, case_id: int, chair: int, arbiter: bytes, ruling: int) -> int | None:
    """ArbiterRuled."""
    order_key = _sit(s, case_id, chair, arbiter, ChairStep.RULED, s.now + APPEAL_WINDOW)
    _chair(s, case_id.to_bytes(32, "big"), chair).ruling = ruling
    if chair == 0:
        _case(s, case_id).ruling = ruling
    _arbiter(s, panel, arbiter).ruled += 1
    return order_key


def on_replaced(
    s: MarketState, _panel: str, case_id: int, chair: int, arbiter: bytes, draw_block: int
) -> int | None:
    """ArbiterReplaced."""
    s.concerns(arbiter)
    case = _case(s, case_id)
    record = _chair(s, case.id, chair)
    record.step, record.arbiter, record.until, record.draw_block = ChairStep.DRAWING, None, 0, draw_block
    return s.order_key(case.order_id)


def on_appealed(
    s: MarketState, _panel: str, case_id: int, appellant: bytes, _fees: int, _bond: int
) -> int | None:
    """DisputeAppealed (of a panel)."""
    s.concerns(appellant)
    case = _case(s, case_id)
    case.stage, case.appellant, case.expires_at = Stage.APPEALED, appellant, s.now + MAX_APPEAL_DURATION
    for chair in (1, 2, 3):
        _schedule(s, case.id, chair, s.key >> _BLOCK_SHIFT)
    return s.order_key(case.order_id)


def on_appeal_decided(
    s: MarketState, _panel: str, case_id: int, ruling: int, _refunded: int, _forfeited: int
) -> int | None:
    """AppealDecided (of a panel)."""
    case = _case(s, case_id)
    case.stage, case.ruling = Stage.FINAL, ruling
    return s.order_key(case.order_id)


def on_expired(
    s: MarketState, _panel: str, case_id: int, account: bytes, _refunded: int, ruling: int
) -> int | None:
    """DisputeExpired."""
    s.concerns(account)
    case = _case(s, case_id)
    case.stage, case.ruling = Stage.FINAL, ruling
    return s.order_key(case.order_id)


def on_executed(s: MarketState, _panel: str, case_id: int, ruling: int) -> int | None:
    """DisputeExecuted."""
    case = _case(s, case_id)
    case.stage, case.ruling = Stage.EXECUTED, ruling
    return s.order_key(case.order_id)


def on_about(s: MarketState, _panel: str, case_id: int, _arbitrable: bytes) -> int | None:
    """AppealPossible and AppealDecision."""
    case = s.cases.find(case_id.to_bytes(32, "big"))
    return s.order_key(case.order_id) if case else None


# -- arbiters ---------------------------------------------------------------------------------------


def on_appointed(s: MarketState, panel: str, arbiter: bytes, seat: int) -> None:
    """ArbiterAppointed."""
    record = _arbiter(s, panel, arbiter)
    record.appointed, record.seat = 1, seat


def on_dismissed(s: MarketState, panel: str, arbiter: bytes) -> None:
    """ArbiterDismissed."""
    _arbiter(s, panel, arbiter).appointed = 0


def on_duty_changed(s: MarketState, panel: str, arbiter: bytes, duty: int) -> None:
    """DutyChanged."""
    _arbiter(s, panel, arbiter).duty = duty


def on_staked(s: MarketState, panel: str, arbiter: bytes, _amount: int, stake: int) -> None:
    """Staked (of a panel)."""
    _arbiter(s, panel, arbiter).stake = stake


def on_slashed(s: MarketState, panel: str, arbiter: bytes, amount: int, stake: int) -> None:
    """Slashed; a silent arbiter is off duty."""
    record = _arbiter(s, panel, arbiter)
    record.slashed += amount
    record.stake = stake


def on_left(s: MarketState, panel: str, arbiter: bytes, _stake: int) -> None:
    """ArbiterLeft."""
    record = _arbiter(s, panel, arbiter)
    record.stake, record.duty, record.appointed = 0, Duty.OFF, 0


def on_withdrawn(s: MarketState, _panel: str, account: bytes, _to: bytes, _amount: int) -> None:
    """Withdrawn (of a panel)."""
    s.concerns(account)


def of_panel(panel: str, handler: Callable[..., int | None]) -> Callable[..., int | None]:
    """The handler for the events of one panel."""

    def handle(s: MarketState, *values: Any) -> int | None:
        return handler(s, panel, *values)

    return handle


def _case(s: MarketState, case_id: int) -> CaseRecord:
    case = s.cases.edit(case_id.to_bytes(32, "big"))
    if case is None:
        raise ForeignHistory(f"An event names case {case_id}, whose opening isn't indexed.")
    return case


def _chair(s: MarketState, key: bytes, chair: int) -> ChairRecord:
    where = (key, chair)
    return s.chairs.edit(where) or s.chairs.add(where, ChairRecord(key, chair))


def _schedule(s: MarketState, key: bytes, chair: int, block: int) -> None:
    _chair(s, key, chair).draw_block = block + DRAW_DELAY


def _sit(s: MarketState, case_id: int, chair: int, arbiter: bytes, step: ChairStep, until: int) -> int | None:
    if arbiter != NOBODY:
        s.concerns(arbiter)
    case = _case(s, case_id)
    record = _chair(s, case.id, chair)
    record.step, record.arbiter, record.until = int(step), arbiter, until
    return s.order_key(case.order_id)


def _arbiter(s: MarketState, panel: str, account: bytes) -> ArbiterRecord:
    s.concerns(account)
    key = (panel, account)
    return s.arbiters.edit(key) or s.arbiters.add(key, ArbiterRecord(panel, account))
