# place
# ├── paused, zero quantity, unknown option, above the buyer's maximum, wrong value → its error, nothing moves
# ├── listing changed, paused, retired, out of stock; too many open orders → its error
# ├── self-purchase; arbitrator a party or not allowed; stake gone; fee above the seller's maximum → its error
# ├── same terms twice; token that takes a fee → its error
# ├── payer is not the buyer → the buyer holds the rights
# ├── seller on Watch or a newcomer → limit of an order, 72 hours of review, 3 days of settlement
# └── else → escrowed, terms sealed

from dataclasses import replace

import pytest

from dapp.domain.bounds import DAY, MONTH_END
from dapp.domain.credit import Tier
from dapp.domain.orders import OrderState, Status
from dapp.domain.terms import NO_FLAGS, Flag, Placement, Terms, Upline, metadata_hash, order_id
from tests.reverts import error_data, reverts
from tests.stage import BASE_FEE_BPS, CREDIT_UNIT, SILVER_STAKE, TOKEN_UNIT, WATCH_ORDER_UNITS
from tests.trade import ACCEPT, CID, DELIVER, NATIVE, PRICE, REVIEW

PAUSED, RETIRED = 2, 3
LIMIT = WATCH_ORDER_UNITS * CREDIT_UNIT
COUPON = b"\x01" * 32


def set_status(trade, offer, status):
    trade.market.setListingStatus(offer.id, offer.listing.pack(), status, sender=trade.seller)


def deposit(trade, account, amount):
    trade.market.deposit(NATIVE, amount, account, sender=account, value=amount)


# -- what a placement seals -------------------------------------------------------------------


@pytest.mark.second_evm
def test_place__native__escrowed_with_sealed_terms(trade, market, move, chain):
    offer = trade.list(settle_days=2, category=9, stock=5, max_arbitration_cost=77)
    with move(buyer_wallet=-3 * PRICE, vault=3 * PRICE):
        order = trade.place(offer, quantity=3, salt=2**64 - 1)
    assert order.terms == Terms(
        seller=trade.seller.address,
        buyer=trade.buyer.address,
        payer=trade.buyer.address,
        base=3 * PRICE,
        placed_at=trade.now,
        accept_seconds=ACCEPT,
        deliver_seconds=DELIVER,
        review_seconds=REVIEW,
        settle_days=2,
        flags=Flag.STOCK_COUNTED,
        quantity=3,
        category=9,
        fee_bps=BASE_FEE_BPS,
        weight=2_400,
        max_arbitration_cost=77,
        listing_id=offer.id,
        version=1,
        salt=2**64 - 1,
        metadata=int.from_bytes(metadata_hash(CID)[:16], "big"),
    )
    assert bytes(order.id) == order_id(order.terms, chain.chain_id, market.address)
    assert trade.state(order) == OrderState(Status.PLACED, trade.now + ACCEPT, 3 * PRICE)
    assert len(order.receipt.events) == 1


@pytest.mark.second_evm
def test_place__token__taken_from_the_allowance(trade, move, token):
    offer = trade.list(token=token.address, price=50 * TOKEN_UNIT)
    with move(), move(token, buyer_wallet=-50 * TOKEN_UNIT, vault=50 * TOKEN_UNIT):
        order = trade.place(offer)
    assert (order.terms.token, order.terms.base, order.terms.weight) == (
        token.address,
        50 * TOKEN_UNIT,
        1_000,
    )


@pytest.mark.parametrize("money", ["native", "token"])
def test_place__from_the_ledger__taken_from_the_payers_balance(trade, market, move, token, money):
    address = NATIVE if money == "native" else token.address
    owed = 50 * TOKEN_UNIT
    market.deposit(address, owed, trade.buyer, sender=trade.buyer, value=owed if money == "native" else 0)
    offer = trade.list(token=address, price=owed)
    with move(address, buyer=-owed):
        order = trade.place(offer, options=Flag.FROM_LEDGER)
    assert order.terms.flags == Flag.FROM_LEDGER
    assert trade.state(order).held == owed


def test_place__paid_by_another__buyer_holds_the_rights(trade, market, move):
    with move(payer_wallet=-PRICE, vault=PRICE):
        order = trade.place(payer=trade.payer, buyer=trade.buyer.address)
    assert (order.terms.buyer, order.terms.payer) == (trade.buyer.address, trade.payer.address)
    with move(), reverts(market.Orders_NotBuyer, caller=trade.payer, buyer=trade.buyer):
        trade.cancel(order, by=trade.payer)
    with move(buyer=PRICE):
        trade.cancel(order)


def test_place__later_changes__sealed_terms_hold(trade, market, move):
    order = trade.delivered()
    trade.stage.fee_policy.setBaseFee(800, sender=trade.rater)
    market.addModule(trade.arbiter, sender=trade.admin)
    fee = PRICE * BASE_FEE_BPS // 10_000
    with move(seller=PRICE - fee, platform=fee):
        trade.release(order)


def test_place__other_module__bound_to_the_newest(trade, market):
    before = trade.placed()
    market.addModule(trade.arbiter, sender=trade.admin)
    assert (before.terms.module_index, trade.placed().terms.module_index) == (0, 1)


def test_place__instant__can_be_delivered_at_once(trade):
    order = trade.placed(trade.list(flags=Flag.INSTANT))
    assert order.terms.flags == Flag.INSTANT
    trade.deliver(order)
    assert trade.state(order).status == Status.DELIVERED


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


