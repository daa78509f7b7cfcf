# hanse train-anomaly, anomalies, assess-risk, on the filled market
# ├── train-anomaly: too few merchants → said, nothing written · --simulated → written, the same each time
# ├── anomalies: no model → said · with one → its source, and 1 if a review is open
# └── assess-risk: an order → score, factors, the document's CID · no order, no id → said
#     · a bad rule file or block list → its line

from dataclasses import replace

import pytest

from dapp.cli import FAILED, main
from dapp.evidence.box import EvidenceBox
from dapp.index.rows import OrderQuery
from dapp.risk.document import read_assessment
from dapp.risk.opening import model_of, model_path
from dapp.risk.rules import DEFAULT
from tests.dapp.index.conftest import following


@pytest.fixture
def hanse(running_market, monkeypatch, tmp_path, capsys):
    """Runs a command on the market with data of the test's own; gives its exit code and what it said."""
    for name, value in running_market.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HANSE_DATA", str(tmp_path))

    def hanse(*arguments):
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return hanse


@pytest.fixture
def settings(running_market, tmp_path):
    return replace(running_market.settings, data=tmp_path)


def test_train__too_few_merchants__is_said_and_writes_nothing(hanse, settings):
    code, out, err = hanse("train-anomaly")
    assert (code, out) == (FAILED, "")
    assert "it takes 50 such merchants" in err
    assert model_of(settings) is None


def test_anomalies__no_model__is_said(hanse):
    code, _out, err = hanse("anomalies")
    assert code == FAILED
    assert "There is no model yet" in err


def test_train__simulated__is_written_and_used(hanse, settings):
    code, out, _err = hanse("train-anomaly", "--simulated")
    path, source, digest = out.splitlines()
    assert (code, path) == (0, str(model_path(settings)))
    assert source.startswith("simulated: seed 20260101")
    assert model_of(settings).is_simulated
    assert hanse("train-anomaly", "--simulated")[1].splitlines()[2] == digest
    code, out, _err = hanse("anomalies")
    assert out.splitlines()[0] == source
    assert code == int("  review  " in out)
    model_path(settings).write_text("{}")
    assert model_of(settings) is None


def test_assess_risk__order__is_told_and_kept(hanse, settings, running_market, tmp_path):
    with following(running_market, f"sqlite:///{tmp_path / 'other.sqlite'}") as (index, _follower):
        orders = index.orders(OrderQuery(), 100).items
    assert len(orders) > 10
    order = orders[0]
    code, out, err = hanse("assess-risk", f"0x{order.id.hex()}", "--keep")
    assert code in (0, 1), err
    lines = out.splitlines()
    assert lines[0].endswith(f"block {running_market.web3.eth.block_number}")
    cid = lines[-1].removeprefix("document ")
    kept = read_assessment(EvidenceBox.of(settings).get(cid))
    assert kept.order_id == order.id
    assert lines[0].startswith(f"{kept.score} of 100 points, held from 75 on;")
    assert [int(line.split()[0]) for line in lines[1:-1]] == [factor.points for factor in kept.factors]


def test_assess_risk__no_order_or_no_id__is_said(hanse, capsys):
    code, _out, err = hanse("assess-risk", "0x" + "00" * 32)
    assert code == FAILED
    assert "There is no order 0x0000" in err
    with pytest.raises(SystemExit):
        main(["assess-risk", "0x12"])
    assert "isn't an order's id" in capsys.readouterr().err


def test_assess_risk__bad_rule_file_or_block_list__is_said_with_its_line(hanse, settings):
    folder = settings.data / "risk"
    folder.mkdir()
    (folder / "block-list.txt").write_text("# ours\nsomebody\n")
    code, _out, err = hanse("assess-risk", "0x" + "00" * 32)
    assert (code, "block-list.txt, line 2:" in err) == (FAILED, True)
    (folder / "block-list.txt").unlink()
    (folder / "rules.yaml").write_text(DEFAULT.read_text().replace("threshold: 75", "threshold: 101"))
    code, _out, err = hanse("assess-risk", "0x" + "00" * 32)
    assert (code, "rules.yaml, line 5: threshold" in err) == (FAILED, True)
