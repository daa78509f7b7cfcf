"""Accounts: money, ledger, score."""

from typing import Any

from sqlalchemy import Connection, Select, func, select

from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.orders import LIVE
from dapp.index import schema
from dapp.index.account_rows import (
    AppealRow,
    AppealStatus,
    Balance,
    CreditChange,
    Entry,
    EntryKind,
    MerchantRow,
    SellerDay,
)
from dapp.index.court_schema import appeals
from dapp.index.decode import EventBook
from dapp.index.market_state import terms_fields
from dapp.index.queries.values import (
    account_bytes,
    address_text,
    block_of,
    key_of,
    optional_address,
    optional_bytes,
)
from dapp.index.records import MerchantRecord
from dapp.index.rows import Page, Rating

_N, _C, _E, _B = schema.entries, schema.credit_changes, schema.events, schema.blocks
_O, _T = schema.orders, schema.totals
_HOLDING = [int(status) for status in LIVE]
_FROM_BUYER = (EntryKind.SALE, EntryKind.COMMISSION)
_OTHERS = {"Deposited": 3, "Withdrawn": 3, "StakeSlashed": 0}
"""Which argument of an event without an order is the other side of its ledger lines."""


def find_balances(connection: Connection, account: str) -> list[Balance]:
    """An account's money by token."""
    table, key = schema.balances, account_bytes(account)
    query = select(table).where(table.c.account == key)
    money = {bytes(row.token): [row.available, row.maturing, 0, 0] for row in connection.execute(query)}
    for place, side in ((2, _O.c.buyer), (3, _O.c.seller)):
        escrow = select(_O.c.held, _E.c.payload).join(_E, _E.c.key == _O.c.placed_key)
        for held, payload in connection.execute(escrow.where(side == key, _O.c.status.in_(_HOLDING))):
            token = terms_fields(bytes(payload))["token"]
            money.setdefault(token, [0, 0, 0, 0])[place] += held
    return [Balance(address_text(token), *amounts) for token, amounts in sorted(money.items())]


def find_maturing(connection: Connection, account: str, token: str) -> list[tuple[int, int]]:
    """What matures for an account, by day."""
    table = schema.maturing
    here = (table.c.account == account_bytes(account), table.c.token == account_bytes(token))
    query = select(table.c.day, table.c.amount).where(*here).order_by(table.c.day)
    return [(day, amount) for day, amount in connection.execute(query) if amount]


def find_entries(
    connection: Connection, account: str, token: str | None, limit: int, offset: int, book: EventBook
) -> Page[Entry]:
    """An account's ledger, newest first."""
    conditions = [_N.c.account == account_bytes(account)]
    if token is not None:
        conditions.append(_N.c.token == _number_of(token))
    total = int(connection.execute(select(func.count()).select_from(_N).where(*conditions)).scalar_one())
    newest = _entries().where(*conditions).order_by(_N.c.position.desc()).limit(limit).offset(offset)
    return Page(tuple(_entry(row, book) for row in connection.execute(newest)), total, offset)


def find_order_entries(connection: Connection, order_id: bytes, book: EventBook) -> list[tuple[str, Entry]]:
    """What the events of an order moved in ledgers."""
    query = _entries().where(_O.c.id == order_id).order_by(_N.c.position)
    return [(address_text(row.account), _entry(row, book)) for row in connection.execute(query)]


def find_merchant(connection: Connection, account: str, seasoned: int) -> MerchantRow:
    """An account as a merchant."""
    table, key = schema.merchants, account_bytes(account)
    row: Any = connection.execute(select(table).where(table.c.account == key)).first() or MerchantRecord(key)
    names = MerchantRow.__dataclass_fields__
    values = {name: getattr(row, name) for name in names if name not in ("account", "rating", "seasoned")}
    rating = Rating(row.ratings, row.stars)
    return MerchantRow(account=address_text(key), rating=rating, seasoned=seasoned, **values)


