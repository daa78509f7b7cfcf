"""Who can open an order's sealed files, by what its documents say, and whom somebody must still let in.

A sealed file can't be sealed anew: its CID is on the chain. But whoever opens it can pass its key on: a
further piece, sealed to those who are to be let in, holds the keys of any number of files
(`EvidenceDocument.opens`). Such a key opens the very bytes that the chain names, so nobody can pass on
something else in their place.

Documents are claims of who submits them. A claim about one's own piece harms nobody else if it is false. One
about another's could keep an arbiter from reading it, so it doesn't relieve the other side (`closed_to`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dapp.evidence.document import EvidenceDocument

KEYS_TRIED: Final = 4
"""The most key files of each party that are tried for one file, the latest first."""


@dataclass(frozen=True)
class SealedPiece:
    """A sealed file of an order: its CID, who submitted it, and whom it is sealed to (none: untold)."""

    file: str
    party: str | None
    readers: frozenset[str]


@dataclass(frozen=True)
class Keys:
    """A file that holds keys of others, for its readers."""

    file: str
    party: str | None
    readers: frozenset[str]
    opens: frozenset[str]


@dataclass(frozen=True)
class Access:
    """An order's sealed files and the keys that were passed on, in the chain's order."""

    pieces: tuple[SealedPiece, ...] = ()
    keys: tuple[Keys, ...] = ()

    def closed_to(self, account: str, asker: str | None = None) -> list[SealedPiece]:
        """The files that an account can't open yet.

        asker: a party that could let it in. What the other party claims to have passed on of the asker's own
        pieces doesn't count then.
        """
        return [piece for piece in self.pieces if not self._is_open(piece, account, asker)]

    def may_open(self, account: str) -> list[SealedPiece]:
        """The files that an account can open, as far as is told."""
        return [piece for piece in self.pieces if not piece.readers or self._is_open(piece, account, None)]

    def keys_of(self, file: str) -> list[str]:
        """CIDs of the files in which the key of this one may be: the latest first, some of each party."""
        tried: dict[str | None, list[str]] = {}
        for keys in reversed(self.keys):
            if file in keys.opens and len(tried.setdefault(keys.party, [])) < KEYS_TRIED:
                tried[keys.party].append(keys.file)
        return [cid for cids in tried.values() for cid in cids]

    def _is_open(self, piece: SealedPiece, account: str, asker: str | None) -> bool:
        if account in piece.readers:
            return True
        passed = (keys for keys in self.keys if piece.file in keys.opens and account in keys.readers)
        return any(asker is None or keys.party in (asker, piece.party) for keys in passed)


def access_of(documents: Iterable[tuple[str | None, EvidenceDocument]]) -> Access:
    """What an order's documents, each with who submitted it, say about its sealed files."""
    pieces: dict[str, SealedPiece] = {}
    keys = []
    for party, document in documents:
        if not document.sealed or not document.file:
            continue
        readers = frozenset(document.readers)
        if document.opens:
            keys.append(Keys(document.file, party, readers, frozenset(document.opens)))
        else:
            pieces.setdefault(document.file, SealedPiece(document.file, party, readers))
    return Access(tuple(pieces.values()), tuple(keys))
