"""What talking to a chain raises, under one root."""

# ruff: noqa: N818  (named by what went wrong)


class ChainError(Exception):
    """Root of the errors of `dapp.chain`."""


class NotDeployed(ChainError):
    """There is no record of a market on this chain, or it can't be read."""


class NotFound(ChainError):
    """The chain has no event of this order or listing."""
