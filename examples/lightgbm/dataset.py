"""Writes the labelled rows of the requested window."""

import pandas as pd
from households import consumption
from wheelhouse import report

request = report.request()
report.dataset(consumption(pd.Timestamp(request.window.start), pd.Timestamp(request.window.end)))
