"""Balances: deposits, withdrawals, transfers, what matures; and how any balance moves."""

from dapp.index.amounts import pack_amount
from dapp.index.failures import ForeignHistory
from dapp.index.kinds import EntryKind
from dapp.index.market_state import MarketState
from dapp.index.records import MaturingRecord, TotalRecord

# Plain numbers: the tables take them faster than an enumeration's.
DEPOSIT, WITHDRAWAL = int(EntryKind.DEPOSIT), int(EntryKind.WITHDRAWAL)
TRANSFER_IN, TRANSFER_OUT = int(EntryKind.TRANSFER_IN), int(EntryKind.TRANSFER_OUT)
MATURED, SALE = int(EntryKind.MATURED), int(EntryKind.SALE)


def move(s: MarketState, account: bytes, token: bytes, kind: int, delta: int) -> None:
    """Change what an account has available by `delta`, with a line in its ledger; nothing moves by 0."""
    move_in(s, s.total(token), account, kind, delta)


def move_in(s: MarketState, total: TotalRecord, account: bytes, kind: int, delta: int) -> None:
    """The same in the token of `total`."""
    if not delta:
        return
    balance = s.balance(account, total.token)
    available = balance.available = balance.available + delta
    if available < 0:
        raise ForeignHistory(f"0x{account.hex()} would have {available} of token 0x{total.token.hex()}.")
    total.available += delta
    position = s.position
    s.position = position + 1
    s.entries.append(
        (position, account, total.number, kind, pack_amount(delta), pack_amount(available), None, None)
    )


def add_maturing(s: MarketState, account: bytes, token: bytes, day: int, amount: int) -> None:
    """Put a sale's `amount` aside for an account until `day`."""
    if not amount:
        return
    key = (account, token, day)
    bucket = s.maturing.edit(key) or s.maturing.add(key, MaturingRecord(account, token, day))
    bucket.amount += amount
    _put_line(s, account, token, SALE, 0, amount, day)


def _put_line(
    s: MarketState, account: bytes, token: bytes, kind: int, delta: int, maturing: int, day: int
) -> None:
    """A line that moves maturing money; `delta` of it becomes available."""
    balance, total = s.balance(account, token), s.total(token)
    balance.available += delta
    balance.maturing += maturing
    total.available += delta
    total.maturing += maturing
    amounts = (pack_amount(delta), pack_amount(balance.available), pack_amount(maturing))
    s.entries.append((s.next_position(), account, total.number, kind, *amounts, day))


def on_deposited(s: MarketState, account: bytes, token: bytes, amount: int, _sender: bytes) -> None:
    """Deposited."""
    move(s, account, token, DEPOSIT, amount)


def on_withdrawn(s: MarketState, account: bytes, token: bytes, amount: int, _to: bytes) -> None:
    """Withdrawn."""
    move(s, account, token, WITHDRAWAL, -amount)


def on_transferred(s: MarketState, sender: bytes, to: bytes, token: bytes, amount: int) -> None:
    """Transferred."""
    move(s, sender, token, TRANSFER_OUT, -amount)
    move(s, to, token, TRANSFER_IN, amount)


def on_matured(s: MarketState, account: bytes, token: bytes, day: int, amount: int) -> None:
    """Matured."""
    bucket = s.maturing.edit((account, token, day))
    if bucket is None or bucket.amount != amount or day > s.day:
        raise ForeignHistory(f"{amount} of day {day} weren't due to 0x{account.hex()}.")
    bucket.amount = 0
    _put_line(s, account, token, MATURED, amount, -amount, day)
