"""Sales, money between accounts, first appearances: what risk looks at."""

from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from dapp.domain.dealings import MoneyKind, MoneyLink, Sale
from dapp.domain.orders import Status
from dapp.index import schema
from dapp.index.court_schema import disputes
from dapp.index.decode import EventBook
from dapp.index.market_state import POSITION_SHIFT, TERMS, terms_fields
from dapp.index.queries.values import account_bytes, address_text, block_of, optional_address
from dapp.index.records import NOBODY
from dapp.index.rows import BLOCK_SHIFT

_O, _E, _B, _M = schema.orders, schema.events, schema.blocks, schema.members
_PLACED_AT: Final = (1 << 40) - 1
_RATE: Final = (1 << 16) - 1
_BATCH: Final = 500
_KINDS: Final = {
    "Deposited": MoneyKind.DEPOSIT,
    "Transferred": MoneyKind.TRANSFER,
    "Withdrawn": MoneyKind.WITHDRAWAL,
}


def find_sales(connection: Connection, conditions: Iterable[ColumnElement[bool]], limit: int) -> list[Sale]:
    """The newest orders that match, newest first."""
    query = _sales().where(*conditions).order_by(_O.c.placed_key.desc()).limit(limit)
    return [sale_of(row) for row in connection.execute(query)]


def bought_by(accounts: Collection[str], before: int | None = None) -> list[ColumnElement[bool]]:
    """The orders of these buyers; only those placed before an event's key if given."""
    mine = _O.c.buyer.in_([account_bytes(account) for account in accounts])
    return [mine] if before is None else [mine, _O.c.placed_key < before]


def sold_by(account: str, before: int | None = None) -> list[ColumnElement[bool]]:
    """The orders at a merchant's; only those placed before an event's key if given."""
    mine = _O.c.seller == account_bytes(account)
    return [mine] if before is None else [mine, _O.c.placed_key < before]


def of_id(order_id: bytes) -> list[ColumnElement[bool]]:
    """The order of this id."""
    return [_O.c.id == order_id]


def under_review(now: int) -> list[ColumnElement[bool]]:
    """The delivered orders whose review isn't over at `now`."""
    return [_O.c.status == int(Status.DELIVERED), _O.c.until > now]


def placed_since(connection: Connection, since: int) -> list[ColumnElement[bool]]:
    """The orders placed since a time (Unix seconds)."""
    first = connection.execute(select(func.min(_B.c.number)).where(_B.c.timestamp >= since)).scalar()
    return [_O.c.placed_key >= (int(first) << BLOCK_SHIFT if first is not None else 1 << 62)]


def count_shops(connection: Connection, buyers: Collection[str]) -> dict[str, int]:
    """From how many merchants each buyer ever ordered."""
    found: dict[str, int] = {}
    for batch in _batches(buyers):
        query = select(_O.c.buyer, func.count(_O.c.seller.distinct())).where(_O.c.buyer.in_(batch))
        rows = connection.execute(query.group_by(_O.c.buyer))
        found |= {address_text(buyer): count for buyer, count in rows}
    return found


def find_first_seen(connection: Connection, accounts: Collection[str]) -> dict[str, int]:
    """When the market first saw each account (Unix seconds): in its ledger, in an event, as a buyer."""
    first: dict[bytes, int] = {}
    shift = BLOCK_SHIFT + POSITION_SHIFT
    places: tuple[tuple[Any, Any, int], ...] = (
        (schema.entries.c.account, schema.entries.c.position, shift),
        (schema.event_accounts.c.account, schema.event_accounts.c.position, shift),
        (_O.c.buyer, _O.c.placed_key, BLOCK_SHIFT),
    )
    for batch in _batches(accounts):
        for account, place, bits in places:
            query = select(account, func.min(place)).where(account.in_(batch)).group_by(account)
            for key, position in connection.execute(query):
                number = position >> bits
                first[bytes(key)] = min(first.get(bytes(key), number), number)
    times = _times(connection, set(first.values()))
    return {address_text(account): times[number] for account, number in first.items() if number in times}


