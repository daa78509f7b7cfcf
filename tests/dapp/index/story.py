"""Random but consistent histories of a market, as events and as the raw logs that a node would give."""

import random
from dataclasses import dataclass, field
from typing import Any

from eth_abi.abi import encode
from eth_utils.abi import collapse_if_tuple
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from dapp.chain.records import DeploymentRecord
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.credit import PairEpochs
from dapp.domain.maturity import due_day
from dapp.domain.split import CommissionLine, scale_down, split
from dapp.domain.terms import Flag, Listing, Terms, metadata_hash, order_id

TOKENS = (ZERO_ADDRESS, "0x" + "70" * 20)
HOUR = 3_600
DAWN = 1_800_000_000


def account(number: int) -> str:
    """An account's address."""
    return str(to_checksum_address(keccak(text=f"account {number}")[:20]))


@dataclass
class Told:
    """An event: its contract, name and arguments."""

    contract: str
    name: str
    args: dict[str, Any]


@dataclass
class Story:
    """Makes up what happens next. Every event fits those before, as the contracts would have it."""

    record: DeploymentRecord
    random: random.Random
    now: int = DAWN
    people: int = 40
    live: list[tuple[bytes, Terms, int, int]] = field(default_factory=list)
    available: dict[tuple[str, str], int] = field(default_factory=dict)
    listings: int = 0
    salt: int = 0
    rateable: list[bytes] = field(default_factory=list)
    pairs: PairEpochs = field(default_factory=PairEpochs)

    def begin(self) -> list[Told]:
        """A tree, and listings to buy from."""
        told = []
        for number in range(self.people):
            referrer = account((number - 1) // 3) if number else ZERO_ADDRESS
            told.append(self._market("Registered", account=account(number), referrer=referrer))
        for number in range(8):
            self.listings += 1
            seller, cid = account(number), f"bafy{number}"
            listing = Listing(
                seller, 10**16, 24 * HOUR, 48 * HOUR, 72 * HOUR, metadata_hash(cid), category=number % 3
            )
            told.append(
                self._market(
                    "Listed",
                    listingId=self.listings,
                    seller=seller,
                    version=1,
                    listing=listing.pack(),
                    cid=cid,
                )
            )
        return told

    def act(self) -> list[Told]:
        """One more transaction's events."""
        self.now += self.random.randrange(1, 900)
        acts = [
            self._deposit,
            self._transfer,
            self._place,
            self._place,
            self._go_on,
            self._go_on,
            self._go_on,
        ]
        return self.random.choice(acts)()

    def _market(self, name: str, **args: Any) -> Told:
        return Told("Market", name, {key.rstrip("_"): value for key, value in args.items()})

    def _credit(self, who: str, token: str, amount: int) -> None:
        self.available[who, token] = self.available.get((who, token), 0) + amount

    def _deposit(self) -> list[Told]:
        who, token, amount = self._anyone(), self.random.choice(TOKENS), self.random.randrange(1, 10**20)
        self._credit(who, token, amount)
        return [self._market("Deposited", account=who, token=token, amount=amount, from_=who)]

    def _transfer(self) -> list[Told]:
        rich = [key for key, amount in self.available.items() if amount and key[0] != self.market]
        if not rich:
            return self._deposit()
        who, token = self.random.choice(rich)
        amount, to = self.random.randint(1, self.available[who, token]), self._anyone()
        self._credit(who, token, -amount)
        if self.random.random() < 0.3:
            return [self._market("Withdrawn", account=who, token=token, amount=amount, to=to)]
        self._credit(to, token, amount)
        return [self._market("Transferred", from_=who, to=to, token=token, amount=amount)]

    def _place(self) -> list[Told]:
        self.salt += 1
        listing_id = self.random.randint(1, self.listings)
        seller, buyer = account(listing_id - 1), account(self.random.randrange(8, self.people))
        lines = tuple(
            CommissionLine(account(self.random.randrange(self.people)), rate, cap)
            for rate, cap in ((1_000, 0), (500, 10**15), (250, 0))
        )
        terms = Terms(
            seller, buyer, buyer, self.random.randrange(1, 10**18), self.now, 24 * HOUR, 48 * HOUR, 72 * HOUR,
            token=self.random.choice(TOKENS), settle_days=self.random.choice((0, 3, 255)), flags=Flag(0),
            fee_bps=self.random.choice((160, 200)), weight=self.random.randrange(3_000), lines=lines,
            listing_id=listing_id, version=1, salt=self.salt,
        )  # fmt: skip
        identity = order_id(terms, self.record.chain_id, self.market)
        self.live.append((identity, terms, 1, terms.base))
        return [self._market("OrderPlaced", id=identity, terms=terms.pack())]

    def _go_on(self) -> list[Told]:
        if not self.live:
            return self._place()
        at = self.random.randrange(len(self.live))
        identity, terms, status, held = self.live[at]
        chance = self.random.random()
        if status == 1 and chance < 0.1:
            del self.live[at]
            self._credit(terms.buyer, terms.token, held)
            return [self._market("OrderCancelled", id=identity, refunded=held)]
        if status == 1:
            self.live[at] = (identity, terms, 2, held)
            return [self._market("OrderAccepted", id=identity)]
        if status == 2 and chance < 0.1 and held > 1:
            back = self.random.randrange(1, held)
            self._credit(terms.buyer, terms.token, back)
            self.live[at] = (identity, terms, 2, held - back)
            return [self._market("OrderRefunded", id=identity, amount=back, left=held - back)]
        if status == 2:
            self.live[at] = (identity, terms, 3, held)
            return [self._market("OrderDelivered", id=identity, cid=f"bafkdelivery{terms.salt}")]
        del self.live[at]
        return self._release(identity, terms, held)

    def _release(self, identity: bytes, terms: Terms, held: int) -> list[Told]:
        parts = split(terms.base, held, terms.fee_bps, terms.lines)
        self._credit(self.market, terms.token, parts.fee)
        for line, amount in zip(terms.lines, parts.commissions, strict=True):
            self._credit(line.referrer, terms.token, amount)
        if not terms.settle_days:
            self._credit(terms.seller, terms.token, parts.to_seller)
        else:
            assert due_day(self.now // DAY, terms.settle_days)
        weight = scale_down(terms.weight, held, terms.base)
        self.pairs.take(terms.seller, terms.buyer, self.now, weight)
        told = [self._market("OrderReleased", id=identity, earned=held, credit=0)]
        if self.random.random() < 0.5:
            told.append(self._market("OrderRated", id=identity, stars=self.random.randint(1, 5)))
        return told

    def _anyone(self) -> str:
        return account(self.random.randrange(self.people))

    @property
    def market(self) -> str:
        """The market's address."""
        return self.record["Market"].address


class Encoder:
    """Makes logs of events."""

    def __init__(self, record: DeploymentRecord) -> None:
        self.record = record
        self._events = {
            (contract.name, item["name"]): item
            for contract in record.contracts.values()
            for item in contract.abi
            if item["type"] == "event"
        }

    def log(self, told: Told) -> dict[str, Any]:
        """An event's address, topics and data as a node gives them."""
        item = self._events[told.contract, told.name]
        types = [collapse_if_tuple(argument) for argument in item["inputs"]]
        topics = ["0x" + keccak(text=f"{item['name']}({','.join(types)})").hex()]
        plain_types, plain = [], []
        for argument, kind in zip(item["inputs"], types, strict=True):
            value = told.args[argument["name"]]
            if argument["indexed"]:
                topics.append("0x" + encode([kind], [value]).hex())
            else:
                plain_types.append(kind)
                plain.append(value)
        data = "0x" + encode(plain_types, plain).hex()
        return {"address": self.record[told.contract].address.lower(), "topics": topics, "data": data}
