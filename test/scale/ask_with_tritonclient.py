"""Asks a gateway with tritonclient, over HTTP and gRPC, and prints what it heard as JSON."""

import json
import sys

import numpy
import tritonclient.grpc
import tritonclient.http
from tritonclient.utils import InferenceServerException

ADDRESSES = dict(zip(("http", "grpc"), sys.argv[1:3]))
CLIENTS = {"http": tritonclient.http, "grpc": tritonclient.grpc}
MODEL = "flights"


def token():
    # A new one for each call: the client adds to it.
    return {"authorization": f"Bearer {sys.argv[3]}"}


def tensors(module, binary=None):
    distance = numpy.array([[1.5], [numpy.nan], [300.25]], dtype=numpy.float32)
    carrier = numpy.array([["AA"], ["Zürich ✈"], [""]], dtype=numpy.object_)
    inputs = []
    for name, datatype, values in (("distance", "FP32", distance), ("carrier", "BYTES", carrier)):
        tensor = module.InferInput(name, list(values.shape), datatype)
        if binary is None:
            tensor.set_data_from_numpy(values)
        else:
            # JSON has no NaN.
            tensor.set_data_from_numpy(numpy.nan_to_num(values) if datatype == "FP32" else values, binary_data=binary)
        inputs.append(tensor)
    return inputs


def scores(result):
    values = result.as_numpy("score")
    return {"shape": list(values.shape), "dtype": str(values.dtype), "scores": values.flatten().tolist()}


def version_of(result):
    response = result.get_response()
    return response["model_version"] if isinstance(response, dict) else response.model_version


def refused(call):
    try:
        call()
    except InferenceServerException as error:
        return {"status": str(error.status()), "message": error.message()}
    return None


def ask(kind):
    module = CLIENTS[kind]
    client = module.InferenceServerClient(ADDRESSES[kind])
    text = {"as_json": True} if kind == "grpc" else {}
    inputs = tensors(module)
    answered = client.infer(MODEL, inputs, request_id="q1", headers=token())
    parameters = {"ids": json.dumps(["a", "b", "c"]) if kind == "grpc" else ["a", "b", "c"], "routing_key": "k"}
    heard = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "server": client.get_server_metadata(headers=token(), **text),
        "model": client.get_model_metadata(MODEL, headers=token(), **text),
        "versioned": client.get_model_metadata(MODEL, "1", headers=token(), **text),
        "model_ready": [client.is_model_ready(MODEL, version, headers=token()) for version in ("", "1", "2")],
        "answered": scores(answered),
        "version": version_of(answered),
        "pinned": scores(client.infer(MODEL, inputs, model_version="1", headers=token())),
        "named": scores(client.infer(MODEL, inputs, parameters=parameters, headers=token())),
        "refused": {
            "version": refused(lambda: client.infer(MODEL, inputs, model_version="2", headers=token())),
            "model": refused(lambda: client.infer("taxis", inputs, headers=token())),
            "inputs": refused(lambda: client.infer(MODEL, inputs[:1], headers=token())),
            "environment": refused(
                lambda: client.infer(MODEL, inputs, headers=token() | {"x-wheelhouse-environment": "staging"})
            ),
            "token": refused(lambda: client.infer(MODEL, inputs)),
        },
    }
    if kind == "http":
        heard["json"] = scores(client.infer(MODEL, tensors(module, binary=False), headers=token()))
    client.close()
    return heard


print(json.dumps({kind: ask(kind) for kind in CLIENTS}))
