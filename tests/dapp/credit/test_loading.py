# load_rules
# ├── the shipped file → the market's table as it is, and a version that is the file's CID
# ├── a mistake in one place → its line, path, value and what would be right
# ├── many mistakes → all of them in one go, each once
# ├── rules that contradict each other, or could overflow → refused, with both lines
# └── what could blow a reader up: aliases, depth, size, other encodings → refused

import pytest

from dapp.credit import BadRules, compile_table, load_rules, parse_rules
from dapp.credit.loading import SHIPPED
from dapp.domain.credit_table import TABLE, CreditTable
from dapp.evidence.unixfs import cid_of

from .rule_files import TEXT, line_of, mistakes_of


def test_load_rules__the_shipped_file__compiles_to_the_markets_table():
    rules = load_rules()
    assert compile_table(rules) == TABLE == CreditTable()
    assert compile_table(rules).pack() == TABLE.pack()
    assert rules.version == cid_of(SHIPPED.read_bytes())
    assert {rule.dimension.name for rule in rules.rules} == {
        "TRADE",
        "SERVICE",
        "COMPLIANCE",
        "COMMUNITY",
        "SECURITY",
    }


def test_load_rules__one_byte_more__another_version():
    assert parse_rules(TEXT.encode() + b"\n").version != load_rules().version


@pytest.mark.parametrize(
    ("found", "written", "path", "value", "expected"),
    [
        ('operator: "<=", value: 2', 'operator: "=<", value: 2', "operator", "“=<”", "must be one of"),
        ("schema: 1", "schema: 2", "schema", "“2”", "must be a whole number from 1 to 1"),
        ("pair_cap: 30", "pair_cap: thirty", "pair_cap", "“thirty”", "must be a number from 0 to 1000"),
        ("pair_cap: 30", "pair_cap: .inf", "pair_cap", "“.inf”", "must be a number"),
        ("pair_cap: 30", "pair_cap: -30", "pair_cap", "“-30”", "must be a number from 0"),
        ("pair_cap: 30", "pair_cap: 1.0005", "pair_cap", "“1.0005”", "with at most three decimals"),
        ("epoch_days: 30", "epoch_days: 300", "epoch_days", "“300”", "from 1 to 255"),
        ("from: 4, to: 7", "from: 4, to: .nan", "ranges[1].to", "“.nan”", "must be a number from 1 to 10"),
        ("from: 4, to: 7", "from: 4, to: 4", "ranges[1].to", "“4”", "must be more than `from`, 4"),
        ("from: 4, to: 7", "from: 3, to: 7", "ranges[1]", "a mapping", "overlaps the range of line"),
        ("hours, multiplier: 0.25", "hours, multipler: 0.25", "multipler", "“0.25”", "mean `multiplier`?"),
        ("value: sms,", "value: smoke,", "value", "“smoke”", "is nothing that `method` can be: totp"),
        ('contains: "SOC 2", bonus: 4', 'contains: "SOC 2", penalty: 4', "penalty", "“4”", "contradicts"),
        ("penalty: 5 }", "bonus: 5 }", "ranges[2].bonus", "“5”", "contradicts the rule's type"),
        ("{ field: hours,", "{ field: ours,", "field", "“ours”", "one of `hours`, `rating`; hours?"),
        ("max: 15", "max: 21", "max", "“21”", "at most 20 points a day"),
        ("name: mentoring", "name: order-settled", "rules.order-settled", "the same name", "of line"),
        ("name: mentoring", "name: Mentoring!", "name", "“Mentoring!”", "small letters"),
        ("report: mentoring", "report: knowledge", "report", "“knowledge”", "a fact would count twice"),
        ("report: mentoring", "event: rated", "rules[11].event", "“rated”", "moves by reports"),
        (
            "hours: { type: number, from: 0.5, to: 40 }",
            "hours: { type: number }",
            "from",
            "missing",
            "bounds",
        ),
        (
            "after_days: 30, every_days: 30, points: 1 }",
            "after_days: 30, points: 1 }",
            "every_days",
            "missing",
            "",
        ),
    ],
)
def test_load_rules__a_mistake__told_with_line_path_value_and_what_would_be_right(
    found, written, path, value, expected
):
    line, text = line_of(TEXT, found), TEXT.replace(found, written)
    told = mistakes_of(text)
    matching = [
        each for each in told if path in each.path and value in each.value and expected in each.expected
    ]
    assert matching, "\n".join(map(str, told))
    assert any(abs(each.line - line) <= 5 for each in matching)
    exact = [each for each in matching if each.line == line]
    assert exact or "rules." in matching[0].path or value == "missing"


def test_load_rules__many_mistakes__all_told_at_once_in_the_files_order():
    text = (
        TEXT.replace("seasoned: 20", "seasoned: many")
        .replace("event: missed", "event: late")
        .replace("value: true, multiplier: 1.25", "value: yes please, multiplier: 1.25")
        .replace("after_days: 90", "after_days: 0")
        .replace("points: 8\n", "points: -8\n")
    )
    told = mistakes_of(text)
    assert [each.value for each in told] == ["“many”", "“late”", "“yes please”", "“0”", "“-8”"]
    assert [each.line for each in told] == sorted(each.line for each in told)


