// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPricing} from "../interfaces/IPricing.sol";

/// @title A pricing policy whose coupons take an amount off, each once; it can be told to misbehave.
contract CouponPricing is IPricing {
    address public immutable MARKET;
    /// Token units that a coupon takes off the order.
    mapping(bytes32 code => uint256) public coupons;
    /// Called from inside {price}, if set; whether that went through, and what came back.
    address public target;
    bytes public data;
    bool public succeeded;
    bytes public result;

    error CouponPricing_NotMarket(address caller);
    error CouponPricing_UnknownCoupon(bytes32 code);

    constructor(address market) {
        MARKET = market;
    }

    function issue(bytes32 code, uint256 discount) external {
        coupons[code] = discount;
    }

    /// @notice Arms the next {price}.
    function arm(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function price(
        uint256 listingId,
        address buyer,
        uint256 quantity,
        uint256 unitPrice,
        bytes calldata data_
    ) external returns (uint256 amount) {
        if (msg.sender != MARKET) revert CouponPricing_NotMarket(msg.sender);
        amount = quote(listingId, buyer, quantity, unitPrice, data_);
        if (data_.length != 0) delete coupons[bytes32(data_)];
        address to = target;
        if (to == address(0)) return amount;
        target = address(0);
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, result) = to.call(data);
    }

    function quote(
        uint256,
        address,
        uint256 quantity,
        uint256 unitPrice,
        bytes calldata data_
    ) public view returns (uint256) {
        if (data_.length == 0) return quantity * unitPrice;
        bytes32 code = bytes32(data_);
        if (coupons[code] == 0) revert CouponPricing_UnknownCoupon(code);
        return quantity * unitPrice - coupons[code];
    }
}
