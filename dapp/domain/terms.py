"""What orders and listings are made of, with readable fields, and their packed words and hashes.

Mirrors the structs of `contracts/interfaces/` and `contracts/libraries/TermsFields.sol`. `pack()` gives a
tuple in the struct's order, ready for the contract: addresses as EIP-55 strings, packed words as integers,
hashes as 32 bytes. `unpack()` takes the same tuple, as decoders return it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import Any

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.hashing import keccak, to_checksum_address
from dapp.domain.split import EMPTY_LINE, LEVELS, CommissionLine, Referrer
from dapp.domain.words import Layout, address_word, hash_words, pack, to_word, unpack, word_address

CLOCKS: Layout = (
    ("placed_at", 40),
    ("accept_seconds", 24),
    ("deliver_seconds", 24),
    ("review_seconds", 24),
    ("settle_days", 8),
    ("flags", 8),
    ("quantity", 40),
    ("category", 16),
)
WINDOWS: Layout = (("", 40), *CLOCKS[1:6], ("", 40), CLOCKS[7])
RATES: Layout = (("fee_bps", 16), ("weight", 24), ("module_index", 8), ("max_arbitration_cost", 96))
ORIGIN: Layout = (("listing_id", 40), ("version", 24), ("salt", 64), ("metadata", 128))
LIMITS: Layout = (
    ("stock", 40),
    ("max_open_per_buyer", 16),
    ("max_commission_bps", 16),
    ("max_fee_bps", 16),
    ("max_arbitration_cost", 96),
)
ORDER: Layout = (("listing_id", 40), ("quantity", 40), ("salt", 64), ("options", 8))
LINE: Layout = (("rate_bps", 16), ("cap", 80), ("referrer", 160))
LEVEL: Layout = (("registered_at", 40), ("", 56), ("account", 160))


class Flag(IntFlag):
    """Flags of an order; a listing has the first only, a placement the last two as options."""

    INSTANT = 1
    STOCK_COUNTED = 2
    OPEN_COUNTED = 4
    FOREIGN_ARBITRATOR = 8
    FROM_LEDGER = 16


NO_FLAGS = Flag(0)


@dataclass(frozen=True)
class Seal:
    """What only the seller's actions need: the first two words of the terms and the hash of the rest."""

    clocks: int
    seller: str
    rest: bytes

    def pack(self) -> tuple[int, str, bytes]:
        """The struct `Seal`."""
        return self.clocks, self.seller, self.rest


@dataclass(frozen=True)
class Terms:
    """The sealed terms of an order. `metadata` is the high half of the listing's metadata hash."""

    seller: str
    buyer: str
    payer: str
    base: int
    placed_at: int
    accept_seconds: int
    deliver_seconds: int
    review_seconds: int
    token: str = ZERO_ADDRESS
    arbitrator: str = ZERO_ADDRESS
    settle_days: int = 0
    flags: Flag = NO_FLAGS
    quantity: int = 1
    category: int = 0
    fee_bps: int = 0
    weight: int = 0
    module_index: int = 0
    max_arbitration_cost: int = 0
    lines: tuple[CommissionLine, ...] = (EMPTY_LINE,) * LEVELS
    listing_id: int = 0
    version: int = 0
    salt: int = 0
    metadata: int = 0

    def has(self, flag: Flag) -> bool:
        """Whether the order carries `flag`."""
        return bool(self.flags & flag)

    def pack(self) -> tuple[Any, ...]:
        """The struct `Terms`, twelve values. Raises FieldOverflow."""
        lines = (pack(LINE, _line_fields(line)) for line in self.lines)
        clocks, rates, origin = (pack(layout, vars(self)) for layout in (CLOCKS, RATES, ORIGIN))
        who = (self.seller, self.base, self.buyer, self.payer)
        return (clocks, *who, *lines, self.token, self.arbitrator, rates, origin)

    @classmethod
    def of(cls, given: Any) -> "Terms":
        """The terms as an event carries them: the struct as a mapping or sequence, or read already."""
        return given if isinstance(given, cls) else cls.unpack(_values(given))

    @classmethod
    def unpack(cls, values: Sequence[Any]) -> "Terms":
        """Read the struct `Terms` back."""
        clocks, seller, base, buyer, payer, *lines, token, arbitrator, rates, origin = values
        fields: dict[str, Any] = {**unpack(CLOCKS, clocks), **unpack(RATES, rates), **unpack(ORIGIN, origin)}
        return cls(
            seller=to_checksum_address(seller),
            buyer=to_checksum_address(buyer),
            payer=to_checksum_address(payer),
            token=to_checksum_address(token),
            arbitrator=to_checksum_address(arbitrator),
            base=base,
            lines=tuple(_line(word) for word in lines),
            **{**fields, "flags": Flag(fields["flags"])},
        )

    def seal(self) -> Seal:
        """The part that the seller passes to accept and deliver."""
        clocks, seller, *rest = self.pack()
        return Seal(clocks, seller, hash_words([to_word(value) for value in rest]))


