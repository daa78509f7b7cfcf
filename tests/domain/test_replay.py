# replay
# ├── events of a whole life → every balance, order, score and stake
# ├── any mix of orders → liabilities = money in − money out, an ended order holds nothing
# └── events that can't be the market's → UnknownOrder, InconsistentHistory

from dataclasses import replace

import pytest
from eth_utils import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from dapp.domain import orders
from dapp.domain.bounds import DAY, RATING_WINDOW, ZERO_ADDRESS
from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.errors import InconsistentHistory, UnknownOrder
from dapp.domain.orders import OrderState, Resolution, Status
from dapp.domain.replay import Event, replay
from dapp.domain.split import EMPTY_LINE, CommissionLine, split
from dapp.domain.terms import Flag, Terms

MARKET, SELLER, BUYER, REFERRER, OUTSIDER = (to_checksum_address("0x" + digit * 40) for digit in "abcde")
TOKEN = to_checksum_address("0x" + "f" * 40)
NOW = 1_000 * DAY
ID = bytes(31) + b"\1"
LINES = (CommissionLine(REFERRER, 1_000, 0), EMPTY_LINE, EMPTY_LINE)
TERMS = Terms(SELLER, BUYER, BUYER, 10_000, NOW, 3_600, 7_200, DAY, fee_bps=200, weight=5_000, lines=LINES)


def event(name, at=NOW, **args):
    return Event(name, args, at)


def placed(terms=TERMS, order_id=ID):
    return event("OrderPlaced", id=order_id, buyer=terms.buyer, seller=terms.seller, terms=terms.pack())


def deposited(account, amount, token=ZERO_ADDRESS):
    return Event("Deposited", {"account": account, "token": token, "amount": amount, "from": account}, NOW)


def changed(dimension, reason, applied, ref=ID, at=NOW):
    args = {"merchant": SELLER, "ref": ref, "dimension": dimension, "reason": reason, "applied": applied}
    return Event("CreditChanged", args, at)


def available(books, token=ZERO_ADDRESS):
    return {account: amount for (account, kind), amount in books.available.items() if kind == token}


def test_replay__ledger_moves__balances():
    books = replay(
        MARKET,
        [
            deposited(BUYER, 100),
            deposited(BUYER, 7, TOKEN),
            Event("Transferred", {"from": BUYER, "to": OUTSIDER, "token": ZERO_ADDRESS, "amount": 30}, NOW),
            event("Withdrawn", account=BUYER, token=ZERO_ADDRESS, amount=70, to=SELLER),
            event("BatchSkipped", id=ID, fault=b""),
        ],
    )
    assert available(books) == {BUYER: 0, OUTSIDER: 30}
    assert available(books, TOKEN) == {BUYER: 7}
    assert (books.liabilities(ZERO_ADDRESS), books.liabilities(TOKEN)) == (30, 7)


def test_replay__refunded_in_part_released_rated__split_score_and_state():
    end = NOW + 100
    books = replay(
        MARKET,
        [
            placed(),
            event("OrderAccepted", id=ID),
            event("OrderDelivered", id=ID, cid="bafy"),
            event("OrderRefunded", id=ID, amount=1_000, left=9_000),
            changed(Dimension.TRADE, CreditReason.REFUND, -500, at=end),
            event("OrderReleased", at=end, id=ID, earned=9_000, credit=4_500),
            changed(Dimension.SERVICE, CreditReason.RATING, -13_500, at=end),
            event("OrderRated", at=end, id=ID, stars=1),
        ],
    )
    assert available(books) == {BUYER: 1_000, MARKET: 180, REFERRER: 900, SELLER: 7_920}
    order = books.order(ID)
    assert order.terms == TERMS
    assert order.state == OrderState(Status.COMPLETED, end + RATING_WINDOW, 0, stars=1)
    assert (order.gained, order.trade_loss, order.service_loss) == (4_500, 500, 13_500)
    score = books.score(SELLER)
    assert (score.trade, score.service, score.attested) == (244_000, 166_500, 180_000)
    assert score.earned == 4_500
    assert books.shop(SELLER).busy_until_day == 1_002


