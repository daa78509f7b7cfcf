"""The wallet screen, on a real index of a real chain.

render
├── nobody is asked to connect; each account sees its exact money, in both languages
└── the chain is silent: what is outside the market is a dash, the rest stays
moving money
├── deposit: native with its value; an ERC-20 token first with an approval of exactly the amount
├── withdraw: to the own address at first; to what is no address not at all; too much is refused in words
├── transfer: never to oneself
└── what is due can be made available, all due days in one call
sign-ins
├── not signed in: nothing but the way to do it
└── signed in: my browsers and no others', to take along; erased when I say so
the ledger
├── every move with the balance after it
└── the file: whole, exact, and no cell that a spreadsheet takes for a formula
"""

import csv
import io
import json

import pytest

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.maturity import day_of
from dapp.risk.sign_ins import sign_ins_of
from dapp.views.wallet.ledger import FILE_COLUMNS, _csv, harmless_cell
from dapp.views.wallet.sign_ins import as_json
from dapp.widgets.amounts import amount_text, number_text
from dapp.widgets.i18n import text_of
from dapp.widgets.times import utc_time
from tests.dapp.views.pages import asked_for, press, shown, value_of
from tests.dapp.wallet.seeding import asked, sign_in

ETHER = 10**18


@pytest.fixture
def dollars(screens):
    """The address of the demo's ERC-20 token."""
    return next(total.token for total in screens.market.index.statistics().tokens if int(total.token, 16))


def compact(at):
    """The page's words without the marks around the small digits."""
    return shown(at).replace('<span style="font-size:.75em;opacity:.7">', "").replace("</span>", "")


@pytest.mark.parametrize(("language", "said"), [("en", "Connect a wallet"), ("zh", "连接")])
def test_render__nobody__asks_to_connect(screens, language, said):
    at = screens.open("wallet", None, language)
    assert not at.exception
    assert said in shown(at)
    assert not at.button


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("account", ["buyer", "seller", "referrer", "operator", "outsider"])
def test_render__account__sees_its_exact_money(screens, account, language):
    at = screens.open("wallet", account, language)
    assert not at.exception
    held = screens.running.web3.eth.get_balance(screens.running.actors[account])
    assert amount_text(held, ZERO_ADDRESS) in compact(at)
    for balance in screens.market.index.balances(screens.running.actors[account]):
        at.segmented_control(key="wallet.token").set_value(balance.token).run()
        assert not at.exception
        for units in (balance.available, balance.maturing, balance.escrowed_as_buyer):
            assert amount_text(units, balance.token) in compact(at)


@pytest.mark.usefixtures("silent_chain")
def test_render__silent_chain__stays_up(screens):
    at = screens.open("wallet", "seller")
    assert not at.exception
    assert ">—<" in shown(at)
    at.text_input(key="wallet.deposit.amount").set_value("1").run()
    at = press(at, f"wallet.deposit.{ZERO_ADDRESS}")
    assert not asked(at)
    assert at.error


