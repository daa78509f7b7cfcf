// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "./IMarket.sol";
import {Terms} from "./IOrders.sol";

/// @title Reward points: what a merchant's settled orders earned him, spendable as a discount on the fees they paid.
/// @dev An order earns as many points as it gained of the trade score: thousandths of a point, so a credit unit of fee is worth
/// 1,000. From Gold on it earns twice as many. Points can't be transferred. Spent, each is worth a share of the fee that it
/// stands for, paid from this contract's balance at the market, which the operator funds by {ILedger-deposit}. So what comes
/// back is a part of fees that were paid, and washing stays dear.
interface IRewards {
    event PointsEarned(address indexed merchant, bytes32 indexed orderId, uint256 points);
    /// @notice `amount` token units of fees came back for `points`.
    event PointsSpent(address indexed merchant, address indexed token, uint256 points, uint256 amount);
    event RebateSet(uint256 rebateBps);
    event BudgetWithdrawn(address indexed token, uint256 amount);

    error Rewards_ZeroAddress();
    /// @notice So few points bring back nothing in this token.
    error Rewards_WorthNothing(address token, uint256 points);
    error Rewards_TooFewPoints(address merchant, uint256 points, uint256 asked);
    /// @notice Fees in this token earn no credit, so they have no price in points.
    error Rewards_NoCreditUnit(address token);
    error Rewards_RebateOutOfBounds(uint256 rebateBps, uint256 max);
    /// @notice The budget can't pay this much now; the points stay.
    error Rewards_BudgetTooLow(address token, uint256 budget, uint256 amount);

    /// @notice Counts what completed orders earned, each once. Callable by anyone, within 30 days of an order's end; skips orders
    /// that have nothing to count. The seller's tier at this moment decides whether points count twice.
    /// @return points What was counted, all together.
    function claim(Terms[] calldata orders) external returns (uint256 points);

    /// @notice Spends `points` of the caller's for fees back in `token`, into his balance at the market; rounds down.
    function spend(address token, uint256 points) external returns (uint256 amount);

    /// @notice Sets which part of a fee its points bring back, in basis points; at most 2,000. Callable by the rates role.
    function setRebate(uint256 rebateBps) external;

    /// @notice Gives a part of the budget back to the platform's balance at the market. Callable by the treasurer role.
    function withdrawBudget(address token, uint256 amount) external;

    function pointsOf(address merchant) external view returns (uint256);

    function isClaimed(bytes32 orderId) external view returns (bool);

    /// @notice What an order would earn now: 0 unless it is completed, gained something, is less than 30 days old and uncounted.
    function claimable(Terms calldata terms) external view returns (uint256 points);

    /// @notice What `points` bring back in `token`, in token units, whatever the budget.
    function worthOf(address token, uint256 points) external view returns (uint256 amount);

    function rebateBps() external view returns (uint256);

    function MARKET() external view returns (IMarket);
}
