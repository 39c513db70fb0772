"""What Wheelhouse asks a program to do."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from wheelhouse.errors import NotInARunError, WheelhouseError
from wheelhouse.text import as_text

Kind = Literal["number", "category"]
Task = Literal["binary", "regression", "multiclass"]


@dataclass(frozen=True)
class Window:
    """From `start` (included) to `end` (not included), with time zone UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Request:
    """The request of a run, as docs/training-contract.md describes it."""

    run: str
    model: str
    window: Window
    features: Mapping[str, Kind]
    """The declared features, in their order."""
    label: str
    task: Task
    classes: tuple[str, ...]
    """Of a multiclass model, in the order of the columns of its probabilities; empty for other tasks."""
    null_category: str
    """The text that replaces a category that is missing."""
    parameters: Mapping[str, Any]
    folder: Path
    """Where the program may write."""
    data: Path | None
    """The rows to train on; None in a dataset program."""
    out: Path | None
    """Where to write the rows; None in a training program."""
    excluded: tuple[str, ...]
    """New data to leave out, in a dataset program."""

    @property
    def numbers(self) -> list[str]:
        """The names of the features that are numbers."""
        return [name for name, kind in self.features.items() if kind == "number"]

    @property
    def categories(self) -> list[str]:
        """The names of the features that are categories."""
        return [name for name, kind in self.features.items() if kind == "category"]

    def table(self) -> pd.DataFrame:
        """The rows to train on, as the dataset program wrote them."""
        if self.data is None:
            raise WheelhouseError(
                f"{self.run} has no rows to read: this is the dataset program. Write the rows to request.out."
            )
        return pd.read_parquet(self.data)

    def rows(self) -> pd.DataFrame:
        """The features as the served model will be asked with them.

        Numbers are float32, NaN if missing. Categories are text, `null_category` if missing. The columns have the
        order of the declaration.
        """
        return as_served(self.table(), self)

    def labels(self) -> pd.Series[Any]:
        """The labels of the rows: 0 or 1, a number, or the name of a class as text."""
        labels = self.table()["label"]
        return labels.map(as_text) if self.task == "multiclass" else labels

    def codes(self) -> pd.Series[int]:
        """The labels of a multiclass model as 0 to k-1, in the order of `classes`."""
        return self.labels().map({name: code for code, name in enumerate(self.classes)}).astype("int64")


def as_served(table: pd.DataFrame, request: Request) -> pd.DataFrame:
    """The features of a table, with the types that the served model gets."""
    missing = [name for name in request.features if name not in table]
    if missing:
        raise WheelhouseError(f"The rows have no column {', '.join(missing)}, declared as a feature.")
    columns = {
        name: table[name].astype(np.float32)
        if kind == "number"
        else table[name].map(as_text, na_action=None).fillna(request.null_category).astype(object)
        for name, kind in request.features.items()
    }
    return pd.DataFrame(columns, index=table.index)


def read_request(environ: Mapping[str, str] = os.environ) -> Request:
    """The request that this program was started with.

    Raises NotInARunError if it was started by hand.
    """
    path = environ.get("WHEELHOUSE_REQUEST")
    folder = environ.get("WHEELHOUSE_RUN_DIR")
    if path is None or folder is None:
        raise NotInARunError(
            "There is no request: WHEELHOUSE_REQUEST is not set, because Wheelhouse did not start this program. "
            "`npx wheelhouse try MODEL` runs it on a small window."
        )
    given = json.loads(Path(path).read_text(encoding="utf-8"))
    window = given["window"]
    return Request(
        run=given["run"],
        model=given["model"],
        window=Window(datetime.fromisoformat(window["from"]), datetime.fromisoformat(window["to"])),
        features=given["features"],
        label=given["label"],
        task=given.get("task", "binary"),
        classes=tuple(given.get("classes") or ()),
        null_category=given.get("null_category", ""),
        parameters=given.get("parameters", {}),
        folder=Path(folder),
        data=Path(given["data"]) if "data" in given else None,
        out=Path(given["out"]) if "out" in given else None,
        excluded=tuple(given.get("excluded") or ()),
    )
