"""Documents, files and pictures that came from outside.

parse: what was written / not JSON, not text, not an object, nested, huge, wrong types → one sentence
       / hostile text is only text / others' documents (Kleros v1 and v2)
check_upload: allowed and as it says / not allowed / other content / empty / too large
safe_picture: pixels only, upright, bounded / bombs, damage, other formats
file_name, plain_text: harmless and stable
"""

import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from dapp.evidence.document import EvidenceDocument, MetaEvidenceDocument, ServiceDocument
from dapp.evidence.errors import (
    BadDocument,
    BadImage,
    ContentNotType,
    EvidenceEmpty,
    EvidenceTooLarge,
    TypeNotAllowed,
)
from dapp.evidence.fields import parse_object
from dapp.evidence.files import KINDS, check_upload
from dapp.evidence.images import safe_picture
from dapp.evidence.text import file_name, plain_text

CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
SERVICE = ServiceDocument(
    "Logo", "Two drafts\nand a final one", "标志", "两稿", CID, "en", ("design", "brand")
)
texts = st.text(max_size=60).map(lambda text: plain_text(text, lines=False))


@given(text=st.text(max_size=60), lines=st.booleans())
@example(text="0 \x00 0", lines=False)
@example(text="0\u20280", lines=False)
def test_plain_text__its_own_result__unchanged(text, lines):
    plain = plain_text(text, lines=lines)
    assert plain_text(plain, lines=lines) == plain
    if not lines:
        assert plain == " ".join(plain.split())


@given(title=texts.filter(bool), description=texts, title_zh=texts, tags=st.lists(texts, max_size=5))
def test_service__any_text__reads_back(title, description, title_zh, tags):
    document = ServiceDocument(title, description, title_zh, picture=CID, tags=tuple(tags))
    assert ServiceDocument.parse(document.to_json()) == document


def test_service__written__is_meta_evidence_too():
    assert ServiceDocument.parse(SERVICE.to_json()) == SERVICE
    meta = MetaEvidenceDocument.parse(SERVICE.to_json())
    assert (meta.title, meta.description, len(meta.options)) == ("Logo", SERVICE.description, 5)
    assert (SERVICE.title_in("zh"), SERVICE.description_in("en")) == ("标志", SERVICE.description)
    assert ServiceDocument("Only").title_in("zh") == "Only"


def test_evidence__written__reads_back():
    document = EvidenceDocument("Sealed", "x", CID, "age", sealed=True)
    assert EvidenceDocument.parse(document.to_json()) == document
    assert document.download_name == "Sealed.age"
    assert EvidenceDocument("a.PDF", file=CID, file_type="pdf").download_name == "a.PDF"


def test_evidence__sealed__names_readers_and_what_it_opens():
    account = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    document = EvidenceDocument("Keys", "", CID, "age", sealed=True, readers=(account,), opens=(CID,))
    assert EvidenceDocument.parse(document.to_json()) == document
    assert EvidenceDocument.parse(document.to_json().replace(b"F6F4ce", b"f6f4ce")) == document  # any case
    fields = json.loads(document.to_json())
    assert EvidenceDocument.parse(json.dumps({**fields, "sealed": None}).encode()).readers == ()
    hostile = [("readers", 5), ("readers", ["0x12"]), ("opens", ["http://x"]), ("opens", [CID] * 301)]
    for key, value in hostile:
        with pytest.raises(BadDocument):
            EvidenceDocument.parse(json.dumps({**fields, key: value}).encode())


def test_evidence__of_others__read():
    old = {"fileURI": f"/ipfs/{CID}", "fileHash": "Qm", "fileTypeExtension": ".PDF", "title": "Old one"}
    assert EvidenceDocument.parse(json.dumps(old).encode()) == EvidenceDocument("Old one", "", CID, "pdf")
    kleros = {"name": "New", "description": "d", "fileURI": "https://example.org/x", "evidence": {"a": []}}
    parsed = EvidenceDocument.parse(json.dumps(kleros).encode())
    assert (parsed.file, parsed.link) == ("", "https://example.org/x")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it isn't JSON"),
        (b"<html><script>alert(1)</script></html>", "it isn't JSON"),
        (b"\xff\xfe\x00", "it isn't text"),
        (b"\x89PNG\r\n\x1a\n", "it isn't text"),
        (b"[1]", "it isn't a JSON object"),
        (b'"text"', "it isn't a JSON object"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"a":' * 50_000, "it is nested too deeply"),
        (b'{"title": 1' + b"0" * 5_000 + b"}", "it isn't JSON"),
        (b" " * (50 << 20), "it has 52,428,800 bytes, and a document has at most 262,144"),
        (b"{}", "it has no title"),
        (b'{"title": " \\u202e "}', "it has no title"),
        (b'{"title": 5}', "“title” isn't a text"),
        (b'{"title": "a", "description": {"b": 1}}', "“description” isn't a text"),
        (b'{"title": "a", "tags": "b"}', "“tags” isn't a list of texts"),
        (b'{"title": "a", "picture": "http://evil.example/x.png"}', "isn't a content identifier"),
        (json.dumps({"title": "a" * 121}).encode(), "its title has more than 120 characters"),
        (json.dumps({"title": "a", "description": "b" * 20_001}).encode(), "more than 20,000 characters"),
    ],
    ids=lambda value: value if isinstance(value, str) else "data",
)
def test_service__hostile__one_sentence(data, reason):
    with pytest.raises(BadDocument) as caught:
        ServiceDocument.parse(data)
    assert reason in str(caught.value)
    assert caught.value.sentence("zh").startswith("无法作为文档读取：")
    for parse in (EvidenceDocument.parse, MetaEvidenceDocument.parse):
        with pytest.raises(BadDocument):
            parse(data if b"title" not in data else b"{}")


