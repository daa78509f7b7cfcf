"""The process's handles on a market: how old what they tell of the chain may be.

head
├── asked again at once: no question to the node
└── a block was indexed: no older than it
at_head
├── the same block: one question for all
└── another block, indexed or not: asked again
"""

import pytest

import dapp.market


@pytest.fixture
def patient(monkeypatch):
    """Nothing is too old for its time alone."""
    monkeypatch.setattr("dapp.market._HEAD_SECONDS", 3_600)


@pytest.mark.usefixtures("patient")
def test_head__nothing_happened__is_not_asked_for_again(screens, monkeypatch):
    known = screens.market.head()
    monkeypatch.setattr(screens.market, "_read_head", pytest.fail)
    assert screens.market.head() is known


@pytest.mark.usefixtures("patient")
def test_head__block_indexed__is_no_older(screens):
    before = screens.market.head().number
    screens.running.rpc("evm_mine")
    screens.catch_up()
    assert screens.market.head().number == before + 1 == screens.market.index.head().number


@pytest.mark.usefixtures("patient")
def test_at_head__same_block__is_asked_once(screens):
    first = screens.market.at_head("question", object)
    assert screens.market.at_head("question", object) is first
    assert screens.market.at_head("another", object) is not first


@pytest.mark.usefixtures("patient")
def test_at_head__block_indexed__is_asked_again(screens):
    first = screens.market.at_head("question", object)
    screens.running.rpc("evm_mine")
    screens.catch_up()
    assert screens.market.at_head("question", object) is not first


def test_at_head__block_not_yet_indexed__is_asked_again(screens, monkeypatch):
    monkeypatch.setattr(dapp.market, "_HEAD_SECONDS", -1)
    first = screens.market.at_head("question", object)
    screens.running.rpc("evm_mine")
    assert screens.market.at_head("question", object) is not first
    screens.catch_up()
