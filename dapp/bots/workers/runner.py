"""Wakes the workers: a task for each bot and new block, unless the one before is still under way."""

import asyncio
import logging
from typing import Any

from silverback.main import TaskData
from silverback.runner import BaseRunner
from silverback.utils import clean_hexbytes_dict
from web3 import Web3

from dapp.chain.fail_over import FailOverProvider
from dapp.settings import load_settings

_LOG = logging.getLogger(__name__)
POLL_SECONDS = 1.0
PATIENCE_SECONDS = 180.0
"""A task without a result by then is lost, with its worker or with Redis."""


class HeadRunner(BaseRunner):
    """Silverback's own runners end when the node, or Redis, is gone for some seconds."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._web3 = Web3(FailOverProvider(load_settings().rpc_urls))
        self._told: dict[str, str] = {}

    async def run_task(self, task_data: TaskData, *arguments: Any, raise_on_error: bool = False) -> None:
        """Queue a task and wait for its result; one that is lost is told, and no more."""
        try:
            work = super().run_task(task_data, *arguments, raise_on_error=raise_on_error)
            await asyncio.wait_for(work, PATIENCE_SECONDS)
            self._told.pop(task_data.name, None)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            if raise_on_error:
                raise
            self._tell(task_data.name, f"a task of {task_data.name} is lost: {type(error).__name__}")

    async def _block_task(self, task_data: TaskData) -> None:
        last = None
        while not self.shutdown_event.is_set():
            try:
                block = await asyncio.to_thread(self._web3.eth.get_block, "latest")
            except Exception as error:
                self._tell("blocks", f"no new blocks: {error}")
            else:
                self._told.pop("blocks", None)
                if block["hash"] != last:
                    last = block["hash"]
                    await self.run_task(task_data, clean_hexbytes_dict(dict(block)))
            await asyncio.sleep(POLL_SECONDS)

    async def _event_task(self, task_data: TaskData) -> None:
        """Refuse a task that no block would ever wake."""
        raise RuntimeError(f"{task_data.name} waits for an event; tasks here wait for blocks.")

    async def _checkpoint(self) -> None:
        """Nothing is remembered, so nothing is kept."""

    def _tell(self, what: str, trouble: str) -> None:
        if self._told.get(what) != trouble:
            _LOG.warning("bots: %s", trouble)
        self._told[what] = trouble
