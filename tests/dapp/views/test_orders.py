"""The orders screen, on a real index of a real chain.

render
├── nobody is asked to connect; buyer and seller see theirs, in both languages
└── an order, in each state, for each of its parties and others
    ├── exactly the actions that the reference model allows now are offered
    ├── pressing one asks the wallet for the right call
    ├── one that became impossible meanwhile says why, and no wallet opens
    └── unknown ids, hostile evidence and missing content leave the page up
clock_sentence
└── half-open: at `until` the time is over
stages
└── the way through the states, in order
"""

import pytest

from dapp.domain.orders import Action, Actor, Status, legal_actions
from dapp.evidence.document import EvidenceDocument
from dapp.index.rows import OrderQuery
from dapp.views.orders.history import stages
from dapp.widgets.orders import actor_of, clock_sentence, is_overdue
from dapp.widgets.timeline import Progress
from tests.dapp.wallet.seeding import asked

LIVE = (Status.PLACED, Status.IN_PROGRESS, Status.DELIVERED, Status.DISPUTED)
BUTTONS = (Action.ACCEPT, Action.DELIVER, Action.RELEASE, Action.RECLAIM, Action.CANCEL, Action.DECLINE)


def order_in(screens, status):
    return screens.market.index.orders(OrderQuery(statuses=(status,))).items[0]


def page(screens, order, account=None, language="en"):
    return screens.open("orders", account, language, order=f"0x{order.id.hex()}")


def shown(at):
    """All that is said on the page."""
    kinds = (at.title, at.markdown, at.caption, at.info, at.warning, at.success, at.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_render__nobody__asks_to_connect(screens, language):
    at = screens.open("orders", None, language)
    assert not at.exception
    assert ("Connect a wallet" if language == "en" else "连接钱包") in shown(at)


@pytest.mark.parametrize(("account", "role"), [("buyer", "buyer"), ("seller", "seller")])
def test_render__party__sees_its_orders(screens, account, role):
    at = screens.open("orders", account)
    if role == "seller":
        at = at.segmented_control(key="orders.role").set_value("seller").run()
    assert not at.exception
    total = screens.market.index.orders(OrderQuery(getattr(screens.running, account), role)).total
    cards = [caption.value for caption in at.caption]
    assert total
    assert len(cards) >= min(total, 10)


@pytest.mark.parametrize("account", [None, "buyer", "seller", "outsider"])
@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NONE])
def test_detail__each_state__offers_what_is_legal(screens, status, account):
    order = order_in(screens, status)
    named = {"buyer": order.terms.buyer, "seller": order.terms.seller}
    me = named.get(account) or (getattr(screens.running, account) if account else None)
    at = page(screens, order, me)
    assert not at.exception
    state = screens.market.contracts.order_state(order.id)
    legal = legal_actions(order.terms, state, screens.market.now(), actor_of(order.terms, me))
    keys = {button.key for button in at.button}
    for action in BUTTONS:
        key = f"orders.{action.value}.{order.id.hex()}.button"
        assert (key in keys) is (action in legal), action


@pytest.mark.parametrize("status", LIVE)
def test_detail__chinese__says_everything_in_chinese(screens, status):
    at = page(screens, order_in(screens, status), order_in(screens, status).terms.seller, "zh")
    assert not at.exception
    for foreign in ("The seller", "Refund", "You have"):
        assert foreign not in shown(at)


def test_release__buyer_of_delivered__asks_for_the_sealed_terms(screens):
    order = order_in(screens, Status.DELIVERED)
    at = page(screens, order, order.terms.buyer)
    at.button(key=f"orders.release.{order.id.hex()}.button").click().run()
    (request,) = asked(at)
    contract = screens.market.contracts.market
    assert request.params[0]["to"] == contract.address
    assert request.params[0]["data"] == contract.encode_abi("release", [order.terms.pack()])


