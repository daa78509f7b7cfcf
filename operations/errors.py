"""What goes wrong in operations: one sentence for the operator, under one root."""

# ruff: noqa: N818  (named by what went wrong)


class OperationsError(Exception):
    """Root of the operators' errors; the message says what to do."""


class BadParameters(OperationsError):
    """`chains.yaml` has a value that can't be, or lacks one."""


class BadJournal(OperationsError):
    """`deployments/<chainId>.json` doesn't fit the chain or can't be read."""


class DeploymentFailed(OperationsError):
    """A deployment can't go on."""


class NoAccount(OperationsError):
    """There is no account to act with."""
