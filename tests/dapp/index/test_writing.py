"""Rows are written and changed alike, few or many, on either database; what the driver refuses is said."""

import pytest
from sqlalchemy import select

from dapp.index import schema
from dapp.index.amounts import pack_amount
from dapp.index.database import open_database
from dapp.index.failures import DatabaseFailed
from dapp.index.writing import Writer


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'index.sqlite'}")
    else:
        server = request.getfixturevalue("postgres")
        server.create("writing")
        engine = open_database(server.url("writing"))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("count", [0, 1, 50, 500])
def test_writer__rows_added_then_changed__are_there_and_no_other(engine, count):
    accounts = [number.to_bytes(20, "big") for number in range(count + 1)]
    token = bytes(19) + b"\x07"
    writer = Writer(schema.balances, engine.dialect, ["available", "maturing"])
    with engine.begin() as connection:
        writer.add(connection, [(account, token, pack_amount(1), pack_amount(0)) for account in accounts])
    changes = [(pack_amount(2**200 + at), pack_amount(at), accounts[at], token) for at in range(count)]
    for _ in range(2):
        with engine.begin() as connection:
            writer.update(connection, changes)
    with engine.connect() as connection:
        rows = connection.execute(select(schema.balances).order_by(schema.balances.c.account)).all()
    told = [(bytes(row.account), bytes(row.token), row.available, row.maturing) for row in rows]
    expected = [(accounts[at], token, 2**200 + at, at) for at in range(count)]
    assert told == [*expected, (accounts[count], token, 1, 0)]


def test_writer__copy_refused__is_a_failure_of_the_index(postgres):
    postgres.create("refusing")
    engine = open_database(postgres.url("refusing"))
    writer = Writer(schema.balances, engine.dialect, ["available", "maturing"])
    rows = [(bytes(20), bytes(20), pack_amount(1), pack_amount(0))] * 20  # one key
    with pytest.raises(DatabaseFailed, match="rows of balances"), engine.begin() as connection:
        writer.add(connection, rows)
    engine.dispose()
