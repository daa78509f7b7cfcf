"""What goes wrong in the index."""


class IndexFailure(Exception):  # noqa: N818
    """Root of this package's errors; the message is a sentence for people."""


class DatabaseFailed(IndexFailure):
    """The database can't be used."""


class RpcFailed(IndexFailure):
    """A node didn't answer, or answered with an error."""


class TooLarge(RpcFailed):
    """A node won't give so many logs, or so many blocks, at once."""


class RpcLied(RpcFailed):
    """A node's answer contradicts itself, or what it was asked."""


class OutOfOrder(RpcLied):
    """Logs came in another order than the chain's, or twice."""


class MalformedLog(RpcLied):
    """A log isn't what its event's ABI says."""


class ForeignHistory(IndexFailure):
    """The events don't fit what is indexed: some are missing, or another market's."""
