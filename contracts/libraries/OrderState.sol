// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Status} from "../interfaces/IOrders.sol";

/// @notice An order's packed slot; never zero again once the order exists.
/// @dev From bit 0: held 128 · until 40 · status 8 · stars 8 · gained 24 (weight added to the score when it ended; while
/// Delivered, the seconds that a hold added to the review) · tradeLoss 24 · serviceLoss 24 (what it took from the score, until
/// reversed).
type OrderState is uint256;

using OrderFields for OrderState global;

/// @title Reads and writes of {OrderState}.
library OrderFields {
    uint256 private constant UNTIL = 128;
    uint256 private constant STATUS = 168;
    uint256 private constant STARS = 176;
    uint256 private constant GAINED = 184;
    uint256 private constant TRADE_LOSS = 208;
    uint256 private constant SERVICE_LOSS = 232;

    /// @dev A live order.
    function make(Status status_, uint256 until_, uint256 held_) internal pure returns (OrderState) {
        return OrderState.wrap((uint256(status_) << STATUS) | (until_ << UNTIL) | held_);
    }

    /// @dev A delivered order whose review a hold has lengthened by `extension_` seconds.
    function makeExtended(
        uint256 until_,
        uint256 held_,
        uint256 extension_
    ) internal pure returns (OrderState) {
        return
            OrderState.wrap(
                OrderState.unwrap(make(Status.Delivered, until_, held_)) | (extension_ << GAINED)
            );
    }

    /// @dev An ended order that may still be rated.
    function makeEnded(
        Status status_,
        uint256 ratingUntil,
        uint256 gained_
    ) internal pure returns (OrderState) {
        return OrderState.wrap((uint256(status_) << STATUS) | (ratingUntil << UNTIL) | (gained_ << GAINED));
    }

    function held(OrderState s) internal pure returns (uint256) {
        return uint128(OrderState.unwrap(s));
    }

    function until(OrderState s) internal pure returns (uint256) {
        return uint40(OrderState.unwrap(s) >> UNTIL);
    }

    function status(OrderState s) internal pure returns (Status) {
        return Status(uint8(OrderState.unwrap(s) >> STATUS));
    }

    function stars(OrderState s) internal pure returns (uint256) {
        return uint8(OrderState.unwrap(s) >> STARS);
    }

    function gained(OrderState s) internal pure returns (uint256) {
        return uint24(OrderState.unwrap(s) >> GAINED);
    }

    function tradeLoss(OrderState s) internal pure returns (uint256) {
        return uint24(OrderState.unwrap(s) >> TRADE_LOSS);
    }

    function serviceLoss(OrderState s) internal pure returns (uint256) {
        return uint24(OrderState.unwrap(s) >> SERVICE_LOSS);
    }

    /// @dev Of a Delivered order.
    function extension(OrderState s) internal pure returns (uint256) {
        return s.gained();
    }

    /// @dev The caller has checked that more than `amount` is held.
    function subHeld(OrderState s, uint256 amount) internal pure returns (OrderState) {
        return OrderState.wrap(OrderState.unwrap(s) - amount);
    }

    function withStars(OrderState s, uint256 stars_) internal pure returns (OrderState) {
        return OrderState.wrap(OrderState.unwrap(s) | (stars_ << STARS));
    }

    function addLosses(OrderState s, uint256 trade, uint256 service) internal pure returns (OrderState) {
        return OrderState.wrap(OrderState.unwrap(s) + (trade << TRADE_LOSS) + (service << SERVICE_LOSS));
    }

    function withoutLosses(OrderState s) internal pure returns (OrderState) {
        return OrderState.wrap(OrderState.unwrap(s) & ((1 << TRADE_LOSS) - 1));
    }
}
