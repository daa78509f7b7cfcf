"""The rules of a deployed market: a file whose market rules are what the market goes by."""

from pathlib import Path

from dapp.chain.contracts import MarketContracts
from dapp.credit.errors import CreditError
from dapp.credit.loading import load_rules
from dapp.credit.rules import RuleBook
from dapp.credit.table import compile_table
from dapp.domain.credit_table import CreditTable


class OtherRules(CreditError):  # noqa: N818
    """The rule file isn't the one that the market was deployed with."""


def deployed_rules(contracts: MarketContracts, path: Path) -> RuleBook:
    """The rules of a file that fits the market's table. Raises BadRules, OtherRules and what nodes raise."""
    try:
        rules = load_rules(path)
    except OSError as error:
        raise CreditError(f"The rules {path} can't be read: {error.strerror}.") from error
    mine, chains = compile_table(rules), CreditTable.unpack(contracts.market.functions.creditTable().call())
    if mine != chains:
        told = ", ".join(
            f"{name} {getattr(chains, name)} on chain, {value} by the rules"
            for name, value in vars(mine).items()
            if value != getattr(chains, name)
        )
        raise OtherRules(
            f"{path.name} isn't what the market was deployed with: {told}. HANSE_CREDIT_RULES names the file."
        )
    return rules
