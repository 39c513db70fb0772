"""The converters of the frameworks."""

from __future__ import annotations

import copy
from typing import Any

from wheelhouse.errors import ExportDiffersError
from wheelhouse.export.own import columns_of, is_booster
from wheelhouse.report.request import Request

# What onnxruntime reads, whichever version of onnx is installed.
OPSET = {"": 18, "ai.onnx.ml": 3}


def convert(model: Any, request: Request) -> Any:
    """An ONNX graph as the framework's converter writes it.

    Its inputs are the features by name, or one tensor of all features in the order in which the model was fitted.
    """
    if is_booster(model, "lightgbm"):
        return _lightgbm(model, request)
    if is_booster(model, "xgboost"):
        return _xgboost(model, request)
    if type(model).__module__.startswith("xgboost."):
        # Its estimators are converted only if they were fitted without names of columns.
        return _xgboost(model.get_booster(), request)
    return _scikit_learn(model, request)


def _tensor(request: Request) -> list[tuple[str, Any]]:
    from skl2onnx.common.data_types import FloatTensorType

    if request.categories:
        raise ExportDiffersError(
            f"This model takes numbers only, but {', '.join(request.categories)} are categories. Put an encoder in "
            "front of it: make_pipeline(ColumnTransformer([...]), model), and export the pipeline."
        )
    return [("features", FloatTensorType([None, len(request.features)]))]


def _lightgbm(model: Any, request: Request) -> Any:
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    _tensor(request)
    size = [("features", FloatTensorType([None, len(request.features)]))]
    return onnxmltools.convert_lightgbm(model, initial_types=size, zipmap=False, target_opset=15)


def _xgboost(model: Any, request: Request) -> Any:
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    _tensor(request)
    # The converter knows features by position only.
    nameless = copy.copy(model)
    nameless.feature_names = None
    size = [("features", FloatTensorType([None, len(request.features)]))]
    return onnxmltools.convert_xgboost(nameless, initial_types=size, target_opset=15)


def _scikit_learn(model: Any, request: Request) -> Any:
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    _register()
    first = model.steps[0][1] if isinstance(model, Pipeline) else model
    kinds = {"number": FloatTensorType, "category": StringTensorType}
    # A column transformer picks its columns by name; everything else takes them side by side.
    inputs = (
        [(name, kinds[request.features[name]]([None, 1])) for name in columns_of(model, request)]
        if isinstance(first, ColumnTransformer)
        else _tensor(request)
    )
    # Otherwise probabilities are a list of dictionaries, which cannot be served.
    options = {id(model): {"zipmap": False}} if request.task != "regression" else None
    return to_onnx(model, initial_types=inputs, options=options, target_opset=OPSET)


def _register() -> None:
    """Teaches scikit-learn's converter the estimators of LightGBM and XGBoost, where these are installed."""
    from importlib.util import find_spec

    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import (
        calculate_linear_classifier_output_shapes,
        calculate_linear_regressor_output_shapes,
    )

    if find_spec("onnxmltools") is None:
        return
    of_classifier = {"zipmap": [True, False, "columns"], "nocl": [True, False]}
    if find_spec("lightgbm") is not None:
        from lightgbm import LGBMClassifier, LGBMRegressor
        from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm

        update_registered_converter(
            LGBMClassifier,
            "LightGbmLGBMClassifier",
            calculate_linear_classifier_output_shapes,
            convert_lightgbm,
            options=of_classifier,
        )
        update_registered_converter(
            LGBMRegressor,
            "LightGbmLGBMRegressor",
            calculate_linear_regressor_output_shapes,
            convert_lightgbm,
            options={"split": None},
        )
    if find_spec("xgboost") is not None:
        from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
        from xgboost import XGBClassifier, XGBRegressor

        update_registered_converter(
            XGBClassifier,
            "XGBoostXGBClassifier",
            calculate_linear_classifier_output_shapes,
            convert_xgboost,
            options=of_classifier,
        )
        update_registered_converter(
            XGBRegressor, "XGBoostXGBRegressor", calculate_linear_regressor_output_shapes, convert_xgboost
        )
