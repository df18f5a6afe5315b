from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner

from catalog import loading
from web import wiring
from web.cli import main
from web.commands import content
from web.settings import ROOT


@pytest.fixture(autouse=True)
def _the_model_of_these_phrases(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITORIJANAI_INSTANCE", str(instance))


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that only show the catalogue have the one that the tests have read."""
    monkeypatch.setattr(content, "load", lambda folder, today=None: wiring.load_catalog(folder))


def run(*args: str, text: str | bytes = "", **environment: str):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(main, list(args), input=text, env=environment)


def test_predict_gives_the_contract_shape() -> None:
    result = run("predict", "--jsonl", text="家賃が払えない\n\nこんにちは\n")
    assert result.exit_code == 0
    for line in result.stdout.splitlines():
        shape = json.loads(line)
        assert set(shape) == {"ranked", "sure", "none_probability", "model"}
        assert len(shape["ranked"]) == 12
        total = sum(score["probability"] for score in shape["ranked"]) + shape["none_probability"]
        assert total == pytest.approx(1, abs=1e-4)


def test_predict_without_a_model_says_so(tmp_path: Path) -> None:
    result = run("predict", "--jsonl", text="家賃\n", HITORIJANAI_INSTANCE=str(tmp_path))
    assert result.exit_code == 1
    assert "モデル" in result.stderr


def test_catalog_check_prints_every_problem(tmp_path: Path) -> None:
    assert run("catalog", "check").stdout == "問題はありません\n"
    data = tmp_path / "data"
    shutil.copytree(ROOT / "catalog" / "data", data)
    path = data / "flows" / "work.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("start:", "strat:"), encoding="utf-8")
    messages = data / "messages.yaml"
    messages.write_text(messages.read_text(encoding="utf-8").replace("send: さがす\n", ""), encoding="utf-8")
    result = run("catalog", "check", str(data))
    assert result.exit_code == 1
    assert "「strat」は使えない項目です(「start」のことですか)" in result.stderr
    assert "messages.yaml:1: 「send」がありません。書き足してください" in result.stderr


@pytest.mark.parametrize("command", [["serve"], ["talk", "--jsonl"]])
def test_a_broken_catalogue_stops_the_start_with_every_problem(tmp_path: Path, command: list[str]) -> None:
    result = run(*command, HITORIJANAI_CATALOG=str(tmp_path))
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) >= 5
    assert "Traceback" not in result.output


def test_wrong_settings_stop_the_start() -> None:
    result = run("serve", PORT="eight")
    assert result.exit_code == 1
    assert "PORT" in result.stderr


def test_wrong_use_ends_with_two() -> None:
    assert run("predict").exit_code == 2
    assert run("promote").exit_code == 2
    assert run("no-such-command").exit_code == 2


def test_train_reports_every_fault_of_the_phrases(tmp_path: Path) -> None:
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "cooking.txt").write_text("## short\n卵\n", encoding="utf-8")
    result = run("train", "--data", str(tmp_path), "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "phrases/cooking.txt:1: ファイル名「cooking」という分類はありません" in result.stderr
    assert result.stderr.count("このファイルがありません") == 13


def test_models_marks_the_one_in_use() -> None:
    assert [line for line in run("models").output.splitlines() if line.startswith("* ")]


def test_promote_and_rollback_refuse_what_is_not_there(tmp_path: Path) -> None:
    for command in (["promote", "0123456789abcdef"], ["rollback"], ["models"]):
        result = run(*command, HITORIJANAI_INSTANCE=str(tmp_path))
        assert result.exit_code == 1
        assert "Traceback" not in result.output


def test_evaluate_reports_the_model_in_use_and_a_stored_one() -> None:
    shown = run("evaluate", "--json")
    report = json.loads(shown.stdout)
    assert report["examples"] > 800
    assert shown.exit_code == (1 if report["hard_failures"] else 0)
    table = run("evaluate", report["model"]).output
    assert "most confused" in table
    assert run("evaluate", "0123456789abcdef").exit_code == 1


@pytest.mark.usefixtures("read_once")
def test_draw_gives_svg_mermaid_and_a_table(tmp_path: Path) -> None:
    assert run("catalog", "draw", "work").output.startswith("<svg ")
    assert run("catalog", "draw", "under18", "--format", "mermaid").output.startswith("flowchart LR")
    assert "→" in run("catalog", "draw", "nursing-care", "--format", "table").output
    assert run("catalog", "draw", "all", "--out", str(tmp_path)).exit_code == 0
    assert len(list(tmp_path.glob("*.mmd"))) == 13
    assert run("catalog", "draw", "cooking").exit_code == 2


@pytest.mark.usefixtures("read_once")
def test_export_and_schema_and_due() -> None:
    for shape in ("json", "hsds", "jsonld"):
        assert len(json.loads(run("catalog", "export", "--format", shape).stdout)) > 290
    assert run("catalog", "export", "--format", "csv").stdout.startswith("\ufeffid,")
    assert "channels" in json.loads(run("catalog", "schema", "service").stdout)["properties"]
    listed = run("catalog", "due").stdout
    assert listed.index("命にかかわる窓口") < listed.index("公開の前に見ることがある")


def test_facts_that_are_too_old_fail_the_check_but_not_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel("2027-12-25", tick=False):
        result = run("catalog", "check")
        assert result.exit_code == 1
        assert "確かめるか、終わらせてください" in result.stderr
        monkeypatch.setattr(wiring, "load_catalog", loading.load)  # what the tests have read was read in time
        assert run("talk", "--jsonl", text="家賃\n").exit_code == 0
    with time_machine.travel("2027-01-05", tick=False):
        result = run("catalog", "check")
        assert result.exit_code == 0
        assert "services/inochi-sos.yaml: 確かめてから43日たちました" in result.stderr
