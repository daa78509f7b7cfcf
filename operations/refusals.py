"""The contracts' refusals, as Ape raises them, in plain words."""

from typing import Any

from dapp.chain.errors import ContractError, explain


def refusal(error: Any) -> str:
    """One English sentence for a ContractLogicError."""
    name = type(error).__name__ if hasattr(error, "inputs") else ""
    if not name:
        return f"The contract refused: {error}"
    return explain(ContractError(name, dict(error.inputs)))