# -- rules that don't fit together ------------------------------------------------------------


def with_rule(conditions, *, kind="number, from: 0, to: 10", more="max: 5", report="extra", sign="additive"):
    """The shipped file and one more rule, on a field `x`."""
    lines = "".join(f"\n      - {{ field: x, {each} }}" for each in conditions)
    return (
        f"{TEXT}\n  - name: one-more\n    type: {sign}\n    dimension: security\n    report: {report}\n"
        f"    fields:\n      x: {{ type: {kind} }}\n    {more}\n    conditions:{lines}\n"
    )


@pytest.mark.parametrize(
    ("conditions", "kind"),
    [
        (['operator: ">=", value: 6', 'operator: "<", value: 6'], "number, from: 0, to: 10"),
        (['operator: ">", value: 10'], "number, from: 0, to: 10"),
        (['operator: "==", value: 3', 'operator: "in", value: [4, 5]'], "number, from: 0, to: 10"),
        (['operator: "==", value: true', 'operator: "==", value: false'], "flag"),
        (['operator: "==", value: a', 'operator: "!=", value: a'], "text"),
        (['operator: "in", value: [a, b]', 'operator: "==", value: c'], "text, one_of: [a, b, c]"),
        (['operator: "==", value: ab', "contains: z"], "text"),
    ],
)
def test_load_rules__requirements_that_shut_each_other_out__refused(conditions, kind):
    told = mistakes_of(with_rule(conditions, kind=kind, more="points: 3"))
    assert len(told) == 1
    assert told[0].path == "rules.one-more"
    assert "would never apply" in told[0].expected


@pytest.mark.parametrize(
    ("conditions", "kind"),
    [
        (['operator: ">=", value: 6', 'operator: "<=", value: 6'], "number, from: 0, to: 10"),
        (['operator: ">", value: 6', 'operator: "<", value: 6.001'], "number, from: 0, to: 10"),
        (["contains: a", "contains: b"], "text"),
        (["contains: a", "contains: b"], "list"),
        (['operator: "!=", value: a', 'operator: "!=", value: b'], "text"),
    ],
)
def test_load_rules__requirements_that_one_value_fulfils__taken(conditions, kind):
    book = parse_rules(with_rule(conditions, kind=kind, more="points: 3").encode())
    assert book.named("one-more").points == 3


@pytest.mark.parametrize(
    ("conditions", "more", "value"),
    [
        (["multiplier: 3"], "points: 1", "up to 31 points"),
        (["multiplier: 1", 'operator: ">", value: 5, multiplier: 1000'], "points: 1", "up to 11000 points"),
        (['operator: ">", value: 5, bonus: 20.001'], "points: 0", "up to 20.001 points"),
        (["ranges: [{from: 0, to: 5, bonus: 9}, {from: 5, bonus: 12}]"], "points: 9", "up to 21 points"),
    ],
)
def test_load_rules__a_report_could_overflow_a_day__refused_with_its_most(conditions, more, value):
    told = mistakes_of(with_rule(conditions, more=more))
    assert [value in each.value for each in told] == [True]
    assert "give `max`, at most 20" in told[0].expected


def test_load_rules__a_rule_that_moves_nothing_or_decays_at_once__refused():
    assert "moves nothing" in mistakes_of(with_rule(["multiplier: 0"]))[0].expected
    decay = "points: 3\n    decay: { after_days: 1, every_days: 1, points: 3 }"
    told = mistakes_of(with_rule(['operator: ">", value: 5'], more=decay))
    assert "takes all of the 3 points" in told[0].expected


# -- files that mean harm ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (b"", "the file is empty"),
        (b"a: &x [1]\nb: *x\n", "this is no YAML"),
        (b"[" * 1_000 + b"]" * 1_000, "this is no YAML"),
        (b"a: " + b"x" * 300_000, "the file has 300,003 bytes"),
        (b"a: \xff\n", "this isn't UTF-8"),
        (b"a: [1\nb: 2\n", "this is no YAML"),
        (b"operator: >=\n", "this is no YAML"),
        (b"--- 1\n--- 2\n", "this is no YAML"),
        (b"a: \x00\n", "this is no YAML"),
        (b"just a text", "“just a text”"),
    ],
    # Pytest would make an id of the whole text of each.
    ids=lambda value: value[:12].decode("latin1") if isinstance(value, bytes) else "",
)
def test_load_rules__no_rule_file_at_all__one_clear_mistake(source, value):
    with pytest.raises(BadRules) as refused:
        parse_rules(source)
    assert [each.value for each in refused.value.mistakes] == [value]


def test_load_rules__a_tag_that_makes_objects__is_no_number_and_makes_none():
    told = mistakes_of(TEXT.replace("pair_cap: 30", "pair_cap: !!python/object/apply:os.getcwd []"))
    assert [each.path for each in told] == ["market.pair_cap"]
