"""Who may do what: the roles of `contracts/libraries/Roles.sol` and the functions that each may call."""

from enum import IntEnum


class Role(IntEnum):
    """The roles' ids at the Authority."""

    ADMIN = 0
    PAUSER = 1
    RATES = 2
    TREASURER = 3
    ATTESTOR_COMPLIANCE = 4
    ATTESTOR_COMMUNITY = 5
    ATTESTOR_SECURITY = 6
    APPEALS = 7
    AUDITOR = 8
    CREDIT_MODULE = 9
    ARBITERS = 10
    RISK_BOT = 11
    RISK_REVIEWER = 12
    RISK_MODULE = 13
    SCORE_SIGNER = 14

    @property
    def label(self) -> str:
        """The name in `chains.yaml` and on the command line."""
        return self.name.lower()


ATTESTORS = (Role.ATTESTOR_COMPLIANCE, Role.ATTESTOR_COMMUNITY, Role.ATTESTOR_SECURITY)
MODULES = (Role.CREDIT_MODULE, Role.RISK_MODULE)
"""Roles that only contracts of the market hold."""
UNDELAYED = (*ATTESTORS, Role.RISK_BOT, Role.SCORE_SIGNER, *MODULES)
"""Roles that can do nothing with a delay: contracts refuse it, or a program or a contract holds them."""

_PANEL = {
    Role.ARBITERS: ("appoint", "dismiss", "setStakeTerms", "setArbitrationCost", "setAcceptSeconds"),
    Role.TREASURER: ("withdrawTreasury",),
}

WIRING: dict[str, dict[Role, tuple[str, ...]]] = {
    "Market": {
        Role.ADMIN: ("addModule", "allowArbitrator"),
        Role.PAUSER: ("pause", "unpause"),
        Role.RATES: ("setPolicy", "setCreditUnit", "setCommissionRule", "setCommissionCaps"),
        Role.TREASURER: ("withdrawTreasury",),
        Role.CREDIT_MODULE: ("attestCredit", "reverseOrderCredit"),
        Role.RISK_MODULE: ("setReviewEnd",),
    },
    "FeePolicy": {Role.RATES: ("setBaseFee", "setStakes", "setCreditScale")},
    "Credit": {Role.APPEALS: ("decideAttestation", "decideOrder"), Role.RATES: ("setAppealBond",)},
    "RiskHolds": {Role.RISK_BOT: ("hold",), Role.RISK_REVIEWER: ("clear", "confirm")},
    "Rewards": {Role.RATES: ("setRebate",), Role.TREASURER: ("withdrawBudget",)},
    "ScoreProofs": {Role.ADMIN: ("revokeAny",)},
    "ArbiterPanel": _PANEL,
    "BackupPanel": _PANEL,
}
"""By contract; every other function there that is `restricted` is the admin's."""

CONTRACT_ROLES: dict[str, Role] = {
    "FeePolicy": Role.RATES,
    "Credit": Role.CREDIT_MODULE,
    "RiskHolds": Role.RISK_MODULE,
}
"""Roles that contracts of the market hold themselves, without a delay."""