def test_replay__settled_later__matures_on_its_day():
    terms = replace(TERMS, settle_days=3)
    released = [placed(terms), event("OrderReleased", id=ID, earned=10_000, credit=5_000)]
    books = replay(MARKET, released)
    assert books.ring(SELLER, ZERO_ADDRESS).buckets == {1_003: 8_800}
    assert available(books) == {MARKET: 200, REFERRER: 1_000}
    matured = event("Matured", at=NOW + 3 * DAY, account=SELLER, token=ZERO_ADDRESS, day=1_003, amount=8_800)
    books = replay(MARKET, [*released, matured])
    assert available(books)[SELLER] == 8_800
    assert books.ring(SELLER, ZERO_ADDRESS).total == 0
    early = replace(matured, block_timestamp=NOW + 3 * DAY - 1)
    with pytest.raises(InconsistentHistory, match="8800 of day 1003 weren't due"):
        replay(MARKET, [*released, early])


def test_replay__disputed_ruled_slashed_reversed__stake_platform_and_score():
    books = replay(
        MARKET,
        [
            event("Staked", merchant=SELLER, amount=10**18),
            event("UnstakeRequested", merchant=SELLER, availableFromDay=1_007),
            placed(),
            event("OrderAccepted", id=ID),
            event("OrderDisputed", id=ID, endsAt=NOW + 9 * DAY),
            changed(Dimension.TRADE, CreditReason.DISPUTE_RULED, -25_000),
            changed(Dimension.SERVICE, CreditReason.DISPUTE_RULED, -15_000),
            event("StakeSlashed", merchant=SELLER, orderId=ID, amount=25 * 10**16),
            event("OrderResolved", id=ID, how=Resolution.RULING, toBuyer=10_000, earned=0, credit=0),
            changed(Dimension.TRADE, CreditReason.REVERSAL, 25_000),
            changed(Dimension.SERVICE, CreditReason.REVERSAL, 15_000),
        ],
    )
    assert available(books) == {BUYER: 10_000, MARKET: 25 * 10**16}
    shop = books.shop(SELLER)
    assert (shop.stake, shop.unstake_day, shop.busy_until_day) == (75 * 10**16, 1_007, 1_010)
    assert books.score(SELLER).score == 600_000
    assert (books.order(ID).trade_loss, books.order(ID).service_loss) == (0, 0)
    assert books.liabilities(ZERO_ADDRESS) == 10**18 + 10_000


def test_replay__unstaked__available_to_the_merchant():
    books = replay(
        MARKET,
        [event("Staked", merchant=SELLER, amount=500), event("Unstaked", merchant=SELLER, amount=500)],
    )
    assert available(books) == {SELLER: 500}
    assert books.shop(SELLER).stake == 0


def test_replay__fallback__pays_without_a_gain():
    resolved = {"id": ID, "how": Resolution.FALLBACK, "toBuyer": 5_000, "earned": 5_000}
    books = replay(MARKET, [placed(), event("OrderResolved", credit=0, **resolved)])
    assert available(books) == {BUYER: 5_000, MARKET: 100, REFERRER: 500, SELLER: 4_400}
    assert (books.order(ID).gained, books.score(SELLER).earned) == (0, 0)
    with pytest.raises(InconsistentHistory, match="rose by 1 for a gain of 0"):
        replay(MARKET, [placed(), event("OrderResolved", credit=1, **resolved)])


def test_replay__attested__moves_the_attested_sum_only():
    books = replay(MARKET, [changed(Dimension.SECURITY, CreditReason.ATTESTATION, -7, ref=bytes(32))])
    score = books.score(SELLER)
    assert (score.trade, score.service, score.attested) == (240_000, 180_000, 179_993)


