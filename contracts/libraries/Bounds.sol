// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The hard bounds that no role can move.
library Bounds {
    uint256 internal constant MAX_FEE_BPS = 1_000;
    uint256 internal constant MAX_COMMISSION_BPS = 3_000;

    uint256 internal constant MAX_WINDOW = 90 days;
    /// Accept and delivery windows: longer than the cooling-off time, so that there is always a time to act.
    uint256 internal constant MIN_WINDOW = 1 hours;
    uint256 internal constant MIN_REVIEW_WINDOW = 24 hours;
    /// The buyer's minimum time to cancel before a seller can accept an order that isn't instant.
    uint256 internal constant COOLING_OFF = 10 minutes;
    uint256 internal constant RATING_WINDOW = 30 days;

    /// How far a hold may move the end of a delivered order's review beyond the sealed one.
    uint256 internal constant MAX_HOLD = 7 days;

    /// Settlement may be this many days after release, or at the month's end.
    uint256 internal constant MAX_SETTLE_DAYS = 60;
    uint256 internal constant MONTH_END = 255;

    /// Merchants on Watch, and newcomers.
    uint256 internal constant WATCH_REVIEW_WINDOW = 72 hours;
    uint256 internal constant WATCH_SETTLE_DAYS = 3;
    uint256 internal constant WATCH_MONTH_DAYS = 31;

    uint256 internal constant STAKE_UNIT = 1e15;
    uint256 internal constant UNSTAKE_DAYS = 7;
    /// The largest stake that a tier may need: 100 coins.
    uint256 internal constant MAX_REQUIRED_STAKE = 100_000;
    /// What a lost dispute takes of the stake, times the share that the buyer was awarded.
    uint256 internal constant SLASH_BPS = 2_500;

    /// An upline earns on orders placed this long after it registered.
    uint256 internal constant REFERRAL_COOLDOWN = 1 days;
}
