"""What goes wrong with proofs, statistics and what is held about an account.

Each is a sentence in English and Chinese, from `dapp/locales/privacy.<language>.yaml` by the error's name.
"""

# ruff: noqa: N818  (named by what went wrong)

from typing import ClassVar

from dapp.sentences import SpokenError


class PrivacyError(SpokenError):
    """Root of the errors of `dapp.privacy`."""

    texts: ClassVar[str] = "privacy"


class BadProof(PrivacyError):
    """Not a score proof: `reason`."""
