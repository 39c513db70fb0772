"""Rows that a dataset program hands over."""

from __future__ import annotations

import pandas as pd

from wheelhouse.errors import WheelhouseError
from wheelhouse.report.request import Request, read_request


def dataset(frame: pd.DataFrame, request: Request | None = None) -> None:
    """Writes the rows of the requested window for Wheelhouse.

    `frame` has a column `label`, one for each feature, and optionally `id`, `time` and `entity`; other columns are
    left out. Times with a time zone are converted to UTC. The file appears only when it is complete.

    Raises WheelhouseError if a column is missing, or if there are no rows.
    """
    asked = request or read_request()
    if asked.out is None:
        raise WheelhouseError(f"{asked.run} asks for no rows: this is the training program.")
    if frame.empty:
        raise WheelhouseError(f"There are no rows from {asked.window.start} to {asked.window.end}.")
    missing = [name for name in ("label", *asked.features) if name not in frame]
    if missing:
        raise WheelhouseError(f"The rows have no column {', '.join(missing)}. Nothing was written.")
    extra = [name for name in ("id", "time", "entity") if name in frame]
    rows = frame[[*extra, "label", *asked.features]].copy()
    if "time" in rows and getattr(rows["time"].dtype, "tz", None) is not None:
        rows["time"] = rows["time"].dt.tz_convert("UTC").dt.tz_localize(None)
    partial = asked.out.with_name(f"{asked.out.name}.partial")
    rows.to_parquet(partial, index=False)
    partial.replace(asked.out)
    print(f"wrote {len(rows)} rows")