def test_deposit__native__sends_its_value(screens):
    at = screens.open("wallet", "outsider")
    at.text_input(key="wallet.deposit.amount").set_value("1.5").run()
    at = press(at, f"wallet.deposit.{ZERO_ADDRESS}")
    name, arguments, transaction = asked_for(screens, at)
    assert (name, value_of(transaction)) == ("deposit", ETHER * 3 // 2)
    assert list(arguments.values()) == [ZERO_ADDRESS, ETHER * 3 // 2, screens.running.outsider]


@pytest.mark.parametrize("typed", ["-1", "1e18", "abc", "0.1234567890123456789", "1,5"])
def test_deposit__no_amount__offers_nothing(screens, typed):
    at = screens.open("wallet", "outsider")
    at.text_input(key="wallet.deposit.amount").set_value(typed).run()
    assert not at.exception
    assert not any(button.key.startswith("wallet.deposit") for button in at.button)


def test_deposit__token__asks_for_an_approval_of_exactly_the_amount(screens, dollars):
    at = screens.open("wallet", "outsider")
    at.segmented_control(key="wallet.token").set_value(dollars).run()
    at.text_input(key="wallet.deposit.amount").set_value("2.5").run()
    at = press(at, f"wallet.approve.{dollars}")
    (request,) = asked(at)
    spender, units = screens.market.contracts.market.address, 2_500_000
    assert request.params[0]["to"] == dollars
    assert request.params[0]["data"][10:] == f"{int(spender, 16):064x}{units:064x}"


def test_withdraw__own_money__goes_to_the_own_address(screens):
    account = screens.running.second_seller
    (native,) = (each for each in screens.market.index.balances(account) if not int(each.token, 16))
    at = screens.open("wallet", account)
    at.text_input(key="wallet.withdraw.amount").set_value(number_text(native.available, ZERO_ADDRESS)).run()
    at = press(at, f"wallet.withdraw.{ZERO_ADDRESS}")
    name, arguments, transaction = asked_for(screens, at)
    assert (name, value_of(transaction)) == ("withdraw", 0)
    assert list(arguments.values()) == [ZERO_ADDRESS, native.available, account]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_withdraw__too_much__is_refused_in_words(screens, language):
    at = screens.open("wallet", "outsider", language)
    at.text_input(key="wallet.withdraw.amount").set_value("1000").run()
    at = press(at, f"wallet.withdraw.{ZERO_ADDRESS}")
    assert not asked(at)
    assert any("1,000" in error.value.replace("\\", "") for error in at.error)


def test_withdraw__no_address__offers_nothing(screens):
    at = screens.open("wallet", "outsider")
    at.text_input(key="wallet.withdraw.amount").set_value("1").run()
    at.text_input(key="wallet.withdraw.to").set_value("0x123").run()
    assert at.error
    assert not any(button.key.startswith("wallet.withdraw") for button in at.button)


def test_transfer__to_oneself__offers_nothing(screens):
    at = screens.open("wallet", "seller")
    at.text_input(key="wallet.transfer.amount").set_value("0.01").run()
    at.text_input(key="wallet.transfer.to").set_value(screens.running.seller).run()
    assert "your own account" in shown(at)
    at.text_input(key="wallet.transfer.to").set_value(screens.running.outsider).run()
    at = press(at, f"wallet.transfer.{ZERO_ADDRESS}")
    name, arguments, _transaction = asked_for(screens, at)
    assert name == "transfer"
    assert list(arguments.values()) == [ZERO_ADDRESS, screens.running.outsider, ETHER // 100]


def test_mature__due_days__all_in_one_call(screens):
    account, today = screens.running.seller, day_of(screens.market.now())
    buckets = screens.market.index.maturing(account, ZERO_ADDRESS)
    due = sorted(day for day, units in buckets if units and day <= today)
    assert due, "the demo leaves money that is due"
    at = press(screens.open("wallet", account), f"wallet.mature.{ZERO_ADDRESS}")
    name, arguments, _transaction = asked_for(screens, at)
    assert name == "mature"
    assert list(arguments.values()) == [account, ZERO_ADDRESS, due]


@pytest.mark.parametrize("account", ["seller", "buyer", "referrer"])
def test_ledger__account__shows_the_balance_after_each_move(screens, account):
    at = screens.open("wallet", account)
    entries = screens.market.index.entries(screens.running.actors[account], ZERO_ADDRESS, 20).items
    captions = [caption.value for caption in at.caption]
    assert entries
    for entry in entries:
        assert f"Available then: {amount_text(entry.balance, ZERO_ADDRESS)}" in captions


def test_export__whole_ledger__is_exact_and_in_order(screens):
    account = screens.running.seller
    entries = screens.market.index.entries(account, ZERO_ADDRESS, 1_000).items
    kinds = {entry.kind: entry.kind.name for entry in entries}
    content = _csv(account, ZERO_ADDRESS, FILE_COLUMNS, kinds, "ETH").decode("utf-8-sig")
    heading, *lines = csv.reader(io.StringIO(content))
    assert tuple(heading) == FILE_COLUMNS
    assert [line[3] for line in lines] == [number_text(each.balance, ZERO_ADDRESS) for each in entries[::-1]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_harmless_cell__formula__is_quoted(text):
    assert harmless_cell(text) == f"'{text}"
    assert harmless_cell("DUSD") == "DUSD"


@pytest.fixture
def kept(screens):
    """The server's sign-in reports: one browser of the buyer's and one of the seller's."""
    reports = sign_ins_of(screens.market.settings)
    for actor, number in (("buyer", "ab" * 16), ("seller", "cd" * 16)):
        reports.note(screens.running.actors[actor], number, screens.market.now())
    yield reports
    for actor in ("buyer", "seller"):
        reports.forget(screens.running.actors[actor])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sign_ins__not_signed_in__shows_none(screens, kept, language):
    at = screens.open("wallet", "buyer", language)
    assert not at.exception
    [device] = kept.devices([screens.running.buyer])
    assert device.device[:8] not in shown(at)
    assert at.button(key="hanse.sign_in.button")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sign_ins__signed_in__are_mine_and_go_when_i_say_so(screens, kept, language):
    at = screens.open("wallet", "buyer", language)
    sign_in(at, screens.running.buyer)
    at.run()
    assert not at.exception
    [mine], [other] = (kept.devices([screens.running.actors[actor]]) for actor in ("buyer", "seller"))
    assert mine.device[:8] in shown(at)
    assert other.device[:8] not in shown(at)
    assert json.loads(as_json([mine])) == [
        {
            "account": screens.running.buyer,
            "browser": mine.device,
            "first": utc_time(mine.first_at),
            "last": utc_time(mine.last_at),
        }
    ]
    at.button(key="wallet.sign_ins.erase").click().run()
    assert not at.exception
    assert kept.devices([screens.running.buyer]) == ()
    assert kept.devices([screens.running.seller]) == (other,)
    assert mine.device[:8] not in shown(at)
    assert text_of("wallet.sign_ins.erased", language, n=1) in shown(at)
