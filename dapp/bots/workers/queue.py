"""Broker and result backend, by REDIS_URL alone: Silverback logs what it is given as settings."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Any

from redis.exceptions import RedisError
from taskiq import TaskiqResult
from taskiq.serializers import JSONSerializer
from taskiq_redis import ListQueueBroker, RedisAsyncResultBackend

from dapp.bots.settings import load_bot_settings
from dapp.settings import SettingsError

_LOG = logging.getLogger(__name__)
QUEUE = "hanse:tasks"
RESULT_SECONDS = 600
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 15.0


def redis_url() -> str:
    """Where the queue is. Raises SettingsError."""
    url = load_bot_settings().redis_url
    if url is None:
        raise SettingsError("REDIS_URL isn't set: workers need a Redis between them.")
    return url


class Broker(ListQueueBroker):
    """Waits for a Redis that is gone instead of ending the worker."""

    def __init__(self) -> None:
        super().__init__(redis_url(), queue_name=QUEUE)

    async def listen(self) -> AsyncGenerator[bytes, None]:
        """Tasks as they come."""
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                async for message in super().listen():
                    wait = FIRST_WAIT_SECONDS
                    yield message
            except (RedisError, OSError) as error:
                if wait == FIRST_WAIT_SECONDS:
                    _LOG.warning("bots: the queue doesn't answer: %s", type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)


class Results(RedisAsyncResultBackend):  # type: ignore[type-arg]
    """Results as JSON: who can write to Redis must not be able to run code."""

    def __init__(self) -> None:
        super().__init__(redis_url(), result_ex_time=RESULT_SECONDS, serializer=JSONSerializer())

    async def set_result(self, task_id: str, result: TaskiqResult[Any]) -> None:
        """Tell the runner what came of a task; it does without if Redis is gone."""
        try:
            await super().set_result(task_id, result)
        except (RedisError, OSError) as error:
            _LOG.warning("bots: a result can't be told: %s", type(error).__name__)
