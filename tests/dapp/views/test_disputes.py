"""The disputes screen, on a real index of a real chain.

render
├── nobody, a party, an arbiter: the lists, in both languages
├── one dispute draws for everybody, with the deposits and what is possible
├── a party opens one: the right call with the deposit as value; not when it is too late
└── the whole way of a case at the panel: fund, draw, accept, rule by the slider, appeal or execute
clocks
├── is_due: nothing before a clock's end, at its end something
└── rulings give quarters, rounded down
"""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from dapp.chain.formats import amount
from dapp.domain.disputes import ARBITRATION_SECONDS, DEPOSIT_WINDOW, FINAL_SECONDS, awarded
from dapp.domain.orders import Status
from dapp.index.dispute_clocks import is_due, is_expired
from dapp.index.dispute_rows import BACKUP_PANEL, ChairStep, Phase, Stage
from dapp.index.rows import OrderQuery
from dapp.views.disputes.panels import panel_of
from dapp.widgets.figures import amount_html
from tests.dapp.wallet.seeding import asked, connect

HOUR = 3_600


def waiting(screens):
    rows = screens.market.index.disputes(open_only=True).items
    return next(row for row in rows if row.phase is Phase.WAITING)


def decided(screens):
    rows = screens.market.index.disputes().items
    return next(row for row in rows if row.phase is Phase.CLOSED and row.cases)


def page(screens, order, account=None, language="en"):
    return screens.open("disputes", account, language, order=f"0x{order.id.hex()}")


def asked_call(at, contract):
    (request,) = asked(at)
    assert request.params[0]["to"] == contract.address
    function, arguments = contract.decode_function_input(request.params[0]["data"])
    return function.fn_name, arguments, int(str(request.params[0].get("value", "0x0")), 16)


def renew(screens):
    screens.catch_up()
    screens.market._head = None


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("account", [None, "buyer", "arbiter", "outsider"])
def test_render__lists_and_each_dispute__draw(screens, account, language):
    at = screens.open("disputes", account, language)
    assert not at.exception
    if account:
        at = at.segmented_control(key="disputes.list").set_value("all").run()
        assert not at.exception
    for row in screens.market.index.disputes().items:
        at = page(screens, row.order, account, language)
        assert not at.exception
        deposits = "Deposits" if language == "en" else "押金"
        assert any(deposits in line.value for line in at.markdown)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NONE])
def test_render__order_without_dispute__says_whether_one_can_be_opened(screens, status):
    rows = screens.market.index.orders(OrderQuery(statuses=(status,))).items
    order = next((row for row in rows if screens.market.index.dispute(row.id) is None), None)
    if order is None:
        assert status is Status.DISPUTED
        return
    for account in (None, order.terms.buyer):
        at = page(screens, order, account)
        assert not at.exception
        keys = {button.key for button in at.button}
        possible = account is not None and status in (Status.IN_PROGRESS, Status.DELIVERED)
        assert (f"disputes.open.{order.id.hex()}.button" in keys) is possible


def test_open__buyer__sends_the_deposit_and_the_sealed_metadata(screens):
    order = screens.market.index.orders(OrderQuery(statuses=(Status.DELIVERED,))).items[0]
    disputes = screens.market.contracts.disputes
    deposit = disputes.functions.depositOf(order.terms.pack()).call()
    at = page(screens, order, order.terms.buyer)
    at.button(key=f"disputes.open.{order.id.hex()}.button").click().run()
    name, arguments, value = asked_call(at, disputes)
    assert (name, arguments["cid"], value) == ("open", order.cid, deposit)


def test_fund__anyone_in_time__pays_the_deposit(screens):
    row = waiting(screens)
    at = page(screens, row.order, "outsider")
    at.button(key=f"disputes.fund.{row.order.id.hex()}.button").click().run()
    name, _arguments, value = asked_call(at, screens.market.contracts.disputes)
    assert (name, value) == ("fund", row.deposit)


def test_execute__other_side_never_paid__opener_wins_by_default(private_screens):
    screens = private_screens
    row = waiting(screens)
    key = f"disputes.execute.{row.order.id.hex()}.button"
    assert key not in {button.key for button in page(screens, row.order, "outsider").button}
    screens.running.advance(DEPOSIT_WINDOW)
    renew(screens)
    at = page(screens, row.order, "outsider")
    at.button(key=key).click().run()
    name, _arguments, _value = asked_call(at, screens.market.contracts.disputes)
    assert name == "execute"