def test_replay__terms_as_mapping__the_same_order():
    names = ("seller", "clocks", "buyer", "payer", "token", "arbitrator", "base", "rates", "1", "2", "3", "o")
    terms = dict(zip(names, TERMS.pack(), strict=True))
    assert replay(MARKET, [event("OrderPlaced", id=ID, terms=terms)]).order(ID).terms == TERMS


@pytest.mark.parametrize(
    ("later", "message"),
    [
        (event("OrderReleased", id=ID, earned=9_999, credit=0), "0 \\+ 9999 of 10000 were paid out"),
        (event("OrderRefunded", id=ID, amount=1, left=1), "1 left, not 9999"),
        (event("OrderCancelled", id=ID, refunded=9_999), "9999 of 10000 went back"),
        (event("OrderRefunded", id=ID, amount=10_001, left=1), "10001 of 10000 went back"),
        (event("OrderReleased", id=ID, earned=10_000, credit=5_001), "rose by 5001 for a gain of 5000"),
        (event("Withdrawn", account=BUYER, token=ZERO_ADDRESS, amount=1, to=BUYER), "has -1 of"),
    ],
)
def test_replay__amounts_that_do_not_add_up__raises(later, message):
    with pytest.raises(InconsistentHistory, match=message):
        replay(MARKET, [placed(), later])


def test_replay__order_never_placed__raises():
    with pytest.raises(UnknownOrder):
        replay(MARKET, [event("OrderRated", id=ID, stars=1)])


def end_of(terms, how, share):
    """The events that end an order in one of the possible ways."""
    part = terms.base * share // 100
    sent_back = {"id": ID, "refunded": terms.base}
    return {
        "live": [],
        "cancelled": [event("OrderCancelled", **sent_back)],
        "declined": [event("OrderDeclined", **sent_back)],
        "reclaimed": [event("OrderReclaimed", **sent_back)],
        "refunded": [event("OrderRefunded", id=ID, amount=terms.base, left=0)],
        "released": [event("OrderReleased", id=ID, earned=terms.base, credit=0)],
        "resolved": [
            event("OrderResolved", id=ID, how=share % 3, toBuyer=part, earned=terms.base - part, credit=0)
        ],
    }[how]


ENDINGS = st.sampled_from(["live", "cancelled", "declined", "reclaimed", "refunded", "released", "resolved"])
PLACEMENTS = st.tuples(
    st.integers(1, 10**20), st.sampled_from([0, 1, 60, 255]), st.booleans(), ENDINGS, st.integers(0, 100)
)


@given(st.lists(PLACEMENTS, max_size=8))
def test_replay__any_mix_of_orders__conserves_money(placements):
    events, money_in = [], 0
    for number, (base, settle_days, from_ledger, how, share) in enumerate(placements, 1):
        flags = Flag.FROM_LEDGER if from_ledger else Flag(0)
        terms = replace(TERMS, base=base, settle_days=settle_days, flags=flags, salt=number)
        if from_ledger:
            events.append(deposited(BUYER, base))
        money_in += base
        steps = [placed(terms), *end_of(terms, how, share)]
        order_id = number.to_bytes(32, "big")
        events += [replace(step, args={**step.args, "id": order_id}) for step in steps]
    books = replay(MARKET, events)
    assert books.liabilities(ZERO_ADDRESS) == money_in
    for record in books.orders.values():
        assert (record.state.held == 0) == (record.state.status in orders.ENDED)
    earned = [
        split(terms.base, terms.base - terms.base * share // 100, 200, LINES).fee
        for terms, (_, _, _, how, share) in zip(
            (record.terms for record in books.orders.values()), placements, strict=True
        )
        if how == "resolved"
    ] + [base * 200 // 10_000 for base, _, _, how, _ in placements if how == "released"]
    assert books.available.get((MARKET, ZERO_ADDRESS), 0) == sum(earned)
