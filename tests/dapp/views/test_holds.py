"""Held deliveries, on a real index of a real chain: on the order's page and in the risk queue.

order
├── held: buyer, seller and others are told until when, what they can do and why, in both languages
├── cleared, confirmed: said with the time; the history tells each step
├── never held: nothing is said
└── its document is missing: the page stays
queue
├── everyone sees what waits, what speaks against it, and what became of past holds
├── a reviewer clears it: with his grounds as evidence, after writing them
├── a reviewer confirms it: with the deposit and the metadata that the order was placed on
├── decided meanwhile: he is told, and no wallet opens
├── a reviewer with a part in the order decides nothing
├── a reviewer with a delay schedules it at the Authority, and then clears it himself
├── over: it moves to the past ones
└── nothing is held: said
"""

import json

import pytest

from dapp.domain.bounds import DAY
from dapp.domain.orders import Status
from dapp.evidence.document import EvidenceDocument
from dapp.index.hold_rows import HoldState
from dapp.index.rows import OrderQuery
from dapp.risk.document import read_assessment
from dapp.widgets.i18n import text_of
from tests.dapp.views.pages import asked_for, press, shown, value_of
from tests.dapp.wallet.seeding import asked

REVIEWER = 12
HOUR = 3_600
NOWHERE = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


def holds_of(screens):
    """The demo's three: the one that waits, and the past ones by their state."""
    index, now = screens.market.index, screens.market.now()
    (waiting,) = index.open_holds(now).items
    return {HoldState.HELD: waiting} | {hold.state_at(now): hold for hold in index.past_holds(now).items}


def order_page(screens, order, account=None, language="en"):
    return screens.open("orders", account, language, order=f"0x{order.id.hex()}")


def queue(screens, account=None, language="en"):
    at = screens.open("operate", account, language)
    at.session_state["operate.tabs"] = text_of("operate.tabs.holds", language)
    return at.run()


def key_of(hold):
    return f"operate.hold.{hold.order.id.hex()}"


def with_grounds(screens, hold, account="reviewer", text="Both showed the invoice."):
    at = queue(screens, account)
    return at.text_area(key=f"{key_of(hold)}.grounds").set_value(text).run()


def charts(at):
    return [json.loads(element.proto.spec) for element in at.get("vega_lite_chart")]


def make_reviewer(running, account, delay=0):
    """The admin, who has a delay himself, gives the role to an account, with a delay in seconds."""
    authority = running.contracts.authority.functions
    data = authority.grantRole(REVIEWER, account, delay)._encode_transaction_data()
    target = running.contracts.authority.address
    running.send(authority.schedule(target, data, 0), running.operator)
    running.advance(3_700)
    running.send(authority.execute(target, data), running.operator)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("who", ["buyer", "seller", "other"])
def test_order__held__says_until_when_and_what_can_be_done(screens, who, language):
    hold = holds_of(screens)[HoldState.HELD]
    terms = hold.order.terms
    account = {"buyer": terms.buyer, "seller": terms.seller, "other": None}[who]
    at = order_page(screens, hold.order, account, language)
    assert not at.exception
    said = shown(at)
    assert text_of(f"holds.can.{who}", language) in said
    assert text_of("holds.remark", language) in said
    assessment = read_assessment(screens.market.store.get(hold.cid))
    assert assessment.factors
    assert all(f"**{factor.points}**" in said for factor in assessment.factors)
    assert hold.cid in said
    if who == "buyer":
        buttons = {button.key for button in at.button}
        assert f"orders.release.{hold.order.id.hex()}.button" in buttons


@pytest.mark.parametrize("state", [HoldState.CLEARED, HoldState.CONFIRMED])
def test_order__decided__said_and_in_the_history(screens, state):
    hold = holds_of(screens)[state]
    at = order_page(screens, hold.order, hold.order.terms.seller)
    assert not at.exception
    said = shown(at)
    first, _, _rest = text_of(f"holds.was.{state.value}", "en").partition(" (")
    assert first in said
    assert text_of("holds.remark", "en") not in said
    for event in ("HoldPlaced", {HoldState.CLEARED: "HoldCleared"}.get(state, "HoldConfirmed")):
        assert text_of(f"orders.event.{event}", "en") in said
    assert text_of("pieces.kind.review", "en") in said


def test_order__never_held__says_nothing(screens):
    delivered = screens.market.index.orders(OrderQuery(statuses=(Status.DELIVERED,))).items
    (order,) = (each for each in delivered if screens.market.index.hold(each.id) is None)
    said = shown(order_page(screens, order, order.terms.buyer))
    assert text_of("holds.remark", "en") not in said
    assert text_of("holds.why_help", "en") not in said


def test_hold__without_its_document__says_so(private_screens):
    screens, running = private_screens, private_screens.running
    orders = screens.market.index.orders(OrderQuery(statuses=(Status.DELIVERED,))).items
    (order,) = (each for each in orders if screens.market.index.hold(each.id) is None)
    holds = running.contracts.risk_holds.functions
    running.send(holds.hold(order.terms.pack(), order.until + DAY, 80, NOWHERE), running.risk_bot)
    screens.catch_up()
    for at in (order_page(screens, order, order.terms.buyer), queue(screens, "reviewer")):
        assert not at.exception
        assert text_of("holds.no_document", "en") in shown(at)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("account", [None, "outsider", "reviewer"])
