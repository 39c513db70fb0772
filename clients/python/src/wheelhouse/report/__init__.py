"""Reports from the programs that Wheelhouse runs.

from wheelhouse import report

request = report.request()
rows, labels = request.rows(), request.labels()
report.progress(0.1, "fitting")
fitted = make_pipeline(...).fit(rows, labels)
report.metric("train_auc", roc_auc_score(labels, fitted.predict_proba(rows)[:, 1]))
report.model(fitted)
"""

from wheelhouse.report import callbacks
from wheelhouse.report.dataset import dataset
from wheelhouse.report.lines import artifact, metric, metrics, progress
from wheelhouse.report.model import model, own_answers
from wheelhouse.report.request import Request, Window
from wheelhouse.report.request import read_request as request

__all__ = [
    "Request",
    "Window",
    "artifact",
    "callbacks",
    "dataset",
    "metric",
    "metrics",
    "model",
    "own_answers",
    "progress",
    "request",
]
