"""Merchants: what moves a score, the stake, attestations and appeals."""

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import CreditReason, Dimension
from dapp.index.court_records import AppealRecord
from dapp.index.failures import ForeignHistory
from dapp.index.handlers.ledger import move
from dapp.index.kinds import AppealStatus, EntryKind
from dapp.index.market_state import MarketState
from dapp.index.records import MerchantRecord

_NATIVE = bytes.fromhex(ZERO_ADDRESS[2:])
_SERVICE = int(Dimension.SERVICE)
_SUB_SCORES = tuple(dimension.name.lower() for dimension in Dimension)


def note_credit(
    s: MarketState, merchant: MerchantRecord, dimension: int, reason: int, applied: int, ref: bytes
) -> None:
    """Move a sub-score by `applied` thousandths of a point, with a line in its history."""
    if dimension >= len(_SUB_SCORES) or reason > CreditReason.REVERSAL:
        raise ForeignHistory(f"There is no dimension {dimension} or reason {reason}.")
    name = _SUB_SCORES[dimension]
    setattr(merchant, name, getattr(merchant, name) + applied)
    merchant.score += applied
    s.credit_changes.append(
        (s.next_position(), merchant.account, dimension, reason, applied, merchant.score, ref)
    )


def on_credit_changed(
    s: MarketState, merchant: bytes, ref: bytes, dimension: int, reason: int, applied: int
) -> int | None:
    """CreditChanged."""
    s.concerns(merchant)
    note_credit(s, s.merchant(merchant), dimension, reason, applied, ref)
    return s.order_key(ref) if dimension <= _SERVICE else None


def on_staked(s: MarketState, merchant: bytes, amount: int) -> None:
    """Staked (of the market)."""
    s.concerns(merchant)
    record = s.merchant(merchant)
    record.stake, record.unstake_day = record.stake + amount, 0


def on_unstake_requested(s: MarketState, merchant: bytes, day: int) -> None:
    """UnstakeRequested."""
    s.concerns(merchant)
    s.merchant(merchant).unstake_day = day


def on_unstaked(s: MarketState, merchant: bytes, amount: int) -> None:
    """Unstaked."""
    s.concerns(merchant)
    record = s.merchant(merchant)
    record.stake, record.unstake_day = record.stake - amount, 0
    move(s, merchant, _NATIVE, EntryKind.STAKE_RETURNED, amount)


def on_stake_slashed(s: MarketState, merchant: bytes, order_id: bytes, amount: int) -> int | None:
    """StakeSlashed."""
    s.concerns(merchant)
    s.merchant(merchant).stake -= amount
    move(s, s.market, _NATIVE, EntryKind.STAKE_SLASHED, amount)
    return s.order_key(order_id)


# -- Credit -----------------------------------------------------------------------------------------


def on_attested(
    s: MarketState,
    attestation: bytes,
    merchant: bytes,
    attestor: bytes,
    _dimension: int,
    _delta: int,
    _applied: int,
    cid: str,
) -> None:
    """Attested."""
    s.concerns(merchant)
    if attestor != merchant:
        s.concerns(attestor)
    s.attestations.append((s.key, attestation, merchant, attestor, cid))


def on_appeal_opened(
    s: MarketState, ref: bytes, merchant: bytes, bond: int, decide_until: int, cid: str
) -> int | None:
    """AppealOpened."""
    s.concerns(merchant)
    record = AppealRecord(ref, merchant, AppealStatus.OPEN, bond, decide_until, cid, None, s.now, s.key)
    s.appeals.add(ref, record)
    return _order_of(s, ref, "appeal", merchant, cid)


def on_appeal_decided(s: MarketState, ref: bytes, merchant: bytes, upheld: bool, cid: str) -> int | None:
    """AppealDecided (of Credit)."""
    s.concerns(merchant)
    appeal = _appeal(s, ref)
    appeal.status = AppealStatus.UPHELD if upheld else AppealStatus.REJECTED
    appeal.decision_cid = cid
    return _order_of(s, ref, "decision", None, cid)


def on_appeal_expired(s: MarketState, ref: bytes, merchant: bytes) -> int | None:
    """AppealExpired."""
    s.concerns(merchant)
    _appeal(s, ref).status = AppealStatus.EXPIRED
    return s.order_key(ref)


def _appeal(s: MarketState, ref: bytes) -> AppealRecord:
    appeal = s.appeals.edit(ref)
    if appeal is None:
        raise ForeignHistory(f"An event names the appeal 0x{ref.hex()}, whose opening isn't indexed.")
    return appeal


def _order_of(s: MarketState, ref: bytes, kind: str, party: bytes | None, cid: str) -> int | None:
    """The appeal's order, if it is about one; its document is a piece of the order's evidence then."""
    order_key = s.order_key(ref)
    if order_key is not None:
        s.evidence.append((s.key, ref, kind, party, cid))
    return order_key