def test_queue__everyone__sees_what_waits_and_what_became_of_others(screens, account, language):
    found = holds_of(screens)
    at = queue(screens, account, language)
    assert not at.exception
    said = shown(at)
    waiting = found[HoldState.HELD]
    assert text_of("holds.waiting", language, count=1) in said
    assert text_of("holds.score", language, score=waiting.score) in said
    assert {waiting.order.terms.buyer, waiting.order.terms.seller, waiting.cid} <= set(said.split("\n"))
    (chart,) = charts(at)
    factors = read_assessment(screens.market.store.get(waiting.cid)).factors
    bars = chart["layer"][0]["data"]["values"]
    assert [bar["points"] for bar in bars] == [*(factor.points for factor in factors), waiting.score]
    for state in (HoldState.CLEARED, HoldState.CONFIRMED):
        assert text_of(f"holds.state.{state.value}", language) in said
        assert found[state].decision_cid in said
    fields = {area.key for area in at.text_area}
    assert (f"{key_of(waiting)}.grounds" in fields) is (account == "reviewer")


def test_clear__reviewer__publishes_his_grounds(screens):
    hold = holds_of(screens)[HoldState.HELD]
    at = queue(screens, "reviewer")
    assert not any(str(button.key).startswith(key_of(hold)) for button in at.button)
    at = press(with_grounds(screens, hold), f"{key_of(hold)}.clear")
    name, arguments, transaction = asked_for(screens, at, "risk_holds")
    terms, cid = arguments.values()
    assert (name, value_of(transaction)) == ("clear", 0)
    assert terms["seller"] == hold.order.terms.seller
    document = EvidenceDocument.parse(screens.market.store.get(cid))
    assert document.description == "Both showed the invoice."


def test_confirm__reviewer__pays_the_deposit_for_the_metadata_of_the_order(screens):
    hold = holds_of(screens)[HoldState.HELD]
    at = press(with_grounds(screens, hold, text="The work is another one's."), f"{key_of(hold)}.confirm")
    name, arguments, transaction = asked_for(screens, at, "risk_holds")
    _terms, metadata, cid = arguments.values()
    disputes = screens.market.contracts.disputes.functions
    deposit = disputes.depositOf(hold.order.terms.pack()).call()
    assert (name, metadata) == ("confirm", hold.order.cid)
    assert value_of(transaction) == deposit > 0
    assert screens.market.store.has(cid)


def test_clear__decided_meanwhile__says_why_and_opens_no_wallet(private_screens):
    screens, running = private_screens, private_screens.running
    hold = holds_of(screens)[HoldState.HELD]
    at = with_grounds(screens, hold)
    clear = running.contracts.risk_holds.functions.clear(hold.order.terms.pack(), NOWHERE)
    running.send(clear, running.reviewer)
    at = press(at, f"{key_of(hold)}.clear")
    assert not asked(at)
    assert any("somebody decided about it already" in error.value for error in at.error)
    screens.catch_up()
    assert screens.market.index.hold(hold.order.id).state_at(screens.market.now()) is HoldState.CLEARED


def test_decide__reviewer_with_a_part_in_the_order__decides_nothing(private_screens):
    screens, running = private_screens, private_screens.running
    hold = holds_of(screens)[HoldState.HELD]
    buyer = hold.order.terms.buyer
    make_reviewer(running, buyer)
    screens.catch_up()
    at = queue(screens, buyer)
    assert text_of("holds.is_party", "en") in shown(at)
    assert not at.text_area


def test_clear__reviewer_with_delay__schedules_and_then_acts_himself(private_screens):
    screens, running = private_screens, private_screens.running
    reviewer = running.outsider
    make_reviewer(running, reviewer, HOUR)
    screens.catch_up()
    hold = holds_of(screens)[HoldState.HELD]
    at = press(with_grounds(screens, hold, reviewer), f"{key_of(hold)}.clear.schedule")
    name, arguments, _transaction = asked_for(screens, at, "authority")
    assert name == "schedule"
    running.send(running.contracts.authority.functions.schedule(*arguments.values()), reviewer)
    running.advance(HOUR)
    screens.catch_up()
    at = press(with_grounds(screens, hold, reviewer), f"{key_of(hold)}.clear.execute")
    name, arguments, _transaction = asked_for(screens, at, "risk_holds")
    assert name == "clear"
    running.send(running.contracts.risk_holds.functions.clear(*arguments.values()), reviewer)
    screens.catch_up()
    assert screens.market.index.hold(hold.order.id).reviewer == reviewer


def test_queue__over__moves_to_the_past_ones(private_screens):
    screens, running = private_screens, private_screens.running
    hold = holds_of(screens)[HoldState.HELD]
    running.advance(hold.until - screens.market.now())
    screens.market._head = None
    said = shown(queue(screens, "reviewer"))
    assert text_of("holds.none", "en") in said
    assert text_of("holds.state.lapsed", "en") in said
