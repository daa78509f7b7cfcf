# place
# ├── zero quantity, unknown option, above the buyer's maximum, wrong value → its error, nothing moves
# ├── ledger balance too low; same terms twice → its error
# ├── seller on Watch or a newcomer → limit of an order, 72 hours of review, 3 days of settlement
# ├── pricing policy: another caller, more than the maximum, nothing → its error · else → its price
# └── else → the order weighs a point for each unit of fee, at most ten

from dataclasses import replace

import pytest

from dapp.domain.bounds import DAY, MONTH_END
from dapp.domain.credit import Tier
from dapp.domain.terms import NO_FLAGS, Flag, Placement, Upline
from tests.reverts import error_data, reverts
from tests.stage import BASE_FEE_BPS, CREDIT_UNIT, WATCH_ORDER_UNITS
from tests.trade import CID, NATIVE, PRICE, REVIEW

LIMIT = WATCH_ORDER_UNITS * CREDIT_UNIT
COUPON = b"\x01" * 32


def deposit(trade, account, amount):
    trade.market.deposit(NATIVE, amount, account, sender=account, value=amount)


# -- the buyer's protection -------------------------------------------------------------------


@pytest.mark.parametrize("value", [0, PRICE - 1, PRICE + 1])
def test_place__value_differs_from_the_price__reverts(trade, market, move, value):
    offer = trade.list()
    with move(), reverts(market.Ledger_WrongValue, sent=value, needed=PRICE):
        trade.place(offer, value=value)


@pytest.mark.parametrize("paid", ["token", "ledger"])
def test_place__ether_sent_where_none_is_needed__reverts(trade, market, move, token, paid):
    offer = trade.list(token=token.address if paid == "token" else NATIVE)
    deposit(trade, trade.buyer, PRICE)
    options = Flag.FROM_LEDGER if paid == "ledger" else NO_FLAGS
    with move(), reverts(market.Ledger_WrongValue, sent=1, needed=0):
        trade.place(offer, value=1, options=options)


def test_place__ledger_balance_too_low__reverts(trade, market, move):
    offer = trade.list()
    deposit(trade, trade.buyer, PRICE - 1)
    expected = {"account": trade.buyer, "token": NATIVE, "available": PRICE - 1, "needed": PRICE}
    with move(), reverts(market.Ledger_InsufficientBalance, **expected):
        trade.place(offer, options=Flag.FROM_LEDGER)


def test_place__above_the_buyers_maximum__reverts(trade, market, move):
    offer = trade.list()
    with move(), reverts(market.Orders_AboveMaximum, amount=2 * PRICE, maximum=2 * PRICE - 1):
        trade.place(offer, quantity=2, max_amount=2 * PRICE - 1)


def test_place__price_raised_before_mining__reverts(trade, market, move):
    offer = trade.list()
    dearer = replace(offer.listing, price=2 * PRICE)
    market.edit(dearer.pack(), CID, offer.id, offer.listing.pack(), sender=trade.seller)
    with move(), reverts(market.Listings_Changed, listingId=offer.id):
        trade.place(offer)


def test_place__zero_quantity__reverts(trade, market, move):
    offer = trade.list()
    with move(), reverts(market.Orders_ZeroQuantity):
        trade.place(offer, quantity=0, value=0)


@pytest.mark.parametrize("quantity", [2**40 - 1, 10**12])
def test_place__quantity_times_price_too_large__reverts(trade, market, move, quantity):
    price = 2**128 - 1
    offer = trade.list(price=price)
    with move(), reverts(market.Orders_AmountOutOfBounds, amount=price * quantity):
        trade.place(offer, quantity=quantity, max_amount=2**256 - 1, value=0)


@pytest.mark.parametrize("options", [1, 2, 4, 32, 128])
def test_place__unknown_option__reverts(trade, market, move, options):
    offer = trade.list()
    with move(), reverts(market.Orders_UnknownOptions, options=options):
        trade.place(offer, options=options)


def test_place__bits_above_the_options__reverts(trade, market, move):
    offer = trade.list()
    packed = (offer.id | 1 << 40 | 1 << 152, NATIVE, PRICE)
    with move(), reverts(market.Orders_UnknownOptions, options=256):
        bought = (packed, offer.listing.pack(), Upline().pack(), b"")
        market.place(*bought, sender=trade.buyer, value=PRICE)


@pytest.mark.second_evm
def test_place__same_terms_twice__reverts(trade, market, move):
    offer = trade.list()
    deposit(trade, trade.buyer, 2 * PRICE)
    wish = Placement(offer.id, PRICE, salt=8, options=Flag.FROM_LEDGER)
    line = trade.uplines[trade.buyer.address]
    call = market.place.encode_input(wish.pack(), offer.listing.pack(), line.pack(), b"")
    with move(buyer=-PRICE):  # both in one transaction, so in the same second
        receipt = market.batch([call, call], sender=trade.buyer)
    placed = market.OrderPlaced.from_receipt(receipt)
    fault = error_data(market.Orders_Duplicate, id=placed[0].id)
    assert receipt.events[1:] == [market.BatchSkipped(caller=trade.buyer, index=1, fault=fault)]


