"""The service screen, on a real index of a real chain.

render
├── an unknown, malformed or missing listing says so
├── nobody sees price, split and terms, and is asked to connect
├── the seller is sent to Sell and can't order
└── the chain is silent: the description stays, the price can't be told
ordering
├── native coin: one call with exactly the price as value, more for a larger quantity
├── ERC-20: first an approval of exactly the amount
├── from the ledger: the flag, and no value
├── for somebody else: the buyer is the given account; what is no address is refused
└── paused meanwhile: the contract's sentence, and no wallet opens
the invitation
└── a referrer from the link is offered once, with the upline that the contract wants
"""

import pytest

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.terms import NO_FLAGS, Flag
from dapp.index.rows import ServiceQuery
from dapp.widgets.addresses import short
from tests.dapp.views.pages import asked_for, press, raw_html, shown, value_of
from tests.dapp.wallet.seeding import asked

PLACE = "service.place.{}"
OPTIONS_BIT = 40 + 40 + 64


def options_of(arguments):
    return Flag(arguments["p"]["order"] >> OPTIONS_BIT & 0xFF)


@pytest.fixture
def native(screens):
    """A service paid in the chain's coin."""
    services = screens.market.index.services(ServiceQuery(sort="newest")).items
    return next(each for each in services if each.listing.token == ZERO_ADDRESS and not each.listing.stock)


@pytest.fixture
def dollars(screens):
    """A service paid in an ERC-20 token."""
    services = screens.market.index.services().items
    return next(each for each in services if each.listing.token != ZERO_ADDRESS)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("listing", ["", "abc", "-1", "0", "99", "9" * 13, "9" * 12, "١"])
def test_render__no_such_listing__says_so(screens, listing, language):
    at = screens.open("service", None, language, listing=listing)
    assert not at.exception
    assert ("no such service" if language == "en" else "没有这项服务") in shown(at)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("account", [None, "outsider", "operator"])
def test_render__each_service__tells_price_split_and_terms(screens, account, language):
    for service in screens.market.index.services().items:
        at = screens.open("service", account, language, listing=service.id)
        assert not at.exception
        assert f"{service.listing.max_commission_bps / 100:g} %" in "".join(raw_html(at))
        pays = "place" if service.listing.token == ZERO_ADDRESS else "approve"
        expected = {f"service.{pays}.{service.id}.button"} if account else set()
        assert {button.key for button in at.button} == expected


def test_render__seller__is_sent_to_sell(screens, native):
    at = screens.open("service", native.listing.seller, listing=native.id)
    assert "This service is yours" in shown(at)
    assert not at.button


@pytest.mark.usefixtures("silent_chain")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_render__silent_chain__keeps_the_description(screens, native, language):
    at = screens.open("service", "buyer", language, listing=native.id)
    assert not at.exception
    assert at.title
    assert ("can't be told" if language == "en" else "暂时无法") in shown(at)
    assert not at.button


def test_place__native__asks_for_exactly_the_price(screens, native):
    at = press(screens.open("service", "outsider", listing=native.id), PLACE.format(native.id))
    name, arguments, transaction = asked_for(screens, at)
    assert name == "place"
    assert value_of(transaction) == native.listing.price
    placement = tuple(arguments["p"].values())
    assert placement[1:] == (screens.running.outsider, native.listing.price)
    assert tuple(arguments["listing"].values()) == native.listing.pack()
    assert options_of(arguments) == NO_FLAGS


def test_place__more_than_one__multiplies_the_price(screens, native):
    at = screens.open("service", "outsider", listing=native.id)
    at.number_input(key="service.quantity").set_value(3).run()
    at = press(at, PLACE.format(native.id))
    _name, _arguments, transaction = asked_for(screens, at)
    assert value_of(transaction) == 3 * native.listing.price


def test_place__erc20__asks_for_an_approval_of_exactly_the_amount_first(screens, dollars):
    at = press(screens.open("service", "outsider", listing=dollars.id), f"service.approve.{dollars.id}")
    (request,) = asked(at)
    sent = request.params[0]
    spender = screens.market.contracts.market.address
    assert sent["to"] == dollars.listing.token
    assert value_of(sent) == 0
    assert sent["data"][10:] == f"{int(spender, 16):064x}{dollars.listing.price:064x}"


def test_place__from_ledger__sends_the_flag_and_no_value(screens):
    index, running = screens.market.index, screens.running
    service, account = next(
        (service, account)
        for account in (running.buyer, running.second_buyer, running.seller, running.second_seller)
        for balance in index.balances(account)
        for service in index.services().items
        if service.listing.token == balance.token and service.listing.price <= balance.available
        if service.listing.seller != account
    )
    at = screens.open("service", account, listing=service.id)
    at.checkbox(key="service.from_ledger").check().run()
    at = press(at, PLACE.format(service.id))
    _name, arguments, transaction = asked_for(screens, at)
    assert value_of(transaction) == 0
    assert options_of(arguments) == Flag.FROM_LEDGER


def test_place__gift__names_the_buyer(screens, native):
    at = screens.open("service", "payer", listing=native.id)
    at.text_input(key="service.gift_buyer").set_value("0x12").run()
    assert at.error
    assert not at.button
    at.text_input(key="service.gift_buyer").set_value(screens.running.third_buyer.lower()).run()
    at = press(at, PLACE.format(native.id))
    _name, arguments, transaction = asked_for(screens, at)
    assert tuple(arguments["p"].values())[1] == screens.running.third_buyer
    assert value_of(transaction) == native.listing.price


def test_split__gift__shows_the_referrers_of_the_one_who_gets_it(screens, native):
    at = screens.open("service", "payer", listing=native.id)
    referrer = short(screens.running.referrer)
    assert not any(referrer in block.proto.body for block in at.get("html"))
    at.text_input(key="service.gift_buyer").set_value(screens.running.buyer).run()
    assert any(referrer in block.proto.body for block in at.get("html"))


@pytest.mark.parametrize(("language", "said"), [("en", "paused"), ("zh", "暂停")])
def test_place__paused_meanwhile__says_why_and_opens_no_wallet(private_screens, language, said):
    screens, running = private_screens, private_screens.running
    service = next(
        each for each in screens.market.index.services().items if each.listing.token == ZERO_ADDRESS
    )
    at = screens.open("service", "outsider", language, listing=service.id)
    running.send(
        running.contracts.market.functions.setListingStatus(service.id, service.listing.pack(), 2),
        service.listing.seller,
    )
    at = press(at, PLACE.format(service.id))
    assert not asked(at)
    assert any(said in error.value for error in at.error), [error.value for error in at.error]


def test_invitation__referrer_of_the_link__is_offered_with_the_right_upline(screens, native):
    at = screens.open("service", "outsider", listing=native.id)
    above = screens.market.index.referrals(screens.running.referrer)
    at.session_state["referrer"] = screens.running.referrer.lower()
    at.run()
    at = press(at, f"service.register.{screens.running.referrer}")
    name, arguments, _transaction = asked_for(screens, at)
    assert name == "register"
    assert arguments["referrer"] == screens.running.referrer
    assert arguments["referrersUpline"] == dict(
        zip(("level1", "level2", "level3"), above.upline.pack(), strict=True)
    )
