# pause, unpause: not the pauser → its error · else → new listings and orders stop, nothing else
# setPolicy: not the rates role, a fee or stake too high → its error · else → pause, rule and module stay
# setCreditUnit: not the rates role, native coin, too large → its error · else → set
# addModule, allowArbitrator: not the admin, zero address → its error · else → for future orders
# roles with a delay: the change waits

import pytest
from eth_utils import keccak

from dapp.domain.bounds import DAY
from tests.reverts import reverts
from tests.stage import CREDIT_UNIT, RATES, TOKEN_UNIT
from tests.trade import NATIVE, PRICE

NOBODY = "0x000000000000000000000000000000000000dEaD"
PAUSED_BIT = 1 << 241
FEES = (240, 200, 180, 160)
KEPT = ~((1 << 192) - 1) & (2**256 - 1)


def policy(fees=FEES, stakes=(300, 200, 100), units=10_000, gwei=10**6):
    """The policy word's settable part."""
    word = sum(fee << 16 * i for i, fee in enumerate(fees))
    word |= sum(stake << 64 + 24 * i for i, stake in enumerate(stakes))
    return word | units << 136 | gwei << 152


def test_policy__as_wired__is_what_the_stage_set(market):
    assert market.policy() & (2**192 - 1) == policy()


@pytest.mark.second_evm
def test_pause__by_the_pauser__only_new_business_stops(trade, market, move):
    before = market.policy()
    with move():
        receipt = market.pause(sender=trade.pauser)
    assert receipt.events == [market.Paused(by=trade.pauser)]
    assert market.policy() == before | PAUSED_BIT
    with move():
        receipt = market.unpause(sender=trade.pauser)
    assert receipt.events == [market.Unpaused(by=trade.pauser)]
    assert market.policy() == before


@pytest.mark.parametrize("caller", ["outsider", "admin", "rater", "treasurer", "seller"])
def test_pause__by_another__reverts(trade, market, caller):
    by = getattr(trade, caller)
    for call in (market.pause, market.unpause):
        with reverts(market.AccessManagedUnauthorized, caller=by):
            call(sender=by)


@pytest.mark.parametrize(
    "next_", [policy((1_000,) * 4, (100_000,) * 3, 2**16 - 1, 2**40 - 1), policy((0,) * 4, (0,) * 3, 0, 0)]
)
def test_set_policy__at_the_bounds__leaves_pause_rule_and_module(trade, market, next_):
    market.pause(sender=trade.pauser)
    market.addModule(trade.arbiter, sender=trade.admin)
    before = market.policy()
    receipt = market.setPolicy(next_ | 2**256 - 2**200, sender=trade.rater)
    assert market.policy() == before & KEPT | next_
    assert receipt.events == [market.PolicySet(policy=before & KEPT | next_)]


@pytest.mark.parametrize(
    ("next_", "value", "highest"),
    [(policy(fees=[0] * i + [1_001] + [0] * (3 - i)), 1_001, 1_000) for i in range(4)]
    + [(policy(stakes=[0] * i + [100_001] + [0] * (2 - i)), 100_001, 100_000) for i in range(3)],
)
def test_set_policy__fee_or_stake_above_its_bound__reverts(trade, market, next_, value, highest):
    before = market.policy()
    with reverts(market.Settings_OutOfBounds, value=value, max=highest):
        market.setPolicy(next_, sender=trade.rater)
    assert market.policy() == before


@pytest.mark.parametrize("caller", ["outsider", "admin", "pauser", "treasurer"])
def test_settings_of_the_rates_role__by_another__reverts(trade, market, token, caller):
    by = getattr(trade, caller)
    with reverts(market.AccessManagedUnauthorized, caller=by):
        market.setPolicy(0, sender=by)
    with reverts(market.AccessManagedUnauthorized, caller=by):
        market.setCreditUnit(token, 1, sender=by)
    assert market.creditUnit(token) == TOKEN_UNIT


