"""Sealing: who can open what, and that the browser's module and this one understand each other.

identity
├── of a signature: of r and s alone, the same in the browser; a published key reads back
└── of a passphrase: the same in the browser, with or without its hyphens; a short one is refused
seal / open
├── here → browser, browser → here: every recipient opens name, text and bytes; names don't show outside
├── somebody else, damaged, cut off, not sealed: CannotOpen
├── no recipient, or a malformed one: BadRecipient
└── keys passed on: who gets them opens just these files; a key of another file, or none, opens nothing
age.js is what the locked packages give
"""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from dapp.evidence import bech32
from dapp.evidence.errors import BadRecipient, CannotOpen
from dapp.evidence.seal import (
    SealedFile,
    identity_of_passphrase,
    identity_of_signature,
    open_sealed,
    recipient_key,
    recipient_of,
    recipient_text,
    seal,
    typed_data,
)

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "dapp" / "wallet" / "frontend" / "assets"
LOG = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
ACCOUNT = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
PASSPHRASE = "kfq2-hj7a-m5tz-x3wd-ne6u"
BUYER, SELLER, STRANGER = (identity_of_signature(bytes([n]) * 65) for n in (1, 2, 3))
FILE = SealedFile("合同 draft.pdf", b"\0\1\2" * 50_000, "What we agreed on\nin May")

