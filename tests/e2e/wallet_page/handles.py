"""What the wallet's widgets need of a market, on a chain with one token; it takes the market's place."""

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from web3 import HTTPProvider, Web3

import dapp.market
from dapp.chain.errors import ErrorBook
from dapp.chain.formats import Token
from dapp.index.rows import Head
from dapp.settings import load_settings
from tests.e2e.artefacts import contract_type


@dataclass
class _InstantIndex:
    """An index that is where the chain is; while the file HANSE_INDEX_HELD exists, at block zero."""

    web3: Web3

    def head(self) -> Head:
        held = Path(os.environ["HANSE_INDEX_HELD"]).exists()
        return Head(0 if held else int(self.web3.eth.block_number), b"", 0)


@dataclass
class Handles:
    web3: Web3 = field(default_factory=lambda: Web3(HTTPProvider(os.environ["HANSE_RPC_URL"])))
    chain_id: int = int(os.environ["HANSE_CHAIN_ID"])

    def __post_init__(self) -> None:
        abi = contract_type("TokenMock")["abi"]
        self.provider: Any = self.web3.provider
        self.errors = ErrorBook([abi])
        self.index = _InstantIndex(self.web3)
        address = Web3.to_checksum_address(os.environ["HANSE_TOKEN"])
        self.token_contract = self.web3.eth.contract(address, abi=abi)
        self.settings = load_settings({"HANSE_DATA": os.environ["HANSE_DATA"]})

    def now(self) -> int:
        return int(self.web3.eth.get_block("latest")["timestamp"])

    def token(self, _address: str) -> Token:
        return Token("TKN", 18)


@cache
def handles() -> Handles:
    return Handles()


dapp.market.market = handles  # type: ignore[assignment]
