// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Tier} from "../interfaces/IFeePolicy.sol";

/// @title The formula of the score, as one table. Mirrored by `dapp/domain/credit.py` and docs/credit.md.
/// @dev Scores and weights in thousandths of a point. With `w` the order's credit weight, `e` the share of it that the seller
/// earned and `r` the share that went back to the buyer:
///
///   released, settled     trade   + min(w · e, what the pair may still gain in this epoch); also a ruling's share
///   refunded, accepted    trade   − w · r                    (once, when the order ends; before a ruling too)
///   deadline missed       trade   − 5 · w                    (accepted, but never delivered)
///   ruled for the buyer   trade   − 5 · w · r   service − 3 · w · r
///   rated 1 … 5           service − 3 · g, − 1.5 · g, 0, + 0.5 · g, + g     (g: what the order gained at its end)
library CreditFormula {
    int256 internal constant BASE = 600_000;
    int256 internal constant TRADE_BASE = 240_000;
    int256 internal constant TRADE_MAX = 400_000;
    int256 internal constant SERVICE_BASE = 180_000;
    int256 internal constant SERVICE_MAX = 300_000;
    int256 internal constant ATTESTED_BASE = 180_000;
    int256 internal constant ATTESTED_MAX = 300_000;

    int256 internal constant SILVER = 600_000;
    int256 internal constant GOLD = 800_000;
    int256 internal constant DIAMOND = 900_000;

    /// The most that one order can weigh.
    uint256 internal constant MAX_WEIGHT = 10_000;
    /// The most that a buyer–seller pair can gain in one epoch.
    uint256 internal constant PAIR_CAP = 30_000;
    uint256 internal constant EPOCH = 30 days;
    /// Weight earned until a newcomer is seasoned.
    uint256 internal constant SEASONED = 20_000;

    uint256 internal constant MISSED_FACTOR = 5;
    uint256 internal constant RULED_TRADE_FACTOR = 5;
    uint256 internal constant RULED_SERVICE_FACTOR = 3;

    /// @dev The credit weight of a fee: one point per unit, capped.
    function weightOf(uint256 fee, uint256 unit) internal pure returns (uint256 weight) {
        if (unit == 0) return 0;
        weight = (fee * 1_000) / unit;
        if (weight > MAX_WEIGHT) weight = MAX_WEIGHT;
    }

    function tierOf(int256 score) internal pure returns (Tier) {
        if (score >= DIAMOND) return Tier.Diamond;
        if (score >= GOLD) return Tier.Gold;
        if (score >= SILVER) return Tier.Silver;
        return Tier.Watch;
    }

    /// @dev Whether the limits of Watch apply: by the tier, or as a newcomer with too little weight `earned`.
    function isLimited(Tier tier, uint256 earned) internal pure returns (bool) {
        return tier == Tier.Watch || earned < SEASONED;
    }

    /// @dev What a rating of `stars` (1 to 5) moves in the service dimension, for an order that gained `gained`.
    function ratingDelta(uint256 stars, uint256 gained) internal pure returns (int256) {
        // forge-lint: disable-next-line(unsafe-typecast)
        int256 g = int256(gained);
        if (stars == 1) return -3 * g;
        if (stars == 2) return (-3 * g) / 2;
        if (stars == 4) return g / 2;
        return stars == 5 ? g : int256(0);
    }
}
