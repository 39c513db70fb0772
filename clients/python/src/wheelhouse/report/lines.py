"""The lines on standard output that Wheelhouse reads."""

from __future__ import annotations

import json
import math
import sys
import threading
from collections.abc import Mapping
from numbers import Real
from pathlib import Path

from wheelhouse.errors import WheelhouseError

# Progress bars of other libraries write from their own threads: a line is written as a whole.
_lock = threading.Lock()


def _say(**line: object) -> None:
    text = json.dumps(line, allow_nan=False)
    with _lock:
        sys.stdout.write(f"{text}\n")
        # Through a pipe Python keeps what is printed; Wheelhouse should see it now.
        sys.stdout.flush()


def progress(share: float, message: str = "") -> None:
    """Reports how far the program is, from 0 to 1, and what it does, in up to 300 characters.

    A share outside of 0 to 1 is taken as 0 or 1, and one that is not a number is not reported.
    """
    if math.isnan(share):
        return
    said = {"message": message[:300]} if message else {}
    _say(progress=min(1.0, max(0.0, float(share))), **said)


def metric(name: str, value: float) -> None:
    """Reports a number to keep with the version.

    Raises WheelhouseError if the name or the value cannot be kept.
    """
    if not 1 <= len(name) <= 100 or name.startswith("$") or not name.isprintable():
        raise WheelhouseError(
            f"{name!r} cannot name a metric: it needs 1 to 100 characters, no control characters and no leading $."
        )
    if not isinstance(value, Real) or not math.isfinite(value):
        raise WheelhouseError(f"The metric {name} is {value!r}, which is not a finite number. It was not reported.")
    _say(metric=name, value=float(value))


def metrics(values: Mapping[str, float]) -> None:
    """Reports several numbers to keep with the version."""
    for name, value in values.items():
        metric(name, value)


def artifact(name: str, path: str | Path) -> None:
    """Reports a file in the folder of the run. A relative path is relative to that folder."""
    _say(artifact=name, path=str(path))
