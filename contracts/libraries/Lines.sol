// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bounds} from "./Bounds.sol";
import {Bps} from "./Bps.sol";

/// @title Sealed commission lines (rateBps 16 · cap 80 · referrer 160, from bit 0) and the split of an order.
/// @dev Mirrored by `dapp/domain/split.py`; the two are compared on random inputs.
library Lines {
    uint256 internal constant MAX_CAP = type(uint80).max;

    function pack(uint256 rateBps, uint256 cap, address referrer) internal pure returns (uint256) {
        return rateBps | (cap << 16) | (uint256(uint160(referrer)) << 96);
    }

    function referrerOf(uint256 line) internal pure returns (address) {
        return address(uint160(line >> 96));
    }

    /// @dev The line of one level, and what is left of the offered share: a level uses up its rate whether or not somebody earns.
    /// @param node The upline's word for the level: address 160 · registeredAt 40; zero = nobody.
    function make(
        uint256 node,
        uint256 rateBps,
        uint256 cap,
        uint256 offeredBps
    ) internal view returns (uint256 line, uint256 left) {
        if (rateBps > offeredBps) rateBps = offeredBps;
        left = offeredBps - rateBps;
        if (node == 0 || rateBps == 0 || uint40(node) + Bounds.REFERRAL_COOLDOWN > block.timestamp)
            return (0, left);
        line = pack(rateBps, cap, address(uint160(node >> 96)));
    }

    /// @dev min(⌊base · rate / 10⁴⌋, cap), scaled down to what was earned of the base.
    function amountOf(uint256 line, uint256 base, uint256 earned) internal pure returns (uint256 amount) {
        amount = Bps.mulDown(base, uint16(line));
        uint256 cap = uint80(line >> 16);
        if (cap != 0 && amount > cap) amount = cap;
        if (earned != base) amount = scaleDown(amount, earned, base);
    }

    /// @dev ⌊amount · earned / base⌋. Amounts are below 2**128, so nothing overflows.
    function scaleDown(uint256 amount, uint256 earned, uint256 base) internal pure returns (uint256) {
        unchecked {
            return (amount * earned) / base;
        }
    }
}
