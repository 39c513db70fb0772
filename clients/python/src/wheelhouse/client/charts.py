"""Charts for notebooks, with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from wheelhouse.errors import WheelhouseError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _figure(width: float, height: float) -> Figure:
    try:
        # Not pyplot: it keeps every figure, and shows it a second time in a notebook.
        from matplotlib.figure import Figure
    except ModuleNotFoundError as cause:
        raise WheelhouseError("Charts need matplotlib: pip install 'wheelhouse[charts]'.") from cause
    return Figure(figsize=(width, height), layout="constrained")


def lines(figures: pd.DataFrame, events: pd.DataFrame, subject: str) -> Figure:
    """One subject over time: each series with its band, its limit, and what was deployed or alarmed."""
    chosen = figures[figures["subject"] == subject]
    if chosen.empty:
        known = ", ".join(sorted(figures["subject"].unique())) or "none"
        raise WheelhouseError(f"Nothing was measured of {subject}. There is: {known}.")
    figure = _figure(9, 3.4)
    axes: Any = figure.subplots()
    for name, series in chosen.groupby("series", sort=False):
        (drawn,) = axes.plot(series["from"], series["value"], marker=".", label=str(name))
        if series["low"].notna().any():
            low, high = (series[edge].astype(float) for edge in ("low", "high"))
            axes.fill_between(series["from"], low, high, alpha=0.15, color=drawn.get_color())
        for edge, style in (("limit", "--"), ("evaluated", ":")):
            at = series[edge].dropna()
            if len(at):
                axes.axhline(float(at.iloc[-1]), linestyle=style, color=drawn.get_color(), label=f"{name}, {edge}")
    first, last = chosen["from"].min(), chosen["to"].max()
    for event in events.to_dict("records"):
        if first <= event["at"] <= last:
            axes.axvline(event["at"], color="tab:red" if event["what"] == "alert" else "gray", linewidth=0.8)
            axes.annotate(str(event["words"]), (event["at"], 1), xycoords=("data", "axes fraction"), fontsize=7)
    axes.set_title(str(chosen["title"].iloc[0]), loc="left")
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)
    return figure


def heat_map(table: pd.DataFrame, title: str) -> Figure:
    """A figure for many columns over time."""
    if table.empty:
        raise WheelhouseError("No monitor has measured this by column yet.")
    figure = _figure(9, 1 + 0.3 * len(table))
    axes: Any = figure.subplots()
    drawn = axes.imshow(table.to_numpy(), aspect="auto", cmap="Reds", vmin=0)
    axes.set_yticks(range(len(table)), [str(name) for name in table.index])
    step = max(1, len(table.columns) // 8)
    shown = range(0, len(table.columns), step)
    axes.set_xticks(list(shown), [f"{table.columns[i]:%d %b %H:%M}" for i in shown], rotation=30, ha="right")
    axes.set_title(title, loc="left")
    figure.colorbar(drawn)
    return figure
