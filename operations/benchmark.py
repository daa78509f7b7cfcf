"""The acts of the gas benchmark, on a freshly deployed market; `scripts/gas.py` writes the figures down."""

from pathlib import Path
from typing import Any

from ape import accounts, chain, project

from dapp.domain.bounds import COOLING_OFF, DAY, ZERO_ADDRESS
from dapp.domain.split import Referrer
from dapp.domain.terms import Flag, Listing, Placement, Terms, Upline, metadata_hash
from operations.actors import named_actors
from operations.deployment import deploy_market

CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
PRICE = 10**17


class Bench:
    """A deployed market and the acts that are measured."""

    def __init__(self, folder: Path) -> None:
        self.at = named_actors(accounts.test_accounts)
        self.deployment = deploy_market(project, self.at["operator"], folder=folder)
        self.market = self.deployment.market
        self.uplines: dict[str, Upline] = {}
        self.salt = 0

    def listing(self, **changes: Any) -> Listing:
        fields: dict[str, Any] = {
            "seller": self.at["seller"].address,
            "price": PRICE,
            "accept_seconds": DAY,
            "deliver_seconds": 3 * DAY,
            "review_seconds": 3 * DAY,
            "metadata": metadata_hash(CID),
            "flags": Flag.INSTANT,
            "max_commission_bps": 3_000,
            "max_fee_bps": 300,
            "max_arbitration_cost": 2 * 10**16,
        }
        return Listing(**{**fields, **changes})

    def list(self, listing: Listing) -> tuple[int, int]:
        receipt = self.market.list(listing.pack(), CID, sender=self.at["seller"])
        return receipt.events.filter(self.market.Listed)[0].listingId, receipt.gas_used

    def register(self, account: Any, referrer: Any | None = None) -> int:
        above = self.uplines.get(referrer.address if referrer else "", Upline())
        receipt = self.market.register(referrer or ZERO_ADDRESS, above.pack(), sender=account)
        own = above
        if referrer:
            registered_at, _ = self.market.nodeOf(referrer)
            own = above.below(Referrer(referrer.address, registered_at))
        self.uplines[account.address] = own
        return receipt.gas_used

    def place(self, listing_id: int, listing: Listing, buyer: Any) -> tuple[Terms, int]:
        self.salt += 1
        placement = Placement(listing_id, listing.price, salt=self.salt)
        upline = self.uplines.get(buyer.address, Upline())
        value = listing.price if listing.token == ZERO_ADDRESS else 0
        receipt = self.market.place(
            placement.pack(), listing.pack(), upline.pack(), b"", sender=buyer, value=value
        )
        (event,) = receipt.events.filter(self.market.OrderPlaced)
        return Terms.unpack(tuple(event.terms)), receipt.gas_used

    def life(self, listing_id: int, listing: Listing, buyer: Any | None = None) -> tuple[int, int, int]:
        buyer = buyer or self.at["buyer"]
        terms, placed = self.place(listing_id, listing, buyer)
        delivered = self.market.deliver(CID, terms.seal().pack(), sender=self.at["seller"]).gas_used
        return placed, delivered, self.market.release(terms.pack(), sender=buyer).gas_used

    def prepare(self) -> None:
        """A staked and seasoned seller, a tree three levels deep, and its buyers."""
        at = self.at
        self.market.stake(value=10**18, sender=at["seller"])
        line = ("third_referrer", "second_referrer", "referrer")
        for name, above in zip(line, (None, *line), strict=False):
            self.register(at[name], at[above] if above else None)
        self.register(at["buyer"], at["referrer"])
        chain.mine(deltatime=2 * DAY)
        listing = self.listing(price=10 * PRICE)
        listing_id, _ = self.list(listing)
        for buyer in (at["second_buyer"], at["third_buyer"]):
            for _ in range(2):
                self.life(listing_id, listing, buyer)


def measure(bench: Bench) -> dict[str, int]:
    """Every key's figure."""
    at, market = bench.at, bench.market
    figures: dict[str, int] = {}
    bench.prepare()
    figures["register_referrer"] = bench.register(at["keeper"], at["referrer"])
    listing = bench.listing()
    listing_id, figures["list"] = bench.list(listing)
    figures["lifecycle_first"] = sum(bench.life(listing_id, listing))
    figures["place"], figures["deliver"], figures["release"] = bench.life(listing_id, listing)
    figures["lifecycle"] = figures["place"] + figures["deliver"] + figures["release"]
    figures["accept"] = _accept(bench)
    later = bench.listing(settle_days=1)
    later_id, _ = bench.list(later)
    bench.life(later_id, later)
    figures["lifecycle_t1"] = sum(bench.life(later_id, later))
    figures["lifecycle_erc20"] = _erc20(bench)
    figures["release_batch50"] = _batch(bench, listing_id, listing)
    figures["evidence"] = _evidence(bench, listing_id, listing)
    figures["dispute_ruling"] = _dispute(bench)
    market.withdraw(ZERO_ADDRESS, 10**15, at["seller"], sender=at["seller"])
    figures["withdraw"] = market.withdraw(ZERO_ADDRESS, 10**15, at["seller"], sender=at["seller"]).gas_used
    return figures


