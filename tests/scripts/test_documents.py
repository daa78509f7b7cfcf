"""Where the demo and the console keep documents.

keep
├── bytes: in the store that the settings name, under their CID
└── a document: as its JSON, which the dApp reads back
"""

import pytest

from dapp.evidence.box import EvidenceBox
from dapp.evidence.document import ServiceDocument
from dapp.settings import load_settings
from operations.documents import keep


@pytest.fixture(autouse=True)
def box(tmp_path, monkeypatch):
    """What a dApp with the same settings reads."""
    monkeypatch.setenv("HANSE_DATA", str(tmp_path))
    return EvidenceBox.of(load_settings({"HANSE_DATA": str(tmp_path)}))


def test_keep__bytes__the_dapp_reads_them(box):
    assert keep(b"a drawing") == keep(b"a drawing")
    assert box.get(keep(b"a drawing")) == b"a drawing"


def test_keep__document__the_dapp_reads_it(box):
    document = ServiceDocument("Logo", title_zh="标志设计")
    assert ServiceDocument.parse(box.get(keep(document))) == document
