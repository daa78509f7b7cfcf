// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILedger} from "./ILedger.sol";
import {IListings} from "./IListings.sol";
import {IAffiliates} from "./IAffiliates.sol";
import {IFeePolicy} from "./IFeePolicy.sol";
import {IMerchants} from "./IMerchants.sol";
import {IOrders, Terms} from "./IOrders.sol";

/// @title The market: one contract for the whole hot path of a trade.
interface IMarket is ILedger, IFeePolicy, IMerchants, IListings, IOrders, IAffiliates {
    /// @notice An account's whole position in a token, in token units.
    struct Position {
        /// Can be withdrawn now.
        uint256 available;
        /// Settled, available on a later day.
        uint256 maturing;
        /// The part of `maturing` that {mature} makes available now.
        uint256 due;
        /// Held by the given orders in which the account is the buyer.
        uint256 escrowedAsBuyer;
        /// Held by the given orders in which the account is the seller.
        uint256 escrowedAsSeller;
        /// Locked as the shop's stake (native coin only).
        uint256 staked;
    }

    /// @notice The whole position of `account` in `token`.
    /// @param orders The orders to look at; those in other tokens or of other accounts add nothing.
    function positionOf(
        address account,
        address token,
        Terms[] calldata orders
    ) external view returns (Position memory);
}
