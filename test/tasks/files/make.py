"""Makes the models beside it, as scikit-learn and skl2onnx write them, and what scikit-learn answers with them.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 pandas
    venv/bin/python test/tasks/files/make.py
"""

import json
import pathlib

import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(1)
hour = np.arange(2000)
rows = pd.DataFrame({"distance": (hour * 7919 % 2000).astype(np.float32), "carrier": np.where(hour % 2 == 0, "AA", "UA")})
minutes = 10 + 0.03 * rows.distance + 8 * (rows.carrier == "UA") + random.normal(0, 6, len(rows))
classes = np.select([minutes < 30, minutes < 55], ["early", "late"], "very late")
TYPES = [("distance", FloatTensorType([None, 1])), ("carrier", StringTensorType([None, 1]))]
SHOWN = rows.iloc[[0, 1, 2, 3, 500, 1001, 1502, 1999]]


def pipeline(estimator, columns=("distance",)):
    steps = [("text", OneHotEncoder(sparse_output=False, handle_unknown="ignore"), ["carrier"])]
    if columns:
        steps.append(("numbers", StandardScaler(), list(columns)))
    else:
        steps.append(("numbers", "passthrough", ["distance"]))
    return make_pipeline(ColumnTransformer(steps), estimator)


def save(name, model, **options):
    (HERE / f"{name}.onnx").write_bytes(
        to_onnx(model, initial_types=TYPES, target_opset={"": 18, "ai.onnx.ml": 3}, **options).SerializeToString()
    )


expected = {"distance": SHOWN.distance.tolist(), "carrier": SHOWN.carrier.tolist()}
for name, trees in (("regressor", 60), ("regressor-poor", 8)):
    model = pipeline(GradientBoostingRegressor(n_estimators=trees, max_depth=2, random_state=1)).fit(rows, minutes)
    save(name, model)
    expected[name] = model.predict(SHOWN).tolist()

for name, strength in (("classifier", 100), ("classifier-poor", 0.0002)):
    model = pipeline(LogisticRegression(C=strength, max_iter=1000)).fit(rows, classes)
    save(name, model, options={id(model): {"zipmap": False}})
    expected["classes"] = model.classes_.tolist()
    expected[name] = model.predict_proba(SHOWN).tolist()

(HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
