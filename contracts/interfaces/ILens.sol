// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Upline} from "./IAffiliates.sol";
import {Tier} from "./IFeePolicy.sol";
import {Terms} from "./IOrders.sol";

/// @notice A merchant's record in plain fields. Scores in thousandths of a point.
struct MerchantRecord {
    /// 600,000 + all applied changes; 0 to 1,000,000.
    uint256 score;
    /// 0 to 400,000, 240,000 at first.
    uint256 trade;
    /// 0 to 300,000, 180,000 at first.
    uint256 service;
    /// Compliance, community and security together: 0 to 300,000, 180,000 at first.
    uint256 attested;
    /// Credit weight ever earned (thousandths of a point, saturating): what makes a newcomer seasoned.
    uint256 earned;
    /// Wei locked as the shop's stake.
    uint256 stake;
    /// Day (since the epoch) by which every order so far has ended.
    uint256 busyUntilDay;
    /// Day from which a requested unstake can be taken; 0 = none requested.
    uint256 unstakeDay;
    Tier tier;
    /// Whether the limits of Watch apply: the tier is Watch or the merchant is not seasoned yet.
    bool limited;
}

/// @notice An account's whole position in a token, in token units.
struct Position {
    /// Can be withdrawn now.
    uint256 available;
    /// Settled, available on a later day.
    uint256 maturing;
    /// The part of `maturing` that {ILedger-mature} makes available now.
    uint256 due;
    /// Held by the given orders in which the account is the buyer.
    uint256 escrowedAsBuyer;
    /// Held by the given orders in which the account is the seller.
    uint256 escrowedAsSeller;
    /// Locked as the shop's stake (native coin only).
    uint256 staked;
}

/// @notice Who gets what of an order, in token units.
struct Shares {
    uint256 fee;
    address[3] referrers;
    uint256[3] commissions;
    uint256 toSeller;
}

/// @title Lens: the market's packed words in plain fields. Reads only.
interface ILens {
    /// @notice The whole position of `account` in `token`.
    /// @param orders The orders to look at; those in other tokens or of other accounts add nothing.
    function positionOf(
        address account,
        address token,
        Terms[] calldata orders
    ) external view returns (Position memory);

    /// @notice What `account` will receive of `token` and when.
    /// @return total Token units in all buckets, due or not.
    /// @return due The part of it that {ILedger-mature} can make available now.
    /// @return dueDays The days (since the epoch) of the buckets that hold something.
    function maturingOf(
        address account,
        address token
    ) external view returns (uint256 total, uint256 due, uint256[] memory dueDays);

    function merchantOf(address merchant) external view returns (MerchantRecord memory);

    /// @notice What the pair can still gain in the current epoch (thousandths of a point).
    function pairLeft(address seller, address buyer) external view returns (uint256);

    /// @notice The fee, in basis points of the base, that an order of `merchant` placed now would pay.
    function feeBpsFor(address merchant) external view returns (uint256);

    /// @notice Who would get what of an order of `base` that `account` places now with `merchant`.
    /// @param upline The account's own; checked as a placement checks it, the parties' exclusion apart.
    /// @param maxCommissionBps The share that the listing offers; levels use it up from the first on.
    function sharesFor(
        address account,
        Upline calldata upline,
        address merchant,
        uint256 category,
        address token,
        uint256 maxCommissionBps,
        uint256 base
    ) external view returns (Shares memory);

    /// @notice Who gets what when an order ends with `earned` for the seller's side.
    function sharesOf(Terms calldata terms, uint256 earned) external pure returns (Shares memory);

    /// @notice The id that these terms have on this chain and market.
    function orderIdOf(Terms calldata terms) external view returns (bytes32);
}
