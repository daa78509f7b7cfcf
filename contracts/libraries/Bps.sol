// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Basis points. All shares round down.
library Bps {
    uint256 internal constant ONE = 10_000;

    /// @dev ⌊amount · bps / 10⁴⌋; `amount` below 2**128 can't overflow.
    function mulDown(uint256 amount, uint256 bps) internal pure returns (uint256) {
        return (amount * bps) / ONE;
    }
}
