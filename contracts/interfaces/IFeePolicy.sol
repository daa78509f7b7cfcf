// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a merchant's score earns. Diamond from 900, Gold from 800, Silver from 600, Watch below.
enum Tier {
    Watch,
    Silver,
    Gold,
    Diamond
}

/// @notice The contracts that an order is bound to from its placement to its end.
struct Modules {
    /// The arbitrable: opens and ends disputes, executes mutual settlements.
    address disputes;
    /// The arbitrator of listings that name none.
    address arbitrator;
    /// The arbitrator of last resort; no listing chooses it.
    address backup;
}

/// @title Fees, limits, stakes and the modules of future orders, within hard bounds.
interface IFeePolicy {
    event Paused(address indexed by);
    event Unpaused(address indexed by);
    /// @notice The fee of Silver, in basis points of the base; the other tiers' follow from it.
    event BaseFeeSet(uint256 baseFeeBps);
    /// @notice Stakes in thousandths of a native coin.
    event StakesSet(uint256 watch, uint256 silver, uint256 gold);
    /// @notice The platform fee, in token units, that is worth one point of score; 0 = the token earns no credit.
    event CreditUnitSet(address indexed token, uint256 unit);
    /// @notice The largest order of a merchant on Watch, in credit units of its token.
    event WatchOrderUnitsSet(uint256 units);
    event ModulesAdded(uint256 indexed index, Modules modules);
    event ArbitratorAllowed(address indexed arbitrator, bool allowed);

    /// @notice New listings and orders are paused; everything else works.
    error MarketPaused();
    error FeePolicy_OutOfBounds(uint256 value, uint256 max);
    error FeePolicy_ZeroAddress();

    /// @notice Stops new listings and orders, and nothing else. Callable by the pauser role.
    function pause() external;

    /// @notice Lets new listings and orders in again. Callable by the pauser role.
    function unpause() external;

    /// @notice Sets the base fee; Watch pays 120 %, Gold 90 %, Diamond 80 % of it, none above 10 %. Callable by the rates role.
    function setBaseFee(uint256 baseFeeBps) external;

    /// @notice Sets the stakes of the tiers that need one, in thousandths of a native coin. Callable by the rates role.
    function setStakes(uint256 watch, uint256 silver, uint256 gold) external;

    /// @notice Lets fees in `token` earn credit: `unit` token units of fee are worth one point. Callable by the rates role.
    /// @dev The native coin's unit is kept in whole gwei.
    function setCreditUnit(address token, uint256 unit) external;

    /// @notice Sets the largest order of merchants on Watch, in credit units. Callable by the rates role.
    function setWatchOrderUnits(uint256 units) external;

    /// @notice Binds *future* orders to other modules. Callable by the admin role, with its delay.
    function addModules(Modules calldata modules) external returns (uint256 index);

    /// @notice Puts an arbitrator on the allow-list or takes it off. Callable by the admin role, with its delay.
    function allowArbitrator(address arbitrator, bool allowed) external;

    function paused() external view returns (bool);
    /// @notice The fee of a tier, in basis points of the base.
    function feeBpsOf(Tier tier) external view returns (uint256);
    /// @notice The stake that a tier needs to sell, in wei.
    function requiredStake(Tier tier) external view returns (uint256);
    function creditUnit(address token) external view returns (uint256);
    /// @notice The largest order of a merchant on Watch in `token`, in token units.
    function watchOrderLimit(address token) external view returns (uint256);
    function modules(uint256 index) external view returns (Modules memory);
    /// @notice The index that new orders are bound to.
    function currentModules() external view returns (uint256);
    function arbitratorAllowed(address arbitrator) external view returns (bool);
}
