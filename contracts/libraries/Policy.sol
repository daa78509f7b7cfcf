// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Tier} from "../interfaces/IFeePolicy.sol";

/// @notice All that a placement reads of the market's settings, in one slot.
/// @dev From bit 0: fees of Watch, Silver, Gold, Diamond (basis points), 16 each · stakes of Watch, Silver, Gold (thousandths of
/// a coin), 24 each · watchOrderUnits 16 · nativeUnit (gwei) 40 · commission rates of levels 1 to 3 where a category has no
/// rule of its own (basis points), 16 each · capped 1 (category 0 has caps) · paused 1 · module 8 (the index that new orders
/// are bound to), the last from bit 248.
type Policy is uint256;

using PolicyFields for Policy global;

/// @title Reads and writes of {Policy}.
library PolicyFields {
    uint256 private constant RATES = 192;
    uint256 private constant PAUSED = 1 << 241;
    uint256 private constant MODULE = 248;
    /// @dev What {ISettings-setPolicy} sets: fees, stakes, the Watch limit and the native credit unit.
    uint256 private constant POLICY_MASK = (1 << RATES) - 1;
    uint256 private constant RULE_MASK = (1 << 49) - 1;

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
        return uint16(Policy.unwrap(p) >> 136);
    }

    /// @dev The fee in wei that is worth one point; whole gwei.
    function nativeUnit(Policy p) internal pure returns (uint256) {
        return uint256(uint40(Policy.unwrap(p) >> 152)) * 1 gwei;
    }

    /// @dev The commission rule of category 0: three rates and the capped bit.
    function rule(Policy p) internal pure returns (uint256) {
        return (Policy.unwrap(p) >> RATES) & RULE_MASK;
    }

    function paused(Policy p) internal pure returns (bool) {
        return Policy.unwrap(p) & PAUSED != 0;
    }

    function module(Policy p) internal pure returns (uint256) {
        return Policy.unwrap(p) >> MODULE;
    }

    function withRule(Policy p, uint256 rule_) internal pure returns (Policy) {
        return Policy.wrap((Policy.unwrap(p) & ~(RULE_MASK << RATES)) | (rule_ << RATES));
    }

    function withPaused(Policy p, bool value) internal pure returns (Policy) {
        return Policy.wrap(value ? Policy.unwrap(p) | PAUSED : Policy.unwrap(p) & ~PAUSED);
    }

    function withModule(Policy p, uint256 index) internal pure returns (Policy) {
        return Policy.wrap((Policy.unwrap(p) & ((1 << MODULE) - 1)) | (index << MODULE));
    }

    /// @dev Fees, stakes, limit and unit of `next`, the rest as it is.
    function withPolicy(Policy p, Policy next) internal pure returns (Policy) {
        return Policy.wrap((Policy.unwrap(p) & ~POLICY_MASK) | (Policy.unwrap(next) & POLICY_MASK));
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
        return Policy.wrap(fees | (locked << 64) | (watchOrderUnits_ << 136) | (nativeUnitGwei << 152));
    }
}
