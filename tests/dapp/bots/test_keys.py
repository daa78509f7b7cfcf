"""A bot's key.

signer_of
├── a keystore and its passphrase: that account, on every chain
├── none, on the development chain: the named actor
├── none, elsewhere: nobody
└── no passphrase, a wrong one, no file, another file: a sentence without a secret
"""

import json

import pytest
from eth_account import Account

from dapp.bots.keys import signer_of
from dapp.bots.settings import BotSettings
from dapp.chain.keys import KeyUnusable

KEY = "0x" + "4c" * 32
PASSPHRASE = "correct horse"


@pytest.fixture
def keystore(tmp_path):
    path = tmp_path / "key.json"
    path.write_text(json.dumps(Account.encrypt(KEY, PASSPHRASE, kdf="pbkdf2", iterations=1_000)))
    return path


def settings(path, passphrase=PASSPHRASE):
    passphrases = {} if passphrase is None else {"keeper": passphrase}
    return BotSettings(keystores={"keeper": path}, passphrases=passphrases)


@pytest.mark.parametrize("chain_id", [1, 31337])
def test_signer__keystore__its_account(keystore, chain_id):
    account = signer_of("keeper", "keeper", chain_id, settings(keystore))
    assert account.address == Account.from_key(KEY).address


def test_signer__development_chain__the_actor(running_market):
    assert signer_of("keeper", "keeper", 31337, BotSettings()).address == running_market.keeper
    assert signer_of("credit", "attestor", 31337, BotSettings()).address == running_market.attestor


@pytest.mark.parametrize("chain_id", [1, 1337, 11155111])
def test_signer__another_chain__nobody(chain_id):
    assert signer_of("keeper", "keeper", chain_id, BotSettings()) is None


@pytest.mark.parametrize(
    ("passphrase", "content", "said"),
    [
        (None, None, "Set HANSE_KEEPER_PASSPHRASE"),
        ("wrong", None, "isn't a keystore that HANSE_KEEPER_PASSPHRASE opens"),
        (PASSPHRASE, "{}", "isn't a keystore"),
        (PASSPHRASE, KEY, "isn't a keystore"),
        (PASSPHRASE, "", "isn't a keystore"),
    ],
)
def test_signer__unusable__a_sentence_without_a_secret(keystore, tmp_path, passphrase, content, said):
    path = keystore
    if content is not None:
        path = tmp_path / "keeper.json"
        path.write_text(content)
    with pytest.raises(KeyUnusable) as caught:
        signer_of("keeper", "keeper", 31337, settings(path, passphrase))
    assert said in str(caught.value)
    assert KEY not in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_signer__no_file__named(tmp_path):
    with pytest.raises(KeyUnusable, match=r"nowhere\.json can't be read: No such file"):
        signer_of("keeper", "keeper", 1, settings(tmp_path / "nowhere.json"))
