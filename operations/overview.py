"""What `ape run operate show` prints: the market as its chain has it."""

from collections.abc import Iterator
from typing import Any

from dapp.chain.formats import NATIVE, amount, duration
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import Tier
from operations.deployment import Deployment
from operations.logs import role_events
from operations.roles import Role

DUTIES = ("off duty", "on duty", "leaving")


def overview(web3: Any, d: Deployment) -> str:
    """Settings, roles and arbiters, in lines."""
    return "\n".join([*_settings(d), "", *_roles(web3, d), "", *_arbiters(d)])


def _settings(d: Deployment) -> Iterator[str]:
    market, policy = d.market, d.fee_policy
    yield f"market         {market.address}{' (PAUSED)' if market.policy() >> 241 & 1 else ''}"
    for tier in reversed(Tier):
        stake = amount(policy.requiredStake(tier), NATIVE)
        yield f"{tier.name.lower():<13}  fee {policy.feeBpsOf(tier) / 100:g} %, stake {stake}"
    rule = market.commissionRule(0, ZERO_ADDRESS)[0]
    rates = ", ".join(f"{(rule >> 16 * level & 0xFFFF) / 100:g} %" for level in range(3))
    yield f"commissions    {rates} (levels 1 to 3, category 0)"
    yield f"credit unit    {amount(market.creditUnit(ZERO_ADDRESS), NATIVE)} of fee for a point"
    yield f"watch limit    {amount(policy.watchOrderLimit(ZERO_ADDRESS), NATIVE)}"
    yield f"appeal bond    {amount(d.credit.appealBond(), NATIVE)}"
    yield f"treasury       {amount(market.balanceOf(market, ZERO_ADDRESS), NATIVE)}"


def _roles(web3: Any, d: Deployment) -> Iterator[str]:
    granted, _mapped = role_events(web3, d.journal.contracts["Authority"])
    names = {contract.address: name for name, contract in d.contracts.items()}
    for role in Role:
        yield f"{role.label}:"
        for account in sorted(account for role_id, account in granted if role_id == role):
            is_member, delay = d.authority.hasRole(role, account)
            if is_member:
                wait = f", after {duration(delay, 'en')}" if delay else ""
                yield f"  {names.get(account, account)}{wait}"


def _arbiters(d: Deployment) -> Iterator[str]:
    panel = d.arbiter_panel
    cost, required, slash = panel.arbitrationCost(b""), panel.requiredStake(), panel.slashAmount()
    costs = f"a case costs {amount(cost, NATIVE)}"
    yield f"arbiters: stake {amount(required, NATIVE)}, {amount(slash, NATIVE)} lost by silence; {costs}"
    for index in range(panel.MAX_SEATS()):
        seat = panel.seatAt(index)
        if int(seat.arbiter, 16):
            yield f"  {seat.arbiter}  {DUTIES[seat.duty]}, stake {amount(seat.stake, NATIVE)}"
