"""Every row of an index, to compare one with another."""

from sqlalchemy import select

from dapp.index.court_schema import documents, metadata

NOT_OF_THE_CHAIN = {documents.name}


def all_rows(engine):
    """The rows of every table that follows from the chain, by table, in the order of their keys."""
    found = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name not in NOT_OF_THE_CHAIN:
                query = select(table).order_by(*table.primary_key.columns)
                found[table.name] = [tuple(row) for row in connection.execute(query)]
    return found
