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


class BadRequest(PrivacyError):
    """Not a request for a score proof: `reason`."""


# -- why no proof is issued -------------------------------------------------------------------


class NoSigner(PrivacyError):
    """This process has no score signer's key."""


class NotAllowed(PrivacyError):
    """The `signer` of this process doesn't hold the score signer's role."""


class NotTheMerchants(PrivacyError):
    """The request isn't signed by `merchant`."""


class ForeignRequest(PrivacyError):
    """The request is for the contract `contract` on chain `chain`, and here it is `expected`."""


class StaleRequest(PrivacyError):
    """The request was signed at `asked`, and it is `now`."""


class OwnScore(PrivacyError):
    """The signer attests nothing of himself."""


class NoHolder(PrivacyError):
    """The holder is nobody."""


class HolderNeedsAudience(PrivacyError):
    """A proof that another than the merchant shows must name its audience."""


class OddThreshold(PrivacyError):
    """The threshold `value` isn't a multiple of `step`, or above `most`."""


class OddLife(PrivacyError):
    """`hours` isn't a life that a proof can have: `least` to `most` hours."""


class NotYetConfirmed(PrivacyError):
    """The chain has too few blocks since the market began: `confirmations` are waited for."""


class ChainMoved(PrivacyError):
    """Block `number` was replaced while the score was read from it."""


class Newcomer(PrivacyError):
    """The merchant has not traded enough for his score to say anything."""


class NotSo(PrivacyError):
    """At block `number` the claim is not true."""


class TooMany(PrivacyError):
    """The merchant got `most` proofs today already."""


# -- why a proof doesn't count ----------------------------------------------------------------


class ForeignProof(PrivacyError):
    """The proof is for the contract `contract` on chain `chain`, and here it is `expected`."""


class WrongSignature(PrivacyError):
    """The signature isn't that of `signer` under this proof."""


class OtherSigner(PrivacyError):
    """Signed by `signer`, and the one to trust is `expected`."""


class OutOfTime(PrivacyError):
    """It counts from `begin` until `until`, and it is `now`."""


class TooLong(PrivacyError):
    """It claims to count until `until`, more than 90 days after its block."""


class OtherAudience(PrivacyError):
    """It was made for `audience`, not for `asker`."""


class NotShown(PrivacyError):
    """Nothing shows that it is its `holder` who shows it."""


class BlockGone(PrivacyError):
    """Block `number` of the chain is another than the proof's."""


class RefusedByContract(PrivacyError):
    """The contract refuses it: `reason`."""


# -- why no figure is published ---------------------------------------------------------------


class BadWeek(PrivacyError):
    """`name` is no calendar week."""


class WeekNotOver(PrivacyError):
    """The week `week` isn't over, or not all of it is indexed and confirmed."""


class BudgetSpent(PrivacyError):
    """A figure costs `cost` epsilon, and of the day's `budget` only `left` is left."""


class ClockBehind(PrivacyError):
    """This machine's clock says `now`, and figures were published at `latest` already."""


# -- what is held about an account ------------------------------------------------------------


class NotExported(PrivacyError):
    """Something that is held can't be read: `reason`."""


class NotErased(PrivacyError):
    """It stopped before all was erased: `reason`."""
