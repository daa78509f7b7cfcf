"""Where workers on many machines tell how they fare, and which alarms they told: Redis.

Nothing that is done depends on it. While it is gone, workers go on with what they know themselves.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from dapp.bots.status import BotStatus
from dapp.chain.records import DeploymentRecord

_LOG = logging.getLogger(__name__)
TIMEOUT_SECONDS = 2.0
STATUS_SECONDS = 600
"""A worker that told nothing for so long is gone."""
TOLD_SECONDS = 30 * 86_400
_MOST = 1_000


class Board:
    """One market's keys in a Redis."""

    def __init__(self, redis_url: str, record: DeploymentRecord) -> None:
        self._redis = Redis.from_url(
            redis_url,
            socket_connect_timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            decode_responses=True,
        )
        self._prefix = f"hanse:{record.chain_id}:{record['Market'].address.lower()}"
        self._failing = False

    def report(self, status: BotStatus) -> None:
        """Tell how a bot fares; forgotten after a while if nothing more comes."""
        key = f"{self._prefix}:bot:{status.name}:{status.worker}"
        self._ask(lambda: self._redis.set(key, json.dumps(status.plain()), ex=STATUS_SECONDS), None)

    def statuses(self) -> list[BotStatus] | None:
        """How all workers' bots fare, by name; None while Redis is gone.

        When each told it is by this machine's clock, whatever the workers' clocks say.
        """
        found: list[tuple[str | None, int]] | None = self._ask(self._read_statuses, None)
        if found is None:
            return None
        statuses, now = [], time.time()
        for text, left in found:
            try:
                told_at = now - STATUS_SECONDS + left / 1_000
                statuses.append(replace(BotStatus.of(json.loads(text or "")), told_at=told_at))
            except (ValueError, KeyError, TypeError):
                continue  # it ran out meanwhile, or another version of a worker told it
        return sorted(statuses, key=lambda status: (status.name, status.worker))

    def told(self, kind: str, subject: str) -> None:
        """Note that an alarm was told."""
        self._ask(lambda: self._redis.set(self._alarm(kind, subject), 1, ex=TOLD_SECONDS), None)

    def knows(self, kind: str, subject: str) -> bool:
        """Whether somebody told an alarm; no while Redis is gone: rather twice than never."""
        return bool(self._ask(lambda: self._redis.exists(self._alarm(kind, subject)), 0))

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()

    def _read_statuses(self) -> Any:
        keys = []
        for key in self._redis.scan_iter(f"{self._prefix}:bot:*", count=_MOST):
            keys.append(key)
            if len(keys) == _MOST:
                break
        with self._redis.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.get(key)
                pipe.pttl(key)
            answers = pipe.execute()
        return list(zip(answers[::2], answers[1::2], strict=True))

    def _alarm(self, kind: str, subject: str) -> str:
        return f"{self._prefix}:told:{kind}:{subject}"

    def _ask(self, question: Callable[[], Any], otherwise: Any) -> Any:
        try:
            answer = question()
        except (RedisError, OSError) as error:
            if not self._failing:
                # Its text may have the address, and so a password.
                _LOG.warning("bots: Redis doesn't answer: %s", type(error).__name__)
            self._failing = True
            return otherwise
        if self._failing:
            _LOG.info("bots: Redis answers again")
        self._failing = False
        return answer
