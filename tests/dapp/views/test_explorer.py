"""The explorer screen, on a real index of a real chain.

render
├── events, blocks and contracts draw for everyone, in both languages
├── an event that is opened tells its values and leads to its transaction
├── ?tx: known, unknown and malformed; ?order, ?block and ?listing: good and bad
└── the chain is silent: events stay, a transaction can't be told
functions
├── a read answers at once; what it reverts with is said in words
├── a write asks the wallet for just that call
└── what is no value of the type is refused
values
└── each kind of the ABI is read from text, shown without losing a digit, and refused when it doesn't fit
"""

import pytest

from dapp.index.rows import EventQuery
from dapp.views.explorer.values import BadValue, parse_value, type_text, value_text
from dapp.widgets.i18n import text_of
from tests.dapp.views.pages import asked_for, press, shown
from tests.dapp.wallet.seeding import asked

TABS = ("events", "blocks", "contracts")


def tab(screens, name, account=None, language="en"):
    """The screen with a tab open."""
    at = screens.open("explorer", account, language)
    at.session_state["explorer.tabs"] = text_of(f"explorer.{name}", language)
    return at.run()


def choose(screens, name, account=None):
    """The form of one of the market's functions."""
    at = tab(screens, "contracts", account)
    at.selectbox(key="explorer.contract").set_value("Market").run()
    abi = screens.market.contracts.record["Market"].abi
    function = next(item for item in abi if item.get("name") == name and item["type"] == "function")
    return at.selectbox(key="explorer.function.Market").set_value(function).run()


def fill(at, *values):
    fields = [field for field in at.text_input if field.key.startswith("explorer.Market")]
    for field, value in zip(fields, values, strict=True):
        field.set_value(value)
    return at.run()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", TABS)
def test_render__each_tab__draws(screens, name, language):
    at = tab(screens, name, None, language)
    assert not at.exception
    assert len(shown(at)) + sum(len(each.label) for each in at.expander) > 30


def test_render__transaction__is_decoded(screens):
    event = screens.market.index.events(EventQuery(name="OrderPlaced"), 1)[0]
    at = screens.open("explorer", tx=f"0x{event.transaction.hex()}")
    assert not at.exception
    assert "**Market.place" in shown(at)
    assert at.success


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("tx", ["0x" + "12" * 32, "0x12", "<b>", "0x" + "g" * 64])
def test_render__no_transaction__says_so(screens, tx, language):
    at = screens.open("explorer", None, language, tx=tx)
    assert not at.exception
    assert not at.success


@pytest.mark.parametrize("parameter", ["block", "order", "of", "listing"])
@pytest.mark.parametrize(
    "given", ["7", "1", "999999999999999999", "-1", "0xzz", "0x" + "ab" * 32, "١", "9" * 12]
)
def test_render__other_parameters__stay_up(screens, parameter, given):
    at = screens.open("explorer", **{parameter: given})
    assert not at.exception


def test_render__account__lists_its_events_alone(screens):
    arbiter = screens.running.fifth_arbiter
    at = screens.open("explorer", of=arbiter)
    assert not at.exception
    events = screens.market.index.events(EventQuery(account=arbiter), 25)
    assert 0 < len(events) == len(at.expander) < 25


def test_render__listing__shows_its_versions(screens):
    at = screens.open("explorer", listing=1)
    assert text_of("explorer.versions_of", "en", number=1) in shown(at)
    assert len([line for line in at.markdown if "Version" in line.value]) == len(
        screens.market.index.service_versions(1)
    )


def test_events__older_and_newest__turn_the_pages(screens):
    at = screens.open("explorer")
    first = [each.label for each in at.expander]
    next(button for button in at.button if button.key.endswith(".older")).click().run()
    assert not at.exception
    assert [each.label for each in at.expander] != first
    next(button for button in at.button if button.key.endswith(".newest")).click().run()
    assert [each.label for each in at.expander] == first


