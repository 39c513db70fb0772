"""The client against a running Wheelhouse."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.live.conftest import ROOT, until
from wheelhouse import Client, ServerError, UnreachableError, WheelhouseError


def households(n: int = 2500) -> pd.DataFrame:
    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "id": [f"house-{row}" for row in range(n)],
            "time": pd.Timestamp("2026-03-20", tz="UTC") + pd.to_timedelta(np.arange(n) // 100, unit="h"),
            "hour": random.integers(0, 24, n),
            "weekday": random.integers(0, 7, n),
            "outside": np.where(random.random(n) < 0.1, np.nan, random.normal(8, 4, n)),
            "people": random.integers(1, 6, n),
            "region": random.choice(["coast", "hills", None], n),
        },
        index=pd.RangeIndex(1000, 1000 + n),
    )


@pytest.fixture(scope="module")
def sent(live) -> pd.DataFrame:
    rows = households()
    answers = live.client().predict("energy", rows, ids=rows["id"], times=rows["time"])
    return rows.join(answers)


def test_predicts_a_data_frame_of_any_length(live, sent):
    assert list(sent.index) == list(households().index)
    assert sent["value"].between(0, 5).all()
    assert set(sent["version"]) == {1}
    one = live.client().predict("energy", households()[:1])
    assert one["value"].iloc[0] == sent["value"].iloc[0]
    assert live.client().predict("energy", households()[:0]).empty
    assert live.client().live("energy") == 1


def test_reaches_another_environment_by_its_name(live):
    rows = households(3)
    assert len(live.client(environment="production").predict("energy", rows)) == 3
    with pytest.raises(ServerError) as refused:
        live.client(environment="nowhere").predict("energy", rows)
    assert refused.value.status == 404


def test_sends_labels_by_id(live, sent):
    labels = pd.Series(sent["value"].to_numpy() + 0.1, index=sent["id"])
    done = live.client().send_labels("energy", labels)
    assert (done.accepted, done.unknown) == (len(sent), 0)
    other = live.client().send_labels("energy", {"nobody": np.float64(1.5)})
    assert (other.accepted, other.unknown) == (1, 1)
    assert "nobody" in other.notes[0] or other.notes


def test_sends_predictions_made_elsewhere(live):
    rows = households(30)
    made = pd.Series(1.0, index=rows.index)
    done = live.client().send_predictions("energy", rows, made, ids="batch-" + rows["id"], times=rows["time"])
    assert done.accepted == 30
    assert live.client().send_labels("energy", {"batch-house-3": 1.2}).unknown == 0


def test_passes_on_why_a_request_is_refused(live):
    client, rows = live.client(), households(5)
    with pytest.raises(WheelhouseError, match="no column region, which energy needs"):
        client.predict("energy", rows.drop(columns=["region"]))
    with pytest.raises(WheelhouseError, match="column people must hold numbers"):
        client.predict("energy", rows.assign(people="many"))
    with pytest.raises(WheelhouseError, match="infinite"):
        client.predict("energy", rows.assign(outside=np.inf))
    with pytest.raises(WheelhouseError, match="no time zone"):
        client.predict("energy", rows, times=rows["time"].dt.tz_localize(None))
    with pytest.raises(WheelhouseError, match="4 IDs for 5 rows"):
        client.predict("energy", rows, ids=rows["id"][:4])
    with pytest.raises(ServerError, match="energy") as unknown:
        client.predict("enery", rows)
    assert unknown.value.status == 404
    with pytest.raises(ServerError):
        client.send_labels("energy", {"house-1": "a lot"})


def test_says_how_many_rows_were_answered_before_an_error(live):
    rows = households()
    times = rows["time"].copy()
    times.iloc[2000] = pd.Timestamp("1990-01-01", tz="UTC")
    with pytest.raises(ServerError) as refused:
        live.client().predict("energy", rows, ids="late-" + rows["id"], times=times)
    assert "1990" in str(refused.value)
    assert refused.value.__notes__ == ["The first 1024 of 2500 rows were answered."]


def test_a_server_that_is_not_there_or_refuses_the_token():
    with pytest.raises(UnreachableError, match="Is it running, and is the address right"):
        Client("http://127.0.0.1:9").predict("energy", households(1))


def test_the_token_of_the_page_is_needed_for_figures(live):
    with pytest.raises(ServerError) as refused:
        live.client(token="0" * 32).models()
    assert refused.value.status == 401
    assert "0000" not in str(refused.value)


def test_models_runs_and_findings_are_data_frames(live, sent):
    client = live.client()
    models = client.models()
    assert models.loc[0, ["model", "task", "environment", "version", "by"]].tolist() == [
        "energy",
        "regression",
        "production",
        1,
        "dana",
    ]
    runs = client.runs("energy")
    assert runs.loc[0, "status"] == "succeeded"
    assert runs.loc[0, "versions"] == (1,)
    assert str(runs["created"].dtype).startswith("datetime64") and runs["created"].dt.tz is not None
    assert runs.loc[0, "value"] > 0

    live.say("monitors", "run", "energy")
    findings = until("a window was checked", lambda: client.findings("energy", "drift"))
    assert findings["from"].is_monotonic_increasing
    assert set(findings["status"]) <= {"ok", "warn", "alert", "insufficient data", "still learning", "held back"}
    with pytest.raises(ServerError, match="monitor"):
        client.findings("energy", "nothing")


def test_figures_and_drift_are_data_frames_with_charts(live, sent):
    client = live.client()
    live.say("monitors", "run", "energy")
    drift = until("drift was measured", lambda: client.drift("energy", subject=None))
    assert "outside" in " ".join(map(str, drift.index))
    figures = client.figures("energy")
    assert list(figures.columns[:3]) == ["subject", "title", "series"]
    heat_map = client.heat_map("energy", subject=client.board("energy")["heatMaps"][0]["subject"])
    assert len(heat_map.axes) == 2
    if len(figures):
        chart = client.chart("energy", figures["subject"].iloc[0])
        assert chart.axes[0].lines
    with pytest.raises(WheelhouseError, match="Nothing was measured of moonshine"):
        client.chart("energy", "moonshine")


def test_the_notebook_of_the_example_runs(live, sent, monkeypatch):
    monkeypatch.setenv("WHEELHOUSE_HOME", str(live.home))
    monkeypatch.setenv("WHEELHOUSE_INFERENCE_URL", live.gateway)
    monkeypatch.chdir(ROOT / "examples/lightgbm")
    monkeypatch.syspath_prepend(str(ROOT / "examples/lightgbm"))
    notebook = json.loads((ROOT / "examples/lightgbm/look.ipynb").read_text())
    names: dict = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)  # noqa: S102
    assert names["joined"]["value"].notna().all()
