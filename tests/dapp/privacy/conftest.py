"""The running market's score signer, and what merchants ask of it."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from dapp.chain.keys import development_account
from dapp.domain.bounds import DAY
from dapp.privacy.issued import IssuedProofs
from dapp.privacy.proof import Claim
from dapp.privacy.request import ProofRequest, Wish
from dapp.privacy.signing import ScoreSigner
from tests.dapp.market_at import RunningMarket, run_market

SIGNER = development_account("score_signer")
MERCHANT = development_account("third_seller")
"""Seasoned, with 622 points: Silver."""
ALIAS = development_account("outsider")
"""A name of the merchant's choice."""
AUDIENCE = development_account("payer").address


@dataclass
class Office:
    """The score signer of a market, and requests as a merchant makes them."""

    market: RunningMarket
    folder: Path
    confirmations: int = 2
    signer: ScoreSigner = field(init=False)

    def __post_init__(self):
        self.issued = IssuedProofs(self.folder)
        self.signer = ScoreSigner(self.market.contracts, SIGNER, self.issued, self.confirmations)

    @property
    def head(self):
        return self.market.web3.eth.get_block("latest")

    def wish(self, **changes):
        address = MERCHANT.address
        return replace(Wish(address, address, Claim.SCORE_AT_LEAST, 600, 30 * DAY), **changes)

    def request(self, wish=None, by=MERCHANT, **changes):
        contracts = self.market.contracts
        asked = ProofRequest(
            contracts.record.chain_id,
            contracts.score_proofs.address,
            wish or self.wish(),
            self.head["timestamp"],
        )
        return replace(asked, **changes).signed_by(by)

    def proof(self, **changes):
        return self.signer.issue(self.wish(**changes))


@pytest.fixture(scope="session")
def settled_market(tmp_path_factory):
    """A market some blocks old: a chain that starts from a snapshot knows no earlier block's scores."""
    with run_market(tmp_path_factory.mktemp("settled")) as market:
        yield aged(market)


@pytest.fixture
def office(settled_market, tmp_path):
    """On a shared market: nothing here moves it."""
    return Office(settled_market, tmp_path)


@pytest.fixture
def private_office(private_market, tmp_path):
    """On a market of the test's own."""
    return Office(aged(private_market), tmp_path)


def aged(market):
    """The market, a few blocks later."""
    for _ in range(3):
        market.advance(1)
    return market
