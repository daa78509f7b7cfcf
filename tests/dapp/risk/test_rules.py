# load_rules
# ├── the shipped file → the seed's figures, and a digest that names them
# ├── points out of bounds, unknown rule or field, missing rule, a fraction → refused with the line
# └── a threshold that no order can reach → refused with the line

import msgspec
import pytest

from dapp.lined_yaml import BadRuleFile
from dapp.risk.rules import DEFAULT, load_rules


@pytest.fixture
def rewritten(tmp_path):
    """Loads the shipped rules with a piece of text replaced."""

    def rewritten(old, new):
        text = DEFAULT.read_text()
        assert text.count(old) == 1
        path = tmp_path / "rules.yaml"
        path.write_text(text.replace(old, new))
        return load_rules(path)

    return rewritten


def line_with(text):
    return next(
        n for n, line in enumerate(DEFAULT.read_text().splitlines(), 1) if line.strip().startswith(text)
    )


def test_rules__as_shipped__have_the_seed_s_figures():
    rules = load_rules()
    jump, model = rules.rules.amount_jump, rules.rules.model
    assert (jump.points, jump.times, rules.rules.new_device.points) == (30, 5, 20)
    assert (model.points, rules.threshold) == (50, 75)


def test_digest__names_what_the_rules_say_not_how_the_file_is_written(rewritten):
    assert rewritten("version: 1", "# a word\nversion:   1").digest == load_rules().digest
    assert rewritten("threshold: 75", "threshold: 76").digest != load_rules().digest


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("{points: 30, times: 5,", "{points: 101, times: 5,", "amount_jump", "from 0 to 100"),
        ("{points: 30, times: 5,", "{points: -1, times: 5,", "amount_jump", "“-1”: must be a whole number"),
        ("{points: 30, times: 5,", "{points: 30.5, times: 5,", "amount_jump", "“30.5”"),
        ("times: 5", "times: 0", "amount_jump", "from 1 to 1000"),
        ("times: 5", "times: .inf", "amount_jump", "“.inf”"),
        ("times: 5", "tmes: 5", "amount_jump", "did you mean `times`?"),
        ("  blocked: {points: 100}\n", "", "amount_jump", "rules.blocked is missing"),
        ("lineage:", "linage:", "lineage", "did you mean `lineage`?"),
        ("hold_hours: 168", "hold_hours: 169", "hold_hours", "from 1 to 168"),
        ("simulated: false", "simulated: maybe", "model", "must be true or false"),
    ],
)
def test_rules__that_can_t_be__are_refused_with_their_line(rewritten, old, new, line, reason):
    with pytest.raises(BadRuleFile) as caught:
        rewritten(old, new)
    assert reason in caught.value.reason
    assert f"line {line_with(line)}: " in str(caught.value)


def test_rules__threshold_beyond_all_points__is_refused(tmp_path):
    rules = msgspec.to_builtins(load_rules())
    for rule in rules["rules"].values():
        rule["points"] = 7
    path = tmp_path / "rules.json"
    path.write_bytes(msgspec.json.encode(rules))
    with pytest.raises(BadRuleFile, match="no order could ever be held"):
        load_rules(path)
