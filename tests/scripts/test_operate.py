"""Operating a market: each command is one change by a role, at once or scheduled.

operate
├── by a member without a delay: done, and the chain has it
├── by a member with a delay: scheduled; again too early: told when; again in time: done
├── taken back: not there any more
└── by anybody else: a sentence, and nothing is sent
"""

import pytest
from click import Group

from dapp.domain.bounds import ZERO_ADDRESS
from operations.changes import NotAllowed, Progress, cancel_change, make_change
from operations.overview import overview
from operations.refusals import refusal
from operations.roles import Role
from scripts.operate import cli

HOUR = 3_600


def build(deployment, *path, **values):
    """The change that a command makes."""
    command = cli
    for name in path:
        command = command.commands[name]
    return command.callback.__wrapped__(deployment, **values)


@pytest.fixture
def make(deployment, operator, chain):
    def make_(change, account=operator):
        return make_change(deployment.authority, account, change, chain.pending_timestamp)

    return make_


@pytest.fixture
def delayed(deployment, operator):
    """The operator must announce what he does with rates an hour before."""
    deployment.authority.grantRole(Role.RATES, operator, HOUR, sender=operator)


def test_operate__pause_and_unpause__done(deployment, make):
    assert make(build(deployment, "pause")).progress is Progress.DONE
    assert deployment.market.policy() >> 241 & 1 == 1
    make(build(deployment, "unpause"))
    assert deployment.market.policy() >> 241 & 1 == 0


def test_operate__rates__done(deployment, make):
    market, policy = deployment.market, deployment.fee_policy
    make(build(deployment, "fees", base_fee=100))
    make(build(deployment, "stakes", watch=3 * 10**17, silver=2 * 10**17, gold=10**17))
    make(build(deployment, "commission", category=2, rates=(300, 200, 100)))
    make(build(deployment, "caps", category=2, caps=(5, 6, 7), token=ZERO_ADDRESS))
    make(build(deployment, "credit-unit", unit=2 * 10**15, token=ZERO_ADDRESS, watch_units=10))
    token = deployment.lens.address
    make(build(deployment, "credit-unit", unit=9, token=token, watch_units=10))
    assert [policy.feeBpsOf(tier) for tier in range(4)] == [120, 100, 90, 80]
    assert [policy.requiredStake(tier) for tier in range(4)] == [3 * 10**17, 2 * 10**17, 10**17, 0]
    rule, caps = market.commissionRule(2, ZERO_ADDRESS)
    assert rule % 2**48 == 300 | 200 << 16 | 100 << 32
    assert caps == 5 | 6 << 80 | 7 << 160
    assert market.creditUnit(ZERO_ADDRESS) == 2 * 10**15
    assert policy.watchOrderLimit(ZERO_ADDRESS) == 2 * 10**16
    assert market.creditUnit(token) == 9


def test_operate__arbiters__appointed_and_dismissed(deployment, make, actors):
    arbiter = actors["arbiter"]
    make(build(deployment, "arbiter", "appoint", account=arbiter.address, backup=False))
    make(build(deployment, "arbiter", "appoint", account=arbiter.address, backup=True))
    assert deployment.arbiter_panel.seatAt(0).arbiter == arbiter.address
    assert deployment.backup_panel.seatAt(0).arbiter == arbiter.address
    make(build(deployment, "arbiter", "dismiss", account=arbiter.address, backup=False))
    assert deployment.arbiter_panel.seatAt(0).duty == 2  # leaving
    assert deployment.backup_panel.seatAt(0).duty == 0


def test_operate__roles_and_attestors__granted_and_revoked(deployment, make, outsider):
    authority, account = deployment.authority, outsider.address
    make(build(deployment, "role", "grant", name="auditor", account=account, delay=0))
    make(build(deployment, "attestor", "add", dimension="community", account=account))
    assert authority.hasRole(Role.AUDITOR, account)[0]
    assert authority.hasRole(Role.ATTESTOR_COMMUNITY, account)[0]
    make(build(deployment, "role", "revoke", name="auditor", account=account))
    make(build(deployment, "attestor", "remove", dimension="community", account=account))
    assert not authority.hasRole(Role.AUDITOR, account)[0]
    assert not authority.hasRole(Role.ATTESTOR_COMMUNITY, account)[0]