# -- newcomers and Watch ----------------------------------------------------------------------


def test_place__newcomer__longer_review_and_settlement(trade):
    order = trade.placed(trade.list(trade.newcomer))
    assert (order.terms.review_seconds, order.terms.settle_days) == (3 * DAY, 3)
    assert order.terms.fee_bps == BASE_FEE_BPS
    kept = trade.placed(trade.list(trade.newcomer, review_seconds=4 * DAY, settle_days=5))
    assert (kept.terms.review_seconds, kept.terms.settle_days) == (4 * DAY, 5)
    month = trade.placed(trade.list(trade.newcomer, settle_days=MONTH_END))
    assert month.terms.settle_days == 31  # the month's end may be tomorrow


def test_place__newcomer_above_the_watch_limit__reverts(trade, market, move):
    offer = trade.list(trade.newcomer, price=LIMIT + 1)
    with move(), reverts(market.Orders_AboveWatchLimit, amount=LIMIT + 1, limit=LIMIT):
        trade.place(offer)
    assert trade.state(trade.place(trade.list(trade.newcomer, price=LIMIT))).held == LIMIT


def test_place__newcomer_in_a_token_without_credit__reverts(trade, market, move, token):
    market.setCreditUnit(token, 0, sender=trade.rater)
    offer = trade.list(trade.newcomer, token=token.address)
    with move(token), reverts(market.Orders_AboveWatchLimit, amount=PRICE, limit=0):
        trade.place(offer)


def test_place__seasoned_seller__no_limits(trade):
    order = trade.placed(trade.list(price=LIMIT + 1))
    assert (order.terms.review_seconds, order.terms.settle_days) == (REVIEW, 0)


def test_place__seller_fell_to_watch__limits_and_the_higher_fee(trade, market, move):
    offer = trade.list()
    for _ in range(2):
        market.attestCredit(trade.seller, 2, -60_000, 5, b"\1" * 32, sender=trade.credit)
    order = trade.placed(offer)
    assert (order.terms.review_seconds, order.terms.settle_days) == (3 * DAY, 3)
    assert order.terms.fee_bps == BASE_FEE_BPS * 120 // 100
    expensive = trade.list(price=LIMIT + 1)
    with move(), reverts(market.Orders_AboveWatchLimit, amount=LIMIT + 1, limit=LIMIT):
        trade.place(expensive)
    assert trade.stage.fee_policy.feeBpsFor(trade.seller) == trade.stage.fee_policy.feeBpsOf(Tier.WATCH)


@pytest.mark.parametrize(
    ("price", "weight"), [(CREDIT_UNIT // 25, 0), (50 * CREDIT_UNIT, 1_000), (10**18, 10_000)]
)
def test_place__weight__one_point_a_unit_of_fee_at_most_ten(trade, price, weight):
    assert trade.placed(trade.list(price=price)).terms.weight == weight


def test_place__token_without_credit_unit__weighs_nothing(trade, market, token):
    market.setCreditUnit(token, 0, sender=trade.rater)
    assert trade.placed(trade.list(token=token.address, price=10**9)).terms.weight == 0


# -- pricing policies -------------------------------------------------------------------------


def test_place__with_a_coupon__costs_less_and_uses_it_up(trade, move, pricing):
    pricing.issue(COUPON, PRICE // 4, sender=trade.seller)
    offer = trade.list(pricing=pricing.address)
    price = 2 * PRICE - PRICE // 4
    with move(buyer_wallet=-price, vault=price):
        order = trade.place(offer, quantity=2, data=COUPON, value=price)
    assert (order.terms.base, order.terms.quantity) == (price, 2)
    with move(), reverts(pricing.CouponPricing_UnknownCoupon, code=COUPON):
        trade.place(offer, quantity=2, data=COUPON, value=price)


def test_place__policy_asks_more_than_the_maximum__reverts(trade, market, move, pricing):
    pricing.issue(COUPON, 1, sender=trade.seller)
    offer = trade.list(pricing=pricing.address)
    with move(), reverts(market.Orders_AboveMaximum, amount=PRICE - 1, maximum=PRICE - 2):
        trade.place(offer, data=COUPON, max_amount=PRICE - 2, value=PRICE - 1)
    assert pricing.coupons(COUPON) == 1


def test_place__policy_asks_nothing__reverts(trade, market, move, pricing):
    pricing.issue(COUPON, PRICE, sender=trade.seller)
    offer = trade.list(pricing=pricing.address)
    with move(), reverts(market.Orders_AmountOutOfBounds, amount=0):
        trade.place(offer, data=COUPON, value=0)


def test_price__called_by_another_than_the_market__reverts(trade, pricing):
    with reverts(pricing.CouponPricing_NotMarket, caller=trade.outsider):
        pricing.price(1, trade.outsider, 1, 1, b"", sender=trade.outsider)
