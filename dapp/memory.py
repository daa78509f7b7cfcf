"""Answers that many sessions share: screens of hundreds of them ask the same things again and again."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

MOST = 4_096
Answer = TypeVar("Answer")


class Memory:
    """Answers by question. Each holds until everything is forgotten, and `seconds` at most.

    Safe to share between threads. Answers are shared: nobody may change them.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._answers: dict[Hashable, tuple[Hashable, float, Any]] = {}
        self._forgotten = 0
        self._lock = threading.Lock()

    def recall(self, question: Hashable, ask: Callable[[], Answer], state: Hashable = None) -> Answer:
        """The remembered answer, else a new one. An error is not remembered.

        state: what the answer holds for; in another state the question is asked again.
        """
        with self._lock:
            now_in = self._forgotten, state
            kept = self._answers.get(question)
        now = time.monotonic()
        if kept is not None and kept[0] == now_in and now - kept[1] < self._seconds:
            known: Answer = kept[2]
            return known
        answer = ask()
        with self._lock:
            if len(self._answers) >= MOST:
                self._answers.clear()
            self._answers[question] = now_in, now, answer
        return answer

    def forget(self) -> None:
        """Ask everything anew; also what is being asked at this moment."""
        with self._lock:
            self._forgotten += 1
            self._answers.clear()
