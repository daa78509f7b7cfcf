"""What goes wrong with evidence, each as one sentence that a user understands, in English and Chinese.

The sentences are in `dapp/locales/evidence.<language>.yaml`, by the error's name.
"""

# ruff: noqa: N818  (named by what went wrong)

from typing import ClassVar

from dapp.sentences import SpokenError


class EvidenceError(SpokenError):
    """Root of the errors of `dapp.evidence`."""

    texts: ClassVar[str] = "evidence"


class NotACid(EvidenceError):
    """Not a content identifier (`text`), or one of a kind that can't be checked."""


class EvidenceMissing(EvidenceError):
    """Neither the local store nor the node has the content of `cid`."""


class EvidenceTooLarge(EvidenceError):
    """More than `limit` bytes."""


class EvidenceEmpty(EvidenceError):
    """A file without a single byte."""


class WrongContent(EvidenceError):
    """The bytes found under `cid` aren't the ones it names."""


class NotAFile(EvidenceError):
    """`cid` names a folder or some other structure, not a file."""


class BrokenCar(EvidenceError):
    """An archive of blocks that can't be read: `reason`."""


class BadDocument(EvidenceError):
    """Content that isn't the document it should be: `reason`."""


class TypeNotAllowed(EvidenceError):
    """A file of a type that isn't taken; `name` of the file, `allowed` types."""


class ContentNotType(EvidenceError):
    """A file `name` whose content isn't of the `type` that its ending says."""


class BadImage(EvidenceError):
    """A picture that can't be shown: `reason`."""


class NodeUnavailable(EvidenceError):
    """The IPFS node doesn't answer or refuses: `reason`."""


class StoreUnavailable(EvidenceError):
    """The local store can't be read or written: `reason`."""


class CannotOpen(EvidenceError):
    """A sealed file that this key doesn't open, or that is damaged."""


class BadRecipient(EvidenceError):
    """Not a key that evidence can be sealed to: `text`."""


class NoBrowser(EvidenceError):
    """There is no Chromium here to take a picture with."""


class CaptureFailed(EvidenceError):
    """The page at `url` couldn't be captured: `reason`."""
