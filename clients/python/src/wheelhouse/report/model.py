"""Hands over a trained model."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from wheelhouse.errors import WheelhouseError
from wheelhouse.report.lines import artifact
from wheelhouse.report.request import Request, read_request


def model(
    trained: Any,
    request: Request | None = None,
    *,
    predictions: npt.ArrayLike | None = None,
    tolerance: float = 1e-4,
) -> None:
    """Exports a trained model to ONNX, checks the file, and reports it, with the model's own predictions.

    See `wheelhouse.export` for the models that it takes. The predictions are for all rows to train on, so that
    Wheelhouse can compare them with the file it serves, row by row.

    Raises ExportDiffersError if the file would not be served, or does not answer as the model does; then nothing is
    reported.
    """
    from wheelhouse.export import export
    from wheelhouse.export.own import own_predictions

    asked = request or read_request()
    rows = asked.rows()
    own = own_predictions(trained, rows, asked) if predictions is None else np.asarray(predictions, np.float64)
    file = export(trained, asked, rows, predictions=own, tolerance=tolerance)
    (asked.folder / "model.onnx").write_bytes(file)
    artifact("model", "model.onnx")
    own_answers(own, asked)


def own_answers(answers: npt.ArrayLike, request: Request | None = None) -> None:
    """Reports what the trained model itself predicts for the rows to train on, in their order.

    The shape is `[n]`, or `[n, k]` for the k classes of a multiclass model.
    """
    asked = request or read_request()
    values = np.asarray(answers, dtype=np.float64)
    if not np.isfinite(values).all():
        raise WheelhouseError("Not every prediction is a finite number. The predictions were not reported.")
    if asked.task == "multiclass":
        frame = pd.DataFrame(values, columns=list(asked.classes))
    else:
        frame = pd.DataFrame({"value" if asked.task == "regression" else "score": values})
    frame.to_parquet(asked.folder / "predictions.parquet", index=False)
    artifact("predictions", "predictions.parquet")