def find_referrers(connection: Connection, accounts: Collection[str]) -> dict[str, str | None]:
    """Who registered whom, from these accounts three levels up; None for roots."""
    found: dict[str, str | None] = {}
    for batch in _batches(accounts):
        for row in connection.execute(select(_M).where(_M.c.account.in_(batch))):
            line = [bytes(part) for part in (row.account, row.referrer, row.level2, row.level3)]
            for account, above in pairwise(line):
                if account != NOBODY:
                    found[address_text(account)] = optional_address(above)
    return found


def find_links(connection: Connection, after: int, until: int, book: EventBook) -> list[MoneyLink]:
    """Money between different accounts in the events of keys above `after`, up to `until`, oldest first."""
    ledger = {
        number: (_KINDS[event.name], event.decode)
        for number, event in book.by_signature.items()
        if event.contract == "Market" and event.name in _KINDS
    }
    placed = [
        number
        for number, event in book.by_signature.items()
        if (event.contract, event.name) == ("Market", "OrderPlaced")
    ]
    new = and_(_E.c.key > after, _E.c.key <= until)
    moves = _events().where(new, _E.c.signature.in_(list(ledger)))
    gifts = _events().where(new, _E.c.signature.in_(placed), _word(3) != _word(4))
    links: list[tuple[int, MoneyLink]] = []
    for key, signature, payload, at in connection.execute(moves):
        kind, decode = ledger[signature]
        links.append((key, _moved(kind, decode(bytes(payload)), at)))
    for key, _signature, payload, at in connection.execute(gifts):
        fields, buyer = terms_fields(bytes(payload)), bytes(payload)[TERMS + 3 * 32 + 12 : TERMS + 4 * 32]
        links.append(
            (key, _link(fields["payer"], buyer, MoneyKind.GIFT, fields["token"], fields["base"], at))
        )
    links.sort(key=lambda found: found[0])
    return [link for _key, link in links if link.source != link.target]


def sale_of(row: Any) -> Sale:
    """A sale from its order's row and the event of its placement."""
    fields = terms_fields(bytes(row.payload))
    earners = [line >> 96 for line in fields["lines"] if line & _RATE and line >> 96]
    return Sale(
        id=bytes(row.id),
        key=row.placed_key,
        seller=address_text(row.seller),
        buyer=address_text(row.buyer),
        payer=address_text(fields["payer"]),
        base=fields["base"],
        placed_at=fields["clocks"] & _PLACED_AT,
        token=address_text(fields["token"]),
        status=Status(row.status),
        changed_at=row.changed_at,
        returned=row.returned,
        earned=row.earned,
        stars=row.stars,
        disputed=row.order_id is not None,
        earners=tuple(address_text(earner.to_bytes(20, "big")) for earner in earners),
    )


def _sales() -> Select[Any]:
    source = _O.join(_E, _E.c.key == _O.c.placed_key).outerjoin(disputes, disputes.c.order_id == _O.c.id)
    return select(*_O.columns, _E.c.payload, disputes.c.order_id).select_from(source)


def _events() -> Select[Any]:
    joined = _E.join(_B, _B.c.number == block_of(_E.c.key))
    return select(_E.c.key, _E.c.signature, _E.c.payload, _B.c.timestamp).select_from(joined)


def _word(place: int) -> Any:
    """A word of the terms in an OrderPlaced payload."""
    return func.substr(_E.c.payload, TERMS + place * 32 + 1, 32)


def _moved(kind: MoneyKind, values: tuple[Any, ...], at: int) -> MoneyLink:
    if kind is MoneyKind.TRANSFER:
        source, target, token, amount = values
        return _link(source, target, kind, token, amount, at)
    account, token, amount, other = values
    ends = (other, account) if kind is MoneyKind.DEPOSIT else (account, other)
    return _link(*ends, kind, token, amount, at)


def _link(source: bytes, target: bytes, kind: MoneyKind, token: bytes, amount: int, at: int) -> MoneyLink:
    return MoneyLink(address_text(source), address_text(target), kind, address_text(token), amount, at)


def _times(connection: Connection, numbers: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        query = select(_B.c.number, _B.c.timestamp).where(_B.c.number.in_(batch))
        found |= {row.number: row.timestamp for row in connection.execute(query)}
    return found


def _batches(accounts: Collection[str]) -> Iterable[list[bytes]]:
    """Accounts as the database has them, not too many for one question."""
    keys = sorted({account_bytes(account) for account in accounts})
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
