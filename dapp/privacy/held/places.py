"""Every place where this server holds something about accounts."""

from collections.abc import Iterator
from typing import Final

from dapp.bots.crew import JOURNALS
from dapp.credit.inbox import Inbox
from dapp.market import Market
from dapp.privacy.held.accounts import decisions, score_proofs, sign_ins
from dapp.privacy.held.evidence import evidence
from dapp.privacy.held.files import block_list, journals, reports
from dapp.privacy.held.naming import Namings
from dapp.privacy.held.record import Record
from dapp.privacy.issued import IssuedProofs
from dapp.risk.opening import block_list_path
from dapp.risk.reviews import decisions_of
from dapp.risk.sign_ins import sign_ins_of

NOT_HERE: Final = {
    "chain": "events and contracts, which nobody can change; every node has them",
    "index": "made of the chain alone, and made again from it: deleting it here would delete nothing",
    "ipfs": "what was pushed to a node stays there, and wherever it was copied to",
    "statistics": "published sums with noise, which no account can be told from",
    "sessions": "an open page's sign-in and waiting wallet requests are in memory alone, and end with it",
    "unnamed files": "an upload that nobody put on the chain isn't tied to an account",
    "outside": "logs, backups, Redis (alarms, 30 days) and who was sent alarms are the operators' affair",
}
"""What the commands neither give nor erase, and why."""


def held(account: str, opened: Market) -> dict[str, list[Record]]:
    """What is held about an account (EIP-55), by place. Raises what the places raise."""
    settings, now = opened.settings, opened.now()
    places: dict[str, Iterator[Record]] = {
        "sign_ins": sign_ins(account, sign_ins_of(settings)),
        "decisions": decisions(account, decisions_of(settings), now),
        "score_proofs": score_proofs(account, IssuedProofs(settings.data)),
        "reports": reports(account, Inbox(settings.data)),
        "block_list": block_list(account, block_list_path(settings), now),
        "evidence": evidence(account, opened.store.store, Namings(opened.index, now)),
        "journals": journals(account, settings.data / JOURNALS),
    }
    return {place: list(records) for place, records in places.items()}
