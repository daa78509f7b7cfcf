// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The roles' ids at the `AccessManager`; docs/security.md says what each may do.
library Roles {
    /// The manager's own: grants roles, sets delays, admits modules and arbitrators.
    uint64 internal constant ADMIN = 0;
    /// Stops and resumes new listings and orders.
    uint64 internal constant PAUSER = 1;
    /// Sets fees, commissions, stakes and bonds within their hard bounds.
    uint64 internal constant RATES = 2;
    /// Withdraws the platform's own balance.
    uint64 internal constant TREASURER = 3;
    uint64 internal constant ATTESTOR_COMPLIANCE = 4;
    uint64 internal constant ATTESTOR_COMMUNITY = 5;
    uint64 internal constant ATTESTOR_SECURITY = 6;
    /// Decides merchants' appeals.
    uint64 internal constant APPEALS = 7;
    /// Adds evidence to any order.
    uint64 internal constant AUDITOR = 8;
    /// The contract that moves attested scores and reverses orders' losses.
    uint64 internal constant CREDIT_MODULE = 9;
    /// Appoints and dismisses arbiters of the panel.
    uint64 internal constant ARBITERS = 10;
    /// Puts holds on deliveries; a bot's.
    uint64 internal constant RISK_BOT = 11;
    /// Clears or confirms holds; a person's.
    uint64 internal constant RISK_REVIEWER = 12;
    /// The contract that moves the end of reviews, and opens disputes for buyers.
    uint64 internal constant RISK_MODULE = 13;
    /// Signs what a merchant's score was, for third parties.
    uint64 internal constant SCORE_SIGNER = 14;
}
