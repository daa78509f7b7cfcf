// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Policy} from "../libraries/Policy.sol";

/// @notice What a merchant's score earns. Diamond from 900, Gold from 800, Silver from 600, Watch below.
enum Tier {
    Watch,
    Silver,
    Gold,
    Diamond
}

/// @title The market's settings for *future* listings and orders, within hard bounds.
interface ISettings {
    event Paused(address indexed by);
    event Unpaused(address indexed by);
    /// @notice Fees, stakes, limits or the native credit unit changed.
    event PolicySet(Policy policy);
    /// @notice The platform fee, in token units, that is worth one point of score; 0 = the token earns no credit.
    event CreditUnitSet(address indexed token, uint256 unit);
    event ModuleAdded(uint256 indexed index, address module);
    event ArbitratorAllowed(address indexed arbitrator, bool allowed);

    /// @notice New listings and orders are paused; everything else works.
    error MarketPaused();
    error Settings_OutOfBounds(uint256 value, uint256 max);
    error Settings_ZeroAddress();

    /// @notice Stops new listings and orders, and nothing else. Callable by the pauser role.
    function pause() external;

    /// @notice Lets new listings and orders in again. Callable by the pauser role.
    function unpause() external;

    /// @notice Sets fees, stakes, the Watch limit and the native credit unit. Callable by the rates role ({IFeePolicy}).
    /// @dev Whoever calls: no fee above 10 %, no stake above 100 coins. Leaves the pause and the module as they are.
    function setPolicy(Policy next) external;

    /// @notice Lets fees in `token` earn credit: `unit` token units of fee are worth one point. Callable by the rates role.
    /// @dev The native coin's unit is a part of the policy.
    function setCreditUnit(address token, uint256 unit) external;

    /// @notice Binds *future* orders to another disputes module ({IDisputes}). Callable by the admin role, with its delay.
    function addModule(address module) external returns (uint256 index);

    /// @notice Puts an arbitrator on the allow-list or takes it off. Callable by the admin role, with its delay.
    function allowArbitrator(address arbitrator, bool allowed) external;

    /// @notice The settings in one word, see {Policy}.
    function policy() external view returns (Policy);

    function creditUnit(address token) external view returns (uint256);

    /// @notice The disputes module of orders sealed with `index`.
    function moduleAt(uint256 index) external view returns (address);

    function arbitratorAllowed(address arbitrator) external view returns (bool);
}

/// @title Fees and privileges by score: one base fee, from which each tier's follows, and what each tier must stake.
interface IFeePolicy {
    error FeePolicy_OutOfBounds(uint256 value, uint256 max);

    /// @notice Sets the base fee; Watch pays 120 %, Silver 100 %, Gold 90 %, Diamond 80 % of it. Callable by the rates role.
    /// @dev Reverts if Watch's fee would exceed 10 %.
    function setBaseFee(uint256 baseFeeBps) external;

    /// @notice Sets the stakes (wei, whole thousandths of a coin) of the tiers that need one. Callable by the rates role.
    function setStakes(uint256 watch, uint256 silver, uint256 gold) external;

    /// @notice Sets the fee, in wei (whole gwei), that is worth one point, and the largest order of merchants on Watch in such
    /// units. Callable by the rates role.
    function setCreditScale(uint256 nativeUnit, uint256 watchOrderUnits) external;

    /// @notice The fee of a tier, in basis points of the base.
    function feeBpsOf(Tier tier) external view returns (uint256);

    /// @notice The fee that an order of `merchant` placed now would pay, in basis points of the base.
    function feeBpsFor(address merchant) external view returns (uint256);

    /// @notice The stake that a tier needs to sell, in wei.
    function requiredStake(Tier tier) external view returns (uint256);

    /// @notice The largest order of a merchant on Watch in `token`, in token units.
    function watchOrderLimit(address token) external view returns (uint256);

    /// @notice The tier of a score in points (0 to 1000).
    function tierOf(uint256 score) external pure returns (Tier);
}
