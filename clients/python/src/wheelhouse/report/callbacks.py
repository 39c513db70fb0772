"""Progress of LightGBM and XGBoost, tree by tree."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wheelhouse.report.lines import progress

if TYPE_CHECKING:
    from xgboost.callback import TrainingCallback

_EVERY_SECONDS = 0.5


class _Pace:
    """Lets a report through twice a second, and always the last one."""

    def __init__(self, start: float, end: float) -> None:
        self._start, self._end = start, end
        self._last = 0.0

    def tree(self, done: int, of: int) -> None:
        now = time.monotonic()
        if done < of and now - self._last < _EVERY_SECONDS:
            return
        self._last = now
        progress(self._start + (self._end - self._start) * done / of, f"tree {done} of {of}")


def lightgbm(start: float = 0.1, end: float = 0.8) -> Callable[[Any], None]:
    """A callback for LightGBM that reports each tree as progress between `start` and `end`."""
    pace = _Pace(start, end)

    def report_tree(env: Any) -> None:
        pace.tree(env.iteration - env.begin_iteration + 1, env.end_iteration - env.begin_iteration)

    return report_tree


def xgboost(trees: int, start: float = 0.1, end: float = 0.8) -> TrainingCallback:
    """A callback for XGBoost that reports each of `trees` trees as progress between `start` and `end`."""
    from xgboost.callback import TrainingCallback

    pace = _Pace(start, end)

    class ReportTree(TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            pace.tree(epoch + 1, trees)
            return False

    return ReportTree()
