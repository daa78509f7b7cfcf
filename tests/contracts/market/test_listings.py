# list
# ├── paused, another's, malformed or other CID, unknown bits, out of bounds → its error
# └── else → version 1, active, the next id
# edit
# ├── paused, old version, another's, retired, another seller, stock below sold → its error
# └── else → the next version; orders already placed keep theirs
# setListingStatus
# ├── not the current version, another's, None, retired before → its error
# └── else → also while the market is paused

from dataclasses import replace

import pytest

from dapp.domain.bounds import MAX_WINDOW, MIN_REVIEW_WINDOW, MIN_WINDOW, MONTH_END
from dapp.domain.terms import Flag, listing_hash, metadata_hash
from tests.reverts import reverts
from tests.stage import SILVER_STAKE
from tests.trade import CID, PRICE, PROOF

NONE, ACTIVE, PAUSED, RETIRED = range(4)
NOBODY = "0x000000000000000000000000000000000000dEaD"


def state(market, offer):
    hash_, version, status, sold = market.listingState(offer.id)
    return hash_, version, status, sold


def edit(trade, offer, by=None, cid=CID, **changes):
    after = replace(offer.listing, **changes)
    trade.market.edit(after.pack(), cid, offer.id, offer.listing.pack(), sender=by or trade.seller)
    return replace(offer, listing=after)


def set_status(trade, offer, status, by=None):
    return trade.market.setListingStatus(offer.id, offer.listing.pack(), status, sender=by or trade.seller)


# -- list -------------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_list__by_a_staked_seller__version_one_is_active(trade, market, move):
    count = market.listingCount()
    with move():
        offer = trade.list(stock=3, category=7, flags=Flag.INSTANT)
    assert market.listingCount() == offer.id == count + 1
    assert state(market, offer) == (listing_hash(offer.listing), 1, ACTIVE, 0)
    event = market.Listed.from_receipt(offer.receipt)[0]
    assert (event.listingId, event.seller, event.version, event.cid) == (offer.id, trade.seller, 1, CID)
    assert type(offer.listing).unpack(event.listing) == offer.listing
    assert len(offer.receipt.events) == 1


@pytest.mark.parametrize(
    "bounds",
    [
        {"accept_seconds": MIN_WINDOW, "deliver_seconds": MIN_WINDOW, "review_seconds": MIN_REVIEW_WINDOW},
        {"accept_seconds": MAX_WINDOW, "deliver_seconds": MAX_WINDOW, "review_seconds": MAX_WINDOW},
        {"settle_days": 60},
        {"settle_days": MONTH_END},
        {"max_fee_bps": 1_000, "max_commission_bps": 3_000},
        {"price": 1},
        {"price": 2**128 - 1},
        {"stock": 2**40 - 1, "max_open_per_buyer": 2**16 - 1, "max_arbitration_cost": 2**96 - 1},
    ],
)
def test_list__at_the_bounds__is_listed(trade, market, bounds):
    offer = trade.list(**bounds)
    assert state(market, offer)[1:] == (1, ACTIVE, 0)


def test_list__paused__reverts(trade, market):
    market.pause(sender=trade.pauser)
    with reverts(market.MarketPaused):
        trade.list()


def test_list__for_another__reverts(trade, market):
    with reverts(market.Listings_NotSeller, caller=trade.outsider, seller=trade.seller):
        market.list(trade.listing().pack(), CID, sender=trade.outsider)


def test_list__without_a_stake__listed_but_takes_no_orders_yet(trade, market):
    offer = trade.list(trade.outsider)
    assert state(market, offer)[2] == ACTIVE
    market.stake(sender=trade.outsider, value=SILVER_STAKE - 10**15)
    expected = {"merchant": trade.outsider, "stake": SILVER_STAKE - 10**15, "required": SILVER_STAKE}
    with reverts(market.Merchants_StakeTooLow, **expected):
        trade.place(offer)
    market.stake(sender=trade.outsider, value=10**15)
    assert trade.place(offer).terms.seller == trade.outsider


def test_list__metadata_of_another_cid__reverts(trade, market):
    listing = trade.listing(cid=CID)
    with reverts(market.Listings_MetadataMismatch, metadata=metadata_hash(CID), cid=PROOF):
        market.list(listing.pack(), PROOF, sender=trade.seller)


