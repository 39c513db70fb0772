import lightgbm
import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from tests.conftest import customers
from wheelhouse import ExportDiffersError, report

NUMBERS = {"months": "number", "fee": "number"}
LABELS = {"binary": "label", "regression": "spent", "multiclass": "grade"}
CLASSES = ["high", "low", "middle"]


def encoder(scale=False):
    # In 32 bits a scaled number can land on the other side of a threshold: trees are given them as they are.
    steps = [SimpleImputer(), StandardScaler()] if scale else [SimpleImputer()]
    return ColumnTransformer(
        [
            ("numbers", make_pipeline(*steps), ["months", "fee"]),
            ("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["plan"]),
        ]
    )


def request_for(asked, task, rows, **changes):
    frame = rows.assign(label=rows[LABELS[task]])
    classes = {"classes": CLASSES} if task == "multiclass" else {}
    return asked(frame, task=task, **classes, **changes)


def served(request, rows):
    """What the file answers, in the way that the gateway asks it."""
    session = onnxruntime.InferenceSession((request.folder / "model.onnx").read_bytes())
    assert sorted(one.name for one in session.get_inputs()) == sorted(request.features)
    assert len(session.get_outputs()) == 1
    return session.run(None, {name: rows[name].to_numpy().reshape(-1, 1) for name in request.features})[0]


PIPELINES = [
    ("binary", LogisticRegression()),
    ("binary", RandomForestClassifier(20, random_state=1)),
    ("binary", lightgbm.LGBMClassifier(n_estimators=20, verbose=-1)),
    ("binary", xgboost.XGBClassifier(n_estimators=20)),
    ("regression", LinearRegression()),
    ("regression", GradientBoostingRegressor(n_estimators=20)),
    ("regression", RandomForestRegressor(20, random_state=1)),
    ("regression", lightgbm.LGBMRegressor(n_estimators=20, verbose=-1)),
    ("regression", xgboost.XGBRegressor(n_estimators=20)),
    ("multiclass", RandomForestClassifier(20, random_state=1)),
    ("multiclass", lightgbm.LGBMClassifier(n_estimators=20, verbose=-1)),
]


@pytest.mark.parametrize(("task", "estimator"), PIPELINES, ids=lambda one: getattr(type(one), "__name__", one))
def test_exports_a_pipeline_with_missing_values_and_categories(asked, said, task, estimator):
    request = request_for(asked, task, customers())
    rows, labels = request.rows(), request.labels()
    is_linear = isinstance(estimator, LogisticRegression | LinearRegression)
    fitted = make_pipeline(encoder(scale=is_linear), estimator).fit(rows, labels)
    report.model(fitted, request)
    assert [(one["artifact"], one["path"]) for one in said()] == [
        ("model", "model.onnx"),
        ("predictions", "predictions.parquet"),
    ]
    own = fitted.predict(rows) if task == "regression" else fitted.predict_proba(rows)
    assert np.allclose(served(request, rows).reshape(own.shape), own, rtol=1e-4, atol=1e-4)
    predictions = pd.read_parquet(request.folder / "predictions.parquet")
    assert list(predictions.columns) == {"binary": ["score"], "regression": ["value"], "multiclass": CLASSES}[task]
    assert len(predictions) == len(rows)
    onnx.checker.check_model((request.folder / "model.onnx").read_bytes())


BARE = [
    ("binary", lightgbm.LGBMClassifier(n_estimators=20, verbose=-1)),
    ("binary", xgboost.XGBClassifier(n_estimators=20)),
    ("regression", xgboost.XGBRegressor(n_estimators=20)),
    ("multiclass", lightgbm.LGBMClassifier(n_estimators=20, verbose=-1)),
]


@pytest.mark.parametrize(("task", "estimator"), BARE, ids=lambda one: getattr(type(one), "__name__", one))
def test_gives_a_model_of_numbers_one_input_for_each_feature_in_any_order(asked, task, estimator):
    request = request_for(asked, task, customers(), features=NUMBERS)
    rows = request.rows()
    fitted = estimator.fit(rows[["fee", "months"]], request.labels())
    report.model(fitted, request)
    own = (
        fitted.predict(rows[["fee", "months"]])
        if task == "regression"
        else fitted.predict_proba(rows[["fee", "months"]])
    )
    assert np.allclose(served(request, rows).reshape(own.shape), own, atol=1e-4, rtol=1e-4)


def boosters(task, rows, labels, classes):
    objective = {"binary": "binary:logistic", "regression": "reg:squarederror", "multiclass": "multi:softprob"}[task]
    many = {"num_class": classes} if task == "multiclass" else {}
    yield xgboost.train({"objective": objective, **many}, xgboost.DMatrix(rows, labels), 20)
    objective = {"binary": "binary", "regression": "regression", "multiclass": "multiclass"}[task]
    yield lightgbm.train({"objective": objective, "verbose": -1, **many}, lightgbm.Dataset(rows, labels), 20)


@pytest.mark.parametrize("task", LABELS)
def test_exports_the_native_boosters(asked, task):
    request = request_for(asked, task, customers(), features=NUMBERS)
    rows = request.rows()
    labels = request.codes() if task == "multiclass" else request.labels()
    for booster in boosters(task, rows, labels, len(request.classes)):
        report.model(booster, request)
        given = xgboost.DMatrix(rows) if isinstance(booster, xgboost.Booster) else rows
        own = booster.predict(given)
        answers = served(request, rows)
        answers = answers[:, -1] if task == "binary" else answers
        assert np.allclose(answers.reshape(own.shape), own, atol=1e-4, rtol=1e-4)


def test_puts_the_probabilities_into_the_order_of_the_classes(asked):
    rows = customers()
    request = asked(
        rows.assign(label=rows["grade"]), task="multiclass", classes=["middle", "high", "low"], features=NUMBERS
    )
    fitted = make_pipeline(SimpleImputer(), LogisticRegression()).fit(request.rows(), request.labels())
    report.model(fitted, request)
    own = pd.DataFrame(fitted.predict_proba(request.rows()), columns=fitted.classes_)
    assert np.allclose(served(request, request.rows()), own[["middle", "high", "low"]], atol=1e-5)


def test_an_estimator_fitted_on_codes_answers_in_the_order_of_the_classes(asked):
    rows = customers(missing=False)
    request = asked(rows.assign(label=rows["grade"]), task="multiclass", classes=["middle", "high", "low"])
    fitted = make_pipeline(encoder(), xgboost.XGBClassifier(n_estimators=20)).fit(request.rows(), request.codes())
    report.model(fitted, request)
    best = served(request, request.rows()).argmax(axis=1)
    assert (np.array(request.classes)[best] == request.labels()).mean() > 0.9


class Different(LogisticRegression):
    """Does something that no converter knows of."""

    def predict_proba(self, X):  # noqa: N803
        return np.clip(super().predict_proba(X) + 0.01, 0, 1)


def test_refuses_a_file_that_answers_differently_and_reports_nothing(asked, said):
    request = request_for(asked, "binary", customers(missing=False), features=NUMBERS)
    inner = LogisticRegression().fit(request.rows(), request.labels())
    own = inner.predict_proba(request.rows())[:, 1].copy()
    own[17] += 0.3
    with pytest.raises(ExportDiffersError, match=r"1 of 600 rows differently .* 0.3 apart"):
        report.model(inner, request, predictions=own)
    assert said() == []
    assert not (request.folder / "model.onnx").exists()


@pytest.mark.parametrize(
    ("fit", "message"),
    [
        (lambda rows, labels: LogisticRegression().fit(rows[["fee"]], labels), "fitted on the columns fee"),
        (
            lambda rows, labels: NearestCentroid().fit(rows[["months", "fee"]], labels),
            "cannot convert NearestCentroid: ",
        ),
        (lambda rows, labels: LinearSVC().fit(rows[["months", "fee"]], labels), "no predict_proba"),
    ],
)
def test_says_in_one_line_what_cannot_be_served(asked, fit, message):
    request = request_for(asked, "binary", customers(missing=False), features=NUMBERS)
    with pytest.raises(ExportDiffersError, match=message):
        report.model(fit(request.rows(), request.labels()), request)


def test_categories_need_an_encoder_in_the_model(asked):
    request = request_for(asked, "binary", customers(missing=False))
    fitted = DummyClassifier(strategy="prior").fit(request.rows(), request.labels())
    with pytest.raises(ExportDiffersError, match="plan are categories"):
        report.model(fitted, request)


def test_progress_of_lightgbm_and_xgboost(asked, said):
    request = request_for(asked, "binary", customers(missing=False), features=NUMBERS)
    rows, labels = request.rows(), request.labels()
    lightgbm.LGBMClassifier(n_estimators=5, verbose=-1).fit(rows, labels, callbacks=[report.callbacks.lightgbm()])
    xgboost.XGBClassifier(n_estimators=5, callbacks=[report.callbacks.xgboost(5)]).fit(rows, labels)
    lines = said()
    assert {"progress": 0.8, "message": "tree 5 of 5"} in lines
    assert lines.count({"progress": 0.8, "message": "tree 5 of 5"}) == 2
