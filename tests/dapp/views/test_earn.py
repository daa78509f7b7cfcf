"""The earn screen, on a real index of a real chain.

render
├── nobody is asked to connect; one inside and one outside the tree see theirs, in both languages
└── the chain is silent: the page stays, the forecast says so
joining
├── on one's own, or under a member with the upline that the contract wants
├── the one whose link was opened is filled in
└── oneself, an outsider and what is no address are refused in words
inside the tree
├── the link carries the own address and leads to the first screen
├── the totals are what the index sums
└── the forecast's parts add up to the amount
the tree
└── every account once, each line from a child to its referrer
"""

import pytest

from dapp.domain.terms import Upline
from dapp.views.earn.tree import tree_spec
from dapp.widgets.amounts import amount_text
from tests.dapp.views.pages import asked_for, press, shown
from tests.dapp.wallet.seeding import asked, connect

LEVELS = ("level1", "level2", "level3")
SMALL = '<span style="font-size:.75em;opacity:.7">'


@pytest.mark.parametrize(("language", "said"), [("en", "Connect a wallet"), ("zh", "连接")])
def test_render__nobody__asks_to_connect(screens, language, said):
    at = screens.open("earn", None, language)
    assert not at.exception
    assert said in shown(at)
    assert not at.button


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("account", ["buyer", "seller", "referrer", "third_referrer", "operator", "outsider"])
def test_render__account__draws(screens, account, language):
    at = screens.open("earn", account, language)
    assert not at.exception
    joined = screens.market.index.referrals(screens.running.actors[account]).registered_at is not None
    assert any(button.key == "earn.register.button" for button in at.button) is not joined


@pytest.mark.usefixtures("silent_chain")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_render__silent_chain__stays_up(screens, language):
    at = screens.open("earn", "referrer", language)
    assert not at.exception
    assert at.warning


def test_join__alone__registers_as_a_root(screens):
    at = press(screens.open("earn", "outsider"), "earn.register")
    name, arguments, _transaction = asked_for(screens, at)
    assert name == "register"
    assert int(arguments["referrer"], 16) == 0
    assert arguments["referrersUpline"] == dict(zip(LEVELS, Upline().pack(), strict=True))


def test_join__under_a_member__passes_his_upline(screens):
    above = screens.market.index.referrals(screens.running.referrer)
    at = screens.open("earn", "outsider")
    at.text_input(key="earn.under").set_value(above.account.lower()).run()
    at = press(at, "earn.register")
    _name, arguments, _transaction = asked_for(screens, at)
    assert arguments["referrer"] == above.account
    assert arguments["referrersUpline"] == dict(zip(LEVELS, above.upline.pack(), strict=True))


def test_join__link_was_opened__fills_in_the_referrer(screens):
    at = screens.open("earn", None)
    at.session_state["referrer"] = screens.running.referrer
    connect(at, screens.running.outsider)
    at.run()
    assert at.text_input(key="earn.under").value == screens.running.referrer


@pytest.mark.parametrize("typed", ["outsider", "keeper", "0x12", "<b>x</b>"])
def test_join__under_nobody_of_the_tree__is_refused(screens, typed):
    at = screens.open("earn", "outsider")
    at.text_input(key="earn.under").set_value(screens.running.actors.get(typed, typed)).run()
    assert at.error
    assert not any(button.key == "earn.register.button" for button in at.button)
    assert not asked(at)


def test_share_link__member__carries_the_own_address(screens):
    at = screens.open("earn", "referrer")
    (link,) = (code.value for code in at.code if "ref=" in code.value)
    assert link.endswith(f"/?ref={screens.running.referrer}")


@pytest.mark.parametrize("account", ["referrer", "second_referrer", "third_referrer"])
def test_earnings__member__sums_what_the_index_knows(screens, account):
    at = screens.open("earn", account)
    earnings = screens.market.index.earnings(screens.running.actors[account])
    said = shown(at).replace(SMALL, "").replace("</span>", "")
    assert earnings
    for token in {earning.token for earning in earnings}:
        total = sum(earning.amount for earning in earnings if earning.token == token)
        assert amount_text(total, token) in said


def test_forecast__order_of_a_child__tells_what_i_would_earn(screens):
    at = screens.open("earn", "referrer")
    service = at.selectbox(key="earn.service").value
    buyer = at.text_input(key="earn.buyer").value
    assert buyer == screens.market.index.referrals(screens.running.referrer).children[0]
    contracts, upline = screens.market.contracts, screens.market.index.referrals(buyer).upline
    quote = contracts.shares(service.listing, upline, buyer, service.listing.price)
    mine = dict(zip(quote.referrers, quote.commissions, strict=True))[screens.running.referrer]
    assert amount_text(mine, service.listing.token) in shown(at)
    assert quote.fee + quote.to_seller + sum(quote.commissions) == service.listing.price


def test_forecast__no_address__asks_for_one(screens):
    at = screens.open("earn", "referrer")
    at.text_input(key="earn.buyer").set_value("somebody").run()
    assert not at.exception
    assert "Type the address" in shown(at)


def test_tree_spec__members__each_once_with_a_line_to_the_referrer(screens):
    index, root = screens.market.index, screens.running.third_referrer
    place, below = index.referrals(root), index.downline(root, 3, 60)
    lines, points, _names = tree_spec(place, below)["layer"]
    accounts = [point["account"] for point in points["data"]["values"]]
    assert len(accounts) == len(set(accounts)) == len(below) + 1
    assert len(lines["data"]["values"]) == len(below)
