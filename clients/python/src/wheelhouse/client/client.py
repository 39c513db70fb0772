"""A running Wheelhouse: predictions and labels, and what was measured of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import quote

import pandas as pd

from wheelhouse.client import charts, frames, tensors
from wheelhouse.client.http import Http
from wheelhouse.errors import WheelhouseError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INFER_ROWS = 1_024
LABEL_ROWS = 1_024
PREDICTION_ROWS = 10_000

Ids: TypeAlias = "Sequence[str] | pd.Series[Any] | pd.Index[Any]"
Times: TypeAlias = "Sequence[Any] | pd.Series[Any] | pd.DatetimeIndex"


@dataclass(frozen=True)
class Accepted:
    """How many rows the gateway keeps. `unknown` of these are labels of IDs that it has not answered recently."""

    accepted: int
    unknown: int = 0
    notes: tuple[str, ...] = ()


class Client:
    """A running Wheelhouse.

    `url` is the gateway, `api` the bot's page. Both have the addresses of `npm run demo` by default, or those in
    WHEELHOUSE_INFERENCE_URL and WHEELHOUSE_URL. `token` is the session token of the page (WHEELHOUSE_TOKEN, or the file
    `token` in WHEELHOUSE_HOME), which only figures, findings and runs need. `inference_token` is that of the gateway
    (WHEELHOUSE_INFERENCE_TOKEN), where it asks for one.

    Methods raise ServerError with the server's own line if it refuses a request, and UnreachableError if none answers.
    A client may be used by several threads.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        environment: str | None = None,
        api: str | None = None,
        token: str | None = None,
        inference_token: str | None = None,
    ) -> None:
        self.environment = environment
        gateway = (url or os.environ.get("WHEELHOUSE_INFERENCE_URL") or "http://127.0.0.1:4681").rstrip("/")
        base = f"{gateway}/{quote(environment, safe='')}" if environment else gateway
        self._gateway = Http(base, inference_token or os.environ.get("WHEELHOUSE_INFERENCE_TOKEN"), "The gateway")
        page = api or os.environ.get("WHEELHOUSE_URL") or _of_home("url") or "http://127.0.0.1:4680"
        self._bot = Http(page, token or os.environ.get("WHEELHOUSE_TOKEN") or _of_home("token"), "The bot")

    # Serving

    def metadata(self, model: str) -> dict[str, Any]:
        """The inputs, outputs and live version of a model, as the Open Inference Protocol has them."""
        found: dict[str, Any] = self._gateway.get(f"/v2/models/{quote(model, safe='')}")
        return found

    def live(self, model: str) -> int:
        """The number of the version that answers."""
        return int(self._gateway.get(f"/v2/models/{quote(model, safe='')}/live")["version"])

    def predict(
        self,
        model: str,
        frame: pd.DataFrame,
        *,
        ids: Ids | None = None,
        times: Times | None = None,
        routing_key: str | None = None,
    ) -> pd.DataFrame:
        """The answers to the rows of a data frame, with its index.

        The columns are `score` (binary), `value` (regression), or `class` and one for each class (multiclass). Each
        row's `version` is beside them. `ids` are the names by which labels will be sent. A missing number is NaN, a
        missing category None. More than 1,024 rows are sent in several requests; if one of them fails, the error says
        how many rows were answered before.
        """
        metadata = self.metadata(model)
        classes = metadata.get("parameters", {}).get("classes", [])
        path = f"/v2/models/{quote(model, safe='')}/infer"
        answers: list[pd.DataFrame] = []
        done = 0
        for part, given in _parts(frame, INFER_ROWS, ids, times):
            parameters = {**given, **({"routing_key": routing_key} if routing_key else {})}
            body = {"inputs": tensors.inputs(part, metadata), "parameters": parameters}
            with _told(len(frame), done, "answered"):
                # Not repeated where it may have been answered: rows without an ID would be logged twice.
                answer = self._gateway.post(path, body, again=ids is not None)
            answers.append(
                tensors.answer(answer["outputs"], part.index, classes).assign(version=int(answer["model_version"]))
            )
            done += len(part)
        return pd.concat(answers) if answers else pd.DataFrame(index=frame.index)

    def send_labels(
        self, model: str, labels: pd.Series[Any] | Mapping[str, Any], *, ids: Ids | None = None
    ) -> Accepted:
        """Sends outcomes: a mapping from ID to label, or a series with the IDs as its index or in `ids`.

        For several labels of an ID, the last one counts, so sending them again does no harm.
        """
        series = labels if isinstance(labels, pd.Series) else pd.Series(dict(labels), dtype=object)
        named = list(series.index if ids is None else ids)
        if len(named) != len(series):
            raise WheelhouseError(f"There are {len(named)} IDs for {len(series)} labels.")
        rows = [
            {"id": str(name), "label": label.item() if hasattr(label, "item") else label}
            for name, label in zip(named, series.tolist(), strict=True)
        ]
        return self._send(f"/v2/models/{quote(model, safe='')}/labels", "labels", rows, LABEL_ROWS)

    def send_predictions(
        self,
        model: str,
        frame: pd.DataFrame,
        predictions: pd.DataFrame | pd.Series[Any],
        *,
        version: int | None = None,
        ids: Ids | None = None,
        times: Times | None = None,
    ) -> Accepted:
        """Sends predictions that were made elsewhere, so that they are monitored.

        `predictions` are a series (the score of a binary model, the value of a regression), or a data frame with a
        column for each class. Send rows with `ids`, so that labels find them.
        """
        metadata = self.metadata(model)
        path = f"/v2/models/{quote(model, safe='')}/predictions"
        accepted, notes = 0, []
        for part, given in _parts(frame, PREDICTION_ROWS, ids, times):
            made = predictions.loc[part.index] if predictions.index.equals(frame.index) else None
            if made is None:
                raise WheelhouseError("The predictions and the rows have different indexes.")
            parameters = {**given, **({"version": version} if version is not None else {})}
            body = {
                "inputs": tensors.inputs(part, metadata),
                "outputs": _outputs(made, metadata),
                "parameters": parameters,
            }
            with _told(len(frame), accepted, "accepted"):
                answer = self._gateway.post(path, body, again=False)
            accepted += int(answer["accepted"])
            notes += [answer["parameters"]["note"]] if "note" in answer.get("parameters", {}) else []
        return Accepted(accepted, 0, tuple(notes))

    def _send(self, path: str, key: str, rows: list[dict[str, Any]], size: int) -> Accepted:
        accepted, unknown, notes = 0, 0, []
        for start in range(0, len(rows), size):
            with _told(len(rows), accepted, "accepted"):
                answer = self._gateway.post(path, {key: rows[start : start + size]}, again=True)
            accepted += int(answer["accepted"])
            unknown += int(answer.get("unknown", 0))
            notes += [answer["note"]] if "note" in answer else []
        return Accepted(accepted, unknown, tuple(notes))

    # What was measured

    def models(self) -> pd.DataFrame:
        """One row a model and environment: what is live there, open alerts and approvals."""
        rows: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = self._bot.get("/api/models", {"limit": 200, "after": after})
            for model in page["models"]:
                for endpoint in model["endpoints"]:
                    live = endpoint["live"] or {}
                    rows.append(
                        {
                            "model": model["model"],
                            "task": model["task"],
                            "environment": endpoint["environment"],
                            "version": live.get("version"),
                            "since": live.get("since"),
                            "by": live.get("by"),
                            "alerts": endpoint["openAlerts"],
                            "approvals": endpoint["openApprovals"],
                        }
                    )
            after = page["next"]
            if after is None:
                return frames.timed(pd.DataFrame(rows))

    def board(self, model: str, *, windows: int = 60) -> dict[str, Any]:
        """Everything the board of the page shows of a model, as docs/api.md describes it."""
        found: dict[str, Any] = self._bot.get(
            f"/api/models/{quote(model, safe='')}", {"in": self.environment, "windows": windows}
        )
        return found

    def runs(
        self, model: str | None = None, *, status: str | None = None, sort: str = "created", limit: int = 200
    ) -> pd.DataFrame:
        """One row a run, newest first or by another of the API's orders."""
        query = {"model": model, "status": status, "sort": sort, "limit": limit}
        return frames.runs(self._bot.get("/api/runs", query)["runs"])

    def findings(self, model: str, monitor: str, *, limit: int = 200) -> pd.DataFrame:
        """One row a window of a monitor, oldest first: its status, signals and figure."""
        rows: list[dict[str, Any]] = []
        before: str | None = None
        while len(rows) < limit:
            query = {
                "model": model,
                "monitor": monitor,
                "in": self.environment,
                "before": before,
                "limit": min(200, limit - len(rows)),
            }
            page = self._bot.get("/api/findings", query)
            rows += page["findings"]
            before = page["next"]
            if before is None:
                break
        return frames.findings(rows)

    def figures(self, model: str, *, windows: int = 60) -> pd.DataFrame:
        """What monitors measured, one row a figure and window: subject, series, value, low, high, limit."""
        return frames.figures(self.board(model, windows=windows))

    def drift(self, model: str, *, subject: str | None = "psi", windows: int = 60) -> pd.DataFrame:
        """A figure by column and window: rows are columns of the data, columns are the starts of windows."""
        return frames.by_column(self.board(model, windows=windows), subject)

    def chart(self, model: str, subject: str, *, windows: int = 60) -> Figure:
        """A figure over time, for a notebook. Needs matplotlib."""
        board = self.board(model, windows=windows)
        events = frames.timed(pd.DataFrame(board["events"], columns=["at", "what", "words"]))
        return charts.lines(frames.figures(board), events, subject)

    def heat_map(self, model: str, *, subject: str = "psi", windows: int = 60) -> Figure:
        """A figure by column over time, for a notebook. Needs matplotlib."""
        title = f"{subject.upper()} of {model} by column"
        return charts.heat_map(self.drift(model, subject=subject, windows=windows), title)


