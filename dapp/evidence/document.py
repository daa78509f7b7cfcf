"""The documents behind the CIDs on the chain: services, evidence and meta-evidence (ERC-1497), as JSON.

Reading is strict about what a screen relies on and lenient about what it doesn't: unknown keys are left
alone, wrong types, missing titles and sizes beyond the limits raise BadDocument with the reason. Text is
stripped of control and direction marks; showing it as anything but plain text is up to nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from eth_utils.address import is_hex_address, to_checksum_address

from dapp.evidence.cid import cid_in
from dapp.evidence.errors import BadDocument, NotACid
from dapp.evidence.fields import (
    DOCUMENT_LIMIT,
    TAG_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    check_texts,
    cid_or_nothing,
    parse_object,
    text_in,
    texts_in,
    to_json,
)
from dapp.evidence.text import file_name, plain_text

RULINGS: Final = (
    ("Nothing to the buyer", "The seller gets all of what is in escrow."),
    ("25 % to the buyer", "The seller gets 75 % of what is in escrow."),
    ("50 % to the buyer", "The seller gets half of what is in escrow."),
    ("75 % to the buyer", "The seller gets 25 % of what is in escrow."),
    ("All to the buyer", "The buyer gets all of what is in escrow."),
)
"""The rulings 1 to 5 as meta-evidence words them."""
QUESTION: Final = "How much of what is in escrow goes back to the buyer?"


@dataclass(frozen=True)
class ServiceDocument:
    """What a listing's CID holds; `picture` is a CID or empty.

    Its JSON is meta-evidence, too: the listing's document is what a dispute about an order points to.
    """

    title: str
    description: str = ""
    title_zh: str = ""
    description_zh: str = ""
    picture: str = ""
    language: str = "en"
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises BadDocument."""
        check_texts(self, ("title", "title_zh"), TITLE_LIMIT)
        check_texts(self, ("description", "description_zh"), TEXT_LIMIT)
        if not self.title:
            raise BadDocument(reason="it has no title")
        if len(self.tags) > TAG_LIMIT or any(len(tag) > TITLE_LIMIT for tag in self.tags):
            raise BadDocument(reason=f"it has more than {TAG_LIMIT} tags, or one that is too long")

    def title_in(self, language: str) -> str:
        """The title in `en` or `zh`, else the other one."""
        return self.title_zh or self.title if language == "zh" else self.title

    def description_in(self, language: str) -> str:
        """The description in `en` or `zh`, else the other one."""
        if language == "zh":
            return self.description_zh or self.description
        return self.description or self.description_zh

    def to_json(self) -> bytes:
        """The document as it is stored: keys in order, empty ones left out."""
        texts = {key: value for key, value in vars(self).items() if value and key != "tags"}
        if self.picture:
            texts["picture"] = f"/ipfs/{self.picture}"
        options = {
            "type": "single-select",
            "titles": [title for title, _ in RULINGS],
            "descriptions": [text for _, text in RULINGS],
        }
        tags = {"tags": list(self.tags)} if self.tags else {}
        return to_json({"schema": "service", **texts, **tags, "question": QUESTION, "rulingOptions": options})

    @classmethod
    def parse(cls, data: bytes) -> "ServiceDocument":
        """Read the stored form. Raises BadDocument."""
        fields = parse_object(data)
        keys = ("title", "title_zh")
        return cls(
            **{key: text_in(fields, key, lines=False) for key in keys},
            description=text_in(fields, "description"),
            description_zh=text_in(fields, "description_zh"),
            picture=cid_or_nothing(text_in(fields, "picture", lines=False)),
            language=text_in(fields, "language", lines=False)[:20] or "en",
            tags=texts_in(fields, "tags"),
        )


