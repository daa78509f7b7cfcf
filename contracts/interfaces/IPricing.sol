// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A pricing policy: tiers, bundles, coupons, flash sales, group-buys.
/// @dev Chosen by the seller in the listing. The buyer's maximum bounds what it may ask. A policy may keep state (a coupon is
/// used up): it must check that its caller is the market.
interface IPricing {
    /// @notice Prices an order that is being placed, and uses up what it uses up.
    /// @param unitPrice The listing's price, in token units.
    /// @param data What the buyer passed along (a coupon's code, say).
    /// @return amount Token units for the whole order, after discounts.
    function price(
        uint256 listingId,
        address buyer,
        uint256 quantity,
        uint256 unitPrice,
        bytes calldata data
    ) external returns (uint256 amount);

    /// @notice What {price} would ask now, without using anything up.
    function quote(
        uint256 listingId,
        address buyer,
        uint256 quantity,
        uint256 unitPrice,
        bytes calldata data
    ) external view returns (uint256 amount);
}
