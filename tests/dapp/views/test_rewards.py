"""Reward points on the credit page, on a real index of a real chain.

├── anyone: what the merchant has and what it is worth, as the contract says, in both languages
├── orders with points to claim: one press claims all of them, as the contract counts them
├── from Gold on they count twice, and that is said
├── the merchant: spends some for what the contract says they are worth; nobody else has the form
├── a budget that is too low: told in words, no wallet opens
└── the chain is silent: the page stays
"""

from dataclasses import replace

import pytest

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.orders import Status
from dapp.index.rows import OrderQuery
from dapp.views.credit.rewards import MOVES
from dapp.widgets.amounts import amount_text
from dapp.widgets.i18n import text_of
from tests.dapp.views.pages import asked_for, press, raw_html, shown
from tests.dapp.wallet.seeding import asked

OPEN = {"credit.rewards.more": True}


def said(language, key, **values):
    return text_of(f"rewards.{key}", language, **values)


def completed(screens, merchant):
    """The merchant's completed orders with points to claim, and the points of each."""
    claimable = screens.market.contracts.rewards.functions.claimable
    orders = screens.market.index.orders(OrderQuery(merchant, "seller", (Status.COMPLETED,)), 100).items
    found = [(order, claimable(order.terms.pack()).call()) for order in orders]
    return [(order, points) for order, points in found if points]


def claim_button(at):
    return [each for each in at.button if str(each.key).startswith("credit.rewards.claim")]


@pytest.fixture
def rich(private_screens):
    """The market after somebody claimed the seller's points."""
    screens, running = private_screens, private_screens.running
    orders = [order.terms.pack() for order, _points in completed(screens, running.seller)]
    running.send(running.contracts.rewards.functions.claim(orders), running.outsider)
    screens.catch_up()
    screens.market._head = None
    return screens


@pytest.mark.parametrize("language", ["en", "zh"])
def test_rewards__orders_to_claim__told_and_claimed_in_one_press(screens, language):
    seller = screens.running.seller
    orders = completed(screens, seller)
    points = sum(each for _order, each in orders)
    assert points, "the filled market has completed orders"
    at = screens.open("credit", "outsider", language, merchant=seller)
    assert not at.exception
    assert said(language, "once") in shown(at)
    assert any(f">{points:,}<" in each for each in raw_html(at))
    [button] = claim_button(at)
    assert button.label == said(language, "claim", points=f"{points:,}", count=len(orders))
    if language == "en":
        at = press(at, str(button.key).removesuffix(".button"))
        name, arguments, _transaction = asked_for(screens, at, "rewards")
        assert name == "claim"
        assert len(arguments["orders"]) == len(orders)


def test_rewards__claimed__balance_and_worth_as_the_contract_has_them(rich):
    seller, functions = rich.running.seller, rich.market.contracts.rewards.functions
    points = functions.pointsOf(seller).call()
    worth = amount_text(functions.worthOf(ZERO_ADDRESS, points).call(), ZERO_ADDRESS)
    assert points
    at = rich.open("credit", "outsider", state=OPEN, merchant=seller)
    page = shown(at)
    assert f">{points:,}<" in page
    assert said("en", "worth", amount=worth)[:12] in page
    assert not claim_button(at)
    told = [
        line
        for line in page.splitlines()
        if line.endswith(said("en", "move_earned", day="", points="")[-12:])
    ]
    assert len(told) == min(rich.market.index.point_moves(seller).total, MOVES)
    assert not at.number_input


def test_rewards__the_merchant__spends_what_he_types(rich):
    running, functions = rich.running, rich.market.contracts.rewards.functions
    running.send(
        running.contracts.market.functions.deposit(ZERO_ADDRESS, 10**18, running.contracts.rewards.address),
        running.operator,
        10**18,
    )
    rich.catch_up()
    rich.market._head = None
    at = rich.open("credit", "seller", state=OPEN)
    [field] = at.number_input
    assert field.value == field.max == functions.pointsOf(running.seller).call()
    field.set_value(1_000).run()
    worth = functions.worthOf(ZERO_ADDRESS, 1_000).call()
    assert worth
    assert said("en", "brings", amount=amount_text(worth, ZERO_ADDRESS)) in shown(at)
    at = press(at, f"credit.rewards.spend.{running.seller}")
    name, arguments, _transaction = asked_for(rich, at, "rewards")
    assert (name, list(arguments.values())) == ("spend", [ZERO_ADDRESS, 1_000])


def test_rewards__no_budget__is_told_and_no_wallet_opens(rich):
    rewards = rich.market.contracts.rewards.address
    assert rich.market.contracts.market.functions.balanceOf(rewards, ZERO_ADDRESS).call() == 0
    at = press(rich.open("credit", "seller", state=OPEN), f"credit.rewards.spend.{rich.running.seller}")
    assert not asked(at)
    assert at.error


@pytest.mark.parametrize("language", ["en", "zh"])
def test_rewards__gold__count_twice_and_it_is_said(screens, monkeypatch, language):
    ask = type(screens.market.index).merchant

    def gold(account):
        return replace(ask(screens.market.index, account), trade=400_000, service=300_000)

    monkeypatch.setattr(screens.market.index, "merchant", gold)
    text = shown(screens.open("credit", None, language, merchant=screens.running.seller))
    assert said(language, "twice") in text
    assert said(language, "once") not in text


@pytest.mark.usefixtures("silent_chain")
def test_rewards__silent_chain__page_stays(screens):
    at = screens.open("credit", "seller")
    assert not at.exception
    assert said("en", "title") in [each.value for each in at.subheader]
