// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Basis points. All shares round down.
library Bps {
    uint256 internal constant ONE = 10_000;

    /// @dev ⌊amount · bps / 10⁴⌋. The caller's amounts are below 2**128 and rates below 2**16, so nothing overflows.
    function mulDown(uint256 amount, uint256 bps) internal pure returns (uint256) {
        unchecked {
            return (amount * bps) / ONE;
        }
    }
}
