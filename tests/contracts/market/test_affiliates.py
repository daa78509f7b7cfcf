# register
# ├── twice, under himself, under an unknown account, with another upline than the referrer's → its error
# └── else → a node below the referrer, as a root without one; nothing changes it afterwards
# registerBySig
# ├── expired, replayed, of another chain, market, account or referrer → its error
# └── else → as register, for the signer (EOA or ERC-1271), called by anyone
# setCommissionRule, setCommissionCaps
# ├── not the rates role, above 30 % together, cap too wide → its error
# └── else → for orders placed from now on; a category without its own has the rates of category 0, uncapped
# commission lines of an order
# ├── listing offers nothing, buyer not in the tree, level too young, party of the order → nobody earns
# ├── wrong upline → its error
# └── else → sealed at placement, within the offered share

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from dapp.domain.bounds import DAY
from dapp.domain.split import CommissionLine, Referrer
from dapp.domain.terms import Flag, Upline, upline_hash
from tests.reverts import reverts
from tests.stage import COMMISSION_BPS, CREDIT_UNIT
from tests.trade import NATIVE, PRICE

FOREVER = 2**256 - 1
EMPTY = CommissionLine()


def sign(account, referrer, deadline, chain_id, market):
    """A registration's signature."""
    domain = {"name": "Hanse Market", "version": "1", "chainId": chain_id, "verifyingContract": market}
    fields = ("account", "address"), ("referrer", "address"), ("deadline", "uint256")
    types = {"Registration": [{"name": name, "type": kind} for name, kind in fields]}
    message = {"account": str(account), "referrer": str(referrer), "deadline": deadline}
    return domain, types, message


@pytest.fixture
def signed(trade, market, chain):
    """The arguments of the outsider's registration under the referrer, with changes to what is signed."""

    def signed_(account=None, referrer=None, deadline=FOREVER, chain_id=None, at=None, signer=None):
        account, referrer = account or trade.outsider, referrer or trade.referrer
        data = sign(account, referrer, deadline, chain_id or chain.chain_id, at or market.address)
        signature = Account.sign_message(encode_typed_data(*data), (signer or trade.outsider).private_key)
        line = trade.uplines[trade.referrer.address].pack()
        return account, referrer, line, deadline, bytes(signature.signature)

    return signed_


def node(market, account):
    registered_at, stored = market.nodeOf(account)
    return registered_at, bytes(stored)


# -- register ---------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_register__without_a_referrer__is_a_root(trade, market, move):
    with move():
        receipt = trade.register(trade.outsider)
    assert receipt.events == [market.Registered(account=trade.outsider, referrer=NATIVE)]
    assert node(market, trade.outsider) == (trade.now, upline_hash(Upline()))


@pytest.mark.second_evm
def test_register__under_a_referrer__has_his_upline_below_him(trade, market, move):
    with move():
        receipt = trade.register(trade.outsider, trade.buyer)
    assert receipt.events == [market.Registered(account=trade.outsider, referrer=trade.buyer)]
    above = trade.uplines[trade.buyer.address]
    below = Upline(
        (Referrer(trade.buyer.address, market.nodeOf(trade.buyer).registeredAt), *above.levels[:2])
    )
    assert node(market, trade.outsider) == (trade.now, upline_hash(below))


def test_register__root_with_an_invented_upline__is_an_empty_one(trade, market):
    invented = Upline((Referrer(trade.arbiter.address, 1),) * 3)
    market.register(NATIVE, invented.pack(), sender=trade.outsider)
    assert node(market, trade.outsider)[1] == upline_hash(Upline())


def test_register__twice__reverts(trade, market):
    before = node(market, trade.buyer)
    with reverts(market.Affiliates_AlreadyRegistered, account=trade.buyer):
        trade.register(trade.buyer, trade.third_referrer)
    with reverts(market.Affiliates_AlreadyRegistered, account=trade.third_referrer):
        market.register(
            trade.buyer, trade.uplines[trade.buyer.address].pack(), sender=trade.third_referrer
        )  # the root below his own great-grandchild would be a cycle
    assert node(market, trade.buyer) == before


