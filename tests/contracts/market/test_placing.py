# place
# ├── listing unknown, forged, paused, retired, out of stock; too many open orders → its error, nothing moves
# ├── the market is paused → its error
# ├── self-purchase; arbitrator a party or not allowed; stake gone; fee above the seller's maximum → its error
# ├── payer is not the buyer → the buyer holds the rights
# └── else → escrowed, terms sealed

from dataclasses import replace

import pytest

from dapp.domain.orders import OrderState, Status
from dapp.domain.terms import Flag, Placement, Terms, metadata_hash, order_id
from tests.reverts import reverts
from tests.stage import BASE_FEE_BPS, SILVER_STAKE, TOKEN_UNIT
from tests.trade import ACCEPT, CID, DELIVER, FEE, NATIVE, PRICE, REVIEW

PAUSED, RETIRED = 2, 3


def set_status(trade, offer, status):
    trade.market.setListingStatus(offer.id, offer.listing.pack(), status, sender=trade.seller)


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
    with move(seller=PRICE - FEE, platform=FEE):
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
