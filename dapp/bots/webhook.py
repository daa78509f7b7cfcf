"""Sends alarms to an address of the operator's, as JSON."""

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from dapp.chain.fail_over import shown_url

_LOG = logging.getLogger(__name__)
TIMEOUT_SECONDS = (2.0, 5.0)
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 2.0, 300.0
SIGNATURE = "X-Hanse-Signature"


class Webhook:
    """Delivers at least once: an `id` that comes again is the same alarm. The address may carry a key, so
    that it is told nowhere but by its host.
    """

    def __init__(self, url: str, secret: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._secret, self._clock = url, secret, clock
        self._failures, self._not_before = 0, 0.0

    def deliver(self, message: Mapping[str, Any]) -> str | None:
        """Send it; None if it was taken, else why not. After a failure it is left alone for a while."""
        if self._clock() < self._not_before:
            return f"{shown_url(self._url)} is left alone for a while."
        body = json.dumps(message, ensure_ascii=False, sort_keys=True).encode()
        headers = {"Content-Type": "application/json"}
        if self._secret:
            digest = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
            headers[SIGNATURE] = f"sha256={digest}"
        try:
            answer = requests.post(
                self._url, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            return self._failed(type(error).__name__)  # its text has the whole address
        if not 200 <= answer.status_code < 300:
            return self._failed(f"status {answer.status_code}")
        self._failures, self._not_before = 0, 0.0
        return None

    def _failed(self, why: str) -> str:
        wait = min(FIRST_WAIT_SECONDS * 2.0 ** min(self._failures, 16), LONGEST_WAIT_SECONDS)
        self._failures, self._not_before = self._failures + 1, self._clock() + wait
        sentence = f"{shown_url(self._url)} didn't take an alarm ({why}); again in {wait:.0f} s."
        _LOG.warning("bots: %s", sentence)
        return sentence