def test_set_credit_unit__of_a_token__set(trade, market, token):
    receipt = market.setCreditUnit(token, 2**128 - 1, sender=trade.rater)
    assert receipt.events == [market.CreditUnitSet(token=token, unit=2**128 - 1)]
    assert market.creditUnit(token) == 2**128 - 1
    assert market.creditUnit(NATIVE) == CREDIT_UNIT


def test_set_credit_unit__native_coin_or_too_large__reverts(trade, market, token):
    with reverts(market.Settings_ZeroAddress):
        market.setCreditUnit(NATIVE, 1, sender=trade.rater)
    with reverts(market.Settings_OutOfBounds, value=2**128, max=2**128 - 1):
        market.setCreditUnit(token, 2**128, sender=trade.rater)
    assert (market.creditUnit(NATIVE), market.creditUnit(token)) == (CREDIT_UNIT, TOKEN_UNIT)


def test_add_module__by_the_admin__future_orders_only(trade, market):
    before = trade.placed()
    receipt = market.addModule(trade.arbiter, sender=trade.admin)
    assert receipt.events == [market.ModuleAdded(index=1, module=trade.arbiter)]
    assert (market.moduleAt(0), market.moduleAt(1)) == (trade.module, trade.arbiter)
    after = trade.placed()
    assert (before.terms.module_index, after.terms.module_index) == (0, 1)
    trade.resolve(before, PRICE, 0)
    with reverts(market.Orders_NotModule, caller=trade.module, module=trade.arbiter):
        trade.resolve(after, PRICE, 0)


def test_add_module__zero_address__reverts(trade, market):
    with reverts(market.Settings_ZeroAddress):
        market.addModule(NATIVE, sender=trade.admin)


def test_allow_arbitrator__by_the_admin__on_and_off(trade, market):
    for allowed in (True, False):
        receipt = market.allowArbitrator(NOBODY, allowed, sender=trade.admin)
        assert receipt.events == [market.ArbitratorAllowed(arbitrator=NOBODY, allowed=allowed)]
        assert market.arbitratorAllowed(NOBODY) is allowed


@pytest.mark.parametrize("caller", ["outsider", "rater", "pauser", "seller"])
def test_settings_of_the_admin__by_another__reverts(trade, market, caller):
    by = getattr(trade, caller)
    with reverts(market.AccessManagedUnauthorized, caller=by):
        market.addModule(by, sender=by)
    with reverts(market.AccessManagedUnauthorized, caller=by):
        market.allowArbitrator(by, True, sender=by)
    assert not market.arbitratorAllowed(by)


def test_settings__role_with_a_delay__the_change_waits(trade, market):
    authority, admin = trade.stage.authority, trade.admin
    authority.grantRole(RATES, trade.arbiter, 2 * DAY, sender=admin)
    data = market.setCommissionRule.encode_input(0, (0, 0, 0))
    operation = keccak(
        bytes(12)
        + bytes.fromhex(trade.arbiter.address[2:])
        + bytes(12)
        + bytes.fromhex(market.address[2:])
        + (96).to_bytes(32, "big")
        + len(data).to_bytes(32, "big")
        + bytes(data)
        + bytes(-len(data) % 32)
    )
    with reverts(authority.AccessManagerNotScheduled, operationId=operation):
        market.setCommissionRule(0, (0, 0, 0), sender=trade.arbiter)
    authority.schedule(market, data, 0, sender=trade.arbiter)
    ready = trade.now + 2 * DAY
    trade.at(ready - 1)
    with reverts(authority.AccessManagerNotReady, operationId=operation):
        market.setCommissionRule(0, (0, 0, 0), sender=trade.arbiter)
    trade.at(ready)
    receipt = market.setCommissionRule(0, (0, 0, 0), sender=trade.arbiter)
    assert market.CommissionRuleSet(category=0, ratesBps=[0, 0, 0]) in receipt.events
