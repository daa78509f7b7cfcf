// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Tier} from "../interfaces/IFeePolicy.sol";

/// @notice All that a placement reads of the market's settings, in one slot.
/// @dev From bit 0: fees of Watch, Silver, Gold, Diamond (basis points), 16 each · stakes of Watch, Silver, Gold (thousandths of
/// a coin), 24 each · watchOrderUnits 24 · nativeUnit (gwei) 48 · paused 8 · module 8 (the index that new orders are bound to).
type Policy is uint256;

using PolicyFields for Policy global;

/// @title Reads and writes of {Policy}.
library PolicyFields {
    uint256 private constant PAUSED = 208;
    uint256 private constant MODULE = 216;
    /// @dev What {IFeePolicy-setPolicy} sets: everything but the pause and the module.
    uint256 private constant RATES_MASK = (1 << PAUSED) - 1;

    /// @dev Basis points of the base.
    function feeBps(Policy p, Tier tier) internal pure returns (uint256) {
        return uint16(Policy.unwrap(p) >> (16 * uint256(tier)));
    }

    /// @dev Thousandths of a coin; Diamond needs none.
    function stake(Policy p, Tier tier) internal pure returns (uint256) {
        return tier == Tier.Diamond ? 0 : uint24(Policy.unwrap(p) >> (64 + 24 * uint256(tier)));
    }

    /// @dev The largest order of a merchant on Watch, in credit units.
    function watchOrderUnits(Policy p) internal pure returns (uint256) {
        return uint24(Policy.unwrap(p) >> 136);
    }

    /// @dev The fee in wei that is worth one point; whole gwei.
    function nativeUnit(Policy p) internal pure returns (uint256) {
        return uint256(uint48(Policy.unwrap(p) >> 160)) * 1 gwei;
    }

    function paused(Policy p) internal pure returns (bool) {
        return uint8(Policy.unwrap(p) >> PAUSED) != 0;
    }

    function module(Policy p) internal pure returns (uint256) {
        return uint8(Policy.unwrap(p) >> MODULE);
    }

    function withPaused(Policy p, bool value) internal pure returns (Policy) {
        uint256 word = Policy.unwrap(p) & ~(uint256(0xff) << PAUSED);
        return Policy.wrap(value ? word | (1 << PAUSED) : word);
    }

    function withModule(Policy p, uint256 index) internal pure returns (Policy) {
        return Policy.wrap((Policy.unwrap(p) & ~(uint256(0xff) << MODULE)) | (index << MODULE));
    }

    /// @dev The rates of `next`, the rest as it is.
    function withRates(Policy p, Policy next) internal pure returns (Policy) {
        return Policy.wrap((Policy.unwrap(p) & ~RATES_MASK) | (Policy.unwrap(next) & RATES_MASK));
    }

    /// @dev The inputs must fit their fields.
    function make(
        uint256[4] memory feesBps,
        uint256[3] memory stakes,
        uint256 watchOrderUnits_,
        uint256 nativeUnitGwei
    ) internal pure returns (Policy) {
        uint256 fees = feesBps[0] | (feesBps[1] << 16) | (feesBps[2] << 32) | (feesBps[3] << 48);
        uint256 locked = stakes[0] | (stakes[1] << 24) | (stakes[2] << 48);
        return Policy.wrap(fees | (locked << 64) | (watchOrderUnits_ << 136) | (nativeUnitGwei << 160));
    }
}
