"""A keeper of one's own on a running market, round by round."""

import json
from collections import Counter
from dataclasses import replace

from eth_account import Account

from dapp.background import follower_of
from dapp.bots.crew import Crew
from dapp.bots.settings import BotSettings
from dapp.chain.actors import ACTORS, MNEMONIC
from dapp.domain.bounds import DAY
from dapp.domain.orders import Status
from dapp.index.rows import OrderQuery
from dapp.market import open_market

LIVE = (Status.PLACED, Status.IN_PROGRESS, Status.DELIVERED)
PASSPHRASE = "of a test"


def key_of(actor):
    """A named actor's account."""
    Account.enable_unaudited_hdwallet_features()
    return Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{ACTORS.index(actor)}")


def keystore_of(actor, folder):
    """A keystore file with an actor's key."""
    path = folder / f"{actor}.json"
    path.write_text(json.dumps(Account.encrypt(key_of(actor).key, PASSPHRASE, kdf="pbkdf2", iterations=10)))
    return path


class Keeping:
    """A crew with an index and journals below `folder`; `actor` pays its fees."""

    def __init__(self, running, folder, actor="keeper", acts=True, urls=None, data=None, **bots):
        folder.mkdir(parents=True, exist_ok=True)
        settings = replace(
            running.settings,
            data=data or folder,
            database_url=f"sqlite:///{folder / 'index.sqlite'}",
            rpc_urls=urls or running.settings.rpc_urls,
        )
        keys = {"keystores": {"keeper": keystore_of(actor, folder)}, "passphrases": {"keeper": PASSPHRASE}}
        self.running, self.address = running, key_of(actor).address
        self.opened = open_market(settings)
        self.follower = follower_of(self.opened)
        self.crew = Crew(self.opened, BotSettings(**{**keys, **bots}), acts=acts)
        self.keeper, self.watch = self.host("keeper"), self.host("watch")
        self.nonce_at_start = running.web3.eth.get_transaction_count(self.address)

    def host(self, name):
        """The host of one of its bots."""
        (found,) = (host for host in self.crew.hosts if host.status.name == name)
        return found

    @property
    def sender(self):
        """What signs and sends for the keeper."""
        return self.keeper._bot._performer._courier._sender

    def round(self, *, catch_up=True):
        """A keeper's round on the indexed head: its results, or None if it was cut short."""
        if catch_up:
            self.follower.follow_to_head()
        return self.keeper.round()

    def until_quiet(self):
        """Rounds until there is nothing to do; what was done, by kind."""
        done = Counter()
        for _ in range(10):
            results = self.round()
            assert results is not None, self.keeper.status.error
            worked = [result.item.kind for result in results if result.outcome == "done"]
            done.update(worked)
            if not worked:
                return dict(done)
        raise AssertionError(f"never quiet: {done}")

    def order(self, order_id):
        """An order as the index has it."""
        return self.opened.index.order(order_id)

    def live(self):
        """The orders that have a time-out."""
        return self.opened.index.orders(OrderQuery(statuses=LIVE), 500).items

    def close(self):
        """End what it opened."""
        self.crew.stop()
        self.follower.stop()
        self.opened.index.engine.dispose()


def outcomes(results):
    """How many results of each kind and outcome."""
    return dict(Counter((result.item.kind, result.outcome.value) for result in results))


def past_every_clock(running):
    """A time at which every live order of the demo is overdue."""
    running.advance(4 * DAY)