def test_register__under_himself__reverts(trade, market):
    with reverts(market.Affiliates_SelfReferral, account=trade.outsider):
        market.register(trade.outsider, Upline().pack(), sender=trade.outsider)
    assert market.nodeOf(trade.outsider).registeredAt == 0


def test_register__under_an_account_not_in_the_tree__reverts(trade, market):
    with reverts(market.Affiliates_UnknownReferrer, referrer=trade.arbiter):
        market.register(trade.arbiter, Upline().pack(), sender=trade.outsider)
    assert market.nodeOf(trade.outsider).registeredAt == 0


def test_register__with_another_upline_than_the_referrers__reverts(trade, market):
    with reverts(market.Affiliates_UplineMismatch, account=trade.referrer):
        market.register(trade.referrer, Upline().pack(), sender=trade.outsider)
    assert market.nodeOf(trade.outsider).registeredAt == 0


# -- registerBySig ----------------------------------------------------------------------------


def test_register_by_sig__signed_by_the_account__joins(trade, market, signed):
    receipt = market.registerBySig(*signed(), sender=trade.arbiter)
    assert receipt.events == [market.Registered(account=trade.outsider, referrer=trade.referrer)]
    assert market.nodeOf(trade.outsider).registeredAt == trade.now
    assert market.nodeOf(trade.arbiter).registeredAt == 0


def test_register_by_sig__contract_wallet__joins(trade, market, signed, project):
    wallet = trade.admin.deploy(project.ContractWallet, trade.outsider)
    receipt = market.registerBySig(*signed(account=wallet), sender=trade.arbiter)
    assert receipt.events == [market.Registered(account=wallet, referrer=trade.referrer)]


def test_register_by_sig__replayed__reverts(trade, market, signed):
    market.registerBySig(*signed(), sender=trade.arbiter)
    with reverts(market.Affiliates_AlreadyRegistered, account=trade.outsider):
        market.registerBySig(*signed(), sender=trade.arbiter)


def test_register_by_sig__deadline__last_second_is_legal(trade, market, signed):
    deadline = trade.now + 100
    trade.at(deadline + 1)
    with reverts(market.Affiliates_SignatureExpired, deadline=deadline):
        market.registerBySig(*signed(deadline=deadline), sender=trade.arbiter)
    later = trade.now + 100
    trade.at(later)
    market.registerBySig(*signed(deadline=later), sender=trade.arbiter)
    assert market.nodeOf(trade.outsider).registeredAt == later


@pytest.mark.parametrize(
    "forged", [{"chain_id": 1}, {"at": "0x000000000000000000000000000000000000dEaD"}, {"signer": "arbiter"}]
)
def test_register_by_sig__for_another_chain_or_market_or_by_another__reverts(trade, market, signed, forged):
    if "signer" in forged:
        forged = {"signer": trade.arbiter}
    with reverts(market.Affiliates_BadSignature, account=trade.outsider):
        market.registerBySig(*signed(**forged), sender=trade.arbiter)
    assert market.nodeOf(trade.outsider).registeredAt == 0


def test_register_by_sig__another_referrer_than_signed__reverts(trade, market, signed):
    account, _, _, deadline, signature = signed()
    line = trade.uplines[trade.buyer.address].pack()
    with reverts(market.Affiliates_BadSignature, account=trade.outsider):
        market.registerBySig(account, trade.buyer, line, deadline, signature, sender=trade.arbiter)


# -- rules ------------------------------------------------------------------------------------


def rule_of(market, category, token=NATIVE):
    """Three rates and three caps."""
    rule, caps = market.commissionRule(category, token)
    rates = [rule >> shift & 0xFFFF for shift in (0, 16, 32)]
    return rates, [caps >> shift & (2**80 - 1) for shift in (0, 80, 160)]


