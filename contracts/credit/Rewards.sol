// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {Tier} from "../interfaces/IFeePolicy.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Status, Terms} from "../interfaces/IOrders.sol";
import {IRewards} from "../interfaces/IRewards.sol";
import {CreditFormula} from "../libraries/CreditFormula.sol";
import {OrderState} from "../libraries/OrderState.sol";
import {TermsFields} from "../libraries/TermsFields.sol";

/// @title Rewards: see {IRewards}.
contract Rewards is AccessManaged, IRewards {
    using TermsFields for Terms;

    uint256 private constant MAX_REBATE_BPS = 2_000;
    /// Points for a credit unit of fee, times the basis points of the whole.
    uint256 private constant SCALE = 1_000 * 10_000;

    IMarket public immutable MARKET;
    bytes32 private immutable ORDER_DOMAIN;

    /// @inheritdoc IRewards
    uint256 public rebateBps = 1_000;
    /// @inheritdoc IRewards
    mapping(address merchant => uint256) public pointsOf;
    /// @inheritdoc IRewards
    mapping(bytes32 orderId => bool) public isClaimed;

    constructor(address authority_, IMarket market) AccessManaged(authority_) {
        if (authority_ == address(0) || address(market) == address(0)) revert Rewards_ZeroAddress();
        MARKET = market;
        ORDER_DOMAIN = market.ORDER_DOMAIN();
    }

    /// @inheritdoc IRewards
    function claim(Terms[] calldata orders) external returns (uint256 points) {
        for (uint256 i = 0; i < orders.length; ++i) {
            bytes32 id = orders[i].idOf(ORDER_DOMAIN);
            uint256 earned = _claimable(id, orders[i].seller);
            if (earned == 0) continue;
            isClaimed[id] = true;
            pointsOf[orders[i].seller] += earned;
            points += earned;
            emit PointsEarned(orders[i].seller, id, earned);
        }
    }

    /// @inheritdoc IRewards
    function spend(address token, uint256 points) external returns (uint256 amount) {
        uint256 owned = pointsOf[msg.sender];
        if (points > owned) revert Rewards_TooFewPoints(msg.sender, owned, points);
        amount = worthOf(token, points);
        if (amount == 0) revert Rewards_WorthNothing(token, points);
        uint256 budget = MARKET.balanceOf(address(this), token);
        if (amount > budget) revert Rewards_BudgetTooLow(token, budget, amount);
        pointsOf[msg.sender] = owned - points;
        emit PointsSpent(msg.sender, token, points, amount);
        MARKET.transfer(token, msg.sender, amount);
    }

    /// @inheritdoc IRewards
    function setRebate(uint256 bps) external restricted {
        if (bps > MAX_REBATE_BPS) revert Rewards_RebateOutOfBounds(bps, MAX_REBATE_BPS);
        rebateBps = bps;
        emit RebateSet(bps);
    }

    /// @inheritdoc IRewards
    function withdrawBudget(address token, uint256 amount) external restricted {
        emit BudgetWithdrawn(token, amount);
        MARKET.transfer(token, address(MARKET), amount);
    }

    /// @inheritdoc IRewards
    function claimable(Terms calldata terms) external view returns (uint256 points) {
        return _claimable(terms.idOf(ORDER_DOMAIN), terms.seller);
    }

    /// @inheritdoc IRewards
    function worthOf(address token, uint256 points) public view returns (uint256 amount) {
        uint256 unit = MARKET.creditUnit(token);
        if (unit == 0) revert Rewards_NoCreditUnit(token);
        return (points * unit * rebateBps) / SCALE;
    }

    function _claimable(bytes32 id, address merchant) private view returns (uint256) {
        OrderState s = MARKET.orderState(id);
        // A completed order's clock is the one for its rating.
        if (s.status() != Status.Completed || block.timestamp >= s.until() || isClaimed[id]) return 0;
        bool twice = CreditFormula.tierOf(MARKET.accountOf(merchant).score()) >= Tier.Gold;
        return twice ? 2 * s.gained() : s.gained();
    }
}
