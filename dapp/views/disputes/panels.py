"""The panels' contracts, and what is asked of them about a case."""

from web3.contract import Contract
from web3.exceptions import ContractLogicError

from dapp.index.dispute_rows import BACKUP_PANEL, CaseRow
from dapp.market import market


def panel_of(case: CaseRow) -> Contract:
    """The panel that has the case."""
    contracts = market().contracts
    return contracts.backup_panel if case.panel == BACKUP_PANEL else contracts.panel


def packed_case(case: CaseRow) -> tuple[str, int, bytes]:
    """The struct `Case` that the panel's functions take."""
    return case.arbitrable, case.choices, case.extra_data


def drawn_now(case: CaseRow, chair: int) -> str | None:
    """Who would sit on a chair if the draw were recorded in this block; None while nobody would."""
    try:
        return str(panel_of(case).functions.arbiterOf(packed_case(case), chair).call())
    except ContractLogicError:
        return None
