"""Where the demo and the console keep documents: the store that the dApp of this machine reads."""

from dapp.evidence.document import EvidenceDocument, ServiceDocument
from dapp.evidence.store import LocalStore
from dapp.settings import load_settings


def evidence_store() -> LocalStore:
    """The local store of the settings in the environment."""
    return LocalStore(load_settings().evidence)


def keep(content: bytes | ServiceDocument | EvidenceDocument) -> str:
    """Store bytes or a document under its CID, which is returned."""
    return evidence_store().add(content if isinstance(content, bytes) else content.to_json())
