"""Orders and listings as one types them: `listing(1).buy(buyer)`, `order(id).release()`.

For the console, the demo and tests, on Ape accounts. Terms, listings and uplines are found on the chain, and
who acts is known from the terms wherever only one account may.
"""

from dataclasses import dataclass
from typing import Any

from eth_account.messages import encode_typed_data

from dapp.chain.contracts import MarketContracts, Offer
from dapp.chain.formats import NATIVE, amount, time
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.orders import OrderState, Status
from dapp.domain.terms import NO_FLAGS, Flag, Terms
from operations.deployment import Deployment
from operations.documents import keep
from operations.journal import record_of

DAY = 86_400


class Trading:
    """Trading on a deployed market; `actors` are the named accounts, if there are any."""

    def __init__(self, web3: Any, deployment: Deployment, actors: dict[str, Any] | None = None) -> None:
        self.deployment, self.actors = deployment, actors or {}
        self.market, self.disputes = deployment.market, deployment.disputes
        self.reader = MarketContracts(web3, record_of(deployment.journal))

    def listing(self, listing_id: int) -> "TradedListing":
        """A listing's current version. Raises NotFound."""
        return TradedListing(self, self.reader.offer(listing_id))

    def order(self, order_id: bytes | str) -> "TradedOrder":
        """An order by its id. Raises NotFound."""
        found = self.reader.order(order_id)
        return TradedOrder(self, found.id, found.terms)

    def orders(self) -> list["TradedOrder"]:
        """All orders, oldest first."""
        return [self.order(order_id) for order_id in self.reader.order_ids()]

    def register(self, account: Any, referrer: Any | None = None) -> Any:
        """Join the referral tree under `referrer`, or as a root."""
        above = referrer.address if referrer else ZERO_ADDRESS
        upline = self.reader.upline(above) if referrer else self.reader.upline(account.address)
        return self.market.register(above, upline.pack(), sender=account)

    def account(self, address: str) -> Any:
        """The account that signs for an address: an actor, or one of Ape's."""
        for actor in self.actors.values():
            if actor.address == address:
                return actor
        from ape import accounts

        return accounts[address]


@dataclass(frozen=True)
class TradedListing:
    """A listing that can be bought from."""

    trading: Trading
    offer: Offer

    def buy(
        self, payer: Any, *, buyer: Any | None = None, quantity: int = 1, options: Flag = NO_FLAGS
    ) -> "TradedOrder":
        """Place an order that `payer` pays, for himself or as a gift to `buyer`; it goes into escrow."""
        for_whom = (buyer or payer).address
        call, value = self.trading.reader.place(
            self.offer.id, for_whom, quantity=quantity, salt=payer.nonce, options=options
        )
        receipt = self.trading.market.place(*call.args, sender=payer, value=value)
        (event,) = self.trading.market.OrderPlaced.from_receipt(receipt)
        return self.trading.order(bytes(event.id))

    def __repr__(self) -> str:
        """What is on offer, in one line."""
        listing = self.offer.listing
        price = (
            amount(listing.price, NATIVE) if listing.token == ZERO_ADDRESS else f"{listing.price} token units"
        )
        status = ("unknown", "active", "paused", "retired")[self.offer.status]
        return f"<listing {self.offer.id} ({status}): {price}, by {listing.seller}, /ipfs/{self.offer.cid}>"


