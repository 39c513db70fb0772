"""Data frames as tensors of the Open Inference Protocol, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from wheelhouse.errors import WheelhouseError
from wheelhouse.text import as_text

Metadata = dict[str, Any]
"""What `GET /v2/models/MODEL` answers."""


def inputs(frame: pd.DataFrame, metadata: Metadata) -> list[dict[str, Any]]:
    """One tensor for each feature. Raises WheelhouseError if a column is missing or is not a number."""
    missing = [one["name"] for one in metadata["inputs"] if one["name"] not in frame]
    if missing:
        raise WheelhouseError(f"The data frame has no column {', '.join(missing)}, which {metadata['name']} needs.")
    return [tensor(one["name"], one["datatype"], frame[one["name"]]) for one in metadata["inputs"]]


def tensor(name: str, datatype: str, column: pd.Series[Any]) -> dict[str, Any]:
    """A column as a tensor; what is missing is null."""
    return {
        "name": name,
        "datatype": datatype,
        "shape": [len(column), 1],
        "data": texts(column) if datatype == "BYTES" else numbers(name, column),
    }


def texts(column: Iterable[Any]) -> list[str | None]:
    """Categories as text, in the way that training programs get them."""
    return [as_text(value) for value in column]


def numbers(name: str, column: pd.Series[Any]) -> list[float | int | None]:
    """Numbers, null where one is missing."""
    try:
        values = pd.to_numeric(column).astype("float64")
    except (TypeError, ValueError) as cause:
        raise WheelhouseError(f"The column {name} must hold numbers: {cause}") from cause
    if np.isinf(values).any():
        raise WheelhouseError(f"The column {name} holds an infinite number. Send NaN if the value is missing.")
    whole = pd.api.types.is_integer_dtype(column)
    return [None if value != value else int(value) if whole else value for value in values.tolist()]


def times(values: Sequence[Any] | pd.Series[Any] | pd.DatetimeIndex) -> list[str]:
    """Times with a time zone as text. Raises WheelhouseError for times without one."""
    index = pd.DatetimeIndex(pd.Series(values))
    if index.tz is None:
        raise WheelhouseError(
            "The times have no time zone. If they are in UTC, say so: frame['time'].dt.tz_localize('UTC')."
        )
    if index.hasnans:
        raise WheelhouseError("A time is missing.")
    return [at.isoformat(timespec="milliseconds") for at in index.tz_convert("UTC")]


def answer(outputs: list[dict[str, Any]], index: pd.Index[Any], classes: Sequence[str]) -> pd.DataFrame:
    """The outputs as columns: `score`, `value`, or `class` with one column for each class."""
    columns: dict[str, Any] = {}
    for output in outputs:
        name, data, shape = output["name"], output["data"], output["shape"]
        if name == "probabilities":
            table = np.array(data, dtype=float).reshape(shape)
            names = list(classes) if len(classes) == shape[1] else [f"probability_{i}" for i in range(shape[1])]
            columns.update({of: table[:, i] for i, of in enumerate(names)})
        else:
            columns[name] = data if output["datatype"] == "BYTES" else np.array(data, dtype=float)
    return pd.DataFrame(columns, index=index)