def test_set_commission_rule__within_30_percent__holds_for_the_category(trade, market):
    receipt = market.setCommissionRule(7, (2_000, 600, 400), sender=trade.rater)
    assert receipt.events == [market.CommissionRuleSet(category=7, ratesBps=[2_000, 600, 400])]
    assert rule_of(market, 7) == ([2_000, 600, 400], [0, 0, 0])
    assert rule_of(market, 8) == rule_of(market, 0) == (list(COMMISSION_BPS), [0, 0, 0])


def test_set_commission_rule__of_category_0__holds_where_there_is_no_other(trade, market):
    market.setCommissionRule(7, (0, 0, 0), sender=trade.rater)
    market.setCommissionRule(0, (3_000, 0, 0), sender=trade.rater)
    assert rule_of(market, 8)[0] == rule_of(market, 0)[0] == [3_000, 0, 0]
    assert rule_of(market, 7)[0] == [0, 0, 0]


@pytest.mark.parametrize("rates", [(3_001, 0, 0), (2_000, 600, 401), (0, 0, 65_536)])
def test_set_commission_rule__above_30_percent__reverts(trade, market, rates):
    with reverts(market.Affiliates_RatesTooHigh, totalBps=sum(rates), maxBps=3_000):
        market.setCommissionRule(0, rates, sender=trade.rater)
    assert rule_of(market, 0)[0] == list(COMMISSION_BPS)


def test_set_commission_caps__per_category_and_token__holds_there_only(trade, market, token):
    caps = [2**80 - 1, 2, 1]
    receipt = market.setCommissionCaps(7, token, caps, sender=trade.rater)
    assert receipt.events == [market.CommissionCapsSet(category=7, token=token, caps=caps)]
    assert rule_of(market, 7, token) == (list(COMMISSION_BPS), caps)
    assert rule_of(market, 7) == rule_of(market, 0, token) == (list(COMMISSION_BPS), [0, 0, 0])


def test_set_commission_caps__of_category_0__no_others(trade, market):
    market.setCommissionCaps(0, NATIVE, (1, 2, 3), sender=trade.rater)
    market.setCommissionRule(0, (300, 200, 100), sender=trade.rater)
    assert rule_of(market, 0) == ([300, 200, 100], [1, 2, 3])
    assert rule_of(market, 8) == ([300, 200, 100], [0, 0, 0])


def test_set_commission_caps__wider_than_80_bits__reverts(trade, market):
    with reverts(market.Affiliates_CapTooHigh, cap=2**80):
        market.setCommissionCaps(0, NATIVE, (0, 0, 2**80), sender=trade.rater)
    assert rule_of(market, 0)[1] == [0, 0, 0]


@pytest.mark.parametrize("role", ["outsider", "admin", "pauser", "treasurer"])
def test_set_commission__not_the_rates_role__reverts(trade, market, role):
    caller = getattr(trade, role)
    with reverts(market.AccessManagedUnauthorized, caller=caller):
        market.setCommissionRule(0, (1, 1, 1), sender=caller)
    with reverts(market.AccessManagedUnauthorized, caller=caller):
        market.setCommissionCaps(0, NATIVE, (1, 1, 1), sender=caller)
    assert rule_of(market, 0) == (list(COMMISSION_BPS), [0, 0, 0])


# -- the lines of an order --------------------------------------------------------------------


def lines(trade, *rates):
    """Lines of the three referrers."""
    accounts = (trade.referrer, trade.second_referrer, trade.third_referrer)
    pairs = zip(accounts, rates, strict=True)
    return tuple(CommissionLine(account.address, rate) if rate else EMPTY for account, rate in pairs)


@pytest.mark.parametrize(
    ("offered", "rates"),
    [
        (3_000, (1_000, 500, 250)),
        (1_600, (1_000, 500, 100)),
        (1_200, (1_000, 200, 0)),
        (800, (800, 0, 0)),
        (0, (0, 0, 0)),
    ],
)
def test_lines__share_offered__goes_to_the_nearest_first(trade, offered, rates):
    order = trade.placed(trade.list(max_commission_bps=offered))
    assert order.terms.lines == lines(trade, *rates)


