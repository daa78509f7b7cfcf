"""The market screen, on a real index of a real chain.

render
├── everyone sees all services with exact prices, in both languages
├── words, category and price narrow the list; nothing left says so
├── a document that is hostile, missing or no document at all leaves the card up, and only letters
└── the chain is silent: the page stays
"""

import pytest

from dapp.domain.terms import metadata_hash
from dapp.evidence.document import ServiceDocument
from dapp.index.rows import ServiceQuery
from dapp.widgets.amounts import number_text
from dapp.widgets.services import price_markdown
from dapp.widgets.text import bare
from tests.dapp.views.pages import raw_html, shown

NASTY = "<img src=x onerror=alert(1)> [click](javascript:alert(1)) $x$ :red[y]"
NOWHERE = "bafkreie7ohywtosou76tasm7j63yigtzxe7d5zqus4zu3j6oltvgtibeom"


def lines(at):
    return [line for element in at.markdown for line in element.value.split("\n\n")]


def headings(at):
    return [line.removeprefix("##### ") for line in lines(at) if line.startswith("##### ")]


def titles(at):
    return [bare(heading) for heading in headings(at)]


def dollars(screens):
    return next(total.token for total in screens.market.index.statistics().tokens if int(total.token, 16))


@pytest.mark.parametrize("account", [None, "buyer", "seller", "operator"])
@pytest.mark.parametrize(("language", "title"), [("en", "Logo and brand sheet"), ("zh", "标志与品牌手册")])
def test_render__anyone__sees_every_service(screens, account, language, title):
    at = screens.open("market", account, language)
    assert not at.exception
    assert len(titles(at)) == 8
    assert title in titles(at)
    prices = set(lines(at))
    for service in screens.market.index.services().items:
        assert f"**{price_markdown(service)}**" in prices


def test_render__words__narrow_the_list(screens):
    at = screens.open("market")
    at.text_input(key="market.text").set_value("podcast").run()
    assert titles(at) == ["Podcast editing, one episode"]
    at.text_input(key="market.text").set_value('nothing "like* this').run()
    assert not at.exception
    assert "Nothing matches" in shown(at)


def test_render__category_and_order__narrow_and_sort(screens):
    at = screens.open("market")
    at.selectbox(key="market.category").set_value(4).run()
    assert len(titles(at)) == 2
    at.selectbox(key="market.category").set_value(None).run()
    at.selectbox(key="market.sort").set_value("newest").run()
    newest = screens.market.index.services(ServiceQuery(sort="newest")).items[0]
    assert titles(at)[0] == newest.title


def test_render__price__is_compared_within_the_token(screens):
    at = screens.open("market")
    at.selectbox(key="market.token").set_value(dollars(screens)).run()
    assert titles(at) == ["Data analysis notebook"]
    price = screens.market.index.services(ServiceQuery(token=dollars(screens))).items[0].listing.price
    at.text_input(key="market.most").set_value(
        number_text(price - 1, screens.market.token(dollars(screens)))
    ).run()
    assert not titles(at)
    at.text_input(key="market.most").set_value("a lot").run()
    assert not at.exception
    assert titles(at) == ["Data analysis notebook"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_render__hostile_and_missing_documents__are_only_letters(private_screens, language):
    screens, running = private_screens, private_screens.running
    store, contract = screens.market.store, running.contracts.market
    listing = screens.market.index.service(1).listing
    hostile = store.put(ServiceDocument(NASTY, NASTY * 30, title_zh=NASTY).to_json())
    nothing = store.put(b"\xff\x00 no document")
    for cid in (hostile, nothing, NOWHERE):
        offered = (*listing.pack()[:4], metadata_hash(cid), *listing.pack()[5:])
        running.send(contract.functions.list(offered, cid), listing.seller)
    screens.catch_up()
    at = screens.open("market", None, language)
    assert not at.exception
    assert len(titles(at)) == 11
    assert not any("onerror" in body for body in raw_html(at))
    (heading,) = (heading for heading in headings(at) if "onerror" in heading)
    for mark in ("<", "[", "$", ":"):
        assert heading.replace(f"\\{mark}", "").count(mark) == 0
    assert "can't be found" in shown(at) or "找不到" in shown(at)


@pytest.mark.usefixtures("silent_chain")
def test_render__silent_chain__stays_up(screens):
    at = screens.open("market", "buyer")
    assert not at.exception
    assert len(titles(at)) == 8
