# pack, unpack: any fields → the same again · too wide → FieldOverflow · unknown bits → FieldOverflow
# order_id, listing_hash, upline_hash → as the contract's abi.encode gives them

import pytest
from eth_abi import encode
from eth_utils import keccak, to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from dapp.domain.errors import FieldOverflow
from dapp.domain.split import CommissionLine, Referrer
from dapp.domain.terms import (
    Flag,
    Listing,
    Placement,
    Terms,
    Upline,
    listing_hash,
    metadata_hash,
    order_id,
    upline_hash,
)

TERMS_ABI = (
    "(uint256,address,uint256,address,address,uint256,uint256,uint256,address,address,uint256,uint256)"
)
LISTING_ABI = "(address,uint256,address,address,bytes32,uint256,address,uint256)"
MARKET = to_checksum_address("0x" + "ab" * 20)


def bits(count):
    return st.integers(0, 2**count - 1)


addresses = st.binary(min_size=20, max_size=20).map(to_checksum_address)
lines = st.builds(CommissionLine, addresses, bits(16), bits(80))
windows = {
    "accept_seconds": bits(24),
    "deliver_seconds": bits(24),
    "review_seconds": bits(24),
    "settle_days": bits(8),
    "flags": bits(8).map(Flag),
    "category": bits(16),
}
terms_strategy = st.builds(
    Terms,
    seller=addresses,
    buyer=addresses,
    payer=addresses,
    token=addresses,
    arbitrator=addresses,
    base=bits(128),
    placed_at=bits(40),
    quantity=bits(40),
    fee_bps=bits(16),
    weight=bits(24),
    module_index=bits(8),
    max_arbitration_cost=bits(96),
    lines=st.tuples(lines, lines, lines),
    listing_id=bits(40),
    version=bits(24),
    salt=bits(64),
    metadata=bits(128),
    **windows,
)
listings = st.builds(
    Listing,
    seller=addresses,
    token=addresses,
    arbitrator=addresses,
    pricing=addresses,
    price=bits(128),
    stock=bits(40),
    max_open_per_buyer=bits(16),
    max_commission_bps=bits(16),
    max_fee_bps=bits(16),
    max_arbitration_cost=bits(96),
    metadata=st.binary(min_size=32, max_size=32),
    **windows,
)
EXAMPLE = Terms(
    seller="0x" + "11" * 20,
    buyer="0x" + "22" * 20,
    payer="0x" + "33" * 20,
    base=10**18,
    placed_at=1,
    accept_seconds=2,
    deliver_seconds=3,
    review_seconds=4,
    settle_days=5,
    flags=Flag.INSTANT | Flag.FROM_LEDGER,
    quantity=6,
    category=7,
    fee_bps=200,
    weight=9,
    module_index=10,
    max_arbitration_cost=11,
    lines=(CommissionLine("0x" + "44" * 20, 1_000, 12), CommissionLine(), CommissionLine()),
    listing_id=13,
    version=14,
    salt=15,
    metadata=16,
)


@given(terms_strategy)
def test_terms__any_fields__pack_and_unpack_give_them_back(terms):
    assert Terms.unpack(terms.pack()) == terms


def test_terms__example__each_field_at_its_bit():
    packed = EXAMPLE.pack()
    assert packed[0] == 1 | 2 << 40 | 3 << 64 | 4 << 88 | 5 << 112 | 17 << 120 | 6 << 128 | 7 << 168
    assert packed[10] == 200 | 9 << 16 | 10 << 40 | 11 << 48
    assert packed[5] == 1_000 | 12 << 16 | int("44" * 20, 16) << 96
    assert packed[6:8] == (0, 0)
    assert packed[11] == 13 | 14 << 40 | 15 << 64 | 16 << 128
    assert EXAMPLE.has(Flag.INSTANT)
    assert not EXAMPLE.has(Flag.STOCK_COUNTED)


@given(terms_strategy, bits(64))
def test_order_id__any_terms__nested_keccak_of_the_abi_encoding(terms, chain_id):
    encoded = encode([TERMS_ABI], [terms.pack()])
    domain = keccak(encode(["uint256", "address"], [chain_id, MARKET]))
    expected = keccak(domain + encoded[:64] + keccak(encoded[64:]))
    assert order_id(terms, chain_id, MARKET) == expected
    assert order_id(terms.seal(), chain_id, MARKET) == expected


@given(listings)
def test_listing__any_fields__round_trip_and_hash_of_the_abi_encoding(listing):
    packed = listing.pack()
    assert Listing.unpack(packed) == listing
    assert listing_hash(listing) == int.from_bytes(keccak(encode([LISTING_ABI], [packed]))[:23], "big")


@given(st.tuples(*[st.builds(Referrer, addresses, bits(40))] * 3))
def test_upline__any_levels__round_trip_and_hash_of_the_abi_encoding(levels):
    upline = Upline(levels)
    assert Upline.unpack(upline.pack()) == upline
    assert upline_hash(upline) == bytes(5) + keccak(encode(["uint256[3]"], [upline.pack()]))[:27]


def test_upline__example__account_in_the_high_bits_and_time_in_the_low():
    upline = Upline((Referrer("0x" + "11" * 20, 7), Referrer(), Referrer()))
    assert upline.pack() == (int("11" * 20, 16) << 96 | 7, 0, 0)


def test_below__registering_under_a_referrer__shifts_his_upline():
    first, second, third, fourth = (Referrer("0x" + digit * 40, 5) for digit in "1234")
    assert Upline((second, third, fourth)).below(first) == Upline((first, second, third))


def test_pack__field_too_wide__raises_with_its_name():
    listing = Listing("0x" + "11" * 20, 1, 2**24, 1, 1, bytes(32))
    with pytest.raises(FieldOverflow) as fault:
        listing.pack()
    assert (fault.value.field, fault.value.value, fault.value.bits) == ("accept_seconds", 2**24, 24)


@pytest.mark.parametrize(("word", "unknown"), [(5, 1 << 39), (5, 1 << 128), (5, 1 << 184), (7, 1 << 184)])
def test_unpack__bits_that_mean_nothing__raises(word, unknown):
    packed = list(Listing("0x" + "11" * 20, 1, 1, 1, 1, bytes(32)).pack())
    packed[word] |= unknown
    with pytest.raises(FieldOverflow, match="unused bits"):
        Listing.unpack(packed)


def test_placement__pack__struct_order():
    placement = Placement(1, 2, "0x" + "55" * 20, 3, 4, Flag.FROM_LEDGER)
    assert placement.pack() == (1 | 3 << 40 | 4 << 80 | 16 << 144, "0x" + "55" * 20, 2)


def test_metadata_hash__cid__keccak_of_its_characters():
    assert metadata_hash("bafkqaaa") == keccak(b"bafkqaaa")
