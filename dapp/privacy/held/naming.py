"""Which content the chain names: by which event, whose, and for what it may still be needed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from dapp.domain.bounds import DAY
from dapp.domain.orders import LIVE, Status
from dapp.evidence.cid import Cid, cid_in
from dapp.evidence.errors import NotACid
from dapp.index import Index
from dapp.index.rows import EventQuery, EventRow, ListingStatus, OrderQuery

_PAGE: Final = 5_000
EVENTS: Final[Mapping[str, tuple[str, str | None]]] = {
    "Listed": ("cid", "seller"),
    "OrderDelivered": ("cid", None),
    "Evidence": ("_evidence", "_party"),
    "MetaEvidence": ("_evidence", None),
    "Attested": ("cid", "attestor"),
    "AppealOpened": ("cid", "merchant"),
    "AppealDecided": ("cid", None),
    "HoldPlaced": ("cid", "by"),
    "HoldCleared": ("cid", "by"),
    "HoldConfirmed": ("cid", "by"),
}
"""Every event that names content: in which argument, and which argument is the account that put it there."""


@dataclass(frozen=True)
class Naming:
    """An event that names content. by: who put it on the chain, if the event says so."""

    event: EventRow
    by: str | None

    def __str__(self) -> str:
        """For people."""
        return f"{self.event.contract}.{self.event.name} in block {self.event.block}"


class Namings:
    """The namings by CID, as an index has them at the time `now`."""

    def __init__(self, index: Index, now: int) -> None:
        self._index, self._now = index, now
        self._found: dict[str, list[Naming]] = {}
        for event in self._events():
            argument, by = EVENTS[event.name]
            try:
                cid = str(Cid.parse(cid_in(str(event.args[argument]))))
            except NotACid:
                continue
            self._found.setdefault(cid, []).append(Naming(event, event.args[by] if by else None))
        self._order = cache(index.order)

    def of(self, cid: str) -> list[Naming]:
        """The events that name it, newest first."""
        return self._found.get(cid, [])

    def by(self, account: str) -> set[str]:
        """What an account put on the chain."""
        sold = self._sold_by(account)
        return {
            cid
            for cid, namings in self._found.items()
            if any(
                each.event.order_id in sold if each.event.name == "OrderDelivered" else each.by == account
                for each in namings
            )
        }

    def account_of(self, naming: Naming) -> str | None:
        """Who put it there."""
        if naming.event.name == "OrderDelivered" and naming.event.order_id is not None:
            order = self._order(naming.event.order_id)
            return order.terms.seller if order else None
        return naming.by

    def needed_for(self, naming: Naming) -> str:
        """What still needs the content; empty if nothing does any more."""
        event = naming.event
        if event.name == "Listed":
            return self._listing_needs(int(event.args["listingId"]), event.args["seller"])
        if event.name == "Attested":
            return "a score on the chain rests on it"
        if event.order_id is not None and (why := self.order_needs(event.order_id)):
            return why
        order = self._order(event.order_id) if event.name == "OrderDelivered" and event.order_id else None
        if order is not None and order.state.status is Status.COMPLETED:
            return f"it is the work that {order.terms.buyer} bought"
        if event.name == "AppealOpened" and event.args["ref"] in self._appeals:
            return "an appeal isn't decided"
        return ""

    def order_needs(self, order_id: bytes) -> str:
        """Why an order still needs its papers."""
        order = self._order(order_id)
        if order is not None and order.state.status in LIVE:
            return f"the order 0x{order_id.hex()} isn't over"
        if order is not None and self._now < order.changed_at + DAY:
            return f"the order 0x{order_id.hex()} ended less than a day ago"
        if order_id in self._appeals:
            return f"an appeal about the order 0x{order_id.hex()} isn't decided"
        return ""

    # -- inside ---------------------------------------------------------------------------------

    def _sold_by(self, account: str) -> set[bytes]:
        query, sold = OrderQuery(account=account, role="seller"), set[bytes]()
        while page := self._index.orders(query, _PAGE, len(sold)).items:
            sold.update(order.id for order in page)
        return sold

    @property
    def _appeals(self) -> set[bytes]:
        return {each.ref for each in self._index.appeals(open_only=True)}

    def _listing_needs(self, listing: int, seller: str) -> str:
        row = self._index.service(listing)
        if row is not None and row.status is not ListingStatus.RETIRED:
            return f"the service {listing} is on offer"
        if self._index.orders(OrderQuery(listing_id=listing, statuses=tuple(LIVE)), 1).total:
            return f"an order of the service {listing} isn't over"
        if self._index.appeals(seller, open_only=True):
            return "an appeal isn't decided"
        return ""

    def _events(self) -> Iterator[EventRow]:
        for name in EVENTS:
            before: int | None = None
            while page := self._index.events(EventQuery(name=name), _PAGE, before):
                yield from page
                before = page[-1].key
