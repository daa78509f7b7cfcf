"""A market with its credit module and their roles."""

from types import SimpleNamespace

import pytest
from eth_abi import encode
from eth_utils import keccak

from dapp.domain.credit import Dimension
from dapp.domain.credit_table import TABLE
from dapp.domain.terms import Listing, Placement, Terms, Upline, metadata_hash

ROLES = SimpleNamespace(rates=2, compliance=4, community=5, security=6, appeals=7, credit_module=9)
CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
CREDIT_UNIT = 10**15
BOND = 5 * 10**16
START = (240_000, 180_000, 60_000, 60_000, 60_000)
"""A new merchant's sub-scores, in thousandths of a point."""
FIRST_SECOND = 40_000 * 86_400
ACCEPT, DELIVER, REVIEW, COOLING_OFF = 86_400, 86_400, 259_200, 600


@pytest.fixture
def actors(accounts):
    names = ("admin", "seller", "buyer", "attestor", "community_attestor", "judge", "outsider")
    return SimpleNamespace(**{name: accounts[i] for i, name in enumerate(names)})


@pytest.fixture
def authority(project, actors):
    return actors.admin.deploy(project.Authority, actors.admin)


@pytest.fixture
def market(project, actors, authority):
    return actors.admin.deploy(project.Market, authority, TABLE.pack())


def allow(authority, admin, target, role, *signatures):
    """Let `role` call the named functions of `target`."""
    selectors = [keccak(text=target.contract_type.mutable_methods[name].selector)[:4] for name in signatures]
    authority.setTargetFunctionRole(target, selectors, role, sender=admin)


@pytest.fixture
def credit(project, actors, authority, market, chain):
    """The credit module at the start of a day, so that a test's calls fall on one."""
    admin = actors.admin
    module = admin.deploy(project.Credit, authority, market)
    allow(authority, admin, market, ROLES.credit_module, "attestCredit", "reverseOrderCredit")
    allow(authority, admin, module, ROLES.appeals, "decideAttestation", "decideOrder")
    for role, member in (
        (ROLES.credit_module, module),
        (ROLES.appeals, actors.judge),
        (ROLES.compliance, actors.attestor),
        (ROLES.security, actors.attestor),
        (ROLES.community, actors.community_attestor),
    ):
        authority.grantRole(role, member, 0, sender=admin)
    chain.mine(timestamp=FIRST_SECOND)
    return module


def attestation_id(chain, credit, number):
    return keccak(encode(["uint256", "address", "uint256"], [chain.chain_id, credit.address, number]))


def score_at(market, merchant):
    """What the market has stored, in thousandths of a point."""
    account = market.accountOf(merchant)
    signed = (account >> shift & 0xFFFFF for shift in (112, 132, 152))
    return 600_000 + sum(value - (value >> 19 << 20) for value in signed)


def attest(credit, actors, delta, dimension=Dimension.COMPLIANCE):
    sender = actors.community_attestor if dimension is Dimension.COMMUNITY else actors.attestor
    return credit.attest(actors.seller, dimension, delta, CID, sender=sender)


@pytest.fixture
def fee_policy(project, actors, authority, market):
    policy = actors.admin.deploy(project.FeePolicy, authority, market)
    authority.grantRole(ROLES.rates, policy, 0, sender=actors.admin)
    allow(authority, actors.admin, market, ROLES.rates, "setPolicy")
    return policy


@pytest.fixture
def buy(actors, market, fee_policy):
    """Places and accepts an order; called again, another one on the same listing."""
    fee_policy.setBaseFee(200, sender=actors.admin)
    fee_policy.setCreditScale(CREDIT_UNIT, 10_000, sender=actors.admin)
    price, metadata = 4 * 10**17, metadata_hash(CID)
    listing = Listing(actors.seller.address, price, ACCEPT, DELIVER, REVIEW, metadata, max_fee_bps=300)
    market.list(listing.pack(), CID, sender=actors.seller)

    def place_and_accept(chain, salt=0):
        placement = Placement(1, price, salt=salt)
        bought = (placement.pack(), listing.pack(), Upline().pack(), b"")
        placed = market.place(*bought, sender=actors.buyer, value=price)
        event = next(iter(market.OrderPlaced.from_receipt(placed)))
        terms = Terms.unpack(event.terms)
        chain.pending_timestamp += COOLING_OFF
        market.accept(terms.seal().pack(), sender=actors.seller)
        return SimpleNamespace(terms=terms, id=event.id)

    return place_and_accept


@pytest.fixture
def missed_order(actors, market, buy, chain):
    """An order that the seller accepted and never delivered: it took 40 points of trade."""
    order = buy(chain)
    chain.pending_timestamp += DELIVER
    market.reclaim(order.terms.pack(), sender=actors.outsider)
    return order