@pytest.mark.parametrize("language", ["en", "zh"])
def test_events__opened__tells_all_it_says(screens, language):
    event = screens.market.index.events(EventQuery(), 1)[0]
    at = screens.open("explorer", None, language)
    assert f"**{event.name}** · {event.contract} · {event.block:,}" in at.expander[0].label
    assert not at.code
    at.session_state[f"explorer.event.{event.key}"] = True
    at.run()
    assert not at.exception
    (told,) = at.code
    assert told.value.splitlines() == [f"{name} = {value_text(value)}" for name, value in event.args.items()]
    assert next(link.proto.query_string for link in at.get("page_link")) == f"tx=0x{event.transaction.hex()}"


@pytest.mark.usefixtures("silent_chain")
def test_render__silent_chain__stays_up(screens):
    assert not screens.open("explorer").exception
    at = screens.open("explorer", tx="0x" + "12" * 32)
    assert not at.exception
    assert at.warning


def test_read__listing_count__answers_at_once(screens):
    at = choose(screens, "listingCount")
    next(button for button in at.button if button.key.endswith(".read")).click().run()
    assert f"0 = {screens.market.contracts.market.functions.listingCount().call()}" in shown(at)


def test_write__withdraw__asks_for_just_that_call(screens):
    at = choose(screens, "withdraw", "second_seller")
    zero, me = "0x" + "0" * 40, screens.running.second_seller
    at = fill(at, zero, "1000", me)
    key = next(each.key for each in at.button if each.key.endswith(".write.button"))
    at = press(at, key.removesuffix(".button"))
    name, arguments, _transaction = asked_for(screens, at)
    assert (name, list(arguments.values())) == ("withdraw", [zero, 1000, me])


def test_write__refused__is_said_in_words(screens):
    at = fill(choose(screens, "withdraw", "outsider"), "0x" + "0" * 40, str(10**21), screens.running.outsider)
    key = next(each.key for each in at.button if each.key.endswith(".write.button"))
    at = press(at, key.removesuffix(".button"))
    assert not asked(at)
    assert at.error


@pytest.mark.parametrize("values", [("0x1", "1", "0x2"), ("0x" + "0" * 40, "-1", "0x" + "0" * 40)])
def test_write__no_values_of_the_type__is_refused(screens, values):
    at = fill(choose(screens, "withdraw", "outsider"), *values)
    assert not at.exception
    assert at.error
    assert not any(button.key.endswith(".write.button") for button in at.button)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("uint256", "1_000", 1000),
        ("uint256", "0xff", 255),
        ("int8", "-3", -3),
        ("bool", "True", True),
        ("bytes4", "0x01020304", b"\x01\x02\x03\x04"),
        ("string", " x ", "x"),
        ("uint8[]", "[1, 2]", [1, 2]),
        ("uint8[2][]", "[[1, 2]]", [[1, 2]]),
    ],
)
def test_parse_value__each_kind__is_read(kind, typed, value):
    assert parse_value({"type": kind, "name": "x"}, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("uint256", "1.5"),
        ("bool", "yes"),
        ("address", "0x1"),
        ("bytes4", "0xzz"),
        ("uint8[]", "{"),
        ("uint8[]", "1"),
    ],
)
def test_parse_value__what_does_not_fit__is_refused(kind, typed):
    with pytest.raises(BadValue):
        parse_value({"type": kind, "name": "x"}, typed)


def test_parse_value__struct__needs_each_field():
    struct = {
        "type": "tuple",
        "name": "s",
        "components": [{"type": "uint8", "name": "a"}, {"type": "bool", "name": "b"}],
    }
    assert parse_value(struct, "[1, true]") == (1, True)
    assert type_text(struct) == "(uint8 a, bool b)"
    with pytest.raises(BadValue):
        parse_value(struct, "[1]")


def test_value_text__large_and_nested__loses_no_digit():
    assert (
        value_text({"a": [2**255, b"\x01"], "b": (True, "x\u202ey")})
        == f"{{a: [{2**255}, 0x01], b: [true, xy]}}"
    )
