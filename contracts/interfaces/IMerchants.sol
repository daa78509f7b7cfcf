// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Account} from "../libraries/Account.sol";
import {CreditTable} from "../libraries/CreditTable.sol";

/// @notice The five dimensions of a score. Trade and Service move only by the market's own settlements, the rest only by
/// attestations.
enum Dimension {
    Trade,
    Service,
    Compliance,
    Community,
    Security
}

/// @notice Why a score moved, other than by a release (which {IOrders-OrderReleased} tells).
enum CreditReason {
    Settlement,
    Refund,
    DeadlineMissed,
    DisputeRuled,
    Rating,
    Attestation,
    Reversal
}

/// @title Merchants: their score from settled orders, and the stake of their shop.
/// @dev The formula is `CreditFormula`, its numbers are the market's {creditTable}. A change's size is the order's *credit
/// weight*, sealed at placement: the platform fee it pays, in credit units of its token, so that a score costs what it earns.
/// Gains are capped per buyer–seller pair and epoch. The score is 600 + Σ applied changes, by construction.
interface IMerchants {
    /// @notice A score moved by `applied` thousandths of a point (after clamping) in one dimension.
    /// @param ref What it rests on: an order's id or an attestation's.
    event CreditChanged(
        address indexed merchant,
        bytes32 indexed ref,
        Dimension dimension,
        CreditReason reason,
        int256 applied
    );
    event Staked(address indexed merchant, uint256 amount);
    event UnstakeRequested(address indexed merchant, uint256 availableFromDay);
    event Unstaked(address indexed merchant, uint256 amount);
    /// @notice A lost dispute cost the merchant `amount` wei of his stake, which went to the platform.
    event StakeSlashed(address indexed merchant, bytes32 indexed orderId, uint256 amount);

    error Merchants_StakeTooLow(address merchant, uint256 stake, uint256 required);
    /// @notice Stakes are kept in thousandths of a coin, below 2**24 of them.
    error Merchants_StakeNotKept(uint256 amount, uint256 unit);
    error Merchants_NoStake(address merchant);
    error Merchants_NoUnstakeRequested(address merchant);
    error Merchants_UnstakeTooEarly(uint256 today, uint256 availableFromDay);
    /// @notice Trade and Service move by settlements only.
    error Merchants_NotAttested(Dimension dimension);

    /// @notice Adds `msg.value` to the caller's stake and withdraws a pending unstake request.
    function stake() external payable;

    /// @notice Asks for the whole stake back. New orders need a stake again; live ones keep it locked.
    function requestUnstake() external;

    /// @notice Makes the stake available once the cool-down and every order's clocks are over. Callable by its owner.
    function unstake() external returns (uint256 amount);

    /// @notice Applies an attested change. Callable by the credit role (the {ICredit} module).
    /// @param delta Thousandths of a point.
    /// @return applied What was left of it after clamping.
    function attestCredit(
        address merchant,
        Dimension dimension,
        int256 delta,
        CreditReason reason,
        bytes32 ref
    ) external returns (int256 applied);

    /// @notice The numbers of the score's formula, see {CreditTable}: fixed at deployment.
    function creditTable() external view returns (CreditTable);

    /// @notice An account's packed slot: native balance and record as a merchant, see {Account}; {ILens-merchantOf} unpacks it.
    function accountOf(address account) external view returns (Account);

    /// @notice The epoch in which the pair gained last, and the credit weight it gained in it (thousandths of a point).
    function pairOf(address seller, address buyer) external view returns (uint256 epoch, uint256 gained);
}
