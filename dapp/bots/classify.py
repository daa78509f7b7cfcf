"""What a contract's refusal of a keeper's call means: a lost race, a clock that runs still, or an error."""

from dapp.bots.actions import Outcome
from dapp.chain.errors import ContractError

_OUTCOMES = {
    # Somebody else has done it, or the thing went another way meanwhile.
    "Orders_WrongStatus": Outcome.LOST,
    "ArbiterPanel_WrongStage": Outcome.LOST,
    "ArbiterPanel_WrongStep": Outcome.LOST,
    "ArbiterPanel_TooLate": Outcome.LOST,
    "Disputes_WrongPhase": Outcome.LOST,
    "Disputes_NothingToCollect": Outcome.LOST,
    "Credit_NoOpenAppeal": Outcome.LOST,
    "RiskHolds_AlreadyHeld": Outcome.LOST,
    "Orders_TooLate": Outcome.LOST,
    # The chain's clock is behind the plan's, or a hold moved it.
    "Orders_TooEarly": Outcome.NOT_DUE,
    "ArbiterPanel_TooEarly": Outcome.NOT_DUE,
    "ArbiterPanel_DrawPending": Outcome.NOT_DUE,
    "Disputes_TooEarly": Outcome.NOT_DUE,
    "Credit_TooEarly": Outcome.NOT_DUE,
    # Tomorrow.
    "RiskHolds_DailyBoundReached": Outcome.DEFERRED,
    "Credit_MerchantBoundReached": Outcome.DEFERRED,
    "Credit_AttestorBoundReached": Outcome.DEFERRED,
    # It stays due until somebody goes on duty.
    "ArbiterPanel_NoArbiter": Outcome.BLOCKED,
}


def meaning_of(error: ContractError, *, sure: bool = True) -> Outcome:
    """What a refusal means; `refused` for what nobody expected. sure: see {Action}."""
    outcome = _OUTCOMES.get(error.name, Outcome.REFUSED)
    return Outcome.NOT_DUE if outcome is Outcome.LOST and not sure else outcome
