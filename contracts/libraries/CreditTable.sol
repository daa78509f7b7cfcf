// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The numbers of the score's formula, packed: what a deployment takes from its rule file, and never changes.
/// @dev From bit 0: maxWeight 24 · pairCap 24 · epochDays 8 · seasoned 24 (weights in thousandths of a point) · refund, missed,
/// ruledTrade, ruledService 8 each (losses, in tenths of the weight) · star1 to star5, signed, 8 each (in tenths of the gain).
type CreditTable is uint256;

using CreditTableFields for CreditTable global;

/// @title Reads of {CreditTable}, and the bounds within which a table may lie.
library CreditTableFields {
    error CreditTable_OutOfBounds(uint256 table);

    /// The most that one order can weigh.
    function maxWeight(CreditTable t) internal pure returns (uint256) {
        return uint24(CreditTable.unwrap(t));
    }

    /// The most that a buyer–seller pair can gain in one epoch.
    function pairCap(CreditTable t) internal pure returns (uint256) {
        return uint24(CreditTable.unwrap(t) >> 24);
    }

    function epoch(CreditTable t) internal pure returns (uint256) {
        return uint256(uint8(CreditTable.unwrap(t) >> 48)) * 1 days;
    }

    /// Weight earned until a newcomer is seasoned.
    function seasoned(CreditTable t) internal pure returns (uint256) {
        return uint24(CreditTable.unwrap(t) >> 56);
    }

    function refundLoss(CreditTable t, uint256 weight) internal pure returns (uint256) {
        return _loss(t, 80, weight);
    }

    function missedLoss(CreditTable t, uint256 weight) internal pure returns (uint256) {
        return _loss(t, 88, weight);
    }

    function ruledTradeLoss(CreditTable t, uint256 weight) internal pure returns (uint256) {
        return _loss(t, 96, weight);
    }

    function ruledServiceLoss(CreditTable t, uint256 weight) internal pure returns (uint256) {
        return _loss(t, 104, weight);
    }

    /// @dev What a rating of `stars` (1 to 5) moves in the service dimension, for an order that gained `gained`; toward zero.
    function ratingDelta(CreditTable t, uint256 stars, uint256 gained) internal pure returns (int256) {
        // A byte of the table times 24 bits.
        unchecked {
            // forge-lint: disable-next-item(unsafe-typecast)
            int256 tenths = int8(uint8(CreditTable.unwrap(t) >> (104 + 8 * stars)));
            // forge-lint: disable-next-line(unsafe-typecast)
            return (tenths * int256(gained)) / 10;
        }
    }

    /// @dev Refuses numbers that would make a score cheaper to buy than the market's credit unit says: a loss below what the same
    /// order would gain, a rating above it, or worse stars above better ones.
    function check(CreditTable t) internal pure {
        bool ok = t.maxWeight() != 0 && t.pairCap() >= t.maxWeight() && t.epoch() != 0;
        ok = ok && t.refundLoss(1) >= 1 && t.missedLoss(1) >= 1 && t.ruledTradeLoss(1) >= 1;
        ok = ok && t.ratingDelta(5, 10) <= 10 && CreditTable.unwrap(t) >> 152 == 0;
        for (uint256 stars = 1; stars < 5; ++stars) {
            ok = ok && t.ratingDelta(stars, 10) <= t.ratingDelta(stars + 1, 10);
        }
        if (!ok) revert CreditTable_OutOfBounds(CreditTable.unwrap(t));
    }

    function _loss(CreditTable t, uint256 shift, uint256 weight) private pure returns (uint256) {
        unchecked {
            return (weight * uint8(CreditTable.unwrap(t) >> shift)) / 10;
        }
    }
}