def test_lines__rule_changed_after_placement__sealed_ones_hold(trade, market, move):
    order = trade.delivered(trade.list(max_commission_bps=3_000))
    market.setCommissionRule(0, (0, 0, 3_000), sender=trade.rater)
    market.setCommissionCaps(0, NATIVE, (1, 1, 1), sender=trade.rater)
    paid = {"referrer": PRICE // 10, "second_referrer": PRICE // 20, "third_referrer": PRICE // 40}
    fee = PRICE // 50
    with move(seller=PRICE - fee - sum(paid.values()), platform=fee, **paid):
        trade.release(order)


def test_lines__capped_category__at_most_the_cap(trade, market, move):
    market.setCommissionCaps(7, NATIVE, (5, 2**80 - 1, 0), sender=trade.rater)
    order = trade.delivered(trade.list(max_commission_bps=3_000, category=7))
    paid = {"referrer": 5, "second_referrer": PRICE // 20, "third_referrer": PRICE // 40}
    fee = PRICE // 50
    with move(seller=PRICE - fee - sum(paid.values()), platform=fee, **paid):
        trade.release(order)


def test_lines__buyer_not_in_the_tree__nobody_earns(trade):
    order = trade.placed(trade.list(max_commission_bps=3_000), payer=trade.outsider)
    assert order.terms.lines == lines(trade, 0, 0, 0)


def test_lines__buyer_not_in_the_tree_with_an_upline__reverts(trade, market):
    invented = Upline((Referrer(trade.arbiter.address, 1), Referrer(), Referrer()))
    with reverts(market.Affiliates_UplineMismatch, account=trade.outsider):
        trade.placed(trade.list(max_commission_bps=3_000), payer=trade.outsider, upline=invented)


def test_lines__another_upline_than_registered__reverts(trade, market, move):
    offer = trade.list(max_commission_bps=3_000)
    chosen = Upline((Referrer(trade.arbiter.address, 1), Referrer(), Referrer()))
    for line in (chosen, Upline()):
        with move(), reverts(market.Affiliates_UplineMismatch, account=trade.buyer):
            trade.placed(offer, upline=line)


def test_lines__level_registered_less_than_a_day_ago__earns_nothing(trade):
    offer = trade.list(max_commission_bps=3_000)
    trade.register(trade.arbiter)
    joined = trade.now
    trade.register(trade.outsider, trade.arbiter)
    trade.at(joined + DAY - 1)
    young = trade.placed(offer, payer=trade.outsider)
    trade.at(joined + DAY)
    old = trade.placed(offer, payer=trade.outsider)
    assert young.terms.lines == (EMPTY, EMPTY, EMPTY)
    assert old.terms.lines == (CommissionLine(trade.arbiter.address, 1_000), EMPTY, EMPTY)


def test_lines__referrer_is_the_payer__earns_nothing_and_the_seller_keeps_it(trade, move):
    offer = trade.list(max_commission_bps=3_000, flags=Flag.INSTANT)
    order = trade.place(offer, payer=trade.referrer, buyer=trade.buyer.address)
    assert order.terms.lines == (EMPTY, *lines(trade, 1, 500, 250)[1:])
    trade.deliver(order)
    fee, second, third = PRICE // 50, PRICE // 20, PRICE // 40
    moved = {"second_referrer": second, "third_referrer": third, "platform": fee}
    with move(seller=PRICE - fee - second - third, **moved):
        trade.release(order)


def test_lines__referrer_is_the_seller__earns_nothing(trade, market):
    market.stake(sender=trade.second_referrer, value=300 * CREDIT_UNIT)
    offer = trade.list(trade.second_referrer, max_commission_bps=3_000)
    order = trade.placed(offer)
    assert [line.rate_bps for line in order.terms.lines] == [1_000, 0, 250]