IN_NODE = """
import * as s from "./seal.js";
import { readFileSync } from "node:fs";
const input = JSON.parse(readFileSync(0, "utf8"));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const text = (data) => Buffer.from(data).toString("base64");
const tasks = {
  signature: ({ signature }) => s.identityOfSignature(signature),
  passphrase: (i) => s.identityOfPassphrase(i.passphrase, i.chain, i.account),
  recipient: ({ identity }) => s.recipientOf(identity),
  key: ({ recipient }) => s.publicKey(recipient),
  typed: ({ chain, log, account }) => s.typedData(chain, log, account),
  seal: async (i) => text(await s.seal({ ...i.file, bytes: bytes(i.file.bytes) }, i.recipients)),
  open: async (i) => {
    const file = await s.open(bytes(i.sealed), i.identity);
    return { ...file, bytes: text(file.bytes) };
  },
  // From the beginnings of files, as the page reads them, to one file of keys.
  pass: async (i) => {
    const keys = {};
    for (const [cid, head] of Object.entries(i.files)) keys[cid] = await s.fileKeyOf(bytes(head), i.identity);
    return text(await s.sealKeys(keys, i.recipients));
  },
  openPassed: async (i) => {
    const key = (await s.openKeys(bytes(i.keys), i.identity))[i.file];
    const file = await s.open(bytes(i.sealed), s.holderOf(key)).catch(() => null);
    return file && { ...file, bytes: text(file.bytes) };
  },
};
const answers = [];
for (const { task, ...rest } of input) answers.push(await tasks[task](rest));
process.stdout.write(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Runs the browser's module in Node: takes tasks, gives their answers."""
    if shutil.which("node") is None:
        pytest.skip("Node.js is missing")
    folder = tmp_path_factory.mktemp("seal")
    for name in ("seal.js", "age.js", "failures.js", "dialogs.js"):
        shutil.copy(ASSETS / name, folder / name)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "run.js").write_text(IN_NODE)

    def run(*tasks):
        done = subprocess.run(
            ["node", "run.js"], cwd=folder, input=json.dumps(tasks), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_identity__of_a_signature__same_in_the_browser(browser):
    signer = Account.from_key(b"\7" * 32)
    document = typed_data(31337, LOG, signer.address)
    (same,) = browser({"task": "typed", "chain": 31337, "log": LOG, "account": signer.address})
    assert same == document
    signature = signer.sign_message(encode_typed_data(full_message=document)).signature
    identity = identity_of_signature(signature)
    again = signer.sign_message(encode_typed_data(full_message=document)).signature
    assert identity == identity_of_signature(again[:64] + bytes([again[64] - 27]))  # as Ledger writes v
    recipient = recipient_of(identity)
    assert browser(
        {"task": "signature", "signature": signature.hex()},
        {"task": "recipient", "identity": identity},
        {"task": "key", "recipient": recipient},
    ) == [identity, recipient, "0x" + recipient_key(recipient).hex()]
    assert recipient_text(recipient_key(recipient)) == recipient


def test_identity__of_a_passphrase__same_in_the_browser(browser):
    identity = identity_of_passphrase(PASSPHRASE, 1, ACCOUNT)
    assert identity_of_passphrase(PASSPHRASE.replace("-", " "), 1, ACCOUNT.lower()) == identity
    assert identity_of_passphrase(PASSPHRASE, 2, ACCOUNT) != identity
    task = {"task": "passphrase", "passphrase": PASSPHRASE, "chain": 1, "account": ACCOUNT}
    assert browser(task) == [identity]
    with pytest.raises(ValueError, match="at least 16"):
        identity_of_passphrase("short-short-one", 1, ACCOUNT)


def test_seal__here__every_recipient_opens_it_in_the_browser(browser):
    sealed = base64.b64encode(seal(FILE, [recipient_of(BUYER), recipient_of(SELLER)])).decode()
    opened = browser(*({"task": "open", "sealed": sealed, "identity": who} for who in (BUYER, SELLER)))
    expected = {"name": FILE.name, "description": FILE.description, "bytes": _text(FILE.data)}
    assert opened == [expected, expected]


def test_seal__in_the_browser__every_recipient_opens_it_here(browser):
    file = {"name": FILE.name, "description": FILE.description, "bytes": _text(FILE.data)}
    recipients = [recipient_of(BUYER), recipient_of(SELLER)]
    (sealed,) = browser({"task": "seal", "file": file, "recipients": recipients})
    for who in (BUYER, SELLER):
        assert open_sealed(base64.b64decode(sealed), who) == FILE
    with pytest.raises(CannotOpen):
        open_sealed(base64.b64decode(sealed), STRANGER)


def test_keys__passed_on__open_these_files_and_no_others(browser):
    buyer, stranger = recipient_of(BUYER), recipient_of(STRANGER)
    first, other = seal(FILE, [buyer]), seal(SealedFile("other.txt", b"other"), [buyer])
    heads = {"a": _text(first[:400]), "b": _text(other)}
    task = {"task": "pass", "files": heads, "identity": BUYER, "recipients": [stranger]}
    (keys,) = browser(task)
    told = open_sealed(base64.b64decode(keys), STRANGER)
    assert {name: len(bytes.fromhex(key)) for name, key in json.loads(told.data).items()} == {
        "a": 16,
        "b": 16,
    }
    with pytest.raises(CannotOpen):
        open_sealed(base64.b64decode(keys), BUYER)  # sealed to those who are let in alone
    opening = {"task": "openPassed", "keys": keys, "identity": STRANGER, "sealed": _text(first)}
    opened, wrong, absent = browser(*({**opening, "file": name} for name in ("a", "b", "c")))
    assert opened == {"name": FILE.name, "description": FILE.description, "bytes": _text(FILE.data)}
    assert (wrong, absent) == (None, None)


def test_keys__any_other_sealed_file__holds_none(browser):
    ordinary = _text(seal(SealedFile("notes.json", b'{"a": "00"}'), [recipient_of(STRANGER)]))
    opening = {"task": "openPassed", "keys": ordinary, "identity": STRANGER, "sealed": ordinary, "file": "a"}
    assert browser(opening) == [None]


def test_seal__any_file__shows_neither_name_nor_text():
    sealed = seal(FILE, [recipient_of(BUYER)])
    for part in (FILE.name.encode(), b"draft", FILE.description.encode(), FILE.data[:30]):
        assert part not in sealed


@pytest.mark.parametrize("damage", [b"", b"x" * 500, lambda s: s[:-1], lambda s: s[:90] + b"!" + s[91:]])
def test_open__damaged__cannot_open(damage):
    sealed = seal(FILE, [recipient_of(BUYER)])
    assert open_sealed(sealed, BUYER) == FILE
    with pytest.raises(CannotOpen):
        open_sealed(damage(sealed) if callable(damage) else damage, BUYER)


def test_open__hostile_name__harmless():
    sealed = seal(SealedFile("../../e\u202evil.png", b"x", "a\x1b[2Jb"), [recipient_of(BUYER)])
    assert open_sealed(sealed, BUYER) == SealedFile("evil.png", b"x", "a[2Jb")


@pytest.mark.parametrize(
    "recipients", [[], ["age1"], ["age1qqqq"], [recipient_of(BUYER)[:-1] + "q"], [BUYER]]
)
def test_seal__bad_recipients__refused(recipients):
    with pytest.raises(BadRecipient):
        seal(FILE, recipients)


@settings(max_examples=200)
@given(data=st.binary(max_size=40), at=st.integers(0, 100), other=st.sampled_from("qpzry9x8gf2tvdw0s3jn54kh"))
def test_bech32__round_trip__and_a_changed_character_is_noticed(data, at, other):
    text = bech32.encode("age", data)
    assert bech32.decode("age", text) == data
    position = 4 + at % (len(text) - 4)
    if text[position] != other:
        with pytest.raises(ValueError, match=r".+"):
            bech32.decode("age", text[:position] + other + text[position + 1 :])


def test_bundle__age_js__is_what_the_locked_packages_give():
    if shutil.which("node") is None:
        pytest.skip("Node.js is missing")
    done = subprocess.run(
        ["node", "scripts/bundle_age.mjs", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
