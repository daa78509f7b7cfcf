"""
an index that many sessions read
├── asked twice: the database is asked once
├── something was written: asked again, also what was asked while it was being written
├── another question: asked
├── the time is over: asked again
└── an error: not remembered
"""

import pytest
from sqlalchemy import create_engine, event, text

from dapp import memory as remembering
from dapp.index import memory
from dapp.index.index import Index
from dapp.index.memory import REMEMBERED, SharedIndex


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(remembering.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    questions = []

    def service(_self, listing_id):
        questions.append(listing_id)
        if listing_id < 0:
            raise LookupError(listing_id)
        return object()

    monkeypatch.setattr(Index, "service", service)
    monkeypatch.setattr(SharedIndex, "service", memory._remembered("service"))
    return questions


@pytest.fixture
def index():
    shared = SharedIndex.__new__(SharedIndex)
    engine = create_engine("sqlite://")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Index, "__init__", lambda self, engine, _record: setattr(self, "engine", engine))
        shared.__init__(engine, None)
    yield shared
    engine.dispose()


def test_service__asked_twice__the_database_once(index, asked):
    assert index.service(1) is index.service(1)
    assert asked == [1]


def test_service__another_one__asked(index, asked):
    assert index.service(1) is not index.service(2)
    assert asked == [1, 2]


def test_service__after_a_write__asked_again(index, asked):
    before = index.service(1)
    with index.engine.begin() as connection:
        connection.execute(text("create table written (a int)"))
    assert index.service(1) is not before
    assert asked == [1, 1]


def test_service__asked_while_it_is_committed__asked_again(index, asked):
    before = []
    event.listen(index.engine, "commit", lambda _connection: before.append(index.service(1)))
    with index.engine.begin() as connection:
        connection.execute(text("create table written (a int)"))
    assert index.service(1) not in before
    assert asked == [1, 1]


def test_service__after_its_time__asked_again(index, asked, clock):
    index.service(1)
    clock[0] += memory.SECONDS
    index.service(1)
    assert asked == [1, 1]


def test_service__error__not_remembered(index, asked):
    for _ in range(2):
        with pytest.raises(LookupError):
            index.service(-1)
    assert asked == [-1, -1]


def test_memory__every_question__is_one_of_the_index():
    assert all(callable(getattr(Index, name)) for name in REMEMBERED)
