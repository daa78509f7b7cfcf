"""The demo's story and the console on the market that it fills.

demo
├── on an empty market: a trade of each kind whose parts are what was paid; orders in every state
├── a delivery held, one cleared, one disputed, each with its assessment; points counted
├── again: nothing is sent
└── when the chain paid something else than the model says: it stops
console
└── the five lines of the README place and release an order
"""

import re
from dataclasses import replace
from pathlib import Path

import ape
import pytest

from ape_console_extras import ape_init_extras
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.orders import Status
from dapp.domain.split import split
from dapp.risk.document import read_assessment
from operations.demo.story import fill_market
from operations.demo.tally import Tally, WrongSum, table
from operations.deployment import deploy_market
from operations.documents import evidence_store
from operations.trading import Trading

ROOT = Path(__file__).parents[2]


def console_lines(name):
    """The lines that a README has for the console."""
    (lines,) = re.findall(r"```python\n(o = .*?)```", (ROOT / name).read_text(), re.S)
    return lines


@pytest.fixture(scope="module")
def deployment(project, operator, parameters, tmp_path_factory):
    """A market of this module's own: the demo fills it and moves the clock."""
    folder = tmp_path_factory.mktemp("demo")
    return deploy_market(project, operator, parameters=parameters, folder=folder)


@pytest.fixture(scope="module")
def trading(project, deployment, actors):
    return Trading(project.provider.web3, deployment, actors)


@pytest.fixture(scope="module")
def trades(project, trading):
    """The demo's trades, on the filled market."""
    return fill_market(project, trading, lambda _text: None)


def test_demo__filled__every_kind_of_trade_adds_up(trades):
    assert [trade.title for trade in trades] == [
        "Plain release, three levels",
        "A gift",
        "Settlement on the next day",
        "A trade in an ERC-20 token",
        "Partial refund",
        "Mutual settlement",
        "Dispute with a ruling",
        "Missed deadline",
    ]
    for trade in trades:
        assert sum(row.amount for row in trade.rows) == trade.order.terms.base
        assert all(row.amount > 0 for row in trade.rows)


def test_demo__plain_release__split_by_the_model(trades):
    trade = trades[0]
    parts = split(trade.order.terms.base, trade.order.terms.base, 200, trade.order.terms.lines)
    assert [row.amount for row in trade.rows] == [parts.to_seller, parts.fee, *parts.commissions]
    assert [row.who for row in trade.rows] == [
        "seller",
        "platform",
        "referrer",
        "second_referrer",
        "third_referrer",
    ]
    assert "    seller           seller          0.201250000000000007 ETH\n" in table(trade)


def test_demo__filled__orders_in_every_state(trading, trades):
    assert trades
    assert {order.status for order in trading.orders()} == set(Status) - {Status.NONE}
    assert trading.market.listingCount() == 8


@pytest.mark.usefixtures("trades")
def test_demo__filled__a_delivery_held_one_cleared_one_disputed(trading, actors):
    holds = trading.deployment.risk_holds
    found = {}
    for log in trading.reader.risk_holds.events.HoldPlaced().get_logs(from_block=0):
        placed = log["args"]
        order = trading.order(bytes(placed["orderId"]))
        assessment = read_assessment(evidence_store().read(placed["cid"]))
        assert (assessment.order_id, assessment.score) == (order.id, placed["score"])
        assert assessment.proposes_hold
        found[holds.holdOf(order.id).status] = order.status
    assert found == {1: Status.DELIVERED, 2: Status.COMPLETED, 3: Status.COMPLETED}
    rewards = trading.deployment.rewards
    assert rewards.pointsOf(actors["second_seller"]) > 0


@pytest.mark.usefixtures("trades")
def test_demo__filled_already__sends_nothing(project, trading, chain):
    block, said = chain.blocks.height, []
    assert fill_market(project, trading, said.append) == []
    assert chain.blocks.height == block
    assert said[0] == "demo: this market is filled already; nothing was changed.\n"


@pytest.mark.usefixtures("trades")
def test_tally__chain_paid_something_else__stops(trading, actors):
    tally = Tally(trading, ZERO_ADDRESS)
    order = trading.listing(1).buy(actors["third_buyer"])
    order.deliver(b"A draft")
    order.release()
    base = order.terms.base
    assert sum(row.amount for row in tally.check(order.terms, 0, base)) == base
    dearer = replace(order.terms, fee_bps=order.terms.fee_bps + 1)
    with pytest.raises(WrongSum, match="the model says"):
        tally.check(dearer, 0, base)


@pytest.mark.usefixtures("trades")
def test_console__five_lines_of_the_readme__place_and_release_an_order(project, deployment, monkeypatch):
    monkeypatch.setattr("ape_console_extras.journal_path", lambda _chain_id: deployment.journal.path)
    names = ape_init_extras(ape.accounts, project)
    lines, translated = (console_lines(name) for name in ("README.md", "README.zh-CN.md"))
    assert lines == translated
    assert len(lines.splitlines()) == 5
    seller, lens = names["seller"], names["lens"]
    before = lens.positionOf(seller, ZERO_ADDRESS, [])
    exec(lines, names)
    order, after = names["o"], lens.positionOf(seller, ZERO_ADDRESS, [])
    parts = split(order.terms.base, order.terms.base, order.terms.fee_bps, order.terms.lines)
    assert names["order"](order.id).status is Status.COMPLETED
    gained = after.available + after.maturing - before.available - before.maturing
    assert gained == parts.to_seller > 0
    assert (order.terms.buyer, order.terms.seller) == (names["buyer"].address, seller.address)
    assert "status     completed" in repr(order)
    assert repr(names["listing"](1)).startswith("<listing 1 (active): 0.250000000000000007 ETH")


def test_console__no_market__says_so_and_knows_the_actors(actors, project, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("ape_console_extras.journal_path", lambda _chain_id: tmp_path / "none.json")
    names = ape_init_extras(ape.accounts, project)
    assert "deploy first, with `ape run deploy`" in capsys.readouterr().out
    assert "market" not in names
    assert names["buyer"].address == actors["buyer"].address
