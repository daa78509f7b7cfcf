// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IDisputes, Phase} from "../../contracts/interfaces/IDisputes.sol";
import {IOrders, Status, Terms} from "../../contracts/interfaces/IOrders.sol";
import {IRewards} from "../../contracts/interfaces/IRewards.sol";
import {HoldStatus, IRiskHolds} from "../../contracts/interfaces/IRiskHolds.sol";
import {Bounds} from "../../contracts/libraries/Bounds.sol";
import {Cid} from "../../contracts/libraries/Cid.sol";
import {CreditTable, CreditTableFields} from "../../contracts/libraries/CreditTable.sol";
import {Roles} from "../../contracts/libraries/Roles.sol";
import {Stage} from "./Stage.sol";
import {vm} from "../invariants/Vm.sol";

// holds and points
// ├── hold: every fault → its error · a hundred a day · clear → the sealed end · confirm → disputed for the buyer
// ├── points: counted once, worth a part of the fee, from the budget alone
// └── credit table: out of bounds → no market
contract RiskUnits is Stage {
    IRiskHolds private holds;
    IRewards private rewards;
    IAccessManager private authority;
    /// Holds every role here; no party of an order.
    address private operator;

    function setUp() public override {
        super.setUp();
        operator = address(this);
        authority = IAccessManager(IAccessManaged(address(market)).authority());
        holds = IRiskHolds(vm.deployCode("RiskHolds.sol:RiskHolds", abi.encode(authority, market)));
        rewards = IRewards(vm.deployCode("Rewards.sol:Rewards", abi.encode(authority, market)));
        authority.grantRole(Roles.ADMIN, address(holds), 0);
        authority.grantRole(Roles.RISK_MODULE, address(holds), 0);
    }

    function _idOf(Terms memory t) private view returns (bytes32) {
        return keccak256(abi.encode(market.ORDER_DOMAIN(), t.clocks, t.seller, _sealOf(t).rest));
    }

    function _untilOf(Terms memory t) private view returns (uint256) {
        return market.orderState(_idOf(t)).until();
    }

    function _holding(Terms memory t, uint256 longer) private view returns (bytes memory) {
        return abi.encodeCall(holds.hold, (t, _untilOf(t) + longer, 80, CID));
    }

    function _held() private returns (Terms memory t) {
        t = _delivered();
        _call(operator, address(holds), 0, _holding(t, 3 days));
    }

    function _refused(bytes memory data, bytes4 fault) private {
        _fails(operator, address(holds), 0, data, fault);
    }

    // -- holds ------------------------------------------------------------------------------------

    function test_hold__faults__reverts() external {
        Terms memory t = _delivered();
        uint256 until = _untilOf(t);
        _refused(
            abi.encodeCall(holds.hold, (t, until + 1, 101, CID)),
            IRiskHolds.RiskHolds_ScoreOutOfRange.selector
        );
        _refused(abi.encodeCall(holds.hold, (t, until + 1, 1, "x")), Cid.Cid_Malformed.selector);
        _refused(_holding(t, 0), IRiskHolds.RiskHolds_NotLonger.selector);
        _refused(_holding(t, 7 days + 1), IOrders.Orders_ReviewOutOfBounds.selector);
        address[2] memory parties = [t.seller, t.buyer];
        for (uint256 i = 0; i < 2; ++i) {
            authority.grantRole(Roles.ADMIN, parties[i], 0);
            _fails(parties[i], address(holds), 0, _holding(t, 1), IRiskHolds.RiskHolds_IsParty.selector);
        }
        _call(operator, address(holds), 0, _holding(t, 7 days));
        _refused(_holding(t, 1), IRiskHolds.RiskHolds_AlreadyHeld.selector);
        _same(holds.leftToday(operator), 99);
    }

    function test_hold__a_hundred_in_a_day__the_next_waits() external {
        for (uint256 i = 0; i < 100; ++i) {
            Terms memory t = _held();
            _call(t.buyer, address(market), 0, abi.encodeCall(market.release, (t)));
        }
        Terms memory last = _delivered();
        if (holds.leftToday(operator) == 0) {
            _refused(_holding(last, 1), IRiskHolds.RiskHolds_DailyBoundReached.selector);
        }
        _tick(1 days - 1);
        _same(holds.leftToday(operator), 100);
    }

    function test_clear__held__as_sealed() external {
        Terms memory t = _delivered();
        uint256 sealedUntil = _untilOf(t);
        _refused(abi.encodeCall(holds.clear, (t, CID)), IRiskHolds.RiskHolds_NotHeld.selector);
        _call(operator, address(holds), 0, _holding(t, 3 days));
        _same(_untilOf(t), sealedUntil + 3 days);
        _call(t.seller, address(market), 0, abi.encodeCall(market.refund, (t, 1)));
        _same(_untilOf(t), sealedUntil + 3 days);
        _call(operator, address(holds), 0, abi.encodeCall(holds.clear, (t, CID)));
        _same(_untilOf(t), sealedUntil);
        _same(uint256(holds.holdOf(_idOf(t)).status), uint256(HoldStatus.Cleared));
    }

    function test_setReviewEnd__bad__reverts() external {
        Terms memory t = _delivered();
        uint256 until = _untilOf(t);
        bytes memory data = abi.encodeCall(market.setReviewEnd, (t, until - 1));
        _fails(operator, address(market), 0, data, IOrders.Orders_ReviewOutOfBounds.selector);
        data = abi.encodeCall(market.setReviewEnd, (t, until + 1));
        _fails(t.buyer, address(market), 0, data, IAccessManaged.AccessManagedUnauthorized.selector);
        _tick(until - clock);
        _fails(operator, address(market), 0, data, IOrders.Orders_TooLate.selector);
    }

    function test_confirm__held__disputed_for_the_buyer() external {
        Terms memory t = _held();
        bytes memory data = abi.encodeCall(holds.confirm, (t, CID, CID));
        _refused(data, IRiskHolds.RiskHolds_WrongDeposit.selector);
        uint256 deposit = disputes.depositOf(t);
        _call(operator, address(holds), deposit, data);
        _same(uint256(market.orderState(_idOf(t)).status()), uint256(Status.Disputed));
        _same(disputes.disputeOf(_idOf(t)).byBuyer ? 1 : 0, 1);
        _tick(3 days);
        uint256 platform = market.balanceOf(address(market), address(0));
        uint256 stake = market.accountOf(t.seller).stake();
        _call(accounts[OUTSIDER], address(disputes), 0, abi.encodeCall(disputes.execute, (t)));
        _same(market.balanceOf(t.buyer, address(0)), t.base);
        uint256 slashed = (stake - market.accountOf(t.seller).stake()) * Bounds.STAKE_UNIT;
        _same(market.balanceOf(address(market), address(0)), platform + deposit + slashed);
    }

    function test_confirm__seller_opened__the_buyers_side_is_paid() external {
        Terms memory t = _held();
        uint256 deposit = disputes.depositOf(t);
        bytes memory data = abi.encodeCall(disputes.open, (t, CID));
        _fails(t.seller, address(disputes), deposit, data, IDisputes.Disputes_TooEarly.selector);
        _tick(market.orderState(_idOf(t)).until() - 3 days - clock);
        _call(t.seller, address(disputes), deposit, data);
        _call(operator, address(holds), deposit, abi.encodeCall(holds.confirm, (t, CID, CID)));
        _same(uint256(disputes.disputeOf(_idOf(t)).phase), uint256(Phase.Arbitrating));
        _same(disputes.disputeOf(_idOf(t)).byRiskModule ? 1 : 0, 1);
    }

    function test_hold__through_the_authority__reverts() external {
        Terms memory t = _delivered();
        bytes memory data = abi.encodeCall(authority.execute, (address(holds), _holding(t, 3 days)));
        _fails(operator, address(authority), 0, data, IRiskHolds.RiskHolds_HiddenCaller.selector);
    }

    function test_open__role_with_a_delay__reverts() external {
        Terms memory t = _delivered();
        authority.grantRole(Roles.RISK_MODULE, accounts[OUTSIDER], 1);
        bytes memory data = abi.encodeCall(disputes.open, (t, CID));
        _fails(accounts[OUTSIDER], address(disputes), 0.03 ether, data, IDisputes.Disputes_NotParty.selector);
    }

    // -- points -----------------------------------------------------------------------------------

    function test_points__claimed_and_spent__a_part_of_the_fee() external {
        Terms memory t = _delivered();
        Terms[] memory orders = new Terms[](2);
        (orders[0], orders[1]) = (t, t);
        _same(rewards.claim(orders), 0);
        _call(t.buyer, address(market), 0, abi.encodeCall(market.release, (t)));
        uint256 points = rewards.claimable(t);
        _same(points, 2_000);
        _same(rewards.claim(orders), points);
        _same(rewards.isClaimed(_idOf(t)) ? 1 : 0, 1);
        uint256 worth = (2 * FEE_UNIT) / 10;
        bytes memory data = abi.encodeCall(rewards.spend, (address(0), points));
        _fails(t.seller, address(rewards), 0, data, IRewards.Rewards_BudgetTooLow.selector);
        market.deposit{value: 1 ether}(address(0), 1 ether, address(rewards));
        bytes memory tooMany = abi.encodeCall(rewards.spend, (address(0), points + 1));
        _fails(t.seller, address(rewards), 0, tooMany, IRewards.Rewards_TooFewPoints.selector);
        bytes memory nothing = abi.encodeCall(rewards.spend, (address(0), 0));
        _fails(t.seller, address(rewards), 0, nothing, IRewards.Rewards_WorthNothing.selector);
        bytes memory odd = abi.encodeCall(rewards.spend, (t.seller, 1));
        _fails(t.seller, address(rewards), 0, odd, IRewards.Rewards_NoCreditUnit.selector);
        uint256 before = market.balanceOf(t.seller, address(0));
        _call(t.seller, address(rewards), 0, data);
        _same(market.balanceOf(t.seller, address(0)), before + worth);
        rewards.withdrawBudget(address(0), 1 ether - worth);
        _same(market.balanceOf(address(rewards), address(0)), 0);
    }

    function test_points__gold__twice() external {
        Terms memory t = _delivered();
        _call(t.buyer, address(market), 0, abi.encodeCall(market.release, (t)));
        // 800 points: 200 more of trade than a newcomer has.
        vm.mockCall(
            address(market),
            abi.encodeCall(market.accountOf, (t.seller)),
            abi.encode(uint256(200_000) << 112)
        );
        _same(rewards.claimable(t), 4_000);
    }

    function test_setRebate__out_of_bounds__reverts() external {
        bytes memory data = abi.encodeCall(rewards.setRebate, (2_001));
        _fails(operator, address(rewards), 0, data, IRewards.Rewards_RebateOutOfBounds.selector);
        rewards.setRebate(2_000);
        _same(rewards.rebateBps(), 2_000);
    }

    // -- construction -----------------------------------------------------------------------------

    function test_construction__zero_or_out_of_bounds__reverts() external {
        _undeployable("RiskHolds.sol:RiskHolds", abi.encode(address(0), market));
        _undeployable("RiskHolds.sol:RiskHolds", abi.encode(authority, address(0)));
        _undeployable("Rewards.sol:Rewards", abi.encode(address(0), market));
        _undeployable("Rewards.sol:Rewards", abi.encode(authority, address(0)));
        _undeployable("Market.sol:Market", abi.encode(authority, CREDIT_TABLE | (1 << 152)));
        _undeployable("Market.sol:Market", abi.encode(authority, 0));
    }

    function test_check__numbers_that_make_scores_cheaper__reverts() external {
        uint256[9] memory shifts = [uint256(0), 24, 48, 80, 88, 96, 112, 120, 128];
        uint256[9] memory widths = [uint256(24), 24, 8, 8, 8, 8, 8, 8, 8];
        // A weight of none, a cap below it, no epoch, losses below the gain, worse stars above better ones.
        uint256[9] memory values = [uint256(0), 9_999, 0, 9, 9, 9, 0xff, 1, 6];
        for (uint256 i = 0; i < 9; ++i) {
            uint256 mask = ((1 << widths[i]) - 1) << shifts[i];
            uint256 word = (CREDIT_TABLE & ~mask) | (values[i] << shifts[i]);
            (bool ok, bytes memory result) = address(this).staticcall(abi.encodeCall(this.check, (word)));
            _same(ok ? 1 : 0, 0);
            _same(uint32(bytes4(result)), uint32(CreditTableFields.CreditTable_OutOfBounds.selector));
        }
        (bool higher, ) = address(this).staticcall(abi.encodeCall(this.check, (CREDIT_TABLE + (1 << 144))));
        _same(higher ? 1 : 0, 0);
        this.check(CREDIT_TABLE);
    }

    function check(uint256 word) external pure {
        CreditTable.wrap(word).check();
    }

    function _undeployable(string memory artifact, bytes memory arguments) private {
        (bool ok, ) = address(vm).call(abi.encodeCall(vm.deployCode, (artifact, arguments)));
        _same(ok ? 1 : 0, 0);
    }
}
