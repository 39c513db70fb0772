"""Makes the models beside it, as scikit-learn and skl2onnx write them. Run once; the files are committed.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2
    venv/bin/python test/onnx/files/make.py
"""

import pathlib
import pickle

import numpy as np
import onnx
from onnx import TensorProto
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(1)
X = np.stack([random.integers(0, 80, 400), np.round(random.uniform(5, 90, 400), 2)], axis=1)
y = (X[:, 0] * 0.02 + X[:, 1] * 0.01 + random.normal(0, 0.4, 400) > 1.3).astype(int)
NAMES = ["age", "fee"]


def columns(kind, names=NAMES, rows=None):
    return [(name, kind([rows, 1])) for name in names]


def save(name, model):
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())


def by_columns(estimator=None, names=NAMES, labels=y):
    """One input a feature: the columns are put side by side first."""
    order = [NAMES.index(name) for name in names]
    steps = make_column_transformer(("passthrough", list(range(len(names)))))
    estimator = LogisticRegression() if estimator is None else estimator
    return make_pipeline(steps, estimator).fit(X[:, order], labels)


def plain(model):
    return {"options": {id(model): {"zipmap": False}}, "target_opset": {"": 18, "ai.onnx.ml": 3}}


model = by_columns()
good = to_onnx(model, initial_types=columns(FloatTensorType), **plain(model))
save("good", good)
save("zipmap", to_onnx(model, initial_types=columns(FloatTensorType), target_opset={"": 18, "ai.onnx.ml": 3}))
save("double", to_onnx(model, initial_types=columns(DoubleTensorType), **plain(model)))
save("int64", to_onnx(model, initial_types=columns(Int64TensorType), **plain(model)))
save("one-row", to_onnx(model, initial_types=columns(FloatTensorType, rows=1), **plain(model)))
swapped = by_columns(names=["fee", "age"])
save("swapped", to_onnx(swapped, initial_types=columns(FloatTensorType, ["fee", "age"]), **plain(swapped)))
save("misspelt", to_onnx(model, initial_types=columns(FloatTensorType, ["age", "fees"]), **plain(model)))

# What most people write first: one tensor of all features.
bare = LogisticRegression().fit(X, y)
save("matrix", to_onnx(bare, X[:1].astype(np.float32), **plain(bare)))
save("matrix-double", to_onnx(bare, X[:1], **plain(bare)))
wide = LogisticRegression().fit(np.hstack([X, X]), y)
save("matrix-wide", to_onnx(wide, np.hstack([X, X])[:1].astype(np.float32), **plain(wide)))
save("matrix-zipmap", to_onnx(bare, X[:1].astype(np.float32), target_opset={"": 18, "ai.onnx.ml": 3}))

three = by_columns(RandomForestClassifier(2, max_depth=2, random_state=1), labels=y + (X[:, 0] > 60))
save("three-classes", to_onnx(three, initial_types=columns(FloatTensorType), **plain(three)))

regressor = by_columns(LinearRegression())
save("regressor", to_onnx(regressor, initial_types=columns(FloatTensorType), target_opset={"": 18, "ai.onnx.ml": 3}))

plans = np.array([["basic"], ["pro"]] * 200)
mixed = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()).fit(plans, y)
save("category", to_onnx(mixed, initial_types=columns(StringTensorType, ["plan"]), **plain(mixed)))


def changed(name, change):
    copy = onnx.ModelProto.FromString(good.SerializeToString())
    change(copy)
    save(name, copy)


changed("opset-too-new", lambda m: setattr(m.opset_import[0], "version", 99))
changed("ml-opset-too-new", lambda m: setattr(next(o for o in m.opset_import if o.domain), "version", 99))
changed("ir-too-new", lambda m: setattr(m, "ir_version", 99))
changed("unknown-operator", lambda m: setattr(m.graph.node[-1], "op_type", "Castt"))


def renamed(m):
    """Two outputs of which neither is called as expected."""
    for node in m.graph.node:
        node.output[:] = ["chance" if name == "probabilities" else name for name in node.output]
        node.input[:] = ["chance" if name == "probabilities" else name for name in node.input]
    for output in m.graph.output:
        if output.name == "probabilities":
            output.name = "chance"


changed("two-outputs", renamed)


def only_label(m):
    del m.graph.output[1:]


changed("only-label", only_label)


def outside(m):
    m.graph.initializer.append(
        TensorProto(name="coefficients", dims=[2], data_type=1, data_location=TensorProto.EXTERNAL)
    )
    entry = m.graph.initializer[-1].external_data.add()
    entry.key, entry.value = "location", "model.onnx.data"


changed("outside", outside)
(HERE / "pickle.onnx").write_bytes(pickle.dumps(bare))

# What test/onnx/bind.test.ts expects.
print(model.predict_proba([[30, 9.5], [40, 12]])[:, 1])
