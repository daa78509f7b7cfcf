"""What goes wrong in the index."""


class IndexFailure(Exception):  # noqa: N818
    """Root of this package's errors; the message is a sentence for people."""


class DatabaseFailed(IndexFailure):
    """The database can't be used."""
