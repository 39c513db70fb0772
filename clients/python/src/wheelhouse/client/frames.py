"""Answers of the bot's API as data frames."""

from __future__ import annotations

from typing import Any

import pandas as pd

_TIMES = ("from", "to", "at", "created", "started", "finished", "since", "opened")


def timed(frame: pd.DataFrame) -> pd.DataFrame:
    """The same with the columns of times as times, in UTC."""
    for name in _TIMES:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def runs(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """One row a run, with its window, times, and the deciding metric."""
    return timed(
        pd.DataFrame(
            [
                {
                    "run": row["id"],
                    **{key: row[key] for key in ("kind", "model", "status", "stage", "share")},
                    "by": row["requestedBy"],
                    "versions": tuple(row["versions"]),
                    **row["window"],
                    "created": row["createdAt"],
                    "started": row["startedAt"],
                    "finished": row["finishedAt"],
                    "seconds": row["seconds"],
                    "metric": (row["metric"] or {}).get("name"),
                    "value": (row["metric"] or {}).get("value"),
                    "error": row["error"],
                }
                for row in rows
            ]
        )
    )


def findings(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """One row a window, with what the monitor found."""
    return timed(
        pd.DataFrame(
            [
                {**row["window"], **{key: value for key, value in row.items() if key != "window"}}
                for row in reversed(rows)
            ]
        )
    )


def figures(board: dict[str, Any]) -> pd.DataFrame:
    """One row a figure and window, from the line charts of a board."""
    return timed(
        pd.DataFrame(
            [
                {
                    "subject": chart["subject"],
                    "title": chart["title"],
                    "series": series["name"],
                    "monitor": series["monitor"],
                    "low": None,
                    "high": None,
                    **point,
                    "limit": series["limit"],
                    "evaluated": series["evaluated"],
                }
                for chart in board["charts"]
                for series in chart["series"]
                for point in series["points"]
            ],
            columns=[
                *("subject", "title", "series", "monitor", "from", "to"),
                *("version", "value", "low", "high", "limit", "evaluated"),
            ],
        )
    )


def by_column(board: dict[str, Any], subject: str | None) -> pd.DataFrame:
    """A heat map: one row a column of the data, one column a window (its start)."""
    maps = [one for one in board["heatMaps"] if subject in (None, one["subject"])]
    if not maps:
        return pd.DataFrame()
    starts = pd.to_datetime([window["from"] for window in maps[0]["windows"]], utc=True)
    rows = {row["name"]: row["values"] for row in maps[0]["rows"]}
    return pd.DataFrame.from_dict(rows, orient="index", columns=starts, dtype=float)
