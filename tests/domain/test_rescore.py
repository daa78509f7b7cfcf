# rescore
# ├── a made-up history of a market → every change as its events tell it, and the same scores as the replay
# └── another table → other scores, still within their bounds

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.domain.credit import BASE, CreditReason, Dimension
from dapp.domain.credit_table import TABLE, CreditTable
from dapp.domain.replay import Event, replay
from dapp.domain.rescore import rescore
from dapp.domain.terms import Terms

MARKET = "0x" + "11" * 20
SELLERS = ["0x" + f"{n:02x}" * 20 for n in (0x21, 0x22)]
BUYERS = ["0x" + f"{n:02x}" * 20 for n in (0x31, 0x32, 0x33)]
DAY = 86_400


class Story:
    """Orders that end in every way; the events as the contracts would emit them, by the model's own moves."""

    def __init__(self, seed, table=TABLE):
        self.random, self.table, self.now, self.events, self.salt = (
            random.Random(seed),
            table,
            40_000 * DAY,
            [],
            0,
        )

    def tell(self, name, **args):
        self.events.append(Event(name, args, self.now))

    def order(self):
        self.salt += 1
        self.now += self.random.randrange(60, 9 * DAY)
        ref = self.salt.to_bytes(32)
        terms = Terms(
            seller=self.random.choice(SELLERS),
            buyer=(buyer := self.random.choice(BUYERS)),
            payer=buyer,
            base=1_000,
            placed_at=self.now,
            accept_seconds=DAY,
            deliver_seconds=DAY,
            review_seconds=DAY,
            weight=self.random.choice([0, 1, 333, 5_000, 10_000]),
            salt=self.salt,
        )
        self.tell("OrderPlaced", id=ref, terms=terms)
        if self.random.random() < 0.1:
            self.tell("OrderRefunded", id=ref, amount=1_000, left=0)
            return
        self.tell("OrderAccepted", id=ref)
        held = 1_000
        if self.random.random() < 0.3:
            held -= self.random.choice([1, 400, 1_000])
            self.tell("OrderRefunded", id=ref, amount=1_000 - held, left=held)
            if not held:
                return
        self.end(ref, held)
        if self.random.random() < 0.6 and self.events[-1].name in ("OrderReleased", "OrderResolved"):
            self.tell("OrderRated", id=ref, stars=self.random.randint(1, 5))

    def end(self, ref, held):
        how = self.random.choice(["release", "release", "reclaim", "ruling", "settlement", "fallback"])
        if how == "reclaim":
            self.tell("OrderReclaimed", id=ref, refunded=held)
        elif how == "release":
            self.tell("OrderDelivered", id=ref, cid="")
            self.tell("OrderReleased", id=ref, earned=held, credit=0)
        else:
            back = self.random.choice([0, held // 4, held])
            number = ["settlement", "ruling", "fallback"].index(how)
            self.tell("OrderResolved", id=ref, how=number, toBuyer=back, earned=held - back, credit=0)


def told(seed, orders, table=TABLE):
    """A history with the market's own events of what was applied, as its contracts emit them."""
    story = Story(seed, table)
    for _ in range(orders):
        story.order()
    moves, events = rescore(story.events, table).moves, []
    by_order = {}
    for move in moves:
        by_order.setdefault((move.ref, move.reason), []).append(move)
    for event in story.events:
        ref, credit = event.args["id"], 0
        reasons = {
            "OrderRefunded": [CreditReason.REFUND] if not event.args.get("left", 1) else [],
            "OrderReclaimed": [CreditReason.DEADLINE_MISSED],
            "OrderReleased": [CreditReason.REFUND],
            "OrderResolved": [CreditReason.DISPUTE_RULED, CreditReason.REFUND],
            "OrderRated": [CreditReason.RATING],
        }.get(event.name, [])
        for reason in reasons:
            for move in by_order.get((ref, reason), []):
                args = {"merchant": move.merchant, "ref": ref, "dimension": int(move.dimension)}
                args |= {"reason": int(reason), "applied": move.applied}
                events.append(Event("CreditChanged", args, event.block_timestamp))
        if event.name in ("OrderReleased", "OrderResolved"):
            credit = sum(move.applied for move in by_order.get((ref, CreditReason.SETTLEMENT), []))
            event = Event(event.name, event.args | {"credit": credit}, event.block_timestamp)
        events.append(event)
    return events


@pytest.mark.parametrize("seed", range(12))
def test_rescore__a_made_up_history__the_scores_of_the_replay(seed):
    events = told(seed, 60)
    rescored, books = rescore(events), replay(MARKET, events)
    assert {move.reason for move in rescored.moves} >= {CreditReason.SETTLEMENT, CreditReason.RATING}
    for seller in SELLERS:
        expected = books.score(seller)
        assert rescored.scores[seller] == expected
        assert (
            BASE + sum(move.applied for move in rescored.moves if move.merchant == seller) == expected.score
        )
    lost = [order.trade_loss for order in books.orders.values()]
    assert any(lost)


def test_rescore__an_upheld_appeal__gives_back_what_the_order_took_once():
    events = told(3, 40)
    lost = next(move for move in rescore(events).moves if move.reason is CreditReason.DISPUTE_RULED)
    reversal = {"merchant": lost.merchant, "ref": lost.ref, "reason": int(CreditReason.REVERSAL)}
    twice = [
        Event("CreditChanged", reversal | {"dimension": side, "applied": 5}, events[-1].block_timestamp)
        for side in (0, 1)
    ]
    given_back = [move for move in rescore(events + twice).moves if move.reason is CreditReason.REVERSAL]
    assert {move.dimension for move in given_back} <= {Dimension.TRADE, Dimension.SERVICE}
    taken = [
        move
        for move in rescore(events).moves
        if move.ref == lost.ref and move.applied < 0 and move.dimension is Dimension.TRADE
    ]
    assert -sum(move.applied for move in taken) == next(
        move.applied for move in given_back if move.dimension is Dimension.TRADE
    )


def test_rescore__an_attested_dimension__by_its_own_bounds():
    def attested(applied):
        args = {"merchant": SELLERS[0], "ref": b"\x09" * 32, "dimension": 4, "reason": 5, "applied": applied}
        return Event("CreditChanged", args, 5)

    rescored = rescore([attested(39_000), attested(-5_000)])
    assert rescored.subs[SELLERS[0], Dimension.SECURITY] == 94_000
    assert rescored.attest(SELLERS[0], Dimension.SECURITY, 9_000, CreditReason.ATTESTATION, b"") == 6_000
    assert rescored.scores[SELLERS[0]].score == 640_000


@given(st.integers(0, 10**6), st.integers(10, 255), st.integers(-128, 10))
def test_rescore__any_table__within_the_bounds(seed, factor, star):
    table = CreditTable(missed=factor, ruled_trade=factor, stars=(star,) * 5)
    rescored = rescore(told(seed, 12, table), table)
    for score in rescored.scores.values():
        assert 0 <= score.trade <= 400_000
        assert 0 <= score.service <= 300_000
