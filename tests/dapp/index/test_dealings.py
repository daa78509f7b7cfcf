"""What risk reads is what the events say, on SQLite as on PostgreSQL.

a made-up market
├── sales: as the reference model has them, newest first; by buyer, by merchant, before a key, under review
├── money between accounts: every deposit for another, transfer, withdrawal to another and gift, in order
├── first appearances, shops of a buyer, usual orders, the tree: as counted from the events
└── the chain goes back: what is undone is gone
"""

import statistics

import pytest

from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.dealings import MoneyKind
from dapp.domain.orders import Status
from dapp.domain.replay import replay
from dapp.domain.terms import Terms, order_id
from dapp.index import Index
from dapp.index.follow import Follower
from dapp.index.rows import BLOCK_SHIFT
from tests.dapp.index.story import HOUR, Told, account

FOREVER = 1 << 62


@pytest.fixture(params=["sqlite", "postgresql"])
def market(request, tale, node, record, database_url):
    """The made-up market with a gift and money to others in it, its dealings, and the follower."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        server.create("dealings")
        database_url = server.url("dealings")
    tale.mine(60)
    give(tale, record)
    index = Index.open(database_url, record)
    follower = Follower(index.engine, record, (node.url,), confirmations=12)
    follower.follow_to_head()
    yield index.dealings, follower
    follower.stop()
    index.engine.dispose()


def give(tale, record):
    """A gift of one account's to another, money for another's balance, money out to another."""
    payer, buyer, seller = account(30), account(31), account(1)
    terms = Terms(
        seller, buyer, payer, 777, tale.story.now, HOUR, HOUR, 24 * HOUR, listing_id=2, version=1, salt=9**9
    )
    identity = order_id(terms, record.chain_id, record["Market"].address)
    deposit = {"account": buyer, "token": ZERO_ADDRESS, "amount": 5_000, "from": payer}
    withdrawal = {"account": buyer, "token": ZERO_ADDRESS, "amount": 4_000, "to": seller}
    tale._mine(
        [
            [Told("Market", "OrderPlaced", {"id": identity, "terms": terms.pack()})],
            [Told("Market", "Deposited", deposit)],
            [Told("Market", "Withdrawn", withdrawal)],
        ]
    )
    tale.story._credit(buyer, ZERO_ADDRESS, 1_000)


@pytest.fixture
def books(market, tale, record):
    assert market  # with its gift told
    return replay(record["Market"].address, tale.events())


def times_of(tale):
    """When each account was first named by an event that has its place in a ledger, a tree or an order."""
    first = {}
    for event in tale.events():
        names = [event.args.get(name) for name in ("account", "referrer", "from", "to", "seller")]
        if event.name in ("Deposited", "Withdrawn"):
            names = [event.args["account"]]
        elif event.name == "OrderPlaced":
            names = [Terms.unpack(event.args["terms"]).buyer]
        for name in names:
            if name and name != ZERO_ADDRESS:
                first.setdefault(name, event.block_timestamp)
    return first


def test_sales__all__are_what_the_model_has(market, books, tale):
    dealings, _follower = market
    sales = dealings.sales_since(0)
    assert len(sales) == len(books.orders) > 40
    assert [sale.key for sale in sales] == sorted((sale.key for sale in sales), reverse=True)
    rated = 0
    for sale in sales:
        terms, state = books.orders[sale.id].terms, books.orders[sale.id].state
        assert (sale.seller, sale.buyer, sale.payer) == (terms.seller, terms.buyer, terms.payer)
        assert (sale.base, sale.token, sale.placed_at) == (terms.base, terms.token, terms.placed_at)
        assert (sale.status, sale.stars) == (state.status, state.stars)
        assert sale.earners == tuple(line.referrer for line in terms.lines if line.rate_bps)
        assert sale.base == sale.earned + sale.returned + state.held
        assert terms.placed_at <= sale.changed_at <= tale.story.now
        rated += bool(sale.stars)
    assert rated


def test_sales__chosen__are_those_of_the_parties(market):
    dealings, _follower = market
    sales = dealings.sales_since(0)
    middle = sales[len(sales) // 2]
    buyers = {middle.buyer, account(31)}
    assert dealings.bought_by(buyers) == [sale for sale in sales if sale.buyer in buyers]
    bought = [sale for sale in sales if sale.buyer == middle.buyer and sale.key < middle.key]
    assert dealings.bought_by([middle.buyer], middle.key, 2) == bought[:2]
    sold = [sale for sale in sales if sale.seller == middle.seller and sale.key < middle.key]
    assert dealings.sold_by(middle.seller, middle.key) == sold != []
    assert dealings.sale(middle.id) == middle
    assert dealings.sale(bytes(32)) is None
    assert dealings.sales_since(middle.placed_at) == [s for s in sales if s.placed_at >= middle.placed_at]
    assert dealings.sales_since(1 << 40) == []


def test_under_review__now__are_the_delivered_ones_whose_clock_runs(market, books, tale):
    dealings, _follower = market
    states = {
        key: order.state for key, order in books.orders.items() if order.state.status is Status.DELIVERED
    }
    ends = sorted(state.until for state in states.values())
    assert len(ends) > 2
    for now in (tale.story.now, ends[1]):
        found = {sale.id for sale in dealings.under_review(now)}
        assert found == {key for key, state in states.items() if state.until > now}


def test_links__every_move_between_two__is_there_once_in_order(market, tale):
    dealings, _follower = market
    expected = []
    for event in tale.events():
        args = event.args
        if event.name == "Deposited":
            expected.append((args["from"], args["account"], MoneyKind.DEPOSIT, args["amount"]))
        elif event.name == "Transferred":
            expected.append((args["from"], args["to"], MoneyKind.TRANSFER, args["amount"]))
        elif event.name == "Withdrawn":
            expected.append((args["account"], args["to"], MoneyKind.WITHDRAWAL, args["amount"]))
        elif event.name == "OrderPlaced":
            terms = Terms.unpack(args["terms"])
            expected.append((terms.payer, terms.buyer, MoneyKind.GIFT, terms.base))
    expected = [link for link in expected if link[0] != link[1]]
    links = dealings.links(0, FOREVER)
    assert [(link.source, link.target, link.kind, link.amount) for link in links] == expected
    assert {link.kind for link in links} == set(MoneyKind)
    middle = tale.chain.height // 2 << BLOCK_SHIFT
    assert dealings.links(0, middle) + dealings.links(middle, FOREVER) == links
    assert dealings.links(FOREVER, FOREVER) == []


def test_first_seen__accounts__are_dated_by_their_first_event(market, tale):
    dealings, _follower = market
    expected = times_of(tale)
    assert dealings.first_seen([*expected, account(9_999)]) == expected
    assert dealings.first_seen([]) == {}


def test_shops_and_units__are_counted_over_the_sales(market):
    dealings, _follower = market
    sales = dealings.sales_since(0)
    shops = {sale.buyer: {other.seller for other in sales if other.buyer == sale.buyer} for sale in sales}
    assert dealings.shops(shops) == {buyer: len(sellers) for buyer, sellers in shops.items()}
    for token, unit in dealings.units().items():
        assert unit == statistics.median_low([sale.base for sale in sales if sale.token == token])


def test_referrers__three_levels_up__are_the_tree_s(market):
    dealings, _follower = market
    below = account(39)
    line = [account(number) for number in (39, 12, 3, 0)]
    assert dealings.referrers([below]) == {line[0]: line[1], line[1]: line[2], line[2]: line[3]}
    assert dealings.referrers([account(0)]) == {account(0): None}
    assert dealings.referrers([account(9_999)]) == {}


def test_dealings__chain_goes_back__forget_what_is_undone(market, tale):
    dealings, follower = market
    before = dealings.links(0, FOREVER), len(dealings.sales_since(0))
    assert dealings.first_seen([account(30)])
    tale.cut(1)
    tale.mine(1)
    follower.follow_to_head()
    links, sales = dealings.links(0, FOREVER), dealings.sales_since(0)
    assert MoneyKind.GIFT not in {link.kind for link in links}
    assert MoneyKind.GIFT in {link.kind for link in before[0]}
    assert all(sale.payer == sale.buyer for sale in sales)
    assert sales[-1].placed_at < sales[0].placed_at + DAY
