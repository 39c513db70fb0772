"""Python for Wheelhouse: report from training programs, and use a running Wheelhouse.

`wheelhouse.report` is for the dataset and training programs that Wheelhouse runs. `wheelhouse.Client` is for
applications and notebooks: predictions, labels, runs, findings and figures as data frames.
"""

from wheelhouse.client import Client
from wheelhouse.errors import (
    ExportDiffersError,
    NotInARunError,
    ServerError,
    UnreachableError,
    WheelhouseError,
)

__all__ = [
    "Client",
    "ExportDiffersError",
    "NotInARunError",
    "ServerError",
    "UnreachableError",
    "WheelhouseError",
]
__version__ = "0.1.0"
