"""The credit engine: one file of rules, and what becomes of it on chain and off.

`compile_table(load_rules())` is the market's table of numbers; reports of attestors become attestations.
"""

from dapp.credit.errors import BadRules, CreditError
from dapp.credit.loading import load_rules, parse_rules
from dapp.credit.rules import RuleBook
from dapp.credit.table import compile_table

__all__ = ["BadRules", "CreditError", "RuleBook", "compile_table", "load_rules", "parse_rules"]
