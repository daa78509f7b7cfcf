"""The sell screen, on a real index of a real chain.

render
├── nobody is asked to connect; a seller sees each desk, in both languages
├── one who has no stake is told how much is missing
inbox
├── what waits is sorted by what can be done
├── accepting many is one batch, each call the market's own
└── one that can't be done is named, and no wallet opens
services
└── pausing asks the wallet for the right call
publish
├── a form without a title or with a bad number says so, and no wallet opens
├── a filled form puts a document into the store, and its CID and listing on the chain
└── an edit passes the current listing and counts as a new version
stake
└── a fraction of the unit is refused in words; a whole amount is sent as value
"""

import pytest

from dapp.domain.orders import Status
from dapp.domain.terms import Flag, Listing, metadata_hash
from dapp.evidence.document import ServiceDocument
from dapp.index.rows import ListingStatus, OrderQuery, ServiceQuery
from dapp.views.sell import DESKS
from dapp.views.sell.inbox import sort_out
from tests.dapp.wallet.seeding import asked

FORM = "sell.form.new"


def desk(screens, name, account="seller", language="en"):
    at = screens.open("sell", account, language)
    return at.segmented_control(key="sell.desk").set_value(name).run()


def data_of(screens, at):
    (request,) = asked(at)
    contract = screens.market.contracts.market
    assert request.params[0]["to"] == contract.address
    return contract.decode_function_input(request.params[0]["data"]), request.params[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_render__nobody__asks_to_connect(screens, language):
    at = screens.open("sell", None, language)
    assert not at.exception
    assert not at.segmented_control


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", list(DESKS))
def test_render__each_desk__draws(screens, name, language):
    for account in ("seller", "second_seller", "outsider"):
        at = desk(screens, name, account, language)
        assert not at.exception


def test_render__no_stake__tells_what_is_missing(screens):
    at = screens.open("sell", "outsider")
    assert any("too low" in warning.value for warning in at.warning)
    at = screens.open("sell", "seller")
    assert not at.warning


def test_sort_out__by_time__each_order_in_one_group(screens):
    orders = screens.market.index.orders(OrderQuery(statuses=(Status.PLACED, Status.DELIVERED)), 40).items
    early = sort_out(orders, min(order.terms.placed_at for order in orders))
    assert sum(map(len, early.values())) == len(orders)
    late = sort_out(orders, max(order.until for order in orders))
    assert {order.status for order in late["collect"]} == {Status.DELIVERED}
    assert not late["accept"]


def waiting_sellers(screens):
    rows = screens.market.index.orders(OrderQuery(statuses=(Status.PLACED,)), 40).items
    placed = [order for order in rows if not order.terms.has(Flag.INSTANT)]
    return placed[0].terms.seller, [order for order in placed if order.terms.seller == placed[0].terms.seller]


def test_inbox__accept__is_one_batch(private_screens):
    screens = private_screens
    seller, placed = waiting_sellers(screens)
    screens.running.advance(3_600)
    screens.market._head = None
    at = desk(screens, "inbox", seller)
    at.button(key="sell.accept.button").click().run()
    (function, arguments), _sent = data_of(screens, at)
    assert function.fn_name == "batch"
    contract = screens.market.contracts.market
    ready = [order for order in placed if screens.market.now() < order.until]
    expected = {contract.encode_abi("accept", [order.terms.seal().pack()]) for order in ready}
    assert {"0x" + bytes(call).hex() for call in arguments["calls"]} == expected


def test_inbox__declined_meanwhile__is_named(private_screens):
    screens, running = private_screens, private_screens.running
    seller, placed = waiting_sellers(screens)
    running.advance(3_600)
    screens.market._head = None
    at = desk(screens, "inbox", seller)
    running.send(running.contracts.market.functions.decline(placed[0].terms.pack()), seller)
    at.button(key="sell.accept.button").click().run()
    assert not asked(at)
    (error,) = at.error
    assert (placed[0].title or "")[:10].split(" ")[0] in error.value


def test_services__pause__asks_for_that_call(screens):
    at = desk(screens, "services")
    service = screens.market.index.services(ServiceQuery(seller=screens.running.seller)).items[0]
    at.button(key=f"sell.pause.{service.id}.button").click().run()
    (function, arguments), _sent = data_of(screens, at)
    assert function.fn_name == "setListingStatus"
    assert (arguments["listingId"], arguments["status"]) == (service.id, ListingStatus.PAUSED)


def test_publish__no_title__says_so(screens):
    at = desk(screens, "publish")
    at.button(key="sell.publish.new.button").click().run()
    assert not asked(at)
    assert any("title" in error.value for error in at.error)


def test_publish__filled_form__keeps_document_and_lists_it(screens):
    at = desk(screens, "publish")
    at.text_input(key=f"{FORM}.title").set_value("Logo <b>fast</b>")
    at.text_area(key=f"{FORM}.description").set_value("A drawing.")
    at.text_input(key=f"{FORM}.price").set_value("0.125")
    at.number_input(key=f"{FORM}.stock").set_value(7)
    at.toggle(key=f"{FORM}.instant").set_value(True)
    at.run()
    assert not at.exception
    at.button(key="sell.publish.new.button").click().run()
    (function, arguments), _sent = data_of(screens, at)
    assert function.fn_name == "list"
    document = ServiceDocument.parse(screens.market.store.get(arguments["cid"]))
    assert (document.title, document.description) == ("Logo <b>fast</b>", "A drawing.")
    listing = Listing.unpack(tuple(arguments["listing"].values()))
    assert listing.seller == screens.running.seller
    assert listing.price == 125 * 10**15
    assert listing.metadata == metadata_hash(arguments["cid"])
    assert (listing.stock, int(listing.flags), listing.category) == (7, 1, 1)


def test_publish__edit__passes_the_current_listing(screens):
    service = screens.market.index.services(ServiceQuery(seller=screens.running.seller)).items[0]
    at = desk(screens, "services")
    at.button(key=f"sell.edit.{service.id}").click().run()
    assert not at.exception
    key = f"sell.form.{service.id}"
    assert at.text_input(key=f"{key}.title").value == service.title
    at.text_input(key=f"{key}.title").set_value("Another title").run()
    at.button(key=f"sell.publish.{service.id}.button").click().run()
    (function, arguments), _sent = data_of(screens, at)
    assert function.fn_name == "edit"
    assert Listing.unpack(tuple(arguments["current"].values())) == service.listing
    changed = Listing.unpack(tuple(arguments["next"].values()))
    assert changed.price == service.listing.price
    assert changed.metadata != service.listing.metadata


@pytest.mark.parametrize(("typed", "wei"), [("0.0005", None), ("0.002", 2 * 10**15)])
def test_stake__add__whole_units_only(screens, typed, wei):
    at = desk(screens, "stake")
    at.text_input(key="sell.stake.amount").set_value(typed).run()
    at.button(key="sell.stake.add.button").click().run()
    if wei is None:
        assert not asked(at)
        assert any("whole multiples" in error.value for error in at.error)
    else:
        (function, _arguments), sent = data_of(screens, at)
        assert function.fn_name == "stake"
        assert int(str(sent["value"]), 16) == wei