@dataclass(frozen=True)
class EvidenceDocument:
    """A piece of evidence (ERC-1497): a name, a description, and perhaps a file.

    file: the file's CID, or empty; file_type: its extension in lower case; link: an address outside IPFS that
    the document gives instead of a file, which nobody can check; sealed: whether the file is encrypted (age),
    so that name and type are those of the sealed file.
    readers: accounts (EIP-55) that a sealed file was sealed to, as who submits it says. opens: CIDs of sealed
    files whose keys this sealed file holds, so that its readers can open them (see `access`).
    """

    name: str
    description: str = ""
    file: str = ""
    file_type: str = ""
    link: str = ""
    sealed: bool = False
    readers: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises BadDocument."""
        check_texts(self, ("name", "file_type"), TITLE_LIMIT)
        check_texts(self, ("description", "link"), TEXT_LIMIT)
        if not self.name:
            raise BadDocument(reason="it has no name")

    @property
    def download_name(self) -> str:
        """A harmless name for the file."""
        name = file_name(self.name)
        ending = f".{self.file_type}" if self.file_type else ""
        return name if not ending or name.lower().endswith(ending) else file_name(name + ending)

    def to_json(self) -> bytes:
        """The document as it is stored."""
        fields: dict[str, Any] = {"name": self.name, "description": self.description}
        if self.file:
            fields |= {"fileURI": f"/ipfs/{self.file}", "fileTypeExtension": self.file_type}
        elif self.link:
            fields["fileURI"] = self.link
        if self.sealed:
            fields |= {"sealed": "age", "readers": list(self.readers)}
        if self.opens:
            fields["opens"] = [f"/ipfs/{cid}" for cid in self.opens]
        return to_json(fields)

    @classmethod
    def parse(cls, data: bytes) -> "EvidenceDocument":
        """Read the stored form, or the JSON that Kleros v2 puts into the event itself. Raises BadDocument."""
        fields = parse_object(data)
        uri = text_in(fields, "fileURI", lines=False)
        file, link = "", ""
        try:
            file = cid_in(uri) if uri else ""
        except NotACid:
            link = uri
        ending = text_in(fields, "fileTypeExtension", lines=False).lower().lstrip(".")
        sealed = fields.get("sealed") == "age"
        return cls(
            name=text_in(fields, "name", lines=False) or text_in(fields, "title", lines=False),
            description=text_in(fields, "description"),
            file=file,
            file_type=ending if ending.isalnum() else "",
            link=link,
            sealed=sealed,
            readers=_accounts(texts_in(fields, "readers")) if sealed else (),
            opens=tuple(map(cid_or_nothing, texts_in(fields, "opens"))) if sealed else (),
        )

    @classmethod
    def found_in(cls, data: bytes) -> "EvidenceDocument | None":
        """The document that a piece is; None for a bare file."""
        if len(data) > DOCUMENT_LIMIT or not data.lstrip().startswith(b"{"):
            return None
        try:
            return cls.parse(data)
        except BadDocument:
            return None


@dataclass(frozen=True)
class MetaEvidenceDocument:
    """What a dispute is about (ERC-1497): the question and the answers, numbered from 1."""

    title: str
    description: str = ""
    question: str = ""
    options: tuple[str, ...] = ()
    file: str = ""

    @classmethod
    def parse(cls, data: bytes) -> "MetaEvidenceDocument":
        """Read the stored form, ours or another's. Raises BadDocument."""
        fields = parse_object(data)
        answers = fields.get("rulingOptions")
        titles = answers.get("titles", []) if isinstance(answers, Mapping) else []
        if not isinstance(titles, list) or not all(isinstance(title, str) for title in titles):
            raise BadDocument(reason="the titles of “rulingOptions” aren't a list of texts")
        title = text_in(fields, "title", lines=False)
        if not title:
            raise BadDocument(reason="it has no title")
        return cls(
            title=title,
            description=text_in(fields, "description"),
            question=text_in(fields, "question"),
            options=tuple(plain_text(option, lines=False) for option in titles[:100]),
            file=cid_or_nothing(text_in(fields, "fileURI", lines=False)),
        )


def _accounts(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not all(is_hex_address(text) for text in texts):
        raise BadDocument(reason="“readers” isn't a list of addresses")
    return tuple(map(to_checksum_address, texts))
