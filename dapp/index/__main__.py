"""The index on its own: `python -m dapp.index --until-head`, or without it until Ctrl-C."""

import argparse
import logging
import signal
import sys
import threading
import time

from dapp.chain.failures import NotDeployed
from dapp.chain.records import load_deployment
from dapp.index.database import bring_up_to_date, connect
from dapp.index.failures import IndexFailure
from dapp.index.follow import Follower
from dapp.index.rpc import Nodes
from dapp.index.store import count_events
from dapp.settings import SettingsError, load_settings


def main() -> int:
    """Follow the chain of the settings into the database of the settings."""
    parser = argparse.ArgumentParser(prog="python -m dapp.index", description=__doc__)
    parser.add_argument(
        "--until-head", action="store_true", help="stop at the chain's head and tell the speed"
    )
    parser.add_argument(
        "--rebuild", action="store_true", help="drop every row and start from the first block"
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        settings = load_settings()
        nodes = Nodes(settings.rpc_urls)
        record = load_deployment(nodes.current.chain_id(), settings.deployments)
        nodes.close()
        engine = connect(settings.database_url)
        follower = Follower(
            engine,
            record,
            settings.rpc_urls,
            confirmations=settings.confirmations,
            websocket_url=settings.websocket_url,
        )
        if arguments.until_head:
            follower.prepare()
        bring_up_to_date(engine)
        if arguments.rebuild:
            follower.rebuild()
        if not arguments.until_head:
            return _follow(follower)
        before, started = count_events(engine), time.perf_counter()
        head = follower.follow_to_head()
        seconds = time.perf_counter() - started
        events = count_events(engine) - before
        print(f"{events} events up to block {head} in {seconds:.3f} s: {events / seconds:,.0f} events/s")
    except (IndexFailure, NotDeployed, SettingsError) as error:
        print(f"index: {error}", file=sys.stderr)
        return 1
    return 0


def _follow(follower: Follower) -> int:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_anything: ended.set())
    follower.start()
    ended.wait()
    follower.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
