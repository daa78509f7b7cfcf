"""Deploying a market.

deploy
├── on an empty chain: every contract, in the journal with what made it
├── again: nothing is sent
├── stopped at any step: the next run goes on, and nothing is sent twice
├── stopped, and the nonce was used for something else: that contract is deployed anew
├── by another account, or from other sources: a sentence, and nothing is sent
└── with the journal of another chain: anew on a development chain, a sentence elsewhere
"""

import json
from dataclasses import replace

import pytest

from dapp.credit import compile_table, load_rules
from operations.deployment import connect_market, constructors, create_address, deploy_market
from operations.errors import BadJournal, DeploymentFailed
from operations.journal import journal_path, open_journal, read_journal
from operations.parameters import RoleParameters
from operations.roles import Role
from operations.verification import verify_market


class Stopped(Exception):  # noqa: N818
    """The deployment was killed here."""


class StopOnce:
    """Stops at every step, the first time that it is reached."""

    def __init__(self, only=None):
        self.seen, self._only = [], only

    def __call__(self, step):
        if step not in self.seen and self._only in (None, step):
            self.seen.append(step)
            raise Stopped(step)


def test_deploy__empty_chain__journals_what_was_deployed(project, deployment, operator, parameters):
    journal = json.loads(deployment.journal.path.read_text())
    expected = constructors(parameters, operator.address)
    assert list(journal["contracts"]) == list(expected)
    assert journal["chain_id"] == project.provider.chain_id
    assert journal["compiler"] == {
        "name": "solc",
        "version": "0.8.37",
        "evm_version": "cancun",
        "optimize": True,
        "optimization_runs": 200,
        "via_ir": True,
    }
    market = journal["contracts"]["Market"]
    receipt = project.provider.web3.eth.get_transaction_receipt(market["transaction"])
    assert receipt["contractAddress"] == market["address"] == deployment.market.address
    assert receipt["blockNumber"] == market["block"]
    assert market["address"] == create_address(operator.address, market["nonce"])
    table = compile_table(load_rules()).pack()
    assert market["constructor"] == [deployment.authority.address, str(table)]
    assert deployment.market.creditTable() == table


def test_deploy__deployed__sends_nothing(project, deployment, operator, parameters):
    nonce, before = operator.nonce, deployment.journal.path.read_bytes()
    again = deploy_market(
        project, operator, parameters=parameters, folder=deployment.journal.path.parent, on_step=pytest.fail
    )
    assert operator.nonce == nonce
    assert deployment.journal.path.read_bytes() == before
    assert {name: c.address for name, c in again.contracts.items()} == {
        name: c.address for name, c in deployment.contracts.items()
    }


def test_deploy__stopped_at_every_step__sends_nothing_twice(project, operator, parameters, folder):
    first = operator.nonce
    whole = deploy_market(project, operator, parameters=parameters, folder=folder / "whole")
    needed = operator.nonce - first
    stops, first = StopOnce(), operator.nonce
    while True:
        try:
            deployment = deploy_market(project, operator, parameters=parameters, folder=folder, on_step=stops)
            break
        except Stopped:
            continue
    assert operator.nonce - first == needed
    for name in whole.contracts:
        assert {f"sending {name}", f"sent {name}"} <= set(stops.seen)
    assert {"set base fee", "granted the functions' roles", "granted the admin role"} & set(stops.seen)
    assert verify_market(project, deployment)[1] == []


def test_deploy__nonce_used_by_another_transaction__deploys_anew(
    project, operator, outsider, parameters, folder
):
    stop = StopOnce("sending Market")
    with pytest.raises(Stopped):
        deploy_market(project, operator, parameters=parameters, folder=folder, on_step=stop)
    never = read_journal(journal_path(parameters.chain_id, folder)).contracts["Market"].address
    operator.transfer(outsider, 1)
    deployment = deploy_market(project, operator, parameters=parameters, folder=folder)
    assert deployment.market.address != never
    assert not project.provider.web3.eth.get_code(never)
    assert verify_market(project, deployment)[1] == []


def test_deploy__handed_over_to_another_admin__deployer_keeps_nothing(
    project, operator, outsider, parameters, folder
):
    roles = {**parameters.roles, Role.ADMIN: RoleParameters((outsider.address,), 3_600)}
    deployment = deploy_market(project, operator, parameters=replace(parameters, roles=roles), folder=folder)
    assert tuple(deployment.authority.hasRole(Role.ADMIN, operator)) == (False, 0)
    assert tuple(deployment.authority.hasRole(Role.ADMIN, outsider)) == (True, 3_600)
    assert verify_market(project, deployment)[1] == []


def test_deploy__half_done_by_another_account__says_so(project, operator, outsider, parameters, folder):
    with pytest.raises(Stopped):
        deploy_market(
            project, operator, parameters=parameters, folder=folder, on_step=StopOnce("setting base fee")
        )
    with pytest.raises(DeploymentFailed, match=f"{outsider.address} doesn't administer this market"):
        deploy_market(project, outsider, parameters=parameters, folder=folder)


def test_deploy__other_code_at_a_journalled_address__says_so(project, deployment, operator, parameters):
    project.provider.set_code(deployment.lens.address, "0x60006000")
    nonce = operator.nonce
    with pytest.raises(DeploymentFailed, match=f"The Lens at {deployment.lens.address} has other code"):
        deploy_market(project, operator, parameters=parameters, folder=deployment.journal.path.parent)
    assert operator.nonce == nonce


def test_deploy__parameters_of_a_constructor_changed__says_so(project, deployment, operator, parameters):
    changed = replace(parameters, max_deposit=parameters.max_deposit + 1)
    with pytest.raises(DeploymentFailed, match=r"undo the change in chains\.yaml"):
        deploy_market(project, operator, parameters=changed, folder=deployment.journal.path.parent)


def test_open_journal__of_another_chain__anew_only_if_disposable(deployment, parameters, folder):
    path = journal_path(parameters.chain_id, folder)
    path.write_bytes(deployment.journal.path.read_bytes())
    other = "0x" + "11" * 32
    assert open_journal(path, parameters.chain_id, other, disposable=True).contracts == {}
    with pytest.raises(BadJournal, match="is the journal of another chain"):
        open_journal(path, parameters.chain_id, other, disposable=False)


def test_read_journal__half_written__says_so(folder):
    path = folder / "1.json"
    path.write_text('{"version": 1, "chain_')
    with pytest.raises(BadJournal, match=r"1\.json can't be read"):
        read_journal(path)


def test_connect_market__journal__same_contracts(project, deployment, parameters):
    connected = connect_market(project, read_journal(deployment.journal.path), parameters)
    assert connected.market.address == deployment.market.address
    assert connected.fee_policy.feeBpsOf(1) == parameters.base_fee
