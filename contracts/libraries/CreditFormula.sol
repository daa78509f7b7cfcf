// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Tier} from "../interfaces/IFeePolicy.sol";

/// @title The formula of the score. Mirrored by `dapp/domain/credit.py` and docs/credit.md; its numbers are in {CreditTable}.
/// @dev Scores and weights in thousandths of a point. With `w` the order's credit weight, `e` the share of it that the seller
/// earned and `r` the share that went back to the buyer:
///
///   released, settled     trade   + min(w · e, what the pair may still gain in this epoch); also a ruling's share
///   refunded, accepted    trade   − refund · w · r           (once, when the order ends; before a ruling too)
///   deadline missed       trade   − missed · w               (accepted, but never delivered)
///   ruled for the buyer   trade   − ruledTrade · w · r   service − ruledService · w · r
///   rated 1 … 5           service + star1 · g … star5 · g    (g: what the order gained at its end)
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

    /// @dev The credit weight of a fee: one point per unit, capped at `max`.
    function weightOf(uint256 fee, uint256 unit, uint256 max) internal pure returns (uint256 weight) {
        if (unit == 0) return 0;
        weight = (fee * 1_000) / unit;
        if (weight > max) weight = max;
    }

    function tierOf(int256 score) internal pure returns (Tier) {
        if (score >= DIAMOND) return Tier.Diamond;
        if (score >= GOLD) return Tier.Gold;
        if (score >= SILVER) return Tier.Silver;
        return Tier.Watch;
    }

    /// @dev Whether the limits of Watch apply: by the tier, or as a newcomer with less weight `earned` than `seasoned`.
    function isLimited(Tier tier, uint256 earned, uint256 seasoned) internal pure returns (bool) {
        return tier == Tier.Watch || earned < seasoned;
    }
}
