"""Balances: deposits, withdrawals, transfers, what matures; and how any balance moves."""

from dapp.index.account_rows import EntryKind
from dapp.index.amounts import pack_amount
from dapp.index.failures import ForeignHistory
from dapp.index.market_state import MarketState
from dapp.index.records import MaturingRecord

_NOTHING = pack_amount(0)


def move(
    s: MarketState, account: bytes, token: bytes, kind: int, delta: int, counterparty: bytes | None
) -> None:
    """Change what an account has available by `delta`, with a line in its ledger; nothing moves by 0."""
    if not delta:
        return
    balance = s.balance(account, token)
    available = balance.available = balance.available + delta
    if available < 0:
        raise ForeignHistory(f"0x{account.hex()} would have {available} of token 0x{token.hex()}.")
    s.total(token).available += delta
    s.entries.append(
        (
            s.next_position(),
            account,
            token,
            kind,
            pack_amount(delta),
            pack_amount(available),
            _NOTHING,
            None,
            counterparty,
        )
    )


def add_maturing(
    s: MarketState, account: bytes, token: bytes, day: int, amount: int, counterparty: bytes
) -> None:
    """Put a sale's `amount` aside for an account until `day`."""
    if not amount:
        return
    key = (account, token, day)
    bucket = s.maturing.edit(key) or s.maturing.add(key, MaturingRecord(account, token, day))
    bucket.amount += amount
    _put_line(s, account, token, EntryKind.SALE, 0, amount, day, counterparty)


def _put_line(
    s: MarketState,
    account: bytes,
    token: bytes,
    kind: int,
    delta: int,
    maturing: int,
    day: int,
    counterparty: bytes | None,
) -> None:
    """A line that moves maturing money; `delta` of it becomes available."""
    balance, total = s.balance(account, token), s.total(token)
    balance.available += delta
    balance.maturing += maturing
    total.available += delta
    total.maturing += maturing
    amounts = (pack_amount(delta), pack_amount(balance.available), pack_amount(maturing))
    s.entries.append((s.next_position(), account, token, kind, *amounts, day, counterparty))


def on_deposited(s: MarketState, account: bytes, token: bytes, amount: int, sender: bytes) -> None:
    """Deposited."""
    s.concerns(account)
    move(s, account, token, EntryKind.DEPOSIT, amount, sender)


def on_withdrawn(s: MarketState, account: bytes, token: bytes, amount: int, to: bytes) -> None:
    """Withdrawn."""
    s.concerns(account)
    move(s, account, token, EntryKind.WITHDRAWAL, -amount, to)


def on_transferred(s: MarketState, sender: bytes, to: bytes, token: bytes, amount: int) -> None:
    """Transferred."""
    s.concerns(sender)
    if to != sender:
        s.concerns(to)
    move(s, sender, token, EntryKind.TRANSFER_OUT, -amount, to)
    move(s, to, token, EntryKind.TRANSFER_IN, amount, sender)


def on_matured(s: MarketState, account: bytes, token: bytes, day: int, amount: int) -> None:
    """Matured."""
    s.concerns(account)
    bucket = s.maturing.edit((account, token, day))
    if bucket is None or bucket.amount != amount or day > s.day:
        raise ForeignHistory(f"{amount} of day {day} weren't due to 0x{account.hex()}.")
    bucket.amount = 0
    _put_line(s, account, token, EntryKind.MATURED, amount, -amount, day, None)