def test_case__drawn_to_ruled__slider_rules_and_anyone_executes(private_screens):
    screens, running = private_screens, private_screens.running
    row, contracts = waiting(screens), running.contracts
    packed = row.order.terms.pack()
    running.send(contracts.disputes.functions.fund(packed), row.order.terms.seller, row.deposit)
    for _block in range(4):
        running.rpc("evm_mine")
    renew(screens)
    case = screens.market.index.dispute(row.order.id).cases[0]
    at = page(screens, row.order, "outsider")
    at.button(key=f"disputes.draw.{row.order.id.hex()}.{case.id}.0.button").click().run()
    assert asked_call(at, contracts.panel)[0] == "draw"
    arguments = (case.arbitrable, case.choices, case.extra_data)
    running.send(contracts.panel.functions.draw(arguments, 0), running.outsider)
    renew(screens)
    chair = screens.market.index.dispute(row.order.id).cases[0].chairs[0]
    assert chair.step is ChairStep.DRAWN

    at = screens.open("disputes", chair.arbiter)  # the desk comes first for an arbiter
    at.select_slider(key=f"disputes.slider.{case.id}.0").set_value(4).run()
    held = row.order.held
    exact = amount(awarded(held, 4), screens.market.token(row.order.terms.token))
    assert any(amount_html(exact) in block.proto.body for block in at.get("html"))
    at.button(key=f"disputes.ruling.{case.id}.0.button").click().run()
    name, given, _value = asked_call(at, contracts.panel)
    assert (name, given["ruling"], awarded(held, 4)) == ("giveRuling", 4, held * 3 // 4)

    running.send(contracts.panel.functions.giveRuling(arguments, 0, 4), chair.arbiter)
    renew(screens)
    at = page(screens, row.order, row.order.terms.seller)
    assert not at.exception
    at.button(key=f"disputes.appeal.{row.order.id.hex()}.button").click().run()
    name, _given, value = asked_call(at, contracts.disputes)
    assert (name, value) == ("appeal", contracts.panel.functions.appealCost(case.id, b"").call())

    running.advance(24 * HOUR)
    renew(screens)
    at = page(screens, row.order, "outsider")
    at.button(key=f"disputes.execute.{row.order.id.hex()}.button").click().run()
    assert asked_call(at, contracts.disputes)[0] == "execute"


def test_case__silent_arbiter__anyone_replaces(private_screens):
    screens, running = private_screens, private_screens.running
    row, contracts = waiting(screens), running.contracts
    running.send(
        contracts.disputes.functions.fund(row.order.terms.pack()), row.order.terms.seller, row.deposit
    )
    for _block in range(4):
        running.rpc("evm_mine")
    renew(screens)
    case = screens.market.index.dispute(row.order.id).cases[0]
    running.send(
        contracts.panel.functions.draw((case.arbitrable, case.choices, case.extra_data), 0), running.outsider
    )
    running.advance(2 * HOUR)
    renew(screens)
    at = page(screens, row.order, "outsider")
    at.button(key=f"disputes.replace.{row.order.id.hex()}.{case.id}.0.button").click().run()
    assert asked_call(at, contracts.panel)[0] == "replace"


def test_concede__seller__gives_all_back(screens):
    row = waiting(screens)
    at = page(screens, row.order, row.order.terms.seller)
    at.button(key=f"disputes.concede.{row.order.id.hex()}.button").click().run()
    name, arguments, _value = asked_call(at, screens.market.contracts.market)
    assert (name, arguments["amount"]) == ("refund", row.order.held)


def test_is_due__each_clock__from_its_end_on(screens):
    row = waiting(screens)
    assert not is_due(row, row.fund_until - 1)
    assert is_due(row, row.fund_until)
    for phase, seconds in ((Phase.ARBITRATING, ARBITRATION_SECONDS), (Phase.BACKUP, FINAL_SECONDS)):
        undecided = replace(row, phase=phase)
        assert not is_due(undecided, row.opened_at + seconds - 1)
        assert is_due(undecided, row.opened_at + seconds)
    assert not is_due(replace(row, phase=Phase.CLOSED), row.opened_at + FINAL_SECONDS)


def test_panel_of__case_before_the_backup__is_the_backup_panel(screens):
    case = replace(decided(screens).cases[0], panel=BACKUP_PANEL)
    assert panel_of(case).address == screens.market.contracts.backup_panel.address
    assert panel_of(replace(case, panel="ArbiterPanel")).address == screens.market.contracts.panel.address


def test_case_steps__fee_left_at_the_panel_of_a_closed_dispute__anyone_frees_it(screens):
    row = decided(screens)
    drawing = replace(row.cases[0].chairs[0], step=ChairStep.DRAWING)
    left = replace(row.cases[0], stage=Stage.OPEN, chairs=(drawing,), expires_at=0)
    assert is_expired(left, screens.market.now())
    at = AppTest.from_function(_steps, args=(left, row))
    connect(at, screens.running.outsider)
    at.run()
    assert not at.exception
    assert [button.key for button in at.button] == [f"disputes.expire.{row.order.id.hex()}.button"]


def _steps(case, row):
    from dapp.views.disputes.steps import case_steps

    case_steps(case, row, None)


@pytest.mark.parametrize(
    ("held", "ruling", "expected"), [(7, 1, 0), (7, 2, 1), (7, 3, 3), (7, 4, 5), (7, 5, 7)]
)
def test_awarded__odd_amount__rounds_down(held, ruling, expected):
    assert awarded(held, ruling) == expected
