import protobuf from 'protobufjs';

/** The parts of onnx.proto that can hold a tensor. Field numbers are those of the format. */
const { root } = protobuf.parse(
  `
  syntax = "proto2";
  message Entry { optional string key = 1; optional string value = 2; }
  message Tensor {
    repeated int64 dims = 1; optional int32 data_type = 2; repeated float float_data = 4;
    optional string name = 8; optional bytes raw_data = 9;
    repeated Entry external_data = 13; optional int64 data_location = 14;
  }
  message Sparse { optional Tensor values = 1; optional Tensor indices = 2; repeated int64 dims = 3; }
  message Dim { optional int64 dim_value = 1; optional string dim_param = 2; }
  message Shape { repeated Dim dim = 1; }
  message TensorType { optional int32 elem_type = 1; optional Shape shape = 2; }
  message SequenceType { optional Type elem_type = 1; }
  message MapType { optional int32 key_type = 1; optional Type value_type = 2; }
  message Type { optional TensorType tensor_type = 1; optional SequenceType sequence_type = 4; optional MapType map_type = 5; }
  message ValueInfo { optional string name = 1; optional Type type = 2; }
  message Attribute {
    optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4;
    optional Tensor t = 5; optional Graph g = 6; repeated float floats = 7; repeated int64 ints = 8;
    repeated bytes strings = 9; repeated Tensor tensors = 10; repeated Graph graphs = 11;
    optional int32 type = 20; optional Sparse sparse_tensor = 22; repeated Sparse sparse_tensors = 23;
  }
  message Node {
    repeated string input = 1; repeated string output = 2; optional string name = 3;
    optional string op_type = 4; repeated Attribute attribute = 5; optional string domain = 7;
  }
  message Graph {
    repeated Node node = 1; optional string name = 2; repeated Tensor initializer = 5;
    repeated ValueInfo input = 11; repeated ValueInfo output = 12; repeated Sparse sparse_initializer = 15;
  }
  message Training { optional Graph initialization = 1; optional Graph algorithm = 2; }
  message Function {
    optional string name = 1; repeated Node node = 7; optional string domain = 10;
    repeated Attribute attribute_proto = 11;
  }
  message OperatorSet { optional string domain = 1; optional int64 version = 2; }
  message Model {
    optional int64 ir_version = 1; optional string producer_name = 2; optional Graph graph = 7;
    repeated OperatorSet opset_import = 8; repeated Training training_info = 20; repeated Function functions = 25;
  }
`,
  { keepCase: true },
);

const Model = root.lookupType('Model');

/** The bytes of a ModelProto; keys as in onnx.proto. */
export function encode(model: object): Uint8Array {
  return Model.encode(Model.fromObject(model)).finish();
}

/** A graph value: a tensor of this element type (1: float32, 7: int64, 8: string, 11: float64) and shape. */
export function tensor(name: string, elem_type: number, shape: readonly (number | string)[]) {
  const dim = shape.map((one) =>
    typeof one === 'number' ? { dim_value: one } : { dim_param: one },
  );
  return { name, type: { tensor_type: { elem_type, shape: { dim } } } };
}
