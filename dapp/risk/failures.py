"""What goes wrong in risk; each message is a sentence with its values."""

# ruff: noqa: N818  (named by what went wrong)


class RiskError(Exception):
    """Root of this package's errors."""


class BadSale(RiskError):
    """A sale that no market can have had."""


class BadFeatures(RiskError):
    """Features that aren't finite numbers, or not as many as there are."""


class TooFewMerchants(RiskError):
    """Too few merchants have a history to tell the unusual from the usual."""


class BadModelFile(RiskError):
    """A file that isn't a model of this version, or doesn't give the scores that it says."""


class BadDevice(RiskError):
    """Not the random number of a browser."""


class BadDecision(RiskError):
    """A reviewer's decision that can't be kept."""
