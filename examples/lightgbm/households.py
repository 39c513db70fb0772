"""Where the rows come from. Replace this file by a query over your own data.

These households are made up: the electricity that fifty of them use in an hour. The same window always gives the same
rows in the same order, because versions are compared on them.
"""

import numpy as np
import pandas as pd

HOUSEHOLDS = 50
REGIONS = ["coast", "hills", "plain"]


def consumption(start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Every third hour from `start` (included) to `end` (not included), both in UTC."""
    hours = pd.date_range(start.floor("D"), end, freq="3h", inclusive="left")
    rows = [of_hour(hour) for hour in hours if hour >= start]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()


def of_hour(hour: pd.Timestamp) -> pd.DataFrame:
    random = np.random.default_rng(int(hour.timestamp()))
    n = HOUSEHOLDS
    region = np.array(REGIONS)[np.arange(n) % 3]
    people = 1 + np.arange(n) % 5
    season = -np.cos(2 * np.pi * hour.dayofyear / 365)
    outside = 10 + 9 * season - 3 * (region == "hills") + random.normal(0, 3, n)
    evening = np.exp(-(((hour.hour - 19) / 3) ** 2))
    used = 0.25 + 0.12 * people + 0.05 * np.clip(16 - outside, 0, None) + 0.5 * evening + random.gamma(2, 0.05, n)
    return pd.DataFrame(
        {
            "id": [f"{hour:%Y%m%d%H}-{household}" for household in range(n)],
            "time": hour,
            # Rows of one household are alike: intervals are computed over households.
            "entity": np.arange(n),
            "label": used.round(3),
            "hour": float(hour.hour),
            "weekday": float(hour.dayofweek),
            # A thermometer that does not answer is null, not 0.
            "outside": np.where(random.random(n) < 0.02, np.nan, outside),
            "people": people.astype(float),
            "region": region,
        }
    )
