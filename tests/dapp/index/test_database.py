"""The database opens, or a sentence says why not.

database
├── new: the tables are those of the schema, at the newest version
├── of an unknown version: made anew, empty
└── address of another kind: refused
"""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from dapp.index.court_schema import metadata
from dapp.index.database import _MIGRATIONS, NEWEST, open_database
from dapp.index.failures import DatabaseFailed


def test_open__new__tables_of_the_schema(database_url):
    engine = open_database(database_url)
    with engine.connect() as connection:
        own = {table.name for table in metadata.sorted_tables}
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _parents: kind != "table" or name in own}
        )
        assert compare_metadata(context, metadata) == []
    configuration = Config()
    configuration.set_main_option("script_location", str(_MIGRATIONS))
    assert ScriptDirectory.from_config(configuration).get_heads() == [NEWEST]
    engine.dispose()


@pytest.mark.parametrize("change", ["DROP TABLE index_version", "UPDATE index_version SET version_num = 'x'"])
def test_open__unknown_version__made_anew(database_url, change):
    engine = open_database(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(change)
        connection.exec_driver_sql("DROP TABLE entries")
        connection.exec_driver_sql("CREATE TABLE entries (other INTEGER)")
    engine.dispose()
    engine = open_database(database_url)
    columns = [column["name"] for column in inspect(engine).get_columns("entries")]
    assert columns == [column.name for column in metadata.tables["entries"].columns]
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "no address", "oracle://x"])
def test_open__another_kind__refused(url):
    with pytest.raises(DatabaseFailed):
        open_database(url)


def test_open__no_database__says_so(tmp_path):
    (tmp_path / "file").write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(DatabaseFailed, match="not a database"):
        open_database(f"sqlite:///{tmp_path / 'file'}")
