"""Trains boosted trees with scikit-learn and writes them as ONNX."""

import json
import os

import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder


def report(**line) -> None:
    """Tells Wheelhouse something. It has to be JSON, and flushed so that it arrives at once."""
    print(json.dumps(line), flush=True)


def main() -> None:
    with open(os.environ["WHEELHOUSE_REQUEST"]) as file:
        request = json.load(file)
    features = request["features"]
    numbers = [name for name, kind in features.items() if kind == "number"]
    categories = [name for name, kind in features.items() if kind == "category"]

    report(progress=0.1, message="reading the rows")
    table = pd.read_parquet(request["data"])
    # The types that the served model will be asked with: float32, and text.
    rows = table[list(features)].copy()
    rows[numbers] = rows[numbers].astype(np.float32)
    rows[categories] = rows[categories].fillna(request["null_category"]).astype(str)

    report(progress=0.2, message="fitting")
    # The encoding is part of the pipeline, so the exported model takes the features as they are.
    # A number that is missing arrives as NaN; the median stands in for it.
    model = make_pipeline(
        ColumnTransformer(
            [
                ("numbers", SimpleImputer(strategy="median"), numbers),
                ("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), categories),
            ]
        ),
        GradientBoostingClassifier(
            n_estimators=request["parameters"]["trees"],
            learning_rate=request["parameters"]["learning_rate"],
            random_state=1,
        ),
    )
    model.fit(rows, table["label"])
    scores = model.predict_proba(rows)[:, 1]

    report(progress=0.8, message="exporting")
    kinds = {"number": FloatTensorType, "category": StringTensorType}
    onnx_model = to_onnx(
        model,
        initial_types=[(name, kinds[kind]([None, 1])) for name, kind in features.items()],
        # Without this the probabilities are a list of dictionaries, which cannot be served.
        options={id(model): {"zipmap": False}},
        # What onnxruntime reads today, whichever version of onnx is installed.
        target_opset={"": 18, "ai.onnx.ml": 3},
    )
    path = os.path.join(os.environ["WHEELHOUSE_RUN_DIR"], "model.onnx")
    with open(path, "wb") as file:
        file.write(onnx_model.SerializeToString())

    report(metric="train_rows", value=len(table))
    report(metric="train_auc", value=float(roc_auc_score(table["label"], scores)))
    report(artifact="model", path="model.onnx")

    # Wheelhouse compares these with the model file, row by row: an export that lost a step shows here.
    predictions = os.path.join(os.environ["WHEELHOUSE_RUN_DIR"], "predictions.parquet")
    pd.DataFrame({"score": scores}).to_parquet(predictions)
    report(artifact="predictions", path="predictions.parquet")


if __name__ == "__main__":
    main()
