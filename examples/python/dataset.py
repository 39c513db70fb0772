"""Writes the labelled rows of the requested window as Parquet."""

import json
import os

import pandas as pd

from customers import customers


def main() -> None:
    with open(os.environ["WHEELHOUSE_REQUEST"]) as file:
        request = json.load(file)

    # The window is in UTC. The column `time` is written in UTC without an offset.
    start, end = (
        pd.Timestamp(request["window"][edge]).tz_convert(None) for edge in ("from", "to")
    )
    rows = customers(start, end)
    if rows.empty:
        raise SystemExit(f"There are no customers from {start} to {end}.")

    names = ["id", "time", "label", *request["features"]]
    # Written under another name first, so that half a file never looks like a dataset.
    partial = request["out"] + ".partial"
    rows[names].to_parquet(partial, index=False)
    os.replace(partial, request["out"])
    print(f"wrote {len(rows)} rows")


if __name__ == "__main__":
    main()
