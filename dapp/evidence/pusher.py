"""Pushes what waits to the node, in a thread of the dApp."""

import logging
import threading

from dapp.evidence.box import EvidenceBox
from dapp.evidence.errors import EvidenceError

_LOG = logging.getLogger(__name__)
_IDLE_SECONDS = 5.0


class Pusher:
    """A thread that pushes as soon as something waits; does nothing where there is no node."""

    def __init__(self, box: EvidenceBox, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._box, self._idle_seconds = box, idle_seconds
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="evidence-pusher", daemon=True)

    def start(self) -> None:
        """Begin, if there is a node."""
        if self._box.node is not None:
            self._box.on_put = self._wake.set
            self._thread.start()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """End after what is being pushed; what waits is there after a restart."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                report = self._box.push_pending()
            except EvidenceError as error:  # the disk: the next round may find it again
                _LOG.warning("evidence: %s", error)
            else:
                if report.pushed:
                    _LOG.info("evidence: %d objects pushed to the node", len(report.pushed))
            self._wake.wait(max(self._idle_seconds, min(self._box.pause_seconds, 60.0)))
