import protobuf from 'protobufjs';

/** The messages of onnx.proto3 that the graphs of tests need. */
const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message Attribute {
    string name = 1; float f = 2; int64 i = 3; bytes s = 4; Tensor t = 5; Graph g = 6;
    repeated float floats = 7; repeated int64 ints = 8; repeated bytes strings = 9; int32 type = 20;
  }
  message Node {
    repeated string input = 1; repeated string output = 2; string name = 3;
    string op_type = 4; repeated Attribute attribute = 5; string domain = 7;
  }
  message Tensor {
    repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4;
    repeated int32 int32_data = 5; repeated int64 int64_data = 7; string name = 8;
  }
  message Dim { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  message Shape { repeated Dim dim = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Type { TensorType tensor_type = 1; }
  message ValueInfo { string name = 1; Type type = 2; }
  message Graph {
    repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
    repeated ValueInfo input = 11; repeated ValueInfo output = 12;
  }
  message OperatorSet { string domain = 1; int64 version = 2; }
  message Model { int64 ir_version = 1; Graph graph = 7; repeated OperatorSet opset_import = 8; }
`,
  { keepCase: true },
);

export const [FLOAT, INT64, BOOL] = [1, 7, 9];
const STRING = 8;
type Dims = { dim_param?: string; dim_value?: number }[];

const COLUMN: Dims = [{ dim_param: 'N' }, { dim_value: 1 }];

export const value = (name: string, elem_type: number, dims: Dims = COLUMN) => ({
  name,
  type: { tensor_type: { elem_type, shape: { dim: dims } } },
});

interface Graph {
  node: object[];
  initializer: object[];
}

/** The bytes of an ONNX model over `distance` and `carrier` that answers `score`, a column of floats. */
export function modelOf(name: string, graph: Graph): Uint8Array {
  const model = root.lookupType('Model');
  return model
    .encode(
      model.fromObject({
        ir_version: 8,
        opset_import: [{ version: 15 }],
        graph: {
          name,
          ...graph,
          input: [value('distance', FLOAT), value('carrier', STRING)],
          output: [value('score', FLOAT)],
        },
      }),
    )
    .finish();
}
