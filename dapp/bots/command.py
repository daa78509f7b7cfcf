"""`hanse keep`: the keeper in the foreground, without the dApp."""

import argparse
import sys
import threading
from collections.abc import Sequence

from dapp.background import follower_of
from dapp.bots.actions import Action, Outcome, Result
from dapp.bots.crew import Crew
from dapp.bots.settings import load_bot_settings
from dapp.chain.failures import ChainError
from dapp.chain.formats import amount, time
from dapp.index.failures import IndexFailure
from dapp.market import Market, MarketUnavailable, open_market
from dapp.settings import Settings

DONE, LEFT = 0, 1
_UNDONE = (Outcome.BLOCKED, Outcome.REFUSED, Outcome.FAILED, Outcome.PENDING)


class NoKey(ChainError):  # noqa: N818
    """The keeper is to act and has no key."""


def keep(arguments: argparse.Namespace, settings: Settings) -> int:
    """One round (`once`, `dry_run`), or round after round until Ctrl-C. 1 if something due could not be done.

    Raises ChainError with what is wrong.
    """
    try:
        opened = open_market(settings)
    except (MarketUnavailable, IndexFailure) as error:
        raise ChainError(str(error)) from error
    crew = Crew(opened, load_bot_settings(), acts=not arguments.dry_run)
    if not arguments.dry_run and crew.keeper.status.account is None:
        raise NoKey("The keeper has no key: set HANSE_KEEPER_KEYSTORE and HANSE_KEEPER_PASSPHRASE.")
    if arguments.once or arguments.dry_run:
        return _one_round(opened, crew)
    return _until_interrupted(opened, crew)


def _one_round(opened: Market, crew: Crew) -> int:
    follower = follower_of(opened)
    try:
        follower.follow_to_head()
    except IndexFailure as error:
        raise ChainError(str(error)) from error
    finally:
        follower.stop()
    results = crew.keeper.round()
    if results is None:
        raise ChainError(crew.keeper.status.error or "The round was cut short.")
    print("\n".join(lines_of(opened, results)))
    return LEFT if any(result.outcome in _UNDONE for result in results) else DONE


def _until_interrupted(opened: Market, crew: Crew) -> int:
    follower = follower_of(opened, crew.wake)
    print(f"keep: account {crew.keeper.status.account}, until Ctrl-C", file=sys.stderr, flush=True)
    follower.start()
    crew.start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        crew.stop()
        follower.stop()
    return DONE


def lines_of(opened: Market, results: Sequence[Result]) -> list[str]:
    """A line for each item of a round."""
    return [_line(opened, result) for result in results] or ["Nothing is due."]


def _line(opened: Market, result: Result) -> str:
    item, money = result.item, ""
    if isinstance(item, Action):
        token = opened.token(item.money.token)
        money = amount(item.money.amount, token)
    told = f"{result.outcome.value}{': ' + result.reason if result.reason else ''}"
    parts = (f"{item.kind:13}", item.subject, money, f"due {time(item.due_at)}", told)
    return "  ".join((*parts, str(result.facts.get("transaction", "")))).rstrip()
