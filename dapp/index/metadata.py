"""Reads the documents behind listings' CIDs into a table, so that services can be found by their text.

What can't be found now is tried again, later and later; what isn't a service document isn't.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, insert, or_, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from dapp.evidence.document import ServiceDocument
from dapp.evidence.errors import EvidenceError, EvidenceMissing, NodeUnavailable, StoreUnavailable
from dapp.index.court_schema import documents
from dapp.index.database import WRITES
from dapp.index.rows import DocumentStatus
from dapp.index.schema import listing_versions

_LOG = logging.getLogger(__name__)
BATCH = 50
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 5, 3_600
PAUSE_SECONDS = 2.0
_TEXTS = ("title", "title_zh", "description", "description_zh")
_NOT_NOW = (EvidenceMissing, NodeUnavailable, StoreUnavailable)


class MetadataReader:
    """Reads documents through `read`, which gives a document or raises EvidenceError."""

    def __init__(
        self,
        engine: Engine,
        read: Callable[[str], ServiceDocument],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine, self._read, self._clock = engine, read, clock
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Read in a thread until `stop`; `wake` when there may be something new."""
        self._thread = threading.Thread(target=self._run, name="index-metadata", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the document at hand."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def wake(self, *_anything: object) -> None:
        """Look for unread documents soon; fits `Follower.on_commit` and `EvidenceBox.on_put`."""
        self._wake.set()

    def read_pending(self) -> int:
        """Read what is unread or due to be tried again; gives how many documents that were."""
        count = 0
        while not self._stopping.is_set():
            with self._engine.connect() as connection:
                pending = connection.execute(_pending(int(self._clock()))).all()
            for cid, attempts in pending:
                self._note(cid, self._row(cid, attempts or 0))
                count += 1
            if len(pending) < BATCH:
                break
        return count

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self.read_pending()
            except SQLAlchemyError as error:
                _LOG.warning("index: documents can't be noted: %s", error)
            self._wake.wait(PAUSE_SECONDS)

    def _row(self, cid: str, attempts: int) -> dict[str, Any]:
        row: dict[str, Any] = dict.fromkeys((*_TEXTS, "picture", "reason"))
        row |= {"cid": cid, "attempts": attempts + 1, "retry_at": 0}
        try:
            document = self._read(cid)
        except _NOT_NOW as error:
            wait = min(FIRST_RETRY_SECONDS << min(attempts, 16), LONGEST_RETRY_SECONDS)
            retry_at = int(self._clock()) + wait
            return {**row, "status": int(DocumentStatus.MISSING), "reason": str(error), "retry_at": retry_at}
        except EvidenceError as error:
            return {**row, "status": int(DocumentStatus.BAD), "reason": str(error)}
        except Exception as error:  # a reader's own mistake must not stop the other documents
            _LOG.exception("index: %s can't be read", cid)
            return {**row, "status": int(DocumentStatus.BAD), "reason": f"It can't be read: {error!r}"[:200]}
        read = {name: _storable(getattr(document, name)) for name in (*_TEXTS, "picture")}
        return {**row, **read, "status": int(DocumentStatus.READ)}

    def _note(self, cid: str, row: dict[str, Any]) -> None:
        with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            done = connection.execute(update(documents).where(documents.c.cid == cid).values(row))
            if not done.rowcount:
                connection.execute(insert(documents).values(row))
            if connection.dialect.name == "sqlite":
                _make_searchable(connection, cid, row)


def drop_documents(engine: Engine) -> None:
    """Forget every document, to be read anew."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            connection.execute(text("DELETE FROM document_texts"))
        connection.execute(delete(documents))


def _pending(now: int) -> Any:
    """Listings' CIDs that nobody read yet, and those to be tried again."""
    missing = and_(documents.c.status == int(DocumentStatus.MISSING), documents.c.retry_at <= now)
    return (
        select(listing_versions.c.cid, documents.c.attempts)
        .outerjoin(documents, documents.c.cid == listing_versions.c.cid)
        .where(or_(documents.c.cid.is_(None), missing))
        .distinct()
        .limit(BATCH)
    )


def _make_searchable(connection: Connection, cid: str, row: dict[str, Any]) -> None:
    number = connection.execute(select(documents.c.id).where(documents.c.cid == cid)).scalar_one()
    connection.execute(text("DELETE FROM document_texts WHERE rowid = :id"), {"id": number})
    if row["status"] == int(DocumentStatus.READ):
        names = ", ".join(_TEXTS)
        places = ", ".join(f":{name}" for name in _TEXTS)
        connection.execute(
            text(f"INSERT INTO document_texts (rowid, {names}) VALUES (:id, {places})"),
            {"id": number, **{name: row[name] or "" for name in _TEXTS}},
        )


def _storable(value: str) -> str | None:
    """Text that every database takes: no zero characters, no lone surrogates; None for nothing."""
    return value.replace("\0", "").encode("utf-8", "replace").decode() or None
