"""The operate screen, on a real index of a real chain.

render
├── everyone sees the queue and health; the rest only who holds a role, in both languages
├── each tab of each role draws
└── the chain is silent: the page stays, with a sentence
overdue
└── one press ends every overdue order in one batch, each by its own exit
roles
├── a call without delay is asked for at once; one with a delay is scheduled at the Authority
├── a delay is offered only for roles whose contracts take one
├── an account that lost its role is told so, and no wallet opens
└── attestations carry their evidence
"""

import pytest

import operations.roles
from dapp.domain.orders import Status
from dapp.index.rows import OrderQuery
from dapp.views.operate import people
from dapp.widgets.i18n import text_of
from operations.roles import Role
from tests.dapp.views.pages import asked_for, press, shown
from tests.dapp.wallet.seeding import asked, connect

OPEN = ("overdue", "clocks", "holds", "bots", "health")
TABS = {
    None: OPEN,
    "outsider": OPEN,
    "operator": (*OPEN, "pause", "rates", "people", "treasury"),
    "attestor": (*OPEN, "judging"),
    "judge": (*OPEN, "judging"),
    "reviewer": (*OPEN, "merchants"),
}


def tab(screens, account, name, language="en"):
    """The screen with a tab open."""
    at = screens.open("operate", account, language)
    at.session_state["operate.tabs"] = text_of(f"operate.tabs.{name}", language)
    return at.run()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("account", list(TABS))
def test_render__account__sees_the_tabs_of_its_roles(screens, account, language):
    at = screens.open("operate", account, language)
    assert not at.exception
    assert [each.label for each in at.tabs] == [
        text_of(f"operate.tabs.{name}", language) for name in TABS[account]
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("account", "name"), [(account, name) for account, names in TABS.items() for name in names]
)
def test_render__each_tab__draws(screens, account, name, language):
    at = tab(screens, account, name, language)
    assert not at.exception
    assert not at.warning
    assert len(shown(at)) > 40


def test_render__role_or_language_gone__opens_the_first_tab(screens):
    at = tab(screens, "operator", "treasury")
    connect(at, screens.running.outsider)
    at.run()
    assert not at.exception
    assert text_of("operate.overdue_help", "en") in shown(at)


@pytest.mark.usefixtures("silent_chain")
@pytest.mark.parametrize("name", TABS["operator"])
def test_render__silent_chain__stays_up(screens, name):
    at = tab(screens, "operator", name)
    assert not at.exception


def test_sweep__overdue_orders__ends_all_in_one_batch(private_screens):
    screens, running = private_screens, private_screens.running
    live = (Status.PLACED, Status.IN_PROGRESS, Status.DELIVERED)
    orders = screens.market.index.orders(OrderQuery(statuses=live)).items
    running.advance(max(order.until for order in orders) - screens.market.now())
    screens.market._head = None
    at = press(screens.open("operate", "keeper"), "operate.sweep")
    name, arguments, _transaction = asked_for(screens, at)
    contract = screens.market.contracts.market
    inside = [contract.decode_function_input(call) for call in arguments["calls"]]
    exits = sorted("release" if order.status is Status.DELIVERED else "reclaim" for order in orders)
    assert name == "batch"
    assert sorted(function.fn_name for function, _arguments in inside) == exits


def test_pause__pauser__asks_at_once(screens):
    at = press(tab(screens, "operator", "pause"), "operate.pause")
    name, _arguments, _transaction = asked_for(screens, at)
    assert name == "pause"


def test_base_fee__rates__asks_for_the_typed_rate(screens):
    at = tab(screens, "operator", "rates")
    at.number_input(key="operate.base_fee").set_value(175).run()
    at = press(at, "operate.set_fee")
    name, arguments, _transaction = asked_for(screens, at, "fee_policy")
    assert (name, list(arguments.values())) == ("setBaseFee", [175])


def test_grant__admin_with_delay__is_scheduled(screens):
    at = tab(screens, "operator", "people")
    at.text_input(key="operate.role.who").set_value(screens.running.outsider).run()
    at = press(at, f"operate.grant.0.{screens.running.outsider}.schedule")
    name, arguments, _transaction = asked_for(screens, at, "authority")
    authority = screens.market.contracts.authority
    granted, inner = authority.decode_function_input(
        next(v for v in arguments.values() if isinstance(v, bytes))
    )
    assert name == "schedule"
    assert granted.fn_name == "grantRole"
    assert list(inner.values()) == [0, screens.running.outsider, 0]


@pytest.mark.parametrize(
    ("role", "offered"), [(Role.RATES, True), (Role.RISK_REVIEWER, True), (Role.RISK_MODULE, False)]
)
def test_roles__delay__is_offered_where_the_contracts_take_one(screens, role, offered):
    at = tab(screens, "operator", "people")
    at.selectbox(key="operate.role").set_value(role.value).run()
    assert ("operate.role.days" in {field.key for field in at.number_input}) == offered
    assert (text_of("operate.no_delay_help", "en") in shown(at)) != offered


def test_roles__undelayed__are_those_that_deployments_know():
    assert set(people.UNDELAYED) == set(operations.roles.UNDELAYED)


def test_treasury__treasurer__withdraws_what_fees_brought(screens):
    at = tab(screens, "operator", "treasury")
    key = next(field.key for field in at.text_input if field.key.endswith(".amount"))
    at.text_input(key=key).set_value("0.000001").run()
    at = press(at, key.removesuffix(".amount"))
    name, arguments, _transaction = asked_for(screens, at)
    assert name == "withdrawTreasury"
    assert screens.running.operator in arguments.values()


def test_attest__attestor__carries_the_evidence(screens):
    at = tab(screens, "attestor", "judging")
    seller = screens.running.seller
    at.text_input(key="operate.merchant").set_value(seller)
    at.number_input(key="operate.points").set_value(2.5)
    at.text_area(key="operate.reason").set_value("Papers seen.").run()
    dimension = int(at.selectbox(key="operate.dimension").value)
    at = press(at, f"operate.attest.{seller}.{dimension}")
    name, arguments, _transaction = asked_for(screens, at, "credit")
    *who_what, cid = arguments.values()
    assert (name, who_what) == ("attest", [seller, dimension, 2_500])
    assert screens.market.store.has(cid)


def test_attest__oneself__is_refused_in_words(screens):
    at = tab(screens, "attestor", "judging")
    who = screens.running.attestor
    at.text_input(key="operate.merchant").set_value(who)
    at.number_input(key="operate.points").set_value(20.0)
    at.text_area(key="operate.reason").set_value("Mine.").run()
    at = press(at, f"operate.attest.{who}.{int(at.selectbox(key='operate.dimension').value)}")
    assert not asked(at)
    assert at.error
