"""The settings of a market: how each is read from the chain, what it must be, and how to set it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from dapp.domain.bounds import ZERO_ADDRESS
from operations.parameters import Parameters

if TYPE_CHECKING:
    from operations.deployment import Deployment

Setting = tuple[str, Callable[[], Any], Any, Any, tuple[Any, ...]]
"""Name, how to read it, what it must be, and the call that makes it so."""


def missing_settings(deployment: "Deployment") -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """The settings that differ from the parameters: what it is, the function to call and its arguments."""
    for label, actual, expected, call, arguments in settings(deployment):
        if actual() != expected:
            yield label, call, arguments


def settings(deployment: "Deployment") -> Iterator[Setting]:
    """Every setting that the parameters have a value for."""
    p, market, policy = deployment.parameters, deployment.market, deployment.fee_policy
    credit = deployment.credit
    yield "base fee", lambda: policy.feeBpsOf(1), p.base_fee, policy.setBaseFee, (p.base_fee,)
    yield (
        "stakes",
        lambda: tuple(policy.requiredStake(tier) for tier in range(3)),
        p.stakes,
        policy.setStakes,
        p.stakes,
    )
    scale = (p.credit_unit, p.watch_order_units)
    limit = p.credit_unit * p.watch_order_units
    yield (
        "credit scale",
        lambda: (market.creditUnit(ZERO_ADDRESS), policy.watchOrderLimit(ZERO_ADDRESS)),
        (p.credit_unit, limit),
        policy.setCreditScale,
        scale,
    )
    yield from _market_settings(p, market)
    yield "appeal bond", credit.appealBond, p.appeal_bond, credit.setAppealBond, (p.appeal_bond,)
    rewards = deployment.contracts["Rewards"]
    yield "rebate", rewards.rebateBps, p.rebate, rewards.setRebate, (p.rebate,)
    for name in ("ArbiterPanel", "BackupPanel"):
        if name in deployment.contracts:
            yield from _panel_settings(name, p, deployment.contracts[name])
    module = deployment.contracts["Disputes"].address
    yield "disputes module", lambda: current_module(market), module, market.addModule, (module,)


def _panel_settings(name: str, p: Parameters, panel: Any) -> Iterator[Setting]:
    terms = (p.panel_stake, p.panel_slash)
    yield (
        f"{name}: stake",
        lambda: (panel.requiredStake(), panel.slashAmount()),
        terms,
        panel.setStakeTerms,
        terms,
    )
    cost, seconds = p.panel_cost, p.panel_accept_seconds
    yield f"{name}: cost", lambda: panel.arbitrationCost(b""), cost, panel.setArbitrationCost, (cost,)
    yield f"{name}: acceptance", panel.acceptSeconds, seconds, panel.setAcceptSeconds, (seconds,)


def _market_settings(p: Parameters, market: Any) -> Iterator[Setting]:
    for token, unit in p.credit_units.items():
        yield (
            f"credit unit of {token}",
            lambda t=token: market.creditUnit(t),
            unit,
            market.setCreditUnit,
            (token, unit),
        )
    for category, rates in sorted(p.commissions.items()):
        word = rates[0] | rates[1] << 16 | rates[2] << 32
        yield (
            f"commissions of category {category}",
            lambda c=category: market.commissionRule(c, ZERO_ADDRESS)[0] % 2**48,
            word,
            market.setCommissionRule,
            (category, list(rates)),
        )
    for item in p.commission_caps:
        word = item.caps[0] | item.caps[1] << 80 | item.caps[2] << 160
        yield (
            f"commission caps of category {item.category} in {item.token}",
            lambda i=item: market.commissionRule(i.category, i.token)[1],
            word,
            market.setCommissionCaps,
            (item.category, item.token, list(item.caps)),
        )
    for arbitrator in p.arbitrators:
        yield (
            f"arbitrator {arbitrator}",
            lambda a=arbitrator: market.arbitratorAllowed(a),
            True,
            market.allowArbitrator,
            (arbitrator, True),
        )


def current_module(market: Any) -> str | None:
    """The disputes module that new orders get, or None before there is one."""
    from ape.exceptions import ContractLogicError

    try:
        # Without a trace: Ape would print one, as if the call were not to be refused.
        return str(market.moduleAt(market.policy() >> 248, skip_trace=True))
    except ContractLogicError:
        return None