def test_cancel__accepted_meanwhile__says_why_and_opens_no_wallet(private_screens):
    screens, running = private_screens, private_screens.running
    order = order_in(screens, Status.PLACED)
    at = page(screens, order, order.terms.buyer)
    running.advance(3_600)
    running.send(running.contracts.market.functions.accept(order.terms.seal().pack()), order.terms.seller)
    at.button(key=f"orders.cancel.{order.id.hex()}.button").click().run()
    assert not asked(at)
    assert any("in progress" in error.value for error in at.error), [error.value for error in at.error]


def test_detail__deadline_passed__outsider_may_send_the_money_back(private_screens):
    screens = private_screens
    order = order_in(screens, Status.IN_PROGRESS)
    screens.running.advance(order.until - screens.running.web3.eth.get_block("latest")["timestamp"])
    screens.catch_up()
    screens.market._head = None
    at = page(screens, order, "outsider")
    at.button(key=f"orders.reclaim.{order.id.hex()}.button").click().run()
    (request,) = asked(at)
    contract = screens.market.contracts.market
    assert request.params[0]["data"] == contract.encode_abi("reclaim", [order.terms.pack()])


def test_refund__part__asks_for_exactly_that_amount(screens):
    order = order_in(screens, Status.DELIVERED)
    at = page(screens, order, order.terms.seller)
    key = f"orders.refund.{order.id.hex()}"
    at.text_input(key=f"{key}.amount").set_value("0.000000001").run()
    at.button(key=f"{key}.button").click().run()
    token = screens.market.token(order.terms.token)
    (request,) = asked(at)
    expected = 10 ** (token.decimals - 9)
    contract = screens.market.contracts.market
    assert request.params[0]["data"] == contract.encode_abi("refund", [order.terms.pack(), expected])


def test_evidence__hostile_document__is_only_letters(private_screens):
    screens, running = private_screens, private_screens.running
    order = order_in(screens, Status.DELIVERED)
    nasty = "<script>alert(1)</script> [click](javascript:alert(1)) $x$"
    cid = screens.market.store.put(EvidenceDocument(nasty, nasty * 50).to_json())
    for piece in (cid, "bafkreie7ohywtosou76tasm7j63yigtzxe7d5zqus4zu3j6oltvgtibeom"):
        running.send(
            running.contracts.evidence.functions.submit(order.terms.pack(), piece), order.terms.buyer
        )
    screens.catch_up()
    at = page(screens, order, order.terms.buyer)
    assert not at.exception
    assert "\\<script\\>" in shown(at)
    assert "<script>" not in shown(at)
    assert "missing" in shown(at)


@pytest.mark.parametrize("order", ["0x" + "ab" * 32, "nonsense", "0x12"])
def test_render__unknown_order__stays_up(screens, order):
    at = screens.open("orders", "buyer", order=order)
    assert not at.exception


def test_clock_sentence__at_until__is_over(screens):
    order = order_in(screens, Status.IN_PROGRESS)
    before = clock_sentence(order.terms, order.state, order.until - 1, Actor.SELLER)
    after = clock_sentence(order.terms, order.state, order.until, Actor.SELLER)
    assert "1 s" in before
    assert "did not deliver in time" in after
    assert not is_overdue(order.state, order.until - 1)
    assert is_overdue(order.state, order.until)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NONE])
def test_stages__each_state__ends_where_it_stands(screens, status):
    order = order_in(screens, status)
    way = stages(order, screens.market.index.order_steps(order.id))
    now = [stage for stage in way if stage.progress in (Progress.NOW, Progress.BROKEN)]
    times = [stage.at for stage in way if stage.at]
    assert times == sorted(times)
    if status is Status.COMPLETED:
        assert all(stage.progress is Progress.DONE for stage in way)
    else:
        assert len(now) == 1


@pytest.mark.parametrize(("language", "conclusion"), [("en", "pieces are there"), ("zh", "内容齐全")])
def test_record__checked__every_piece_and_the_conclusion(screens, language, conclusion):
    order = order_in(screens, Status.DISPUTED)
    at = page(screens, order, None, language).button(key=f"orders.record.{order.id.hex()}").click().run()
    assert not at.exception
    assert conclusion in shown(at)
    assert any(order.cid in code.value for code in at.code)
