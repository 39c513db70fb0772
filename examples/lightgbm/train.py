"""Trains boosted trees with LightGBM, and hands them over as a checked ONNX file."""

from lightgbm import LGBMRegressor
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from wheelhouse import report

request = report.request()
rows, labels = request.rows(), request.labels()

# The encoder is part of the model, so that the exported file takes the features as they are.
model = make_pipeline(
    ColumnTransformer(
        [
            ("numbers", "passthrough", request.numbers),
            ("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), request.categories),
        ]
    ),
    LGBMRegressor(n_estimators=request.parameters["trees"], random_state=1, n_jobs=1, verbose=-1),
)
model.fit(rows, labels, lgbmregressor__callbacks=[report.callbacks.lightgbm()])

report.progress(0.9, "exporting")
report.metric("train_r2", model.score(rows, labels))
report.model(model)
