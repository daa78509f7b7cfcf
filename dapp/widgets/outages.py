"""A screen that stays up: what is out of order is said in its place."""

from collections.abc import Iterator
from contextlib import contextmanager

from web3.exceptions import Web3Exception

from dapp.chain.failures import ChainError
from dapp.evidence.errors import EvidenceError
from dapp.index.failures import IndexFailure
from dapp.widgets.i18n import language, t
from dapp.widgets.states import problem
from dapp.widgets.text import plain


@contextmanager
def outages() -> Iterator[None]:
    """Say that index, chain or store is out of order instead of raising; what follows goes on."""
    try:
        yield
    except IndexFailure as error:
        problem(t("outages.index", reason=plain(error)))
    except EvidenceError as error:
        problem(plain(error.sentence(language()), 400))
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("outages.chain", reason=plain(error)))
