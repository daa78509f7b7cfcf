// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Case, IArbiterPanel} from "../../contracts/interfaces/IArbiterPanel.sol";
import {IDisputes, ISettlements, Phase} from "../../contracts/interfaces/IDisputes.sol";
import {Listing} from "../../contracts/interfaces/IListings.sol";
import {Status, Terms} from "../../contracts/interfaces/IOrders.sol";
import {HostileArbitrator} from "../../contracts/mocks/HostileArbitrator.sol";
import {Stage} from "./Stage.sol";
import {vm} from "../invariants/Vm.sol";

// a dispute, with two panels
// ├── open, fund, appeal, execute, collect: wrong caller, phase, time, deposit → error
// ├── the panel rules → executed · refuses or is silent → the backup's case, fees back
// └── a foreign arbitrator rules, is silent, fails, costs too much, has no code → recorded, or the backup's case
contract DisputeUnits is Stage {
    uint256 private constant FEE = 0.01 ether;
    uint256 private constant DEPOSIT = 0.03 ether;
    IDisputes private module;
    IArbiterPanel private second;

    function setUp() public override {
        super.setUp();
        address authority = IAccessManaged(address(market)).authority();
        second = IArbiterPanel(
            vm.deployCode("BackupPanel.sol:BackupPanel", abi.encode(authority, FEE, 1 ether, 0.1 ether))
        );
        module = IDisputes(
            vm.deployCode("Disputes.sol:Disputes", abi.encode(market, panel, second, FEE, 5 * FEE))
        );
        market.addModule(address(module));
        address arbiter = accounts[PEOPLE];
        second.appoint(arbiter);
        _call(arbiter, address(second), 1 ether, abi.encodeCall(second.stake, ()));
        _call(arbiter, address(second), 0, abi.encodeCall(second.setOnDuty, (true)));
        _tick(1 days);
    }

    function _opened(address arbitrator) private returns (Terms memory t) {
        Listing memory l = _service();
        l.arbitrator = arbitrator;
        t = _place(_list(l), l, arbitrator == address(0) ? 0 : 8);
        _deliver(t);
        _call(t.buyer, address(module), DEPOSIT, abi.encodeCall(module.open, (t, CID)));
    }

    function _funded(address arbitrator) private returns (Terms memory t) {
        t = _opened(arbitrator);
        _call(t.seller, address(module), DEPOSIT + 1, abi.encodeCall(module.fund, (t)));
    }

    function _caseOf(Terms memory t) private view returns (Case memory) {
        return Case(address(module), 5, module.extraDataOf(t));
    }

    function _rules(Terms memory t, IArbiterPanel at, uint256 ruling) private {
        _tick(60);
        Case memory c = _caseOf(t);
        address arbiter = at.arbiterOf(c, 0);
        _call(arbiter, address(at), 0, abi.encodeCall(at.giveRuling, (c, 0, ruling)));
        _tick(1 days);
    }

    function _execute(Terms memory t) private {
        _call(accounts[OUTSIDER], address(module), 0, abi.encodeCall(module.execute, (t)));
    }

    function _refund(Terms memory t) private {
        _call(t.seller, address(market), 0, abi.encodeCall(market.refund, (t, t.base)));
    }

    function _fails(bytes memory data, bytes4 fault) private {
        _fails(accounts[OUTSIDER], address(module), 0, data, fault);
    }

    function _phase(Terms memory t, Phase phase) private view {
        bytes32 id = keccak256(abi.encode(market.ORDER_DOMAIN(), t.clocks, t.seller, _sealOf(t).rest));
        _same(uint256(module.disputeOf(id).phase), uint256(phase));
    }

    function _owed(uint256 amount) private view {
        _same(address(module).balance, amount);
    }

    function test_open_and_fund__bad__reverts() external {
        Terms memory t = _delivered();
        address to = address(module);
        bytes memory open = abi.encodeCall(module.open, (t, CID));
        _fails(open, IDisputes.Disputes_NotParty.selector);
        bytes memory other = abi.encodeCall(module.open, (t, "QmOther"));
        _fails(t.buyer, to, DEPOSIT, other, IDisputes.Disputes_NotMetadata.selector);
        _fails(t.buyer, to, DEPOSIT - 1, open, IDisputes.Disputes_DepositTooLow.selector);
        bytes memory fund = abi.encodeCall(module.fund, (t));
        _fails(t.seller, to, DEPOSIT, fund, IDisputes.Disputes_WrongPhase.selector);
        _fails(abi.encodeCall(module.execute, (t)), IDisputes.Disputes_WrongPhase.selector);
        _fails(abi.encodeCall(module.collect, (t)), IDisputes.Disputes_WrongPhase.selector);
        _fails(abi.encodeCall(module.appeal, (t, 0)), IDisputes.Disputes_WrongPhase.selector);
        _call(t.seller, to, DEPOSIT, open);
        _fails(t.buyer, to, DEPOSIT - 1, fund, IDisputes.Disputes_DepositTooLow.selector);
        _fails(abi.encodeCall(module.execute, (t)), IDisputes.Disputes_TooEarly.selector);
        _tick(3 days);
        _fails(t.buyer, to, DEPOSIT, fund, IDisputes.Disputes_TooLate.selector);
        _execute(t);
        _same(market.balanceOf(t.seller, address(0)), DEPOSIT);
        t = _opened(address(0));
        _refund(t);
        fund = abi.encodeCall(module.fund, (t));
        _fails(t.seller, to, DEPOSIT, fund, IDisputes.Disputes_WrongPhase.selector);
        _execute(t);
        _owed(0);
        (bool ok, ) = to.call{value: 1}("");
        _same(ok ? 1 : 0, 0);
    }

    function test_execute__panel_ruled__paid_out() external {
        for (uint256 ruling = 1; ruling <= 5; ++ruling) {
            Terms memory t = _funded(address(0));
            _fails(abi.encodeCall(module.execute, (t)), IDisputes.Disputes_TooEarly.selector);
            _rules(t, panel, ruling);
            if (ruling == 2) panel.executeRuling(_caseOf(t));
            _execute(t);
            _phase(t, Phase.Closed);
            _fails(abi.encodeCall(module.collect, (t)), IDisputes.Disputes_NothingToCollect.selector);
            // A lost dispute takes of the stake, and a low score wants more of it.
            _call(t.seller, address(market), 2 ether, abi.encodeCall(market.stake, ()));
        }
        _owed(0);
    }

    function test_execute__both_panels_silent__both_fees_back() external {
        Terms memory t = _funded(address(0));
        _tick(14 days);
        _execute(t);
        _phase(t, Phase.Backup);
        _fails(abi.encodeCall(module.execute, (t)), IDisputes.Disputes_TooEarly.selector);
        _tick(14 days);
        _execute(t);
        _phase(t, Phase.Closed);
        _owed(0);
        _same(address(second).balance, 1 ether);
    }

    function test_execute__refused_then_backup_rules__paid_out() external {
        Terms memory t = _funded(address(0));
        _rules(t, panel, 0);
        _execute(t);
        _rules(t, second, 5);
        _execute(t);
        _owed(0);
    }

    function test_collect__expired_after_the_end__shared() external {
        Terms memory t = _funded(address(0));
        _refund(t);
        _execute(t);
        _fails(abi.encodeCall(module.collect, (t)), IDisputes.Disputes_NothingToCollect.selector);
        _tick(14 days);
        panel.expire(_caseOf(t));
        _execute2(t);
        t = _funded(address(0));
        _rules(t, panel, 0);
        _execute(t);
        _refund(t);
        _execute(t);
        _tick(14 days);
        second.expire(_caseOf(t));
        _execute2(t);
        _owed(0);
    }

    function _execute2(Terms memory t) private {
        _call(accounts[OUTSIDER], address(module), 0, abi.encodeCall(module.collect, (t)));
        _fails(abi.encodeCall(module.collect, (t)), IDisputes.Disputes_NothingToCollect.selector);
    }

    function test_appeal__panel_or_foreign__passed_on() external {
        Terms memory t = _funded(address(0));
        _tick(60);
        Case memory c = _caseOf(t);
        address arbiter = panel.arbiterOf(c, 0);
        _call(arbiter, address(panel), 0, abi.encodeCall(panel.giveRuling, (c, 0, 1)));
        _call(t.buyer, address(module), 5 * FEE, abi.encodeCall(module.appeal, (t, 0)));
        t = _funded(address(foreign));
        _fails(abi.encodeCall(module.appeal, (t, 7)), IDisputes.Disputes_UnknownCase.selector);
        _tick(30 days);
        _fails(abi.encodeCall(module.appeal, (t, 0)), IDisputes.Disputes_TooLate.selector);
        _execute(t);
        _phase(t, Phase.Backup);
    }

    function test_rule__foreign__recorded_once_and_in_range() external {
        Terms memory t = _funded(address(foreign));
        bytes memory rule = abi.encodeCall(module.rule, (0, 6));
        _call(address(foreign), address(module), 0, rule);
        _execute3(t, IDisputes.Disputes_TooEarly.selector);
        foreign.giveRuling(0, 4);
        _call(address(foreign), address(module), 0, abi.encodeCall(module.rule, (0, 1)));
        _call(address(panel), address(module), 0, rule);
        _execute(t);
        _phase(t, Phase.Closed);
        _fails(abi.encodeCall(module.collect, (t)), IDisputes.Disputes_NothingToCollect.selector);
    }

    function _execute3(Terms memory t, bytes4 fault) private {
        _fails(abi.encodeCall(module.execute, (t)), fault);
    }

    function test_foreign__fails__backup_takes_the_case() external {
        for (uint256 mode = 1; mode <= 3; ++mode) {
            HostileArbitrator hostile_ = new HostileArbitrator();
            hostile_.setMode(HostileArbitrator.Mode(mode));
            _phase(_funded(address(hostile_)), Phase.Backup);
        }
        _phase(_funded(address(0x77)), Phase.Backup);
        Terms memory t = _opened(address(foreign));
        bytes memory data = abi.encodeCall(module.fund, (t));
        vm.prank(t.seller);
        (bool ok, bytes memory result) = address(module).call{value: DEPOSIT, gas: 1_000_000}(data);
        _same(ok ? 1 : 0, 0);
        _same(uint32(bytes4(result)), uint32(IDisputes.Disputes_TooLittleGas.selector));
    }

    function test_backup_as_arbitrator__expired__not_asked_again() external {
        Terms memory t = _funded(address(second));
        _tick(14 days);
        _execute(t);
        _phase(t, Phase.Backup);
        _execute3(t, IDisputes.Disputes_TooEarly.selector);
        _tick(60 days);
        _execute(t);
        _owed(0);
    }

    function test_fund__both_panels_too_dear__waits_for_the_absolute_end() external {
        Terms memory t = _opened(address(0));
        panel.setArbitrationCost(1 ether);
        second.setArbitrationCost(1 ether);
        _call(t.seller, address(module), DEPOSIT, abi.encodeCall(module.fund, (t)));
        _phase(t, Phase.Backup);
        _tick(60 days);
        _execute(t);
        _owed(0);
    }

    function test_constructor__bad__reverts() external {
        _badModule(abi.encode(market, panel, panel, FEE, 5 * FEE));
        _badModule(abi.encode(market, panel, accounts[BUYER], FEE, 5 * FEE));
        _badModule(abi.encode(market, panel, second, FEE - 1, 5 * FEE));
        _badModule(abi.encode(market, panel, second, FEE, uint256(2 ** 96)));
    }

    function _badModule(bytes memory arguments) private {
        (bool ok, ) = address(vm).call(abi.encodeCall(vm.deployCode, ("Disputes.sol:Disputes", arguments)));
        _same(ok ? 1 : 0, 0);
    }

    function test_settle__expired_or_unsigned__reverts() external {
        Terms memory t = _delivered();
        bytes memory data = abi.encodeCall(module.settle, (t, 0, clock - 1, "", ""));
        _fails(data, ISettlements.Settlements_Expired.selector);
        data = abi.encodeCall(module.settle, (t, 0, clock + 1, "", ""));
        _fails(data, ISettlements.Settlements_BadSignature.selector);
    }
}