# -- the listing ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [PAUSED, RETIRED])
def test_place__listing_not_active__reverts(trade, market, move, status):
    offer = trade.list()
    set_status(trade, offer, status)
    with move(), reverts(market.Listings_WrongStatus, listingId=offer.id, status=status):
        trade.place(offer)


@pytest.mark.parametrize("listing_id", [0, 999])
def test_place__unknown_listing__reverts(trade, market, move, listing_id):
    offer = replace(trade.list(), id=listing_id)
    with move(), reverts(market.Listings_Changed, listingId=listing_id):
        trade.place(offer)


def test_place__forged_price_that_overflows__reverts(trade, market, move):
    offer = trade.list()
    forged = list(offer.listing.pack())
    forged[1] = 2**255 + 1  # twice this wraps to 2
    placement = Placement(offer.id, 2**256 - 1, quantity=2).pack()
    with move(), reverts(market.Listings_Changed, listingId=offer.id):
        market.place(placement, forged, trade.uplines[trade.buyer.address].pack(), b"", sender=trade.buyer)


def test_place__more_than_the_stock__reverts(trade, market, move):
    offer = trade.list(stock=5)
    trade.place(offer, quantity=3)
    with move(), reverts(market.Listings_OutOfStock, listingId=offer.id, left=2, quantity=3):
        trade.place(offer, quantity=3)
    trade.place(offer, quantity=2)
    assert market.listingState(offer.id).sold == 5
    with move(), reverts(market.Listings_OutOfStock, listingId=offer.id, left=0, quantity=1):
        trade.place(offer)


def test_place__more_open_orders_than_allowed__reverts(trade, market, move):
    offer = trade.list(max_open_per_buyer=2)
    first = trade.place(offer)
    trade.place(offer)
    expected = {"listingId": offer.id, "buyer": trade.buyer, "limit": 2}
    with move(), reverts(market.Listings_TooManyOpenOrders, **expected):
        trade.place(offer)
    trade.place(offer, payer=trade.payer)
    trade.cancel(first)
    trade.place(offer)
    assert market.openOrdersOf(offer.id, trade.buyer) == 2


@pytest.mark.second_evm
def test_place__paused__reverts(trade, market, move):
    offer = trade.list()
    market.pause(sender=trade.pauser)
    with move(), reverts(market.MarketPaused):
        trade.place(offer)
    market.unpause(sender=trade.pauser)
    assert trade.state(trade.place(offer)).status == Status.PLACED


# -- the parties ------------------------------------------------------------------------------


@pytest.mark.parametrize(("payer", "buyer"), [("seller", "seller"), ("payer", "seller"), ("seller", "buyer")])
def test_place__seller_buys_or_pays__reverts(trade, market, move, payer, buyer):
    offer = trade.list()
    with move(), reverts(market.Orders_SelfPurchase, seller=trade.seller):
        trade.place(offer, payer=getattr(trade, payer), buyer=getattr(trade, buyer).address)


@pytest.mark.parametrize("party", ["buyer", "payer"])
def test_place__arbitrator_is_a_party__reverts(trade, market, move, party):
    arbitrator = getattr(trade, party)
    market.allowArbitrator(arbitrator, True, sender=trade.admin)
    offer = trade.list(arbitrator=arbitrator.address)
    with move(), reverts(market.Orders_ArbitratorIsParty, arbitrator=arbitrator):
        trade.place(offer, payer=trade.payer, buyer=trade.buyer.address, options=Flag.FOREIGN_ARBITRATOR)


def test_place__arbitrator_not_allowed__needs_the_buyers_consent(trade, market, move):
    offer = trade.list(arbitrator=trade.arbiter.address)
    with move(), reverts(market.Orders_ArbitratorNotAllowed, arbitrator=trade.arbiter):
        trade.place(offer)
    order = trade.place(offer, options=Flag.FOREIGN_ARBITRATOR)
    assert (order.terms.arbitrator, order.terms.weight) == (trade.arbiter.address, 0)
    assert order.terms.has(Flag.FOREIGN_ARBITRATOR)


def test_place__arbitrator_allowed__earns_credit(trade, market):
    market.allowArbitrator(trade.arbiter, True, sender=trade.admin)
    order = trade.place(trade.list(arbitrator=trade.arbiter.address))
    assert (order.terms.arbitrator, order.terms.weight) == (trade.arbiter.address, 800)


def test_place__fee_above_the_sellers_maximum__reverts(trade, market, move):
    offer = trade.list(max_fee_bps=BASE_FEE_BPS)
    trade.place(offer)
    trade.stage.fee_policy.setBaseFee(BASE_FEE_BPS + 1, sender=trade.rater)
    expected = {"feeBps": BASE_FEE_BPS + 1, "maxFeeBps": BASE_FEE_BPS}
    with move(), reverts(market.Orders_FeeAboveSellersMaximum, **expected):
        trade.place(offer)


def test_place__sellers_stake_asked_back__reverts(trade, market, move):
    offer = trade.list()
    market.requestUnstake(sender=trade.seller)
    expected = {"merchant": trade.seller, "stake": 0, "required": SILVER_STAKE}
    with move(), reverts(market.Merchants_StakeTooLow, **expected):
        trade.place(offer)


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
