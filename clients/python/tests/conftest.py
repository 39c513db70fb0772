import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from wheelhouse.report.request import Request, read_request


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that makes this process the training program of a run on these rows."""

    def make(rows: pd.DataFrame | None = None, **changes: object) -> Request:
        request: dict[str, object] = {
            "run": "run-7k2f9qab",
            "model": "churn",
            "window": {"from": "2026-01-01T00:00:00.000Z", "to": "2026-03-01T00:00:00.000Z"},
            "parameters": {"trees": 20},
            "features": {"months": "number", "fee": "number", "plan": "category"},
            "label": "churned",
            "task": "binary",
            "null_category": "",
            **changes,
        }
        if rows is None:
            request["out"] = str(tmp_path / "rows.parquet")
        else:
            rows.to_parquet(tmp_path / "data.parquet", index=False)
            request["data"] = str(tmp_path / "data.parquet")
        (tmp_path / "request.json").write_text(json.dumps(request))
        monkeypatch.setenv("WHEELHOUSE_REQUEST", str(tmp_path / "request.json"))
        monkeypatch.setenv("WHEELHOUSE_RUN_DIR", str(tmp_path))
        return read_request()

    return make


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]):
    """A function that gives the reports so far."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def customers(n: int = 600, missing: bool = True) -> pd.DataFrame:
    random = np.random.default_rng(7)
    months = random.uniform(1, 60, n)
    fee = random.choice([9.0, 19.5, 49.0], n)
    plan = random.choice(["monthly", "yearly", "trial"], n)
    odds = 0.5 - 0.05 * months + 0.02 * fee - (plan == "yearly")
    return pd.DataFrame(
        {
            "months": np.where(random.random(n) < 0.05, np.nan, months) if missing else months,
            "fee": fee,
            "plan": np.where(random.random(n) < 0.05, None, plan) if missing else plan,
            "label": (random.random(n) < 1 / (1 + np.exp(-odds))).astype(int),
            "spent": 10 + 2 * months + fee + random.normal(0, 1, n),
            "grade": np.select([odds < -1, odds < 0], ["low", "middle"], "high"),
        }
    )