def _accept(bench: Bench) -> int:
    listing = bench.listing(flags=Flag(0))
    listing_id, _ = bench.list(listing)
    terms, _ = bench.place(listing_id, listing, bench.at["buyer"])
    chain.mine(deltatime=COOLING_OFF)
    return int(bench.market.accept(terms.seal().pack(), sender=bench.at["seller"]).gas_used)


def _erc20(bench: Bench) -> int:
    operator, buyer = bench.at["operator"], bench.at["buyer"]
    token = operator.deploy(project.TokenMock, "Token", "TKN", 6)
    bench.market.setCreditUnit(token, 10**6, sender=operator)
    token.mint(buyer, 10**12, sender=operator)
    token.approve(bench.market, 2**256 - 1, sender=buyer)
    listing = bench.listing(token=token.address, price=50 * 10**6)
    listing_id, _ = bench.list(listing)
    bench.life(listing_id, listing)
    return sum(bench.life(listing_id, listing))


def _batch(bench: Bench, listing_id: int, listing: Listing) -> int:
    """Released by a keeper after the review window; the batch's whole receipt, divided."""
    listing = bench.listing(price=10**15)
    listing_id, _ = bench.list(listing)
    buyers = [accounts.test_accounts.generate_test_account() for _ in range(50)]
    orders = []
    for buyer in buyers:
        buyer.provider.set_balance(buyer.address, 10**18)
        bench.register(buyer, bench.at["referrer"])
    for _ in range(2):  # The first round makes the pairs' slots.
        orders = [bench.place(listing_id, listing, buyer)[0] for buyer in buyers]
        for terms in orders:
            bench.market.deliver(CID, terms.seal().pack(), sender=bench.at["seller"])
        chain.mine(deltatime=4 * DAY)
        calls = [bench.market.release.encode_input(terms.pack()) for terms in orders]
        receipt = bench.market.batch(calls, sender=bench.at["keeper"])
        assert not receipt.events.filter(bench.market.BatchSkipped)
    return int(receipt.gas_used) // len(orders)


def _evidence(bench: Bench, listing_id: int, listing: Listing) -> int:
    terms, _ = bench.place(listing_id, listing, bench.at["buyer"])
    log = bench.deployment.evidence_log
    log.submit(terms.pack(), CID, sender=bench.at["buyer"])
    return int(log.submit(terms.pack(), CID, sender=bench.at["buyer"]).gas_used)


def _dispute(bench: Bench) -> int:
    """The second dispute that the same arbiter rules; the pool is five."""
    panel, operator = bench.deployment.arbiter_panel, bench.at["operator"]
    arbiters = [account for name, account in bench.at.items() if name.endswith("arbiter")]
    for arbiter in arbiters:
        panel.appoint(arbiter, sender=operator)
        panel.stake(value=panel.requiredStake(), sender=arbiter)
        panel.setOnDuty(True, sender=arbiter)
    chain.mine(deltatime=DAY)
    listing = bench.listing(max_commission_bps=0)
    listing_id, _ = bench.list(listing)
    ruled: set[str] = set()
    while True:
        arbiter, gas = _ruling(bench, listing_id, listing, arbiters)
        if arbiter in ruled:
            return gas
        ruled.add(arbiter)


def _ruling(bench: Bench, listing_id: int, listing: Listing, arbiters: list[Any]) -> tuple[str, int]:
    disputes, panel = bench.deployment.disputes, bench.deployment.arbiter_panel
    buyer, seller = bench.at["buyer"], bench.at["seller"]
    terms, _ = bench.place(listing_id, listing, buyer)
    bench.market.deliver(CID, terms.seal().pack(), sender=seller)
    packed = terms.pack()
    deposit = disputes.depositOf(packed)
    gas = disputes.open(packed, CID, value=deposit, sender=buyer).gas_used
    gas += disputes.fund(packed, value=deposit, sender=seller).gas_used
    case = (disputes.address, 5, disputes.extraDataOf(packed))
    chain.mine(3)
    drawn = panel.arbiterOf(case, 0)
    (arbiter,) = (account for account in arbiters if account.address == drawn)
    gas += panel.giveRuling(case, 0, 1, sender=arbiter).gas_used
    chain.mine(deltatime=2 * DAY)
    gas += disputes.execute(packed, sender=bench.at["keeper"]).gas_used
    return drawn, gas
