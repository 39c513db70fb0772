import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from tests.conftest import customers
from wheelhouse import NotInARunError, WheelhouseError, report
from wheelhouse.text import as_text


def test_a_program_started_by_hand_is_told_how_to_be_tried(monkeypatch):
    monkeypatch.delenv("WHEELHOUSE_REQUEST", raising=False)
    with pytest.raises(NotInARunError, match="npx wheelhouse try MODEL"):
        report.request()


def test_reads_the_request(asked):
    request = asked(customers())
    assert request.parameters == {"trees": 20}
    assert request.window.start.isoformat() == "2026-01-01T00:00:00+00:00"
    assert (request.numbers, request.categories) == (["months", "fee"], ["plan"])


def test_rows_have_the_types_that_the_served_model_gets(asked):
    table = customers().assign(plan=lambda rows: [19.0, None] * (len(rows) // 2))
    rows = asked(table, null_category="none").rows()
    assert list(rows.columns) == ["months", "fee", "plan"]
    assert rows["months"].dtype == np.float32
    assert rows["months"].isna().any()
    assert list(rows["plan"][:2]) == ["19", "none"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("19", "19"), (19, "19"), (19.0, "19"), (19.5, "19.5"), (np.float64(19), "19"), (np.int32(19), "19"),
        (True, "true"), (np.bool_(False), "false"), (None, None), (float("nan"), None), (pd.NA, None), ("", ""),
        (-0.0, "0"), (1e300, "1e+300"), ("\N{SNOWMAN}", "\N{SNOWMAN}"),
    ],
)  # fmt: skip
def test_categories_become_the_text_of_the_contract(value, text):
    assert as_text(value) == text


def test_reports_are_single_lines_of_json(asked, said):
    asked(customers())
    report.progress(0.5, "half\nway \N{SNOWMAN}" + "x" * 400)
    report.progress(7)
    report.progress(float("nan"))
    report.metrics({"train_auc": np.float64(0.7), "rows": 12})
    report.artifact("model", "model.onnx")
    lines = said()
    assert len(lines.pop(0)["message"]) == 300
    assert lines == [
        {"progress": 1.0},
        {"metric": "train_auc", "value": 0.7},
        {"metric": "rows", "value": 12.0},
        {"artifact": "model", "path": "model.onnx"},
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [("auc", float("nan")), ("auc", float("inf")), ("auc", "0.7"), ("", 1), ("$x", 1), ("a\0b", 1), ("x" * 101, 1)],
)
def test_refuses_a_metric_that_cannot_be_kept(name, value, said):
    with pytest.raises(WheelhouseError):
        report.metric(name, value)
    assert said() == []


def test_lines_arrive_while_the_program_runs_and_are_never_mixed():
    program = """
import threading
from wheelhouse import report
threads = [threading.Thread(target=lambda: [report.progress(i / 500, "x" * 200) for i in range(500)]) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
report.metric("last", 1)
import os
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 2001
    assert lines[-1] == {"metric": "last", "value": 1.0}


def test_a_dataset_program_writes_the_whole_file_or_none(asked):
    request = asked()
    rows = customers().assign(time=pd.Timestamp("2026-01-02T03:00", tz="Europe/Berlin"), id=range(600), other="x")
    report.dataset(rows)
    written = pd.read_parquet(request.out)
    assert list(written.columns) == ["id", "time", "label", "months", "fee", "plan"]
    assert written["time"][0] == pd.Timestamp("2026-01-02T02:00")
    assert [path.name for path in request.folder.glob("rows*")] == ["rows.parquet"]


def test_a_dataset_without_a_declared_column_is_refused(asked):
    request = asked()
    with pytest.raises(WheelhouseError, match="no column plan"):
        report.dataset(customers().drop(columns=["plan"]))
    with pytest.raises(WheelhouseError, match="no rows from 2026-01-01"):
        report.dataset(customers()[:0])
    assert not request.out.exists()


def test_each_kind_of_program_is_told_what_it_is(asked):
    with pytest.raises(WheelhouseError, match="this is the dataset program"):
        asked().rows()
    asked(customers())
    with pytest.raises(WheelhouseError, match="this is the training program"):
        report.dataset(customers())
