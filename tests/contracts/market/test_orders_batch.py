# batch: a failing call is skipped and reported, the others are done

import pytest

from dapp.domain.bounds import COOLING_OFF
from dapp.domain.orders import Status
from tests.reverts import error_data
from tests.trade import FEE, NATIVE, PRICE, PROOF, REVIEW


@pytest.mark.second_evm
def test_batch__one_bad_order__skipped_and_reported(trade, market, move):
    orders = [trade.delivered() for _ in range(3)]
    trade.release(orders[1])
    calls = [market.release.encode_input(order.terms.pack()) for order in orders]
    trade.at(trade.now + REVIEW)
    with move(seller=2 * (PRICE - FEE), platform=2 * FEE):
        receipt = market.batch(calls, sender=trade.outsider)
    fault = error_data(market.Orders_WrongStatus, id=orders[1].id, status=Status.COMPLETED)
    assert receipt.events == [
        market.OrderReleased(id=orders[0].id, earned=PRICE, credit=800),
        market.BatchSkipped(caller=trade.outsider, index=1, fault=fault),
        market.OrderReleased(id=orders[2].id, earned=PRICE, credit=800),
    ]


def test_batch__accept_and_deliver_many__as_the_caller(trade, market):
    orders = [trade.placed() for _ in range(2)]
    calls = [market.accept.encode_input(order.terms.seal().pack()) for order in orders]
    calls += [market.deliver.encode_input(PROOF, order.terms.seal().pack()) for order in orders]
    trade.wait(COOLING_OFF)
    market.batch(calls, sender=trade.seller)
    assert [trade.state(order).status for order in orders] == [Status.DELIVERED] * 2


def test_batch__caller_without_rights__every_call_skipped(trade, market, move):
    order = trade.placed()
    calls = [market.cancel.encode_input(order.terms.pack()), market.pause.encode_input()]
    with move():
        receipt = market.batch(calls, sender=trade.outsider)
    faults = [
        error_data(market.Orders_NotBuyer, caller=trade.outsider, buyer=trade.buyer),
        error_data(market.AccessManagedUnauthorized, caller=trade.outsider),
    ]
    skipped = enumerate(faults)
    assert receipt.events == [
        market.BatchSkipped(caller=trade.outsider, index=i, fault=fault) for i, fault in skipped
    ]


def test_batch__place_for_ether__reverts_inside(trade, market, move):
    """A batch takes no ether, so no value can be counted twice."""
    offer = trade.list()
    wish = (offer.id | 1 << 40, NATIVE, PRICE)
    line = trade.uplines[trade.buyer.address].pack()
    call = market.place.encode_input(wish, offer.listing.pack(), line, b"")
    with move():
        receipt = market.batch([call, call], sender=trade.buyer)
    fault = error_data(market.Ledger_WrongValue, sent=0, needed=PRICE)
    assert receipt.events == [market.BatchSkipped(caller=trade.buyer, index=i, fault=fault) for i in (0, 1)]
