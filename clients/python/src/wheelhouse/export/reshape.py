"""Changes of an ONNX graph, so that it has the inputs and the one output that Wheelhouse serves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wheelhouse.errors import ExportDiffersError

# The gateway gives each feature its own input, so no name of the graph may be taken by one.
_PREFIX = "wheelhouse_"


def split_inputs(proto: Any, names: Sequence[str]) -> None:
    """Replaces a single tensor of all features by one input for each, in the order of `names`."""
    from onnx import TensorProto, helper

    graph = proto.graph
    if len(graph.input) != 1 or len(names) < 1 or graph.input[0].name != "features":
        return
    rename(proto, "features", f"{_PREFIX}features")
    del graph.input[:]
    graph.input.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1]) for name in names)
    graph.node.insert(0, helper.make_node("Concat", list(names), [f"{_PREFIX}features"], axis=1))


def keep_answer(proto: Any, task: str) -> None:
    """Keeps the output with the answer and drops the label beside it, with what only the label needed."""
    graph = proto.graph
    outputs = [output.name for output in graph.output]
    wanted = ("variable", "value", "predictions") if task == "regression" else ("probabilities", "score")
    answer = next((name for name in wanted if name in outputs), outputs[0] if len(outputs) == 1 else None)
    if answer is None:
        raise ExportDiffersError(f"The converter wrote the outputs {', '.join(outputs)}; none is known as the answer.")
    kept = [output for output in graph.output if output.name == answer]
    del graph.output[:]
    graph.output.extend(kept)
    needed = {answer}
    nodes = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            nodes.append(node)
            needed.update(name for name in node.input if name)
    del graph.node[:]
    graph.node.extend(reversed(nodes))
    used = [tensor for tensor in graph.initializer if tensor.name in needed]
    del graph.initializer[:]
    graph.initializer.extend(used)
    rename(proto, answer, "value" if task == "regression" else "probabilities")


def reorder_classes(proto: Any, order: Sequence[int]) -> None:
    """Puts the columns of the probabilities into the order of the classes."""
    from onnx import TensorProto, helper

    if list(order) == list(range(len(order))):
        return
    graph = proto.graph
    rename(proto, "probabilities", f"{_PREFIX}as_fitted", declared=False)
    graph.initializer.append(helper.make_tensor(f"{_PREFIX}order", TensorProto.INT64, [len(order)], list(order)))
    graph.node.append(helper.make_node("Gather", [f"{_PREFIX}as_fitted", f"{_PREFIX}order"], ["probabilities"], axis=1))


def rename(proto: Any, old: str, new: str, *, declared: bool = True) -> None:
    """Renames a value everywhere in the graph; not the declared output itself, unless `declared`."""
    if old == new:
        return
    graph = proto.graph
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    for value in (*graph.value_info, *graph.input, *(graph.output if declared else ())):
        if value.name == old:
            value.name = new
