"""Holds and reward points are what their events say, on SQLite as on PostgreSQL.

a made-up market
├── held: with its order, its review's end before and with it, its evidence; first the one that ends first
├── cleared, confirmed: with reviewer, grounds and time
├── over by the clock, or paid by the buyer meanwhile: lapsed
├── points: earned and spent in order, the balance is their sum
├── more points spent than earned, a decision without a hold: not the market's history
├── dropped and rebuilt: identical rows
└── the chain goes back: what is undone is gone
"""

import pytest

from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.orders import Status
from dapp.domain.terms import Terms, order_id
from dapp.index import Index
from dapp.index.failures import ForeignHistory
from dapp.index.follow import Follower
from dapp.index.hold_rows import HoldQueue, HoldState, HoldStatus, Points
from tests.dapp.index.rows import all_rows
from tests.dapp.index.story import HOUR, Told, account

BOT, REVIEWER, SELLER, BUYER = account(90), account(91), account(1), account(20)
REVIEW = 24 * HOUR


@pytest.fixture(params=["sqlite", "postgresql"])
def market(request, node, record, database_url):
    """An index of the made-up market and its follower."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        server.create("holds")
        database_url = server.url("holds")
    index = Index.open(database_url, record)
    follower = Follower(index.engine, record, (node.url,), confirmations=12)
    yield index, follower
    follower.stop()
    index.engine.dispose()


class Scene:
    """Deliveries, holds and points told on the made-up chain, each in a block of its own."""

    def __init__(self, tale):
        self.tale, self.salt = tale, 10**6

    @property
    def now(self):
        return self.tale.story.now

    def tell(self, *events, later=60):
        """One transaction with these events, as (contract, name, arguments)."""
        self.tale.story.now += later
        self.tale._mine([[Told(*event) for event in events]])

    def deliver(self):
        """A delivered order; its id."""
        self.salt += 1
        placed_at = self.now + 60
        terms = Terms(
            SELLER, BUYER, BUYER, 900, placed_at, HOUR, HOUR, REVIEW, listing_id=2, version=1, salt=self.salt
        )
        identity = order_id(terms, self.tale.record.chain_id, self.tale.record["Market"].address)
        self.tell(
            ("Market", "OrderPlaced", {"id": identity, "terms": terms.pack()}),
            ("Market", "OrderAccepted", {"id": identity}),
            ("Market", "OrderDelivered", {"id": identity, "cid": "bafkwork"}),
        )
        return identity

    def hold(self, identity, longer=DAY, cid="bafkwhy"):
        """Hold a delivery for longer than it was sealed to; the end before and with it."""
        sealed = self.now + REVIEW
        placed = {
            "orderId": identity,
            "merchant": SELLER,
            "by": BOT,
            "until": sealed + longer,
            "score": 80,
            "cid": cid,
        }
        self.tell(
            ("RiskHolds", "HoldPlaced", placed),
            ("Market", "OrderReviewSet", {"id": identity, "until": sealed + longer}),
            later=0,
        )
        return sealed, sealed + longer

    def decide(self, identity, name, *more):
        self.tell(("RiskHolds", name, {"orderId": identity, "by": REVIEWER, "cid": "bafkfound"}), *more)


@pytest.fixture
def scene(tale):
    return Scene(tale)


def test_held__in_the_queue_with_all_it_says(market, scene):
    index, follower = market
    late = scene.deliver()
    sealed, until = scene.hold(late, longer=3 * DAY)
    held_at = scene.now
    soon = scene.deliver()
    scene.hold(soon, longer=DAY)
    follower.follow_to_head()
    now = scene.now
    assert [hold.order.id for hold in index.open_holds(now).items] == [soon, late]
    hold = index.hold(late)
    assert hold == index.open_holds(now).items[1]
    assert (hold.status, hold.placed_by, hold.score, hold.cid) == (HoldStatus.HELD, BOT, 80, "bafkwhy")
    assert (hold.sealed_until, hold.until, hold.order.until, hold.placed_at) == (
        sealed,
        until,
        until,
        held_at,
    )
    assert hold.order.state.extension == 3 * DAY
    assert (hold.reviewer, hold.decision_cid, hold.decided_at) == (None, None, None)
    assert index.hold_queue(now) == HoldQueue(2, held_at)
    assert index.open_holds(now, limit=1, offset=1).items == (hold,)
    assert index.past_holds(now).total == 0
    assert [step.name for step in index.order_steps(late)][-2:] == ["HoldPlaced", "OrderReviewSet"]
    pieces = [(piece.kind, piece.party, piece.cid) for piece in index.order_evidence(late)]
    assert pieces == [("delivery", SELLER, "bafkwork"), ("hold", BOT, "bafkwhy")]
    assert index.hold(bytes(32)) is None


@pytest.mark.parametrize(
    ("event", "status", "state"),
    [
        ("HoldCleared", HoldStatus.CLEARED, HoldState.CLEARED),
        ("HoldConfirmed", HoldStatus.CONFIRMED, HoldState.CONFIRMED),
    ],
)
def test_decided__with_reviewer_and_grounds(market, scene, event, status, state):
    index, follower = market
    identity = scene.deliver()
    sealed, _until = scene.hold(identity)
    end = {"HoldCleared": ("OrderReviewSet", {"id": identity, "until": sealed})}.get(
        event, ("OrderDisputed", {"id": identity, "endsAt": sealed})
    )
    scene.decide(identity, event, ("Market", *end))
    follower.follow_to_head()
    hold = index.hold(identity)
    assert (hold.status, hold.reviewer, hold.decision_cid, hold.decided_at) == (
        status, REVIEWER, "bafkfound", scene.now,
    )  # fmt: skip
    assert {hold.state_at(scene.now), hold.state_at(scene.now + 9 * DAY)} == {state}
    assert hold.order.state.extension == 0
    assert index.open_holds(scene.now).total == 0
    assert index.past_holds(scene.now).items == (hold,)
    assert index.order_evidence(identity)[-1].kind == "review"


def test_nobody_decides__lapses_by_the_clock(market, scene):
    index, follower = market
    identity = scene.deliver()
    _sealed, until = scene.hold(identity)
    follower.follow_to_head()
    hold = index.hold(identity)
    assert (hold.state_at(until - 1), hold.state_at(until)) == (HoldState.HELD, HoldState.LAPSED)
    assert (index.hold_queue(until - 1).count, index.hold_queue(until)) == (1, HoldQueue(0, None))
    assert index.past_holds(until - 1).items == ()
    assert index.past_holds(until).items == (hold,)


def test_buyer_pays_meanwhile__lapsed(market, scene):
    index, follower = market
    identity = scene.deliver()
    scene.hold(identity)
    scene.tell(("Market", "OrderReleased", {"id": identity, "earned": 900, "credit": 0}))
    follower.follow_to_head()
    hold = index.hold(identity)
    assert (hold.order.status, hold.state_at(scene.now)) == (Status.COMPLETED, HoldState.LAPSED)
    assert index.open_holds(scene.now).total == 0
    assert index.past_holds(scene.now, BUYER).items == index.past_holds(scene.now, SELLER).items == (hold,)
    assert index.past_holds(scene.now, BOT).total == 0


def test_points__earned_and_spent__balance_is_their_sum(market, scene):
    index, follower = market
    first, second = scene.deliver(), scene.deliver()
    for identity, points in ((first, 700), (second, 500)):
        scene.tell(("Rewards", "PointsEarned", {"merchant": SELLER, "orderId": identity, "points": points}))
    spent = {"merchant": SELLER, "token": ZERO_ADDRESS, "points": 900, "amount": 10**20}
    scene.tell(("Rewards", "PointsSpent", spent))
    follower.follow_to_head()
    assert index.points(SELLER) == Points(balance=300, earned=1_200, spent=900)
    assert index.points(BUYER) == Points()
    page = index.point_moves(SELLER)
    told = [(move.points, move.balance, move.order_id, move.token, move.amount) for move in page.items]
    assert told == [
        (-900, 300, None, ZERO_ADDRESS, 10**20),
        (500, 1_200, second, None, None),
        (700, 700, first, None, None),
    ]
    assert (page.total, page.items[0].timestamp) == (3, scene.now)
    assert index.point_moves(SELLER, limit=1, offset=1).items == (page.items[1],)
    assert [step.name for step in index.order_steps(first)][-1] == "PointsEarned"


@pytest.mark.parametrize(
    "event",
    [
        ("Rewards", "PointsSpent", {"merchant": SELLER, "token": ZERO_ADDRESS, "points": 1, "amount": 1}),
        ("RiskHolds", "HoldCleared", {"orderId": bytes(32), "by": REVIEWER, "cid": "bafk"}),
        ("RiskHolds", "HoldPlaced", {
            "orderId": bytes(32), "merchant": SELLER, "by": BOT, "until": 1, "score": 80, "cid": "bafk",
        }),
    ],
    ids=lambda event: event[1],
)  # fmt: skip
def test_events_out_of_nowhere__refused(opened, scene, event):
    _index, follower = opened
    scene.tell(event)
    with pytest.raises(ForeignHistory):
        follower.follow_to_head()


def test_rebuild_and_going_back__rows_of_the_chain_alone(opened, scene, tale, fresh_rows):
    index, follower = opened
    held, cleared = scene.deliver(), scene.deliver()
    for identity in (held, cleared):
        scene.hold(identity)
    scene.tell(("Rewards", "PointsEarned", {"merchant": SELLER, "orderId": held, "points": 40}))
    follower.follow_to_head()
    before, now = all_rows(index.engine), scene.now
    scene.decide(cleared, "HoldCleared")
    scene.tell(("Rewards", "PointsEarned", {"merchant": SELLER, "orderId": cleared, "points": 60}))
    scene.tell(
        ("Rewards", "PointsSpent", {"merchant": SELLER, "token": ZERO_ADDRESS, "points": 90, "amount": 7})
    )
    lost = scene.deliver()
    scene.hold(lost)
    follower.follow_to_head()
    assert index.hold_queue(now).count == 2
    assert index.points(SELLER).balance == 10
    assert all_rows(index.engine) == fresh_rows()
    tale.cut(5)
    tale.mine(6)
    follower.follow_to_head()
    assert follower.status.reorgs == 1
    after = all_rows(index.engine)
    assert after == fresh_rows()
    assert [after[name] for name in ("holds", "points", "point_moves")] == [
        before[name] for name in ("holds", "points", "point_moves")
    ]
    follower.rebuild()
    follower.follow_to_head()
    assert all_rows(index.engine) == after
