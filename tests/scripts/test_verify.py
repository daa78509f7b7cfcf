"""Verifying a deployment: each kind of tampering is named with what was expected and what is there.

verify
├── as deployed: no difference
├── a role, a member, a delay, a function or a target changed
├── a setting or a list changed
└── code, an immutable or the journal changed
"""

from dataclasses import replace

import pytest

from operations.bytecode import runtime_code
from operations.configuration import selector
from operations.roles import Role
from operations.verification import Difference, verify_market


@pytest.fixture
def differences(project, deployment):
    """What differs now."""
    return lambda: verify_market(project, deployment)[1]


def test_verify__as_deployed__no_difference(project, deployment):
    count, found = verify_market(project, deployment)
    assert found == []
    assert count > 200


def test_verify__stranger_made_admin__named(deployment, differences, operator, outsider):
    deployment.authority.grantRole(Role.ADMIN, outsider, 0, sender=operator)
    both = dict(sorted({operator.address: 0, outsider.address: 0}.items()))
    assert differences() == [Difference("members of admin, with delays", {operator.address: 0}, both)]


def test_verify__member_of_an_unknown_role__named(deployment, differences, operator, outsider):
    deployment.authority.grantRole(77, outsider, 0, sender=operator)
    assert differences() == [Difference("members of 77, with delays", {}, {outsider.address: 0})]


def test_verify__member_lost__named(deployment, differences, operator):
    deployment.authority.revokeRole(Role.PAUSER, operator, sender=operator)
    assert differences() == [Difference("members of pauser, with delays", {operator.address: 0}, {})]


def test_verify__delay_changed__named(deployment, differences, operator):
    deployment.authority.grantRole(Role.TREASURER, operator, 60, sender=operator)
    wanted, found = {operator.address: 0}, {operator.address: 60}
    assert differences() == [Difference("members of treasurer, with delays", wanted, found)]


def test_verify__function_given_to_another_role__named(deployment, differences, operator):
    market = deployment.market
    selectors = [selector(market, "withdrawTreasury")]
    deployment.authority.setTargetFunctionRole(market, selectors, Role.PAUSER, sender=operator)
    assert differences() == [Difference("Market.withdrawTreasury: role", "treasurer", "pauser")]


def test_verify__target_closed__named(deployment, differences, operator):
    deployment.authority.setTargetClosed(deployment.credit, True, sender=operator)
    assert differences() == [Difference("Credit: closed at the Authority", False, True)]


def test_verify__roles_admin_and_guardian_changed__named(deployment, differences, operator):
    deployment.authority.setRoleAdmin(Role.RATES, Role.PAUSER, sender=operator)
    deployment.authority.setRoleGuardian(Role.RATES, Role.AUDITOR, sender=operator)
    assert differences() == [
        Difference("admin of rates", Role.ADMIN, Role.PAUSER),
        Difference("guardian of rates", Role.ADMIN, Role.AUDITOR),
    ]


def test_verify__unknown_contract_at_the_authority__named(deployment, differences, operator, outsider):
    deployment.authority.setTargetFunctionRole(outsider, [b"\x01\x02\x03\x04"], Role.RATES, sender=operator)
    what = "other contracts that the Authority was told about"
    assert differences() == [Difference(what, [], [outsider.address])]


def test_verify__settings_changed__named(deployment, differences, operator):
    deployment.fee_policy.setBaseFee(150, sender=operator)
    deployment.market.setCommissionRule(0, [900, 500, 250], sender=operator)
    deployment.credit.setAppealBond(10**17, sender=operator)
    deployment.backup_panel.setAcceptSeconds(3_600, sender=operator)
    deployment.market.pause(sender=operator)
    rates = [a | 500 << 16 | 250 << 32 for a in (1_000, 900)]
    assert differences() == [
        Difference("base fee", 200, 150),
        Difference("commissions of category 0", *rates),
        Difference("appeal bond", 5 * 10**16, 10**17),
        Difference("BackupPanel: acceptance", 7_200, 3_600),
        Difference("paused", False, True),
    ]


def test_verify__module_replaced__named(deployment, differences, operator, outsider):
    deployment.market.addModule(outsider, sender=operator)
    assert differences() == [Difference("disputes module", deployment.disputes.address, outsider.address)]


def test_verify__lists_extended__named(deployment, differences, operator, outsider):
    market = deployment.market
    market.allowArbitrator(outsider, True, sender=operator)
    market.setCreditUnit(outsider, 5, sender=operator)
    market.setCommissionRule(3, [1, 2, 3], sender=operator)
    market.setCommissionCaps(4, outsider, [7, 0, 0], sender=operator)
    assert differences() == [
        Difference("arbitrators on the allow-list", [], [outsider.address]),
        Difference("credit units of other tokens", {}, {outsider.address: 5}),
        Difference("commissions of other categories", [], [3]),
        Difference("commission caps of other categories and tokens", {}, {(4, outsider.address): 7}),
    ]


def test_verify__other_code__named(project, deployment, differences):
    code = bytearray(project.provider.get_code(deployment.lens.address))
    code[-60] ^= 1
    project.provider.set_code(deployment.lens.address, bytes(code))
    assert [d.what for d in differences()] == [
        "Lens: byte code, immutables masked",
        "Lens: byte code as journalled",
    ]


def test_verify__other_immutable__named(project, deployment, differences, outsider):
    code = bytes(project.provider.get_code(deployment.evidence_log.address))
    market, stranger = (bytes.fromhex(a.address[2:]) for a in (deployment.market, outsider))
    assert len(runtime_code(project.EvidenceLog.contract_type)) == len(code)
    project.provider.set_code(deployment.evidence_log.address, code.replace(market, stranger))
    found = differences()
    assert [d.what for d in found] == [
        "EvidenceLog: byte code as journalled",
        "EvidenceLog: immutables that belong to no contract or setting",
    ]
    assert found[1].actual == ["0x" + "00" * 12 + outsider.address[2:].lower()]


def test_verify__journal_edited__named(project, deployment):
    journal = replace(deployment.journal, contracts=dict(deployment.journal.contracts))
    entry = journal.contracts["Credit"]
    journal.contracts["Credit"] = replace(entry, abi_hash="0x00", constructor=["0x00"])
    found = verify_market(project, replace(deployment, journal=journal))[1]
    expected = [deployment.authority.address, deployment.market.address]
    assert [(d.what, d.actual) for d in found] == [
        ("Credit: ABI as journalled", deployment.journal.contracts["Credit"].abi_hash),
        ("Credit: constructor arguments", ["0x00"]),
    ]
    assert found[1].expected == expected