def test_service__script_in_the_title__is_only_text():
    title = "<script>alert(1)</script> ![x](y) $\\LaTeX$"
    assert ServiceDocument.parse(json.dumps({"title": title}).encode()).title == title
    nasty = ServiceDocument.parse(json.dumps({"title": "a\u202egpj\x00\x1b[31m\ud800b\n c"}).encode())
    assert nasty.title == "agpj[31mb c"


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text(), st.lists).map(lambda x: json.dumps(x).encode())
)
def test_parse_object__anything__object_or_bad_document(data):
    try:
        document = parse_object(data)
    except BadDocument as error:
        document = {"sentence": str(error)}
    assert isinstance(document, dict)
    assert len(document.get("sentence", "")) < 300


# -- files --------------------------------------------------------------------------------------


def picture(width=10, height=8, kind="PNG", mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, (width, height), 1).save(out, kind, **options)
    return out.getvalue()


SAMPLES = {
    "png": picture(),
    "jpg": picture(kind="JPEG"),
    "webp": picture(kind="WEBP"),
    "gif": picture(kind="GIF"),
    "webm": b"\x1aE\xdf\xa3\x00",
    "mp4": b"\0\0\0\x20ftypisom",
    "json": b'{"a": 1}',
    **{ending: "文字".encode() for ending in ("txt", "md", "csv")},
    **{
        kind.extension: kind.starts[0] + b"..."
        for kind in KINDS.values()
        if kind.starts and kind.offset == 0 and not kind.is_picture and kind.extension != "webm"
    },
}


def test_check_upload__every_kind__taken():
    assert set(SAMPLES) == set(KINDS)
    for ending, data in SAMPLES.items():
        upload = check_upload(data, f"../Some {ending.upper()}.{ending.upper()}")
        assert (upload.kind.extension, upload.data) == (ending, data)
        assert upload.name == f"Some {ending.upper()}.{ending.upper()}"
    assert check_upload(SAMPLES["jpg"], "a.JPEG").kind.media_type == "image/jpeg"


@pytest.mark.parametrize(
    "name", ["a.html", "a.svg", "a.js", "a.exe", "a.png.html", "png", "", "a.pn\u202eg.htm"]
)
def test_check_upload__other_types__refused_with_what_is_allowed(name):
    with pytest.raises(TypeNotAllowed, match="Allowed are: age, csv, docx"):
        check_upload(b"<svg onload='alert(1)'/>", name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", b"<html>"),
        ("a.pdf", b"GIF89a"),
        ("a.txt", b"\xff\xfe"),
        ("a.txt", b"a\0b"),
        ("a.json", b"{"),
        ("a.json", b"[" * 100_000),
        ("a.webp", b"RIFF....WAVE"),
    ],
)
def test_check_upload__other_content__refused(name, data):
    with pytest.raises(ContentNotType, match=name.split(".")[1]):
        check_upload(data, name)


def test_check_upload__empty_or_large__refused():
    with pytest.raises(EvidenceEmpty):
        check_upload(b"", "a.pdf")
    with pytest.raises(EvidenceTooLarge, match="26,214,400"):
        check_upload(b"%PDF-" + bytes(25 << 20), "a.pdf")
    with pytest.raises(EvidenceTooLarge, match="2,097,152"):
        check_upload(b"a" * (2 << 20) + b"a", "a.txt")


def test_safe_picture__any_kind__pixels_only():
    for data, kind in ((SAMPLES["png"], "JPEG"), (picture(mode="RGBA"), "PNG"), (SAMPLES["gif"], "JPEG")):
        with Image.open(io.BytesIO(safe_picture(data))) as image:
            assert (image.format, image.size) == (kind, (10, 8))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "where I live"  # turned by a quarter, and a description
    data = picture(kind="JPEG", exif=exif)
    safe = safe_picture(data)
    assert b"where I live" in data
    assert b"where I live" not in safe
    with Image.open(io.BytesIO(safe)) as image:
        assert image.size == (8, 10)
    with Image.open(io.BytesIO(safe_picture(picture(4000, 1000), 800))) as image:
        assert image.size == (800, 200)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (picture(20_000, 20_000, mode="1"), "pixels"),
        (picture(6_000, 5_000, mode="1"), "pixels"),
        (SAMPLES["png"][:45], "damaged"),
        (SAMPLES["jpg"][:200], "it "),
        (b"<svg/>", "isn't a PNG"),
        (picture(kind="TIFF"), "isn't a PNG"),
        (b"", "isn't a PNG"),
    ],
    ids=lambda value: value if isinstance(value, str) else "data",
)
def test_safe_picture__bomb_damage_or_other__bad_image(data, reason):
    with pytest.raises(BadImage, match=reason):
        safe_picture(data)


# -- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\a.png", "a.png"),
        ("a\x00b\r\n.png", "ab.png"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("con.txt", "file_con.txt"),
        ("...", "file"),
        ("", "file"),
        ("合同.pdf", "合同.pdf"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
    ],
)
def test_file_name__hostile__harmless(name, harmless):
    assert file_name(name) == harmless


@given(st.text(max_size=400))
def test_file_name__anything__fits_any_file_system_and_stays(name):
    harmless = file_name(name)
    assert 0 < len(harmless.encode()) <= 140
    assert not set(harmless) & set('/\\<>:"|?*\0\n')
    assert harmless not in (".", "..")
    assert file_name(harmless) == harmless
