"""Keepers on a market of the test's own."""

import pytest

from tests.dapp.bots.keeping import Keeping


@pytest.fixture
def keeping(private_market, tmp_path):
    """`keeping(actor="outsider", max_tip=0)`: a keeper with its own key, index and journal. See {Keeping}."""
    opened = []

    def make(name="one", **options):
        made = Keeping(private_market, tmp_path / name, **options)
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.close()