def find_credit_history(connection: Connection, account: str, limit: int, offset: int) -> Page[CreditChange]:
    """What moved a merchant's score, newest first."""
    here, attested = _C.c.merchant == account_bytes(account), schema.attestations
    total = int(connection.execute(select(func.count()).select_from(_C).where(here)).scalar_one())
    key = key_of(_C.c.position)
    query = (
        select(_C, _E.c.key, _E.c.transaction, _O.c.id, _B.c.timestamp)
        .add_columns(attested.c.attestor, attested.c.cid)
        .join(_E, _E.c.key == key)
        .outerjoin(_O, _O.c.placed_key == _E.c.order_key)
        .join(_B, _B.c.number == block_of(key))
        .outerjoin(attested, attested.c.id == _C.c.ref)
        .where(here)
        .order_by(_C.c.position.desc())
        .limit(limit)
        .offset(offset)
    )
    return Page(tuple(_change(row) for row in connection.execute(query)), total, offset)


def find_appeals(connection: Connection, merchant: str | None, open_only: bool) -> list[AppealRow]:
    """Credit appeals, newest first."""
    query = select(appeals).order_by(appeals.c.opened_key.desc())
    if merchant is not None:
        query = query.where(appeals.c.merchant == account_bytes(merchant))
    if open_only:
        query = query.where(appeals.c.status == int(AppealStatus.OPEN))
    return [
        AppealRow(
            bytes(row.ref),
            address_text(row.merchant),
            AppealStatus(row.status),
            row.bond,
            row.decide_until,
            row.cid,
            row.decision_cid,
            row.opened_at,
        )
        for row in connection.execute(query)
    ]


def find_seller_days(connection: Connection, account: str) -> list[SellerDay]:
    """A seller's daily statistics."""
    table = schema.seller_days
    query = (
        select(table).where(table.c.account == account_bytes(account)).order_by(table.c.day, table.c.token)
    )
    names = [name for name in SellerDay.__dataclass_fields__ if name not in ("day", "token")]
    return [
        SellerDay(row.day, address_text(row.token), *(getattr(row, name) for name in names))
        for row in connection.execute(query)
    ]


def _entries() -> Select[Any]:
    key = key_of(_N.c.position)
    return (
        select(_N, _E.c.key, _E.c.signature, _E.c.payload, _E.c.transaction, _B.c.timestamp)
        .add_columns(_T.c.token.label("address"), _O.c.id, _O.c.buyer, _O.c.seller)
        .join(_E, _E.c.key == key)
        .join(_B, _B.c.number == block_of(key))
        .join(_T, _T.c.number == _N.c.token)
        .outerjoin(_O, _O.c.placed_key == _E.c.order_key)
    )


def _entry(row: Any, book: EventBook) -> Entry:
    return Entry(
        row.key,
        address_text(row.address),
        EntryKind(row.kind),
        row.delta,
        row.balance,
        row.maturing or 0,
        row.due_day,
        optional_bytes(row.id),
        optional_address(_counterparty(row, book)),
        row.timestamp,
        bytes(row.transaction),
    )


def _change(row: Any) -> CreditChange:
    return CreditChange(
        row.key,
        Dimension(row.dimension),
        CreditReason(row.reason),
        row.applied,
        row.score,
        bytes(row.ref),
        optional_bytes(row.id),
        optional_address(row.attestor),
        row.cid,
        row.timestamp,
        bytes(row.transaction),
    )


def _counterparty(row: Any, book: EventBook) -> bytes | None:
    """The other side of a ledger's line: of an order's, or as the event names it."""
    event = book.by_signature[row.signature]
    if event.name == "StakeSlashed" or row.id is None:
        values = event.decode(bytes(row.payload))
        if event.name == "Transferred":
            return bytes(values[1] if row.kind == EntryKind.TRANSFER_OUT else values[0])
        return bytes(values[_OTHERS[event.name]]) if event.name in _OTHERS else None
    return bytes(row.buyer if row.kind in _FROM_BUYER else row.seller)


def _number_of(token: str) -> Any:
    return select(_T.c.number).where(_T.c.token == account_bytes(token)).scalar_subquery()
