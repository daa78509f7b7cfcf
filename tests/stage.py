"""A deployed market with everyone in their role: what the tests of trades start from."""

from dataclasses import dataclass, fields
from typing import Any

from eth_utils import keccak

from dapp.domain.credit_table import TABLE

PAUSER, RATES, TREASURER, CREDIT_MODULE = 1, 2, 3, 9
RISK_BOT, RISK_REVIEWER, RISK_MODULE = 11, 12, 13

BASE_FEE_BPS = 200
CREDIT_UNIT = 10**15
WATCH_ORDER_UNITS = 10_000
WATCH_STAKE, SILVER_STAKE, GOLD_STAKE = 300 * 10**15, 200 * 10**15, 100 * 10**15
COMMISSION_BPS = (1_000, 500, 250)
TOKEN_UNIT = 10**6
"""One whole token of the stage's six decimals; the fee that is worth a point in it."""


@dataclass(frozen=True)
class Actors:
    """Who takes part. `module` stands for the disputes module that orders are bound to."""

    admin: Any
    pauser: Any
    rater: Any
    treasurer: Any
    seller: Any
    newcomer: Any
    buyer: Any
    payer: Any
    referrer: Any
    second_referrer: Any
    third_referrer: Any
    module: Any
    credit: Any
    arbiter: Any
    patron: Any
    outsider: Any

    @classmethod
    def of(cls, accounts: Any) -> "Actors":
        """The first test accounts, in the order of the fields."""
        return cls(*(accounts[i] for i, _ in enumerate(fields(cls))))


@dataclass(frozen=True)
class Stage:
    """The contracts, wired as in a deployment, with accounts where other modules would be."""

    actors: Actors
    authority: Any
    market: Any
    fee_policy: Any
    token: Any


def allow(authority: Any, admin: Any, target: Any, role: int, *names: str) -> None:
    """Let `role` call the named functions of `target`."""
    selectors = [keccak(text=target.contract_type.mutable_methods[name].selector)[:4] for name in names]
    authority.setTargetFunctionRole(target, selectors, role, sender=admin)


def deploy(project: Any, actors: Actors) -> Stage:
    """Deploy and wire a market; set its fees, stakes and commissions."""
    admin, rater = actors.admin, actors.rater
    authority = admin.deploy(project.Authority, admin)
    market = admin.deploy(project.Market, authority, TABLE.pack())
    fee_policy = admin.deploy(project.FeePolicy, authority, market)
    token = admin.deploy(project.TokenMock, "Six decimals", "SIX", 6)
    rates = ("setPolicy", "setCreditUnit", "setCommissionRule", "setCommissionCaps")
    allow(authority, admin, market, PAUSER, "pause", "unpause")
    allow(authority, admin, market, RATES, *rates)
    allow(authority, admin, market, TREASURER, "withdrawTreasury")
    allow(authority, admin, market, CREDIT_MODULE, "attestCredit", "reverseOrderCredit")
    allow(authority, admin, fee_policy, RATES, "setBaseFee", "setStakes", "setCreditScale")
    members = {
        PAUSER: [actors.pauser],
        RATES: [rater, fee_policy],
        TREASURER: [actors.treasurer],
        CREDIT_MODULE: [actors.credit],
    }
    for role, accounts in members.items():
        for account in accounts:
            authority.grantRole(role, account, 0, sender=admin)
    market.addModule(actors.module, sender=admin)
    fee_policy.setBaseFee(BASE_FEE_BPS, sender=rater)
    fee_policy.setStakes(WATCH_STAKE, SILVER_STAKE, GOLD_STAKE, sender=rater)
    fee_policy.setCreditScale(CREDIT_UNIT, WATCH_ORDER_UNITS, sender=rater)
    market.setCreditUnit(token, TOKEN_UNIT, sender=rater)
    market.setCommissionRule(0, COMMISSION_BPS, sender=rater)
    return Stage(actors, authority, market, fee_policy, token)