@dataclass(frozen=True)
class Listing:
    """A service on offer. `price`: token units for one; `metadata`: `metadata_hash` of its CID."""

    seller: str
    price: int
    accept_seconds: int
    deliver_seconds: int
    review_seconds: int
    metadata: bytes
    token: str = ZERO_ADDRESS
    arbitrator: str = ZERO_ADDRESS
    pricing: str = ZERO_ADDRESS
    settle_days: int = 0
    flags: Flag = NO_FLAGS
    category: int = 0
    stock: int = 0
    max_open_per_buyer: int = 0
    max_commission_bps: int = 0
    max_fee_bps: int = 0
    max_arbitration_cost: int = 0

    def pack(self) -> tuple[Any, ...]:
        """The struct `Listing`, eight values. Raises FieldOverflow."""
        windows, limits = (pack(layout, vars(self)) for layout in (WINDOWS, LIMITS))
        sold = (self.seller, self.price, self.token, self.arbitrator, self.metadata)
        return (*sold, windows, self.pricing, limits)

    @classmethod
    def unpack(cls, values: Sequence[Any]) -> "Listing":
        """Read the struct `Listing` back."""
        seller, price, token, arbitrator, metadata, windows, pricing, limits = values
        fields: dict[str, Any] = {**unpack(WINDOWS, windows), **unpack(LIMITS, limits)}
        return cls(
            seller=to_checksum_address(seller),
            token=to_checksum_address(token),
            arbitrator=to_checksum_address(arbitrator),
            pricing=to_checksum_address(pricing),
            price=price,
            metadata=bytes(metadata),
            **{**fields, "flags": Flag(fields["flags"])},
        )


@dataclass(frozen=True)
class Placement:
    """What the one who places an order decides; `max_amount` in token units, a zero `buyer` is the caller."""

    listing_id: int
    max_amount: int
    buyer: str = ZERO_ADDRESS
    quantity: int = 1
    salt: int = 0
    options: Flag = NO_FLAGS

    def pack(self) -> tuple[Any, ...]:
        """The struct `Placement`. Raises FieldOverflow."""
        return (pack(ORDER, vars(self)), self.buyer, self.max_amount)


@dataclass(frozen=True)
class Upline:
    """An account's referrers, nearest first."""

    levels: tuple[Referrer, ...] = (Referrer(),) * LEVELS

    def pack(self) -> tuple[int, ...]:
        """The struct `Upline`. Raises FieldOverflow."""
        return tuple(
            pack(LEVEL, {"registered_at": level.registered_at, "account": address_word(level.account)})
            for level in self.levels
        )

    @classmethod
    def unpack(cls, values: Sequence[int]) -> "Upline":
        """Read the struct `Upline` back."""
        fields = [unpack(LEVEL, word) for word in values]
        return cls(tuple(Referrer(word_address(f["account"]), f["registered_at"]) for f in fields))

    def below(self, referrer: Referrer) -> "Upline":
        """The upline of an account that registers under `referrer`, whose own upline this is."""
        return Upline((referrer, *self.levels[: LEVELS - 1]))


def _values(struct: Any) -> tuple[Any, ...]:
    return tuple(struct.values() if isinstance(struct, Mapping) else struct)


def metadata_hash(cid: str) -> bytes:
    """What a listing carries of its metadata's CID string."""
    return keccak(cid.encode())


def domain_of(chain_id: int, market: str) -> bytes:
    """What binds an order's id to a chain and a market: keccak256(abi.encode(chainId, market))."""
    return hash_words([chain_id, address_word(market)])


def order_id(terms: Terms | Seal, chain_id: int, market: str) -> bytes:
    """The id of an order: keccak256(domain, clocks, seller, keccak256(the other ten words))."""
    seal = terms.seal() if isinstance(terms, Terms) else terms
    words = (domain_of(chain_id, market), seal.clocks, seal.seller, seal.rest)
    return hash_words([to_word(value) for value in words])


def listing_hash(listing: Listing) -> int:
    """A listing's hash as stored: the high 184 bits of the keccak256 of its eight words."""
    return to_word(hash_words([to_word(value) for value in listing.pack()])) >> 72


def upline_hash(upline: Upline) -> bytes:
    """An upline's hash as stored: keccak256 of its words, shifted right by 40 bits."""
    return (to_word(hash_words(upline.pack())) >> 40).to_bytes(32, "big")


def _line_fields(line: CommissionLine) -> dict[str, int]:
    return {"rate_bps": line.rate_bps, "cap": line.cap, "referrer": address_word(line.referrer)}


def _line(word: int) -> CommissionLine:
    fields = unpack(LINE, word)
    return CommissionLine(word_address(fields["referrer"]), fields["rate_bps"], fields["cap"])