class TradedOrder:
    """An order: readable terms and state, and what can be done with it."""

    def __init__(self, trading: Trading, order_id: bytes, terms: Terms) -> None:
        self._trading, self._market = trading, trading.market
        self.id, self.terms = order_id, terms

    @property
    def state(self) -> OrderState:
        """Status, clock and what is held, from the chain."""
        return self._trading.reader.order_state(self.id)

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self.state.status

    # -- the seller -----------------------------------------------------------------------------

    def accept(self) -> Any:
        """The seller takes the order on."""
        return self._market.accept(self.terms.seal().pack(), sender=self._seller)

    def decline(self) -> Any:
        """The seller sends the money back before accepting."""
        return self._market.decline(self.terms.pack(), sender=self._seller)

    def deliver(self, work: str | bytes) -> Any:
        """The seller hands in the work: its CID, or the bytes, which are kept in the local store."""
        cid = keep(work) if isinstance(work, bytes) else work
        return self._market.deliver(cid, self.terms.seal().pack(), sender=self._seller)

    def refund(self, amount: int) -> Any:
        """The seller gives the buyer `amount` token units of what is held."""
        return self._market.refund(self.terms.pack(), amount, sender=self._seller)

    # -- the buyer ------------------------------------------------------------------------------

    def cancel(self) -> Any:
        """The buyer takes the money back before the order is accepted."""
        return self._market.cancel(self.terms.pack(), sender=self._buyer)

    def release(self, by: Any | None = None) -> Any:
        """The buyer pays out what is held; after the review window anyone (`by`) may."""
        return self._market.release(self.terms.pack(), sender=by or self._buyer)

    def rate(self, stars: int) -> Any:
        """The buyer rates the completed order with 1 to 5 stars."""
        return self._market.rate(self.terms.pack(), stars, sender=self._buyer)

    # -- the risk team --------------------------------------------------------------------------

    def hold(self, until: int, score: int, cid: str, by: Any | None = None) -> Any:
        """The risk bot (unless said) has the review go on until then, for what the document of `cid` says."""
        return self._holds.hold(self.terms.pack(), until, score, cid, sender=by or self._actor("risk_bot"))

    def clear(self, cid: str, by: Any | None = None) -> Any:
        """The reviewer (unless said) ends the hold, on the grounds of the document of `cid`."""
        return self._holds.clear(self.terms.pack(), cid, sender=by or self._actor("reviewer"))

    def confirm(self, cid: str, by: Any | None = None) -> Any:
        """The reviewer (unless said) opens a dispute for the buyer and pays his side's deposit."""
        metadata = self._trading.reader.metadata_cid(self.terms)
        deposit = self._trading.disputes.depositOf(self.terms.pack())
        reviewer = by or self._actor("reviewer")
        return self._holds.confirm(self.terms.pack(), metadata, cid, sender=reviewer, value=deposit)

    # -- both, or anyone ------------------------------------------------------------------------

    def reclaim(self, by: Any | None = None) -> Any:
        """Anyone sends the money back to the buyer after a missed deadline."""
        return self._market.reclaim(self.terms.pack(), sender=by or self._buyer)

    def dispute(self, by: Any | None = None) -> Any:
        """A party (the buyer unless said) opens a dispute and pays its deposit."""
        disputes, cid = self._trading.disputes, self._trading.reader.metadata_cid(self.terms)
        deposit = disputes.depositOf(self.terms.pack())
        return disputes.open(self.terms.pack(), cid, sender=by or self._buyer, value=deposit)

    def fund(self, by: Any | None = None) -> Any:
        """The other side (the seller unless said) pays its deposit: the case goes before the arbitrator."""
        disputes = self._trading.disputes
        deposit = disputes.depositOf(self.terms.pack())
        return disputes.fund(self.terms.pack(), sender=by or self._seller, value=deposit)

    def execute(self, by: Any | None = None) -> Any:
        """Anyone does what is due of a dispute."""
        return self._trading.disputes.execute(self.terms.pack(), sender=by or self._buyer)

    def settle(self, to_buyer: int, deadline: int, by: Any | None = None) -> Any:
        """Buyer and seller sign one split of what is held, valid until `deadline`; anyone brings it in."""
        signatures = [self._sign(party, to_buyer, deadline) for party in (self._buyer, self._seller)]
        return self._trading.disputes.settle(
            self.terms.pack(), to_buyer, deadline, *signatures, sender=by or self._buyer
        )

    def _sign(self, party: Any, to_buyer: int, deadline: int) -> bytes:
        state, disputes = self.state, self._trading.disputes
        offer = {
            "order": self.id,
            "status": int(state.status),
            "held": state.held,
            "toBuyer": to_buyer,
            "toSeller": state.held - to_buyer,
            "nonce": disputes.nonceOf(self.id, party),
            "deadline": deadline,
        }
        domain = {
            "name": "Hanse Disputes",
            "version": "1",
            "chainId": self._trading.deployment.parameters.chain_id,
            "verifyingContract": disputes.address,
        }
        message = encode_typed_data(domain, {"Settlement": _SETTLEMENT}, offer)
        signature: bytes = party.sign_message(message).encode_rsv()
        return signature

    @property
    def _holds(self) -> Any:
        return self._trading.deployment.risk_holds

    def _actor(self, name: str) -> Any:
        return self._trading.actors[name]

    @property
    def _seller(self) -> Any:
        return self._trading.account(self.terms.seller)

    @property
    def _buyer(self) -> Any:
        return self._trading.account(self.terms.buyer)

    def __repr__(self) -> str:
        """The order in a few lines."""
        t, s = self.terms, self.state
        symbol = NATIVE if t.token == ZERO_ADDRESS else None
        money = [amount(x, symbol) if symbol else f"{x} token units" for x in (t.base, s.held)]
        lines = [
            f"<order 0x{self.id.hex()}",
            f"  status     {s.status.name.replace('_', ' ').lower()}"
            + (f", until {time(s.until)}" if s.until else ""),
            f"  paid       {money[0]}, of which {money[1]} in escrow",
            f"  buyer      {t.buyer}" + (f", paid by {t.payer}" if t.payer != t.buyer else ""),
            f"  seller     {t.seller}",
            f"  fee        {t.fee_bps / 100:g} %",
        ]
        for level, line in enumerate(t.lines, 1):
            if not line.is_empty:
                lines.append(f"  level {level}    {line.rate_bps / 100:g} % to {line.referrer}")
        return "\n".join(lines) + ">"


_SETTLEMENT = [
    {"name": "order", "type": "bytes32"},
    {"name": "status", "type": "uint8"},
    *({"name": name, "type": "uint256"} for name in ("held", "toBuyer", "toSeller", "nonce", "deadline")),
]
