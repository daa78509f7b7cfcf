"""
answers that many sessions share
├── asked twice: found once; another question: asked
├── in another state, or after its time: asked again
├── forgotten, also while it is asked: asked again
└── an error: not remembered
"""

import pytest

from dapp import memory
from dapp.memory import Memory


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(memory.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def kept():
    return Memory(seconds=2.0)


def test_recall__asked_twice__is_one_answer(kept):
    assert kept.recall("a", object) is kept.recall("a", object)
    assert kept.recall("b", object) is not kept.recall("a", object)


def test_recall__another_state__asks_again(kept):
    at_seven = kept.recall("a", object, 7)
    assert kept.recall("a", object, 7) is at_seven
    assert kept.recall("a", object, 8) is not at_seven


def test_recall__after_its_time__asks_again(kept, clock):
    answer = kept.recall("a", object)
    clock[0] += 1.9
    assert kept.recall("a", object) is answer
    clock[0] += 0.1
    assert kept.recall("a", object) is not answer


def test_forget__before_or_during_the_question__asks_again(kept):
    answer = kept.recall("a", object)
    kept.forget()
    assert kept.recall("a", object) is not answer

    def forgotten_meanwhile():
        kept.forget()
        return object()

    old = kept.recall("b", forgotten_meanwhile)
    assert kept.recall("b", object) is not old


def test_recall__error__is_not_remembered(kept):
    def fail():
        raise LookupError

    with pytest.raises(LookupError):
        kept.recall("a", fail)
    assert kept.recall("a", lambda: "there") == "there"


def test_recall__more_than_it_keeps__goes_on(kept, monkeypatch):
    monkeypatch.setattr(memory, "MOST", 3)
    assert [kept.recall(number, lambda number=number: number) for number in range(10)] == list(range(10))
    assert len(kept._answers) <= 3