@pytest.mark.parametrize(
    ("field", "value", "lowest"),
    [
        ("accept_seconds", MIN_WINDOW - 1, MIN_WINDOW),
        ("accept_seconds", MAX_WINDOW + 1, MIN_WINDOW),
        ("deliver_seconds", MIN_WINDOW - 1, MIN_WINDOW),
        ("deliver_seconds", MAX_WINDOW + 1, MIN_WINDOW),
        ("review_seconds", MIN_REVIEW_WINDOW - 1, MIN_REVIEW_WINDOW),
        ("review_seconds", MAX_WINDOW + 1, MIN_REVIEW_WINDOW),
        ("review_seconds", 0, MIN_REVIEW_WINDOW),
    ],
)
def test_list__window_out_of_bounds__reverts(trade, market, field, value, lowest):
    with reverts(market.Listings_WindowOutOfBounds, window=value, min=lowest, max=MAX_WINDOW):
        trade.list(**{field: value})


@pytest.mark.parametrize("days", [61, 254])
def test_list__settles_too_late__reverts(trade, market, days):
    with reverts(market.Listings_SettleDaysOutOfBounds, settleDays=days, max=60):
        trade.list(settle_days=days)


@pytest.mark.parametrize(("field", "highest"), [("max_commission_bps", 3_000), ("max_fee_bps", 1_000)])
def test_list__rate_above_its_cap__reverts(trade, market, field, highest):
    with reverts(market.Listings_RateTooHigh, bps=highest + 1, max=highest):
        trade.list(**{field: highest + 1})


@pytest.mark.parametrize("price", [0, 2**128, 2**256 - 1])
def test_list__price_out_of_bounds__reverts(trade, market, price):
    with reverts(market.Listings_PriceOutOfBounds, price=price):
        trade.list(price=price)


def test_list__free_with_a_pricing_policy__is_listed(trade, market, pricing):
    assert state(market, trade.list(price=0, pricing=pricing.address))[2] == ACTIVE


def test_list__token_without_code__reverts(trade, market):
    with reverts(market.Ledger_UnsupportedToken, token=NOBODY):
        trade.list(token=NOBODY)


def test_list__pricing_without_code__reverts(trade, market):
    with reverts(market.Listings_PricingHasNoCode, pricing=NOBODY):
        trade.list(pricing=NOBODY)


def test_list__seller_as_his_own_arbitrator__reverts(trade, market):
    with reverts(market.Listings_ArbitratorIsSeller, arbitrator=trade.seller):
        trade.list(arbitrator=trade.seller.address)


@pytest.mark.parametrize(
    ("windows", "limits"),
    [(1, 0), (1 << 39, 0), (1 << 121, 0), (1 << 128, 0), (1 << 184, 0), (0, 1 << 184), (0, 1 << 255)],
)
def test_list__bits_that_mean_nothing__reverts(trade, market, windows, limits):
    packed = list(trade.listing().pack())
    packed[5] |= windows
    packed[7] |= limits
    with reverts(market.Listings_UnknownBits, windows=packed[5], limits=packed[7]):
        market.list(packed, CID, sender=trade.seller)


