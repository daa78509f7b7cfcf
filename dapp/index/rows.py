"""What the index answers with: orders, services and who trades them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from dapp.domain.credit import Tier, tier_of
from dapp.domain.orders import LIVE, OrderState, Status
from dapp.domain.terms import Listing, Terms
from dapp.index.kinds import BLOCK_SHIFT as BLOCK_SHIFT
from dapp.index.kinds import DocumentStatus as DocumentStatus
from dapp.index.kinds import ListingStatus as ListingStatus

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a longer list: `total` is how many there are, `offset` the position of the first item."""

    items: tuple[T, ...]
    total: int
    offset: int


@dataclass(frozen=True)
class Head:
    """The last indexed block."""

    number: int
    hash: bytes
    timestamp: int

    def behind(self, chain_head: int) -> int:
        """How many blocks the index lags behind the chain."""
        return max(chain_head - self.number, 0)


@dataclass(frozen=True)
class Document:
    """What a service's metadata document says, as far as it was read; `reason` of a failure, in one sentence.

    All texts are foreign: never HTML, never markdown.
    """

    status: DocumentStatus = DocumentStatus.UNREAD
    title: str | None = None
    title_zh: str | None = None
    description: str | None = None
    description_zh: str | None = None
    picture: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Rating:
    """Stars of buyers: how many ratings and their sum."""

    count: int = 0
    stars: int = 0

    @property
    def average(self) -> float | None:
        """1.0 to 5.0, None without ratings."""
        return self.stars / self.count if self.count else None


@dataclass(frozen=True)
class ServiceRow:
    """The current version of a listing, its document, and its seller at a glance.

    score in thousandths of a point; `limited`: the limits of Watch apply to its seller; completed: orders.
    """

    id: int
    listing: Listing
    cid: str
    version: int
    status: ListingStatus
    sold: int
    listed_at: int
    document: Document
    score: int
    limited: bool
    rating: Rating
    completed: int

    @property
    def title(self) -> str | None:
        """The English title, None until the document was read."""
        return self.document.title

    @property
    def title_zh(self) -> str | None:
        """The Chinese title, None until the document was read or if it has none."""
        return self.document.title_zh

    @property
    def description(self) -> str | None:
        """The description, None until the document was read."""
        return self.document.description

    @property
    def picture(self) -> str | None:
        """The picture's CID."""
        return self.document.picture

    @property
    def tier(self) -> Tier:
        """The seller's tier."""
        return tier_of(self.score)


@dataclass(frozen=True)
class ServiceVersion:
    """One version of a listing, as its event told it."""

    version: int
    listing: Listing
    cid: str
    key: int
    timestamp: int
    transaction: bytes


@dataclass(frozen=True)
class ServiceQuery:
    """Which services. Prices are compared within `token` only if it is given; status None is any.

    sort: tier (then relevance or newest), price, -price, newest, rating, sold.
    """

    text: str = ""
    category: int | None = None
    token: str | None = None
    min_price: int | None = None
    max_price: int | None = None
    seller: str | None = None
    status: ListingStatus | None = ListingStatus.ACTIVE
    sort: str = "tier"


@dataclass(frozen=True)
class OrderQuery:
    """Which orders, newest first. role: buyer, seller or any; statuses () is any."""

    account: str | None = None
    role: str = "any"
    statuses: tuple[Status, ...] = ()
    listing_id: int | None = None


@dataclass(frozen=True)
class OrderRow:
    """An order as it stands. `document` of the listing version that was bought, `cid` of that document.

    returned and earned: token units that went back to the buyer and that were split, so far.
    """

    id: bytes
    terms: Terms
    state: OrderState
    cid: str | None
    document: Document
    delivered_cid: str | None
    placed_key: int
    changed_at: int
    transaction: bytes
    returned: int
    earned: int

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self.state.status

    @property
    def until(self) -> int:
        """The end of the running clock."""
        return self.state.until

    @property
    def held(self) -> int:
        """Token units in escrow."""
        return self.state.held

    @property
    def stars(self) -> int:
        """The buyer's rating, 0 without one."""
        return self.state.stars

    @property
    def placed_block(self) -> int:
        """The block of its placement."""
        return self.placed_key >> BLOCK_SHIFT

    @property
    def title(self) -> str | None:
        """The service's English title as bought."""
        return self.document.title

    @property
    def title_zh(self) -> str | None:
        """The service's Chinese title as bought."""
        return self.document.title_zh

    def is_overdue(self, now: int) -> bool:
        """Whether anyone may end it at `now`."""
        return self.status in LIVE - {Status.DISPUTED} and now >= self.until


@dataclass(frozen=True)
class EventQuery:
    """Which events: by contract name, event name, an account or order they concern, or the block."""

    contract: str | None = None
    name: str | None = None
    account: str | None = None
    order_id: bytes | None = None
    block: int | None = None
    transaction: bytes | None = None


@dataclass(frozen=True)
class EventRow:
    """A decoded event; `address` of the contract. An event of an order is one of its steps."""

    key: int
    contract: str
    address: str
    name: str
    args: Mapping[str, Any]
    timestamp: int
    transaction: bytes
    order_id: bytes | None

    @property
    def block(self) -> int:
        """The block's number."""
        return self.key >> BLOCK_SHIFT

    @property
    def log_index(self) -> int:
        """The log's index in its block."""
        return self.key & ((1 << BLOCK_SHIFT) - 1)


Step = EventRow
