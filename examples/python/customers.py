"""Where the rows come from. Replace this file by a query over your own data.

These customers are made up, a hundred a day. The same window always gives the same rows in the same
order: versions are compared on them.
"""

import numpy as np
import pandas as pd

ROWS_PER_DAY = 100


def customers(start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """The customers of the days from `start` (included) to `end` (not included), both in UTC."""
    days = pd.date_range(start.normalize(), end, freq="D", inclusive="left")
    if len(days) == 0:
        return pd.DataFrame()
    rows = pd.concat([of_day(day) for day in days], ignore_index=True)
    return rows[(rows["time"] >= start) & (rows["time"] < end)]


def of_day(day: pd.Timestamp) -> pd.DataFrame:
    random = np.random.default_rng(int(day.timestamp()))
    n = ROWS_PER_DAY
    months = random.integers(1, 60, n).astype(float)
    fee = random.choice([9.0, 19.5, 49.0], n, p=[0.5, 0.35, 0.15])
    tickets = random.poisson(1.2, n).astype(float)
    plan = random.choice(["monthly", "yearly"], n, p=[0.7, 0.3])

    odds = -1.2 - 0.04 * months + 0.7 * tickets - 1.0 * (plan == "yearly") + 0.01 * fee
    churned = random.random(n) < 1 / (1 + np.exp(-odds))

    return pd.DataFrame(
        {
            "id": [f"{day:%Y%m%d}-{row}" for row in range(n)],
            "time": day + pd.to_timedelta(np.arange(n) * (24 * 60 // n), unit="min"),
            "label": churned.astype(int),
            # A value that is not known is null, not 0.
            "months": np.where(random.random(n) < 0.02, np.nan, months),
            "monthly_fee": fee,
            "tickets": tickets,
            "plan": plan,
        }
    )
