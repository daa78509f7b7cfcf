// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Case, IArbiterPanel, Stage as PanelStage, Step} from "../../contracts/interfaces/IArbiterPanel.sol";
import {IArbitrator} from "../../contracts/interfaces/IArbitrator.sol";
import {IArbiters, SeatView} from "../../contracts/interfaces/IArbiters.sol";
import {Stage} from "./Stage.sol";
import {vm} from "../invariants/Vm.sol";

// the panel, with this test as the arbitrable
// ├── createDispute, appeal: wrong value, choices, data → error · else open
// ├── a chair: drawn, accepted, ruled; silent → replaced, slashed; too late, not drawn → error
// ├── an appeal: changed → bond back; confirmed → bond to the treasury; undecided → expires
// └── the pool: stake, duty, leave, vacate, withdraw
contract PanelUnits is Stage {
    uint256 private constant COST = 0.01 ether;
    uint256 private lastRuling;

    function rule(uint256, uint256 ruling) external {
        lastRuling = ruling;
    }

    function _opened(uint256 salt) private returns (Case memory c, uint256 id) {
        address[] memory none = new address[](1);
        none[0] = accounts[PEOPLE];
        _now();
        c = Case(address(this), 5, abi.encode(bytes32(salt), clock, none));
        id = panel.createDispute{value: COST}(5, c.extraData);
        _same(id, panel.disputeIdOf(c));
    }

    function _fails(bytes memory data, bytes4 fault) private {
        _fails(address(this), address(panel), 0, data, fault);
    }

    function _rules(Case memory c, uint256 chair, uint256 ruling) private returns (address arbiter) {
        _now();
        arbiter = panel.arbiterOf(c, chair);
        _call(arbiter, address(panel), 0, abi.encodeCall(panel.giveRuling, (c, chair, ruling)));
    }

    function _ruled(uint256 salt, uint256 ruling) private returns (Case memory c, uint256 id) {
        (c, id) = _opened(salt);
        _tick(60);
        _rules(c, 0, ruling);
    }

    function _appealed(uint256 salt, uint256 ruling) private returns (Case memory c, uint256 id) {
        (c, id) = _ruled(salt, ruling);
        bytes memory extra = abi.encode(keccak256(c.extraData), accounts[BUYER]);
        panel.appeal{value: 5 * COST}(id, extra);
        _tick(60);
    }

    function test_createDispute__bad__reverts() external {
        (Case memory c, uint256 id) = _opened(1);
        address to = address(panel);
        bytes memory data = abi.encodeCall(panel.createDispute, (5, c.extraData));
        _fails(address(this), to, COST - 1, data, IArbiterPanel.ArbiterPanel_WrongValue.selector);
        _fails(address(this), to, COST, data, IArbiterPanel.ArbiterPanel_Duplicate.selector);
        data = abi.encodeCall(panel.createDispute, (0, c.extraData));
        _fails(address(this), to, COST, data, IArbiterPanel.ArbiterPanel_ChoicesOutOfBounds.selector);
        data = abi.encodeCall(panel.createDispute, (5, "short"));
        _fails(address(this), to, COST, data, IArbiterPanel.ArbiterPanel_MalformedExtraData.selector);
        (uint256 start, uint256 end) = panel.appealPeriod(id);
        _same(start + end, 0);
        _same(uint256(panel.disputeStatus(id)), uint256(IArbitrator.DisputeStatus.Waiting));
        _fails(abi.encodeCall(panel.disputeStatus, (id ^ 1)), IArbiterPanel.ArbiterPanel_Unknown.selector);
    }

    function test_hearing__drawn_accepted_ruled__executed() external {
        (Case memory c, uint256 id) = _opened(2);
        _fails(abi.encodeCall(panel.draw, (c, 0)), IArbiterPanel.ArbiterPanel_DrawPending.selector);
        _fails(abi.encodeCall(panel.draw, (c, 4)), IArbiterPanel.ArbiterPanel_UnknownChair.selector);
        _fails(abi.encodeCall(panel.draw, (c, 1)), IArbiterPanel.ArbiterPanel_WrongStage.selector);
        _fails(abi.encodeCall(panel.replace, (c, 0)), IArbiterPanel.ArbiterPanel_WrongStep.selector);
        _tick(60);
        _call(address(this), address(panel), 0, abi.encodeCall(panel.draw, (c, 0)));
        _fails(abi.encodeCall(panel.draw, (c, 0)), IArbiterPanel.ArbiterPanel_WrongStep.selector);
        _fails(abi.encodeCall(panel.accept, (c, 0)), IArbiterPanel.ArbiterPanel_NotDrawn.selector);
        address arbiter = panel.arbiterOf(c, 0);
        _call(arbiter, address(panel), 0, abi.encodeCall(panel.accept, (c, 0)));
        bytes memory again = abi.encodeCall(panel.accept, (c, 0));
        _fails(arbiter, address(panel), 0, again, IArbiterPanel.ArbiterPanel_WrongStep.selector);
        bytes memory data = abi.encodeCall(panel.giveRuling, (c, 0, 6));
        _fails(arbiter, address(panel), 0, data, IArbiterPanel.ArbiterPanel_RulingOutOfRange.selector);
        _call(arbiter, address(panel), 0, abi.encodeCall(panel.giveRuling, (c, 0, 4)));
        data = abi.encodeCall(panel.giveRuling, (c, 0, 4));
        _fails(arbiter, address(panel), 0, data, IArbiterPanel.ArbiterPanel_WrongStep.selector);
        _fails(abi.encodeCall(panel.executeRuling, (c)), IArbiterPanel.ArbiterPanel_TooEarly.selector);
        _fails(abi.encodeCall(panel.expire, (c)), IArbiterPanel.ArbiterPanel_WrongStep.selector);
        _same(uint256(panel.disputeStatus(id)), uint256(IArbitrator.DisputeStatus.Appealable));
        (, uint256 end) = panel.appealPeriod(id);
        _same(end, clock + 1 days);
        _tick(1 days);
        _same(uint256(panel.disputeStatus(id)), uint256(IArbitrator.DisputeStatus.Solved));
        _same(panel.executeRuling(c), 4);
        _same(lastRuling, 4);
        _same(uint256(panel.disputeStatus(id)), uint256(IArbitrator.DisputeStatus.Solved));
        _fails(abi.encodeCall(panel.executeRuling, (c)), IArbiterPanel.ArbiterPanel_WrongStage.selector);
        _fails(abi.encodeCall(panel.expire, (c)), IArbiterPanel.ArbiterPanel_WrongStage.selector);
        _same(panel.balanceOf(arbiter), COST);
    }

    function test_replace__silent__slashed_and_another_drawn() external {
        (Case memory c, uint256 id) = _opened(3);
        _tick(60);
        panel.draw(c, 0);
        address silent = panel.arbiterOf(c, 0);
        _fails(abi.encodeCall(panel.replace, (c, 0)), IArbiterPanel.ArbiterPanel_TooEarly.selector);
        _tick(2 hours);
        bytes memory late = abi.encodeCall(panel.accept, (c, 0));
        _fails(silent, address(panel), 0, late, IArbiterPanel.ArbiterPanel_TooLate.selector);
        panel.replace(c, 0);
        _same(panel.balanceOf(address(panel)), 0.1 ether);
        (, SeatView memory seat) = panel.seatOf(silent);
        _same(seat.stake, 1.9 ether);
        _tick(60);
        address next = panel.arbiterOf(c, 0);
        _call(next, address(panel), 0, abi.encodeCall(panel.accept, (c, 0)));
        _same(panel.chairOf(id, 0).clock, clock + 3 days);
        _tick(15 days);
        _fails(next, address(panel), 0, late, IArbiterPanel.ArbiterPanel_TooLate.selector);
        _same(panel.expire(c), COST);
        _same(panel.executeRuling(c), 0);
        _same(panel.balanceOf(address(panel)), 0.2 ether);
        _same(panel.withdrawTreasury(accounts[BUYER]), 0.2 ether);
    }

    function test_expire__undrawn__fee_back_and_nobody_slashed() external {
        (Case memory c, uint256 id) = _opened(4);
        _fails(abi.encodeCall(panel.expire, (c)), IArbiterPanel.ArbiterPanel_TooEarly.selector);
        _tick(14 days);
        _same(panel.expire(c), COST);
        _same(uint256(panel.disputeOf(id).stage), uint256(PanelStage.Final));
        _same(uint256(panel.disputeStatus(id)), uint256(IArbitrator.DisputeStatus.Solved));
        _same(panel.withdraw(address(this)), COST);
    }

    function test_draw__nobody_eligible__reverts() external {
        (Case memory c, ) = _opened(5);
        for (uint256 i = PEOPLE + 1; i < PEOPLE + ARBITERS; ++i) {
            _call(accounts[i], address(panel), 0, abi.encodeCall(panel.setOnDuty, (false)));
        }
        _tick(60);
        // The one left is excluded by the case; others are back on duty too late.
        _call(accounts[PEOPLE + 1], address(panel), 0, abi.encodeCall(panel.setOnDuty, (true)));
        _fails(abi.encodeCall(panel.draw, (c, 0)), IArbiterPanel.ArbiterPanel_NoArbiter.selector);
    }

    function test_draw__eight_open_cases__not_drawn_for_a_ninth() external {
        for (uint256 i = PEOPLE + 2; i < PEOPLE + ARBITERS; ++i) {
            _call(accounts[i], address(panel), 0, abi.encodeCall(panel.setOnDuty, (false)));
        }
        for (uint256 k = 0; k < 9; ++k) {
            (Case memory c, ) = _opened(100 + k);
            _tick(60);
            if (k < 8) panel.draw(c, 0);
            else _fails(abi.encodeCall(panel.draw, (c, 0)), IArbiterPanel.ArbiterPanel_NoArbiter.selector);
        }
    }

    function test_appeal__ruling_changed__bond_and_spare_fee_back() external {
        (Case memory c, uint256 id) = _appealed(6, 1);
        _same(uint256(panel.disputeStatus(id)), uint256(IArbitrator.DisputeStatus.Waiting));
        _same(uint160(panel.appellantOf(id)), uint160(accounts[BUYER]));
        panel.draw(c, 3);
        bytes memory refusal = abi.encodeCall(panel.giveRuling, (c, 1, 0));
        _fails(refusal, IArbiterPanel.ArbiterPanel_RulingOutOfRange.selector);
        _rules(c, 1, 5);
        _rules(c, 2, 5);
        _same(panel.currentRuling(id), 5);
        _same(panel.balanceOf(accounts[BUYER]), 3 * COST);
        _same(panel.executeRuling(c), 5);
    }

    function test_appeal__confirmed__bond_to_the_treasury() external {
        (Case memory c, uint256 id) = _appealed(7, 3);
        _rules(c, 1, 1);
        _rules(c, 2, 5);
        _rules(c, 3, 3);
        _same(panel.currentRuling(id), 3);
        _same(panel.balanceOf(address(panel)), 2 * COST);
        _same(panel.balanceOf(accounts[BUYER]), 0);
    }

    function test_appeal__three_rulings__median() external {
        uint256[3][5] memory rulings = [
            [uint256(1), 2, 4],
            [uint256(4), 2, 1],
            [uint256(4), 1, 2],
            [uint256(2), 4, 1],
            [uint256(1), 4, 2]
        ];
        for (uint256 k = 0; k < 5; ++k) {
            (Case memory c, uint256 id) = _appealed(200 + k, 5);
            for (uint256 chair = 0; chair < 3; ++chair) _rules(c, chair + 1, rulings[k][chair]);
            _same(panel.currentRuling(id), 2);
        }
        (Case memory last, uint256 lastId) = _appealed(300, 5);
        _rules(last, 1, 3);
        _rules(last, 2, 1);
        _rules(last, 3, 3);
        _same(panel.currentRuling(lastId), 3);
    }

    function test_appeal__bad__reverts() external {
        (Case memory c, uint256 id) = _ruled(8, 2);
        bytes memory extra = abi.encode(keccak256(c.extraData), address(0));
        address to = address(panel);
        bytes memory data = abi.encodeCall(panel.appeal, (id, "short"));
        _fails(data, IArbiterPanel.ArbiterPanel_MalformedExtraData.selector);
        data = abi.encodeCall(panel.appeal, (id, extra));
        _fails(accounts[BUYER], to, 0, data, IArbiterPanel.ArbiterPanel_NotArbitrable.selector);
        _fails(data, IArbiterPanel.ArbiterPanel_WrongValue.selector);
        (, uint256 young) = _opened(9);
        bytes memory early = abi.encodeCall(panel.appeal, (young, _extraOf(9)));
        _fails(early, IArbiterPanel.ArbiterPanel_WrongStep.selector);
        _call(address(this), to, 5 * COST, data);
        _fails(address(this), to, 5 * COST, data, IArbiterPanel.ArbiterPanel_WrongStage.selector);
        _same(uint160(panel.appellantOf(id)), uint160(address(this)));
        // Nobody decides it: the first ruling stands.
        _tick(60);
        _rules(c, 2, 4);
        _fails(abi.encodeCall(panel.expire, (c)), IArbiterPanel.ArbiterPanel_TooEarly.selector);
        _tick(7 days);
        _same(panel.expire(c), 4 * COST);
        _same(panel.executeRuling(c), 2);
    }

    function _extraOf(uint256 salt) private view returns (bytes memory) {
        address[] memory none = new address[](1);
        none[0] = accounts[PEOPLE];
        return abi.encode(keccak256(abi.encode(bytes32(salt), clock, none)), address(0));
    }

    function test_appeal__too_late_or_too_few__reverts() external {
        (Case memory c, uint256 id) = _ruled(10, 2);
        bytes memory data = abi.encodeCall(
            panel.appeal,
            (id, abi.encode(keccak256(c.extraData), address(0)))
        );
        _call(accounts[PEOPLE], address(panel), 0, abi.encodeCall(panel.setOnDuty, (false)));
        uint256 left = 0;
        for (uint256 i = PEOPLE + 1; i < PEOPLE + ARBITERS && left < 2; ++i) {
            if ((panel.onDutySeats() >> (i - PEOPLE)) & 1 == 0) continue;
            _call(accounts[i], address(panel), 0, abi.encodeCall(panel.setOnDuty, (false)));
            ++left;
        }
        address to = address(panel);
        _fails(address(this), to, 5 * COST, data, IArbiterPanel.ArbiterPanel_PanelTooSmall.selector);
        _tick(1 days);
        _fails(address(this), to, 5 * COST, data, IArbiterPanel.ArbiterPanel_TooLate.selector);
    }

    function test_pool__bad__reverts() external {
        address to = address(panel);
        address a = accounts[PEOPLE];
        _fails(abi.encodeCall(panel.appoint, (address(0))), IArbiters.Arbiters_ZeroAddress.selector);
        _fails(abi.encodeCall(panel.appoint, (a)), IArbiters.Arbiters_AlreadyAppointed.selector);
        _fails(abi.encodeCall(panel.stake, ()), IArbiters.Arbiters_NotArbiter.selector);
        _fails(a, to, 0, abi.encodeCall(panel.stake, ()), IArbiters.Arbiters_ZeroAmount.selector);
        _fails(a, to, 1, abi.encodeCall(panel.stake, ()), IArbiters.Arbiters_StakeOutOfBounds.selector);
        bytes memory on = abi.encodeCall(panel.setOnDuty, (true));
        bytes memory off = abi.encodeCall(panel.setOnDuty, (false));
        _fails(a, to, 0, on, IArbiters.Arbiters_AlreadyOnDuty.selector);
        _call(a, to, 0, off);
        _fails(a, to, 0, off, IArbiters.Arbiters_NotOnDuty.selector);
        panel.setStakeTerms(3 ether, 0.2 ether);
        _same(panel.slashAmount(), 0.2 ether);
        _fails(a, to, 0, on, IArbiters.Arbiters_StakeTooLow.selector);
        bytes memory terms = abi.encodeCall(panel.setStakeTerms, (1_001 ether, 0));
        _fails(terms, IArbiters.Arbiters_OutOfBounds.selector);
        terms = abi.encodeCall(panel.setStakeTerms, (1 ether, 2 ether));
        _fails(terms, IArbiters.Arbiters_OutOfBounds.selector);
        terms = abi.encodeCall(panel.setStakeTerms, (1 ether, 1));
        _fails(terms, IArbiters.Arbiters_StakeOutOfBounds.selector);
        _fails(abi.encodeCall(panel.withdraw, (address(0))), IArbiters.Arbiters_ZeroAddress.selector);
        _fails(abi.encodeCall(panel.withdraw, (a)), IArbiters.Arbiters_ZeroAmount.selector);
        _fails(abi.encodeCall(panel.vacate, (a)), IArbiters.Arbiters_NotLeaving.selector);
    }

    function test_leave__after_the_cool_down__stake_back() external {
        address to = address(panel);
        address a = accounts[PEOPLE + 1];
        panel.dismiss(a);
        _fails(a, to, 0, abi.encodeCall(panel.requestLeave, ()), IArbiters.Arbiters_Leaving.selector);
        _fails(a, to, 1 ether, abi.encodeCall(panel.stake, ()), IArbiters.Arbiters_Leaving.selector);
        _fails(a, to, 0, abi.encodeCall(panel.setOnDuty, (true)), IArbiters.Arbiters_Leaving.selector);
        _fails(abi.encodeCall(panel.vacate, (a)), IArbiters.Arbiters_TooEarly.selector);
        _tick(7 days);
        panel.vacate(a);
        _same(panel.balanceOf(a), 2 ether);
        bytes memory out = abi.encodeCall(panel.withdraw, (address(market)));
        _fails(a, to, 0, out, IArbiters.Arbiters_SendFailed.selector);
        _call(a, to, 0, abi.encodeCall(panel.withdraw, (a)));
        (uint256 index, ) = panel.seatOf(accounts[PEOPLE + 2]);
        _same(index, 2);
        for (uint256 i = 0; i < 60; ++i) panel.appoint(address(uint160(0x10000 + i)));
        _fails(abi.encodeCall(panel.appoint, (address(0x9999))), IArbiters.Arbiters_PoolFull.selector);
    }

    function test_leave__with_an_open_case__waits_for_it() external {
        (Case memory c, ) = _opened(11);
        _tick(60);
        address a = panel.arbiterOf(c, 0);
        panel.draw(c, 0);
        _call(a, address(panel), 0, abi.encodeCall(panel.requestLeave, ()));
        _tick(7 days);
        _fails(abi.encodeCall(panel.vacate, (a)), IArbiters.Arbiters_Assigned.selector);
    }

    function test_settings__out_of_bounds__reverts() external {
        bytes4 fault = IArbiterPanel.ArbiterPanel_OutOfBounds.selector;
        _fails(abi.encodeCall(panel.setArbitrationCost, (1)), fault);
        _fails(abi.encodeCall(panel.setArbitrationCost, (1_001 ether)), fault);
        _fails(abi.encodeCall(panel.setAcceptSeconds, (1 minutes)), fault);
        _fails(abi.encodeCall(panel.setAcceptSeconds, (25 hours)), fault);
        panel.setAcceptSeconds(3 hours);
        _same(panel.acceptSeconds(), 3 hours);
    }
}
