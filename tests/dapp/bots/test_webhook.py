"""Alarms to an address.

Webhook
├── taken: as JSON, signed with the secret
├── refused, redirected, silent, nobody there: why, and left alone for longer and longer
└── the address, which may carry a key, is in no text
"""

import hashlib
import hmac
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dapp.bots.webhook import LONGEST_WAIT_SECONDS, SIGNATURE, Webhook
from operations.processes import free_port

MESSAGE = {"id": "31337/response_clock/x", "text": "仲裁员"}


class Hook:
    """A server that takes alarms; `status` is what it answers."""

    def __init__(self):
        self.status, self.taken = 200, []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.taken.append((self.path, dict(self.headers), body))
                self.send_response(hook.status)
                if hook.status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?token=secret-token"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hook():
    hook = Hook()
    yield hook
    hook.close()


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_deliver__taken__as_signed_json(hook):
    assert Webhook(hook.url, "key").deliver(MESSAGE) is None
    ((path, headers, body),) = hook.taken
    assert path == "/hook?token=secret-token"
    assert json.loads(body) == MESSAGE
    assert headers[SIGNATURE] == "sha256=" + hmac.new(b"key", body, hashlib.sha256).hexdigest()


def test_deliver__no_secret__unsigned(hook):
    assert Webhook(hook.url, None).deliver(MESSAGE) is None
    assert SIGNATURE not in hook.taken[0][1]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_deliver__refused__told_why_and_left_alone(hook, caplog, status):
    clock = Clock()
    webhook = Webhook(hook.url, None, clock)
    hook.status = status
    waits = []
    with caplog.at_level(logging.WARNING):
        for _ in range(12):
            told = webhook.deliver(MESSAGE)
            assert f"status {status}" in told
            waits.append(int(told.split()[-2]))
            clock.now += waits[-1] - 1
            assert "left alone" in webhook.deliver(MESSAGE)
            clock.now += 1
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == LONGEST_WAIT_SECONDS
    assert len(hook.taken) == 12
    assert "secret-token" not in caplog.text
    hook.status = 204
    clock.now += LONGEST_WAIT_SECONDS
    assert webhook.deliver(MESSAGE) is None


def test_deliver__nobody_there__told_without_the_address(caplog):
    url = f"http://127.0.0.1:{free_port()}/hook?token=secret-token"
    with caplog.at_level(logging.WARNING):
        told = Webhook(url, None).deliver(MESSAGE)
    assert "ConnectionError" in told
    assert "secret-token" not in told + caplog.text
