"""What a trained model answers itself, before any export."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from wheelhouse.errors import ExportDiffersError
from wheelhouse.report.request import Request

Floats = npt.NDArray[np.float64]


def is_booster(model: Any, package: str) -> bool:
    """Whether it is the native booster of `lightgbm` or `xgboost`, not an estimator with `fit`."""
    kind = type(model)
    return kind.__name__ == "Booster" and kind.__module__.split(".")[0] == package


def columns_of(model: Any, request: Request) -> list[str]:
    """The features in the order in which the model was fitted."""
    if is_booster(model, "lightgbm"):
        fitted = list(model.feature_name())
    elif is_booster(model, "xgboost"):
        fitted = list(model.feature_names or request.features)
    else:
        fitted = list(getattr(model, "feature_names_in_", request.features))
    if sorted(fitted) != sorted(request.features):
        raise ExportDiffersError(
            f"The model was fitted on the columns {', '.join(map(str, fitted))}, "
            f"but the declared features are {', '.join(request.features)}. "
            "Fit it on a data frame with exactly these columns, such as request.rows()."
        )
    return fitted


def own_predictions(model: Any, rows: pd.DataFrame, request: Request) -> Floats:
    """What the model answers: scores or values `[n]`, or probabilities `[n, k]` in the order of the classes."""
    given = rows[columns_of(model, request)]
    if is_booster(model, "xgboost"):
        from xgboost import DMatrix

        answers = np.asarray(model.predict(DMatrix(given)), dtype=np.float64)
    elif is_booster(model, "lightgbm") or request.task == "regression":
        answers = np.asarray(model.predict(given), dtype=np.float64)
    elif hasattr(model, "predict_proba"):
        answers = np.asarray(model.predict_proba(given), dtype=np.float64)
    else:
        raise ExportDiffersError(
            f"{type(model).__name__} has no predict_proba, but a {request.task} model answers with probabilities."
        )
    if request.task == "multiclass":
        return answers[:, class_order(model, answers.shape[1], request)]
    return answers[:, -1] if answers.ndim == 2 else answers


def class_order(model: Any, columns: int, request: Request) -> list[int]:
    """For each class of the request, the column of the model's probabilities.

    A model fitted on the numbers 0 to k-1 (`request.codes()`) has them in the order of the classes already.
    """
    if columns != len(request.classes):
        raise ExportDiffersError(
            f"The model answers with {columns} probabilities, but {request.model} has {len(request.classes)} "
            f"classes: {', '.join(request.classes)}."
        )
    fitted = getattr(model, "classes_", None)
    names = None if fitted is None else [str(name) for name in fitted]
    if names is None or (sorted(names) != sorted(request.classes) and names == [str(i) for i in range(columns)]):
        return list(range(columns))
    if sorted(names) != sorted(request.classes):
        raise ExportDiffersError(
            f"The model was fitted on the classes {', '.join(names)}, but {request.model} has "
            f"{', '.join(request.classes)}."
        )
    return [names.index(name) for name in request.classes]