def _of_home(name: str) -> str | None:
    """What a demo has written into its state folder: its address, or the token of the page."""
    home = os.environ.get("WHEELHOUSE_HOME")
    file = Path(home, name) if home else None
    return file.read_text(encoding="utf-8").strip() if file and file.is_file() else None


def _parts(
    frame: pd.DataFrame, size: int, ids: Ids | None, times: Times | None
) -> Iterable[tuple[pd.DataFrame, dict[str, Any]]]:
    named = None if ids is None else [str(one) for one in ids]
    timed = None if times is None else tensors.times(times)
    for name, given in (("IDs", named), ("times", timed)):
        if given is not None and len(given) != len(frame):
            raise WheelhouseError(f"There are {len(given)} {name} for {len(frame)} rows.")
    for start in range(0, len(frame), size):
        end = start + size
        parameters: dict[str, Any] = {}
        if named is not None:
            parameters["ids"] = named[start:end]
        if timed is not None:
            parameters["times"] = timed[start:end]
        yield frame.iloc[start:end], parameters


def _outputs(made: pd.DataFrame | pd.Series[Any], metadata: tensors.Metadata) -> list[dict[str, Any]]:
    wanted = {output["name"] for output in metadata["outputs"]}
    if isinstance(made, pd.Series):
        name = "value" if "value" in wanted else "score"
        return [tensors.tensor(name, "FP32", made)]
    classes = metadata.get("parameters", {}).get("classes", [])
    if sorted(map(str, made.columns)) != sorted(classes):
        raise WheelhouseError(f"The predictions need one column for each class: {', '.join(classes)}.")
    data = made[list(classes)].to_numpy(dtype=float)
    return [
        {
            "name": "probabilities",
            "datatype": "FP32",
            "shape": list(data.shape),
            "data": data.ravel().tolist(),
        }
    ]


class _told:  # noqa: N801
    """Adds to an error how many rows had been dealt with before it."""

    def __init__(self, rows: int, done: int, what: str) -> None:
        self._rows, self._done, self._what = rows, done, what

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> Literal[False]:
        if isinstance(error, WheelhouseError) and self._done:
            error.add_note(f"The first {self._done} of {self._rows} rows were {self._what}.")
        return False
