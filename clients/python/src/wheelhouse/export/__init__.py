"""From a trained model of scikit-learn, LightGBM or XGBoost to an ONNX file that Wheelhouse can serve."""

from wheelhouse.export.checked import export

__all__ = ["export"]
