"""Content identifiers of small documents, against the vectors of the UnixFS profile."""

import pytest

from operations.documents import cid_of, keep, keep_json


def test_cid_of__known_data__known_cid():
    # The empty file and “hello world” as raw leaves, as every IPFS implementation gives them.
    assert cid_of(b"") == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    assert cid_of(b"hello world") == "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"


def test_cid_of__more_than_a_leaf__refused():
    assert len(cid_of(bytes(1 << 20))) == 59
    with pytest.raises(ValueError, match="more than one leaf"):
        cid_of(bytes((1 << 20) + 1))


def test_keep__twice__one_file_with_the_bytes(tmp_path):
    cid = keep(b"a drawing", tmp_path)
    assert keep(b"a drawing", tmp_path) == cid
    assert [path.name for path in tmp_path.iterdir()] == [cid]
    assert (tmp_path / cid).read_bytes() == b"a drawing"


def test_keep_json__other_order_of_keys__same_cid(tmp_path):
    assert keep_json({"a": 1, "b": "标"}, tmp_path) == keep_json({"b": "标", "a": 1}, tmp_path)
