"""An IPFS node behind its API, through `ipfshttpclient`: pushing objects to it, fetching content from it.

The node is believed nothing: what it says it added must have the CID computed here, and what it gives is
checked block by block. `ipfshttpclient.connect()` refuses today's Kubo, so the client is used as it is.
"""

import ipaddress
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

import ipfshttpclient  # type: ignore[import-untyped]
from ipfshttpclient import exceptions

from dapp.evidence.car import read_car, write_car
from dapp.evidence.errors import BrokenCar, EvidenceMissing, NodeUnavailable
from dapp.evidence.store import LocalStore, profile_of
from dapp.evidence.unixfs import V1_2025

# The client passes urllib3 an argument of old; the locked urllib3 still takes it.
warnings.filterwarnings("ignore", message="The 'strict' parameter", category=FutureWarning)

CONNECT_SECONDS: Final = 3.0
ANSWER_SECONDS: Final = 60.0
FETCH_SECONDS: Final = 20.0


class IpfsNode:
    """A node's API at a multiaddress (`/ip4/127.0.0.1/tcp/5001`) or an address (`http://127.0.0.1:5001`)."""

    def __init__(self, address: str, fetch_seconds: float = FETCH_SECONDS) -> None:
        """Nothing is sent yet. Raises NodeUnavailable if the address can't be read."""
        self.address, self._fetch_seconds = address, fetch_seconds
        try:
            timeout = (CONNECT_SECONDS, ANSWER_SECONDS)
            self._client: Any = ipfshttpclient.Client(multiaddress(address), timeout=timeout)
        except (exceptions.AddressError, ValueError) as error:
            raise NodeUnavailable(reason=f"IPFS_API is “{address}”, which isn't an address") from error

    def version(self) -> str:
        """The node's version. Raises NodeUnavailable."""
        with self._talking():
            return str(self._client.version()["Version"])

    def push(self, store: LocalStore, cid: str) -> None:
        """Add and pin an object under exactly its CID.

        Raises NodeUnavailable, and what `LocalStore.open` raises.
        """
        with store.open(cid) as content:
            profile = profile_of(cid, content)
            content.seek(0)
            if profile == V1_2025 and self._add(content) == cid:
                return
            content.seek(0)
            assert profile is not None  # open() has checked it
            with tempfile.NamedTemporaryFile(suffix=".car") as archive:  # the client wants a file with a name
                write_car(content, profile, archive)
                archive.seek(0)
                self._import(archive)

    def fetch(self, cid: str, limit: int) -> bytes:
        """The content of a CID, proved from its blocks.

        Raises EvidenceMissing if the node doesn't find it in time, EvidenceTooLarge, WrongContent, NotAFile,
        NodeUnavailable.
        """
        try:
            with self._talking(looking_for=cid):
                return read_car(self._export(cid), cid, limit)
        except BrokenCar as error:  # the node gave up on a block
            raise EvidenceMissing(cid=cid) from error

    def has(self, cid: str) -> bool:
        """Whether the node has pinned it. Raises NodeUnavailable."""
        try:
            with self._talking(looking_for=cid):
                return bool(self._client.pin.ls(cid, type="recursive")["Keys"])
        except EvidenceMissing:
            return False

    def _add(self, content: BinaryIO) -> str:
        with self._talking():
            answer = self._client.add(
                content,
                pin=True,
                cid_version=1,
                raw_leaves=True,
                chunker=f"size-{V1_2025.chunk}",
                opts={"max-file-links": str(V1_2025.width), "cid-base": "base32"},
            )
            return str(answer["Hash"])

    def _import(self, archive: Any) -> None:
        with self._talking():
            problem = self._client.dag.imprt(archive)["Root"].get("PinErrorMsg")
        if problem:
            raise NodeUnavailable(reason=str(problem))

    def _export(self, cid: str) -> Iterator[bytes]:
        deadline = time.monotonic() + self._fetch_seconds
        options = {"progress": "false", "timeout": f"{self._fetch_seconds:g}s"}
        timeout = (CONNECT_SECONDS, self._fetch_seconds)
        with self._client.dag.export(cid, stream=True, opts=options, timeout=timeout) as parts:
            for part in parts:
                yield part
                if time.monotonic() > deadline:
                    raise EvidenceMissing(cid=cid)

    @contextmanager
    def _talking(self, looking_for: str | None = None) -> Iterator[None]:
        """Turns the client's errors into ours; one about a CID that is looked for means: not there."""
        try:
            yield
        except (exceptions.ErrorResponse, exceptions.TimeoutError) as error:
            if looking_for:
                raise EvidenceMissing(cid=looking_for) from error
            raise NodeUnavailable(reason=str(error) or "it takes too long") from error
        except exceptions.Error as error:
            raise NodeUnavailable(reason=f"it can't be reached at {self.address}") from error


def multiaddress(address: str) -> str:
    """The multiaddress of an API that is given as one, or as an http(s) address. Raises ValueError."""
    if address.startswith("/"):
        return address
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(address)
    try:
        kind = f"ip{ipaddress.ip_address(parts.hostname).version}"
    except ValueError:
        kind = "dns"
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return f"/{kind}/{parts.hostname}/tcp/{port}/{parts.scheme}"
