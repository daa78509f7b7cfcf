"""Every custom error has a sentence in both languages, with its values formatted.

explain
├── every error of every contract and interface: a sentence of its own, each placeholder an argument
├── amounts with units, times in UTC, choices by name
└── unknown or broken data: a sentence that says so
"""

import string

import pytest
import yaml
from eth_abi import encode
from eth_utils import keccak

from dapp.chain.errors import LANGUAGES, LOCALES, ContractError, ErrorBook, explain
from dapp.chain.formats import FORMATS, Token, amount, duration, time

ADDRESS = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
ID = bytes.fromhex("ab" * 32)
SAMPLES = {"address": ADDRESS, "string": "bafy", "uint256": 3, "int256": -3, "bytes32": ID, "bytes4": ID[:4]}


def errors_of(project):
    """The errors of everything but mocks, by name."""
    found = {}
    for name in project.contracts:
        contract_type = getattr(project, name).contract_type
        source = contract_type.source_id or ""
        if source.startswith("contracts/") and "/mocks/" not in source and "/.cache/" not in source:
            for error in contract_type.errors:
                found[error.name] = (name, error)
    return found


@pytest.fixture(scope="module")
def sentences():
    return {
        language: yaml.safe_load((LOCALES / f"errors.{language}.yaml").read_text()) for language in LANGUAGES
    }


def test_sentences__every_error__in_both_languages(project, sentences):
    errors = errors_of(project)
    assert {"Orders_TooLate", "Cid_Malformed", "Disputes_NotParty", "Arbiters_PoolFull"} <= set(errors)
    for language in LANGUAGES:
        missing = {name: where for name, (where, _error) in errors.items() if name not in sentences[language]}
        assert missing == {}


def test_sentences__same_in_both_languages__and_no_other(project, sentences):
    own = {"Error", "Panic", "UnknownError", "ERC20InsufficientBalance", "ERC20InsufficientAllowance"}
    assert list(sentences["en"]) == list(sentences["zh"])
    assert set(sentences["en"]) - set(errors_of(project)) == own


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences__placeholders__are_arguments_with_known_formats(project, sentences, language):
    for name, (_where, error) in errors_of(project).items():
        arguments = {item.name: SAMPLES.get(item.canonical_type, 1) for item in error.inputs}
        fields = [field for field in string.Formatter().parse(sentences[language][name]) if field[1]]
        assert {field[1] for field in fields} <= set(arguments), name
        assert {field[2] or "plain" for field in fields} <= set(FORMATS), name
        text = explain(ContractError(name, arguments), language)
        assert "{" not in text, name
        assert text.endswith("." if language == "en" else "。"), name


def test_explain__time_and_id__utc(project):
    book = ErrorBook([_abi(project.Market)])
    data = keccak(text="Orders_TooLate(uint256,uint256)")[:4] + encode(["uint256"] * 2, [86_400, 3_600])
    error = book.decode(data)
    assert error == ContractError("Orders_TooLate", {"timestamp": 86_400, "until": 3_600}, data)
    english = "This was possible until 1970-01-01 01:00:00 UTC; it is 1970-01-02 00:00:00 UTC."
    assert str(error) == explain(error) == english
    assert explain(error, "zh") == "操作截止于 1970-01-01 01:00:00 UTC；现在是 1970-01-02 00:00:00 UTC。"
    assert book.decode("0x" + data.hex()) == error


def test_explain__amounts__in_the_token_that_the_error_names():
    values = {"account": ADDRESS, "token": ADDRESS, "available": 1_500_000, "needed": 2_000_001}
    error = ContractError("Ledger_InsufficientBalance", values)
    text = explain(error, token_of=lambda address: Token("USD" if address == ADDRESS else "?", 6))
    assert text == "0x709979…79C8 has only 1.5 USD available and 2.000001 USD are needed."
    native = ContractError(error.name, {**values, "token": "0x" + "0" * 40, "available": 10**18})
    assert "has only 1 ETH available and 0.000000000002000001 ETH are" in explain(native)


def test_explain__orders_token__is_the_callers():
    error = ContractError("Orders_AboveMaximum", {"amount": 12_345_678, "maximum": 10_000_000})
    text = explain(error, order_token=Token("USD", 6))
    assert text == "The order costs 12.345678 USD, more than the maximum of 10 USD."


def test_explain__choices__by_name():
    error = ContractError("Orders_WrongStatus", {"id": ID, "status": 4})
    assert explain(error) == "The order 0xababab…abab is disputed, so this can't be done."
    assert "争议中" in explain(error, "zh")


@pytest.mark.parametrize("data", [b"", b"\x01\x02", "0x12345678", "reverted", None, ID])
def test_decode__unknown__says_so(project, data):
    error = ErrorBook([_abi(project.Market)]).decode(data)
    assert error.name == "UnknownError"
    assert explain(error).startswith("The contract refused, for a reason that this version doesn't know")


def test_decode__arguments_cut_short__unknown(project):
    data = keccak(text="Orders_TooLate(uint256,uint256)")[:4] + bytes(31)
    assert ErrorBook([_abi(project.Market)]).decode(data).name == "UnknownError"


def test_decode__languages_own_errors__sentences():
    book = ErrorBook([])
    text = keccak(text="Error(string)")[:4] + encode(["string"], ["too bad"])
    panic = keccak(text="Panic(uint256)")[:4] + encode(["uint256"], [0x11])
    assert explain(book.decode(text)) == "The contract refused: too bad"
    assert explain(book.decode(panic)) == "The contract stopped: a number is out of range."


def test_formats__edges():
    assert amount(10**18, Token("ETH", 18)) == "1 ETH"
    assert amount(1_234_500_000, Token("USD", 6)) == "1,234.5 USD"
    assert amount(2**256 - 1, Token("T", 0)) == f"{2**256 - 1:,} T"
    assert time(2**200) == str(2**200)
    assert duration(7_200, "en") == "2 hours"
    assert duration(86_400, "zh") == "1 天"
    assert duration(61, "en") == "61 seconds"


def _abi(container):
    return [item.model_dump(by_alias=True) for item in container.contract_type.abi]
