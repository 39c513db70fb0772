"""The text of a category, the same in training, evaluation and serving."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd


def as_text(value: Any) -> str | None:
    """One category as text, or None if it is missing.

    Text is unchanged, 19 and 19.0 are "19", 19.5 is "19.5", a boolean is "true" or "false".
    """
    if isinstance(value, str):
        return value
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    # numpy's scalars become Python's.
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, float):
        if math.isnan(plain):
            return None
        return str(int(plain)) if plain.is_integer() and abs(plain) < 1e15 else repr(plain)
    return str(plain)
