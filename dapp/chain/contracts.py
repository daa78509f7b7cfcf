"""The market's contracts on web3, and what their events tell of orders, listings and the referral tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from web3 import Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction

from dapp.chain.fail_over import FailOverProvider
from dapp.chain.failures import NotFound
from dapp.chain.logs import find_logs
from dapp.chain.records import FOLDER, DeploymentRecord, load_deployment
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.orders import OrderState
from dapp.domain.split import Referrer
from dapp.domain.terms import NO_FLAGS, Flag, Listing, Placement, Terms, Upline


@dataclass(frozen=True)
class Offer:
    """The current version of a listing. `status`: 1 active, 2 paused, 3 retired; `cid` of its metadata."""

    id: int
    listing: Listing
    cid: str
    version: int
    status: int
    sold: int


@dataclass(frozen=True)
class Quote:
    """What an order placed now would cost and who would get what, in token units."""

    amount: int
    fee: int
    referrers: tuple[str, ...]
    commissions: tuple[int, ...]
    to_seller: int


@dataclass(frozen=True)
class Order:
    """An order as its event and its slot tell it."""

    id: bytes
    terms: Terms
    state: OrderState


class MarketContracts:
    """A deployed market: its contracts, and reading through them."""

    def __init__(self, web3: Web3, record: DeploymentRecord) -> None:
        self.web3, self.record = web3, record
        self.market = self._contract("Market")
        self.disputes = self._contract("Disputes")
        self.credit = self._contract("Credit")
        self.fee_policy = self._contract("FeePolicy")
        self.panel = self._contract("ArbiterPanel")
        self.backup_panel = self._contract("BackupPanel")
        self.lens = self._contract("Lens")
        self.evidence = self._contract("EvidenceLog")
        self.authority = self._contract("Authority")
        self.risk_holds = self._contract("RiskHolds")
        self.rewards = self._contract("Rewards")
        self.score_proofs = self._contract("ScoreProofs")

    @classmethod
    def load(cls, web3: Web3, folder: Path = FOLDER) -> "MarketContracts":
        """The market recorded for the connected chain. Raises NotDeployed."""
        return cls(web3, load_deployment(web3.eth.chain_id, folder))

    @classmethod
    def connect(cls, rpc_urls: Sequence[str], folder: Path = FOLDER) -> "MarketContracts":
        """The same of the chain behind the first address that answers. Raises NotDeployed, ChainError."""
        return cls.load(Web3(FailOverProvider(rpc_urls)), folder)

    # -- orders ---------------------------------------------------------------------------------

    def order(self, order_id: bytes | str) -> Order:
        """An order, its terms found by the event of its placement. Raises NotFound."""
        identity = (
            bytes.fromhex(order_id.removeprefix("0x")) if isinstance(order_id, str) else bytes(order_id)
        )
        logs = self.events("OrderPlaced", identity)
        if not logs:
            raise NotFound(f"There is no order 0x{identity.hex()} on chain {self.record.chain_id}.")
        return Order(identity, Terms.of(logs[-1]["terms"]), self.order_state(identity))

    def order_state(self, order_id: bytes) -> OrderState:
        """An order's slot; status NONE if there is no such order."""
        return OrderState.unpack(self.market.functions.orderState(order_id).call())

    def order_ids(self) -> list[bytes]:
        """The ids of all orders, in the chain's order."""
        return [bytes(arguments["id"]) for arguments in self.events("OrderPlaced")]

    # -- listings and quotes --------------------------------------------------------------------

    def offer(self, listing_id: int) -> Offer:
        """A listing's current version. Raises NotFound."""
        logs = self.events("Listed", listing_id.to_bytes(32, "big"))
        if not logs:
            raise NotFound(f"There is no listing {listing_id} on chain {self.record.chain_id}.")
        _hash, version, status, sold = self.market.functions.listingState(listing_id).call()
        listing = Listing.unpack(_values(logs[-1]["listing"]))
        return Offer(listing_id, listing, str(logs[-1]["cid"]), version, status, sold)

    def metadata_cid(self, terms: Terms) -> str:
        """The CID of the metadata that an order was placed on. Raises NotFound."""
        for arguments in self.events("Listed", terms.listing_id.to_bytes(32, "big")):
            if arguments["version"] == terms.version:
                return str(arguments["cid"])
        raise NotFound(f"There is no version {terms.version} of listing {terms.listing_id}.")

    def quote(self, listing_id: int, buyer: str, quantity: int = 1, pricing_data: bytes = b"") -> Quote:
        """What `quantity` of a listing would cost the buyer now, and who would get what."""
        listing = self.offer(listing_id).listing
        return self.quote_listing(listing_id, listing, self.upline(buyer), buyer, quantity, pricing_data)

    def quote_listing(
        self,
        listing_id: int,
        listing: Listing,
        upline: Upline,
        buyer: str,
        quantity: int = 1,
        pricing_data: bytes = b"",
    ) -> Quote:
        """`quote` for a caller that knows the listing's current version and the buyer's upline."""
        account = to_checksum_address(buyer)
        amount = self._amount(listing_id, listing, account, quantity, pricing_data)
        return self.shares(listing, upline, account, amount)

    def shares(self, listing: Listing, upline: Upline, buyer: str, amount: int) -> Quote:
        """Who would get what of an order of `amount` token units that the buyer placed now."""
        fee, referrers, commissions, to_seller = self.lens.functions.sharesFor(
            to_checksum_address(buyer),
            upline.pack(),
            listing.seller,
            listing.category,
            listing.token,
            listing.max_commission_bps,
            amount,
        ).call()
        return Quote(amount, fee, tuple(referrers), tuple(commissions), to_seller)

    def place(
        self,
        listing_id: int,
        buyer: str,
        *,
        quantity: int = 1,
        salt: int = 0,
        options: Flag = NO_FLAGS,
        pricing_data: bytes = b"",
    ) -> tuple[ContractFunction, int]:
        """The call that buys from a listing's current version for `buyer`, and its value in wei.

        The most it may cost is what it costs now.
        """
        listing, account = self.offer(listing_id).listing, to_checksum_address(buyer)
        amount = self._amount(listing_id, listing, account, quantity, pricing_data)
        placement = Placement(listing_id, amount, account, quantity, salt, options)
        upline = self.upline(buyer) if listing.max_commission_bps else Upline()
        return self.place_listing(placement, listing, upline, pricing_data)

    def place_listing(
        self, placement: Placement, listing: Listing, upline: Upline, pricing_data: bytes = b""
    ) -> tuple[ContractFunction, int]:
        """The call that buys exactly this version for at most `placement.max_amount`; its value in wei."""
        known = upline if listing.max_commission_bps else Upline()
        call = self.market.functions.place(placement.pack(), listing.pack(), known.pack(), pricing_data)
        pays_native = listing.token == ZERO_ADDRESS and not placement.options & Flag.FROM_LEDGER
        return call, placement.max_amount if pays_native else 0

    def _amount(
        self, listing_id: int, listing: Listing, buyer: ChecksumAddress, quantity: int, pricing_data: bytes
    ) -> int:
        if listing.pricing == ZERO_ADDRESS:
            return listing.price * quantity
        policy = self.web3.eth.contract(to_checksum_address(listing.pricing), abi=_PRICING_ABI)
        asked = policy.functions.quote(listing_id, buyer, quantity, listing.price, pricing_data)
        return int(asked.call())

    # -- the referral tree ----------------------------------------------------------------------

    def upline(self, account: str) -> Upline:
        """An account's referrers, from the events of the registrations; empty outside the tree."""
        levels: list[Referrer] = []
        current = account
        while len(levels) < len(Upline().levels):
            logs = self.events("Registered", bytes.fromhex(current[2:]).rjust(32, b"\0"))
            if not logs or logs[0]["referrer"] == ZERO_ADDRESS:
                break
            current = str(logs[0]["referrer"])
            registered_at, _hash = self.market.functions.nodeOf(to_checksum_address(current)).call()
            levels.append(Referrer(current, registered_at))
        return Upline((*levels, *Upline().levels[len(levels) :]))

    # -- events ---------------------------------------------------------------------------------

    def events(self, event: str, first_topic: bytes | None = None) -> list[Mapping[str, Any]]:
        """The arguments of the market's events of one name."""
        definition = self.market.events[event]()
        topics = [bytes.fromhex(definition.topic.removeprefix("0x"))]
        if first_topic is not None:
            topics.append(first_topic)
        logs = find_logs(self.web3, self.record["Market"].address, topics, self.record.first_block)
        return [definition.process_log(log)["args"] for log in logs]

    def _contract(self, name: str) -> Contract:
        record = self.record[name]
        return self.web3.eth.contract(record.address, abi=record.abi)


def _values(struct: Any) -> tuple[Any, ...]:
    """A decoded struct as a tuple, whether the decoder gave names or not."""
    return tuple(struct.values()) if isinstance(struct, Mapping) else tuple(struct)


_PRICING_ABI: list[dict[str, Any]] = [
    {
        "type": "function",
        "name": "quote",
        "stateMutability": "view",
        "inputs": [
            {"name": name, "type": kind}
            for name, kind in (
                ("listingId", "uint256"),
                ("buyer", "address"),
                ("quantity", "uint256"),
                ("unitPrice", "uint256"),
                ("data", "bytes"),
            )
        ],
        "outputs": [{"name": "amount", "type": "uint256"}],
    }
]
