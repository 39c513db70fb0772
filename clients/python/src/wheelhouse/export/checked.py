"""Exports a model, and compares the file with the model before anybody gets it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from wheelhouse.errors import ExportDiffersError
from wheelhouse.export.convert import convert
from wheelhouse.export.own import Floats, class_order, columns_of, own_predictions
from wheelhouse.export.reshape import keep_answer, reorder_classes, split_inputs
from wheelhouse.report.request import Request, as_served

_MOST_ROWS = 5_000


def export(
    model: Any,
    request: Request,
    rows: pd.DataFrame,
    *,
    predictions: Floats | None = None,
    tolerance: float = 1e-4,
) -> bytes:
    """An ONNX file that answers as `model` does, with one input for each feature and one output.

    `model` is a fitted estimator or pipeline of scikit-learn, an estimator of LightGBM or XGBoost, or their native
    booster. `rows` are rows of the features; the file answers up to 5,000 of them, evenly spread, and no answer may
    differ from the model's own by more than `tolerance` (relative for values above 1). `predictions` are the model's
    own answers to all `rows`, if it takes another form of them than a data frame.

    Raises ExportDiffersError if the file would not be served, or answers differently.
    """
    served = as_served(rows, request)
    own = own_predictions(model, served, request) if predictions is None else np.asarray(predictions, np.float64)
    if len(own) != len(served):
        raise ExportDiffersError(f"There are {len(own)} predictions for {len(served)} rows.")
    try:
        proto = convert(model, request)
    except ModuleNotFoundError as cause:
        raise ExportDiffersError(
            f"Exporting to ONNX needs the package {cause.name}: pip install 'wheelhouse[sklearn]', "
            "'wheelhouse[lightgbm]' or 'wheelhouse[xgboost]'."
        ) from cause
    except ExportDiffersError:
        raise
    except Exception as cause:
        # Converters fail in ways of their own, some with pages of text.
        said = " ".join(f"{type(cause).__name__}: {cause}".split())
        raise ExportDiffersError(
            f"The converter to ONNX cannot convert {type(model).__name__}: {said[:300]}. Nothing was reported. Save "
            "the model as ONNX in another way and report the file with report.artifact, or take another estimator."
        ) from cause
    keep_answer(proto, request.task)
    split_inputs(proto, columns_of(model, request))
    if request.task == "multiclass":
        reorder_classes(proto, class_order(model, own.shape[1], request))
    file: bytes = proto.SerializeToString()
    every = max(1, -(-len(served) // _MOST_ROWS))
    _compare(_answers(file, served.iloc[::every], request), own[::every], served.iloc[::every], tolerance)
    return file


def _answers(file: bytes, rows: pd.DataFrame, request: Request) -> Floats:
    from onnxruntime import InferenceSession

    session = InferenceSession(file, providers=["CPUExecutionProvider"])
    inputs = {given.name for given in session.get_inputs()}
    unused = [name for name in request.features if name not in inputs]
    if unused:
        raise ExportDiffersError(
            f"The exported model does not take {', '.join(unused)}. Remove these features from wheelhouse.yaml, or "
            "give them to the model."
        )
    columns = {name: rows[name].to_numpy().reshape(-1, 1) for name in request.features}
    answers = np.asarray(session.run(None, columns)[0], dtype=np.float64)
    if request.task == "multiclass":
        return answers
    return answers[:, -1] if answers.ndim == 2 else answers


def _compare(answers: Floats, own: Floats, rows: pd.DataFrame, tolerance: float) -> None:
    if answers.shape != own.shape:
        raise ExportDiffersError(
            f"The exported model answers with the shape {answers.shape}, the trained one with {own.shape}."
        )
    if not np.isfinite(answers).all():
        row = int(np.argwhere(~np.isfinite(answers))[0][0])
        raise ExportDiffersError(
            f"The exported model answers a row with a number that is not finite: {rows.iloc[row].to_dict()}."
        )
    apart = np.abs(answers - own) / np.maximum(1, np.abs(own))
    by_row = apart if apart.ndim == 1 else apart.max(axis=1)
    wrong = int((by_row > tolerance).sum())
    if wrong:
        worst = int(by_row.argmax())
        raise ExportDiffersError(
            f"The exported model answers {wrong} of {len(rows)} rows differently from the trained one, at most "
            f"{by_row[worst]:.2g} apart, for example {rows.iloc[worst].to_dict()}: "
            f"{answers[worst]} instead of {own[worst]}. Nothing was reported. A step outside of the pipeline can "
            "be the reason, or a step such as StandardScaler in front of trees: rounded to 32 bits, its numbers can be "
            "on the other side of a threshold, and trees need no scaling. `tolerance` allows more."
        )
