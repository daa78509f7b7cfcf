"""What becomes of the transactions that this session's wallet sent, without waiting for any of them.

A look is a few cheap calls; the page looks again while something is under way. A transaction is settled when
its end is known and, if it was mined, the index has reached its block, so that a view drawn then shows it.
"""

import time
from dataclasses import dataclass

import streamlit as st
from hexbytes import HexBytes
from web3 import Web3
from web3.types import TxData

from dapp.chain.errors import ContractError, ErrorBook
from dapp.chain.transactions import Fate, Sent, look
from dapp.wallet.lookup import same_purpose, sent_with_nonce, transaction_of
from dapp.wallet.session import Request, Status, box

FATES = "hanse.fates"
# A node may need a moment for a transaction that the wallet sent through another one.
DROPPED_AFTER_SECONDS = 30.0
# An index that stands still must not keep a mined transaction open for ever.
INDEX_PATIENCE_SECONDS = 20.0


@dataclass
class Transaction:
    """One that was sent. `block` is where it was mined, `error` why it reverted.

    seen: the node had it once, so that its nonce is sure.
    settled_at: None while the page has to look again; told: the user has seen its end; acted_on: the view
    has done what follows from it.
    """

    request: Request
    hash: HexBytes
    nonce: int | None
    fate: Fate = Fate.PENDING
    block: int | None = None
    error: ContractError | None = None
    replaced_by: HexBytes | None = None
    mined_at: float | None = None
    missing_since: float | None = None
    settled_at: float | None = None
    told: bool = False
    acted_on: bool = False
    seen: bool = False


def transactions() -> list[Transaction]:
    """This session's, oldest first."""
    known: dict[str, Transaction] = st.session_state.setdefault(FATES, {})
    for request_id, result in box().results.items():
        if result.request.is_transaction and result.status == Status.DONE and request_id not in known:
            known[request_id] = Transaction(result.request, HexBytes(result.value), result.request.nonce)
    return list(known.values())


def transaction(request: Request) -> Transaction | None:
    """What is known of a request's transaction; None until the wallet has sent it."""
    return next((known for known in transactions() if known.request.id == request.id), None)


def under_way() -> list[Transaction]:
    """Those whose end the page still waits for."""
    return [known for known in transactions() if known.settled_at is None]


def to_look_at() -> list[Transaction]:
    """Those under way, and the dropped ones: a node that has forgotten one may be given it again."""
    return [known for known in transactions() if known.settled_at is None or known.fate == Fate.DROPPED]


def follow(sent: Transaction, web3: Web3, book: ErrorBook, indexed_block: int | None) -> bool:
    """Look once; whether anything changed that the page shows.

    indexed_block: the last block of the index, None if there is no index to wait for.
    """
    before = (sent.fate, sent.settled_at)
    if sent.fate != Fate.CONFIRMED:
        _look(sent, web3, book)
    if sent.fate == Fate.CONFIRMED:
        waited = time.monotonic() - (sent.mined_at or 0) > INDEX_PATIENCE_SECONDS
        if indexed_block is None or waited or (sent.block is not None and indexed_block >= sent.block):
            _settle(sent)
    elif sent.fate != Fate.PENDING:
        _settle(sent)
    elif sent.settled_at is not None:
        sent.settled_at, sent.told = None, False
    return before != (sent.fate, sent.settled_at)


def _look(sent: Transaction, web3: Web3, book: ErrorBook) -> None:
    account = Web3.to_checksum_address(sent.request.account or "0x" + "00" * 20)
    if not sent.seen:
        known = transaction_of(web3, sent.hash)
        if known is not None:  # the wallet chose the nonce: only now is it known for sure
            sent.nonce, sent.seen = int(known["nonce"]), True
    nonce = sent.nonce if sent.nonce is not None else 2**63
    outcome = look(web3, Sent(sent.hash, account, nonce), book)
    if outcome.receipt is not None:
        sent.fate, sent.error = outcome.fate, outcome.error
        sent.block, sent.mined_at = int(outcome.receipt["blockNumber"]), time.monotonic()
    elif outcome.fate == Fate.REPLACED:
        _replaced(sent, web3, account, nonce)
    elif outcome.fate == Fate.DROPPED:
        _missing(sent)
    else:
        sent.missing_since, sent.fate = None, Fate.PENDING


def _replaced(sent: Transaction, web3: Web3, account: str, nonce: int) -> None:
    """Tell a transaction that the user sped up (same purpose, new hash) from one that he cancelled."""
    other: TxData | None = sent_with_nonce(web3, account, nonce, sent.request.block)
    if other is None or HexBytes(other["hash"]) == sent.hash:
        return  # mined between two looks, or out of reach: look again
    if same_purpose(other, sent.request.params[0]):
        sent.hash = HexBytes(other["hash"])
        return
    if not sent.seen:  # then its nonce is only what was next when it was asked for
        _missing(sent)
        return
    sent.fate, sent.replaced_by = Fate.REPLACED, HexBytes(other["hash"])


def _missing(sent: Transaction) -> None:
    """The node doesn't have it: dropped, if that lasts."""
    sent.missing_since = sent.missing_since or time.monotonic()
    if time.monotonic() - sent.missing_since >= DROPPED_AFTER_SECONDS:
        sent.fate = Fate.DROPPED


def _settle(sent: Transaction) -> None:
    kept = box()
    if sent.settled_at is None:
        sent.settled_at = time.monotonic()
        kept.settle(sent.request.id)