# -- edit -------------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_edit__by_the_seller__next_version_and_placed_orders_keep_theirs(trade, market, move):
    offer = trade.list()
    order = trade.placed(offer)
    after = replace(offer.listing, price=2 * PRICE, metadata=metadata_hash(PROOF))
    receipt = market.edit(after.pack(), PROOF, offer.id, offer.listing.pack(), sender=trade.seller)
    event = market.Listed.from_receipt(receipt)[0]
    assert (event.listingId, event.seller, event.version, event.cid) == (offer.id, trade.seller, 2, PROOF)
    assert state(market, offer) == (listing_hash(after), 2, ACTIVE, 0)
    assert order.terms.version == 1
    assert trade.placed(replace(offer, listing=after)).terms.version == 2
    with move(seller=PRICE - PRICE // 50, platform=PRICE // 50):
        trade.at(order.terms.placed_at + 600)
        trade.accept(order)
        trade.deliver(order)
        trade.release(order)


def test_edit__of_a_paused_listing__stays_paused(trade, market):
    offer = trade.list()
    set_status(trade, offer, PAUSED)
    assert state(market, edit(trade, offer, price=1))[1:3] == (2, PAUSED)


def test_edit__paused_market__reverts(trade, market):
    offer = trade.list()
    market.pause(sender=trade.pauser)
    with reverts(market.MarketPaused):
        edit(trade, offer, price=1)


def test_edit__by_another__reverts(trade, market):
    offer = trade.list()
    with reverts(market.Listings_NotSeller, caller=trade.newcomer, seller=trade.seller):
        edit(trade, offer, by=trade.newcomer, seller=trade.newcomer.address)


def test_edit__to_another_seller__reverts(trade, market):
    offer = trade.list()
    with reverts(market.Listings_NotSeller, caller=trade.seller, seller=trade.newcomer):
        edit(trade, offer, seller=trade.newcomer.address)


def test_edit__of_a_version_that_is_not_current__reverts(trade, market):
    offer = trade.list()
    edit(trade, offer, price=1)
    with reverts(market.Listings_Changed, listingId=offer.id):
        edit(trade, offer, price=2)


def test_edit__unknown_listing__reverts(trade, market):
    offer = replace(trade.list(), id=market.listingCount() + 1)
    with reverts(market.Listings_Changed, listingId=offer.id):
        edit(trade, offer, price=2)


def test_edit__retired__reverts(trade, market):
    offer = trade.list()
    set_status(trade, offer, RETIRED)
    with reverts(market.Listings_WrongStatus, listingId=offer.id, status=RETIRED):
        edit(trade, offer, price=2)


def test_edit__stock_below_what_is_sold__reverts(trade, market):
    offer = trade.list(stock=5)
    trade.placed(offer, quantity=3)
    with reverts(market.Listings_StockBelowSold, stock=2, sold=3):
        edit(trade, offer, stock=2)
    assert state(market, edit(trade, offer, stock=3))[1:] == (2, ACTIVE, 3)


def test_edit__window_out_of_bounds__reverts(trade, market):
    offer = trade.list()
    with reverts(market.Listings_WindowOutOfBounds, window=1, min=MIN_REVIEW_WINDOW, max=MAX_WINDOW):
        edit(trade, offer, review_seconds=1)


# -- setListingStatus -------------------------------------------------------------------------


@pytest.mark.parametrize("market_is_paused", [False, True])
def test_set_listing_status__paused_resumed_retired__follows(trade, market, market_is_paused):
    offer = trade.list()
    if market_is_paused:
        market.pause(sender=trade.pauser)
    for status in (PAUSED, ACTIVE, RETIRED):
        receipt = set_status(trade, offer, status)
        assert receipt.events == [market.ListingStatusChanged(listingId=offer.id, status=status)]
        assert state(market, offer) == (listing_hash(offer.listing), 1, status, 0)


@pytest.mark.parametrize("status", [ACTIVE, PAUSED, RETIRED])
def test_set_listing_status__retired_before__reverts(trade, market, status):
    offer = trade.list()
    set_status(trade, offer, RETIRED)
    with reverts(market.Listings_WrongStatus, listingId=offer.id, status=RETIRED):
        set_status(trade, offer, status)


def test_set_listing_status__none__reverts(trade, market):
    offer = trade.list()
    with reverts(market.Listings_WrongStatus, listingId=offer.id, status=NONE):
        set_status(trade, offer, NONE)


def test_set_listing_status__by_another__reverts(trade, market):
    offer = trade.list()
    with reverts(market.Listings_NotSeller, caller=trade.outsider, seller=trade.seller):
        set_status(trade, offer, PAUSED, by=trade.outsider)


def test_set_listing_status__of_an_old_version__reverts(trade, market):
    offer = trade.list()
    edit(trade, offer, price=1)
    with reverts(market.Listings_Changed, listingId=offer.id):
        set_status(trade, offer, PAUSED)


# -- stock and open orders --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "sold"), [("cancel", 0), ("decline", 0), ("reclaim", 0), ("full_refund", 0), ("release", 2)]
)
def test_stock__order_ended__restocked_unless_sold(trade, market, end, sold):
    offer = trade.list(stock=2, max_open_per_buyer=1)
    order = trade.delivered(offer, quantity=2) if end == "release" else trade.placed(offer, quantity=2)
    assert (state(market, offer)[3], market.openOrdersOf(offer.id, trade.buyer)) == (2, 1)
    if end == "reclaim":
        trade.at(order.terms.placed_at + order.terms.accept_seconds)
    if end == "full_refund":
        trade.refund(order, 2 * PRICE)
    else:
        getattr(trade, end)(order)
    assert (state(market, offer)[3], market.openOrdersOf(offer.id, trade.buyer)) == (sold, 0)


def test_stock__unlimited__never_counted(trade, market):
    offer = trade.list()
    trade.placed(offer, quantity=9)
    assert state(market, offer)[3] == 0
    assert market.openOrdersOf(offer.id, trade.buyer) == 0


def test_stock__limit_set_while_orders_are_open__counts_only_later_ones(trade, market):
    offer = trade.list()
    before = trade.placed(offer, quantity=9)
    limited = edit(trade, offer, stock=1)
    trade.cancel(before)
    assert state(market, limited)[3] == 0
    trade.placed(limited)
    with reverts(market.Listings_OutOfStock, listingId=offer.id, left=0, quantity=1):
        trade.placed(limited)