def test_operate__module_and_arbitrator__done(deployment, make, outsider):
    make(build(deployment, "module", "add", address=outsider.address))
    make(build(deployment, "arbitrator", "allow", address=outsider.address, refused=False))
    assert deployment.market.moduleAt(1) == outsider.address
    assert deployment.market.arbitratorAllowed(outsider)
    make(build(deployment, "arbitrator", "allow", address=outsider.address, refused=True))
    assert not deployment.market.arbitratorAllowed(outsider)


def test_operate__treasury__pays_out(deployment, make, operator, outsider):
    market = deployment.market
    market.deposit(ZERO_ADDRESS, 100, market, sender=operator, value=100)
    before = outsider.balance
    make(build(deployment, "treasury", "withdraw", amount=60, to=outsider.address, token=ZERO_ADDRESS))
    assert outsider.balance - before == 60
    assert market.balanceOf(market, ZERO_ADDRESS) == 40


@pytest.mark.usefixtures("delayed")
def test_operate__delayed_role__scheduled_then_done(deployment, make, chain):
    change = build(deployment, "fees", base_fee=100)
    scheduled = make(change)
    assert scheduled.progress is Progress.SCHEDULED
    assert scheduled.ready_at == chain.blocks.head.timestamp + HOUR
    assert make(change).progress is Progress.WAITING
    assert deployment.fee_policy.feeBpsOf(1) == 200
    chain.mine(timestamp=scheduled.ready_at)
    assert make(change).progress is Progress.DONE
    assert deployment.fee_policy.feeBpsOf(1) == 100


@pytest.mark.usefixtures("delayed")
def test_operate__scheduled_and_taken_back__scheduled_anew(deployment, make, operator, chain):
    change = build(deployment, "fees", base_fee=100)
    ready_at = make(change).ready_at
    cancel_change(deployment.authority, operator, change)
    chain.mine(timestamp=ready_at)
    assert make(change).progress is Progress.SCHEDULED
    assert deployment.fee_policy.feeBpsOf(1) == 200


def test_operate__not_scheduled__cannot_be_taken_back(deployment, operator):
    with pytest.raises(NotAllowed, match="isn't scheduled"):
        cancel_change(deployment.authority, operator, build(deployment, "pause"))


@pytest.mark.parametrize(("path", "role"), [(("pause",), "pauser"), (("role", "grant"), "admin")])
def test_operate__outsider__sends_nothing(deployment, make, outsider, path, role):
    values = {"name": "auditor", "account": outsider.address, "delay": 0} if role == "admin" else {}
    nonce = outsider.nonce
    with pytest.raises(NotAllowed, match=f"{outsider.address} doesn't hold the {role} role"):
        make(build(deployment, *path, **values), outsider)
    assert outsider.nonce == nonce


def test_operate__contract_refuses__plain_sentence(deployment, make):
    from ape.exceptions import ContractLogicError

    with pytest.raises(ContractLogicError) as caught:
        make(build(deployment, "commission", category=0, rates=(2_000, 1_000, 1)))
    assert refusal(caught.value) == "Commissions of 30.01 % are above the cap of 30 %."


def test_operate__every_command__has_help():
    def commands(group):
        for command in group.commands.values():
            yield command
            if isinstance(command, Group):
                yield from commands(command)

    assert [command.name for command in commands(cli) if not command.help] == []


def test_overview__deployed__tells_settings_and_members(project, deployment, operator):
    text = overview(project.provider.web3, deployment)
    assert "silver         fee 2 %, stake 0.1 ETH" in text
    assert f"admin:\n  {operator.address}\n" in text
    assert "credit_module:\n  Credit\n" in text
