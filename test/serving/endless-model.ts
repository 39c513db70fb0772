import protobuf from 'protobufjs';

/** The messages of onnx.proto3 that a loop needs. */
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

const [FLOAT, INT64, STRING, BOOL] = [1, 7, 8, 9];
const EVER = '9223372036854775807';

/**
 * An ONNX model over `distance` and `carrier` that answers sigmoid(distance), but never where a
 * distance is above `beyond`: its loop goes on for 2^63 rounds. With `beyond` undefined the loop
 * hangs on nothing that a request says, and so while the model is loaded: its warm-up never ends.
 */
export function endlessModel(beyond?: number): Uint8Array {
  const value = (
    name: string,
    elem_type: number,
    dims: { dim_param?: string; dim_value?: number }[],
  ) => ({
    name,
    type: { tensor_type: { elem_type, shape: { dim: dims } } },
  });
  const column = [{ dim_param: 'N' }, { dim_value: 1 }];
  const model = root.lookupType('Model');
  const body = {
    name: 'body',
    node: [
      { input: ['again'], output: ['still'], op_type: 'Identity' },
      { input: ['carried'], output: ['next'], op_type: 'Identity' },
    ],
    input: [value('round', INT64, []), value('again', BOOL, []), value('carried', FLOAT, column)],
    output: [value('still', BOOL, []), value('next', FLOAT, column)],
  };
  const condition =
    beyond === undefined
      ? []
      : [
          {
            input: ['distance'],
            output: ['largest'],
            op_type: 'ReduceMax',
            attribute: [{ name: 'keepdims', i: 0, type: 2 }],
          },
          { input: ['largest', 'beyond'], output: ['on'], op_type: 'Greater' },
        ];
  return model
    .encode(
      model.fromObject({
        ir_version: 8,
        opset_import: [{ version: 15 }],
        graph: {
          name: 'endless',
          node: [
            ...condition,
            {
              input: ['ever', 'on', 'distance'],
              output: ['through'],
              op_type: 'Loop',
              attribute: [{ name: 'body', g: body, type: 5 }],
            },
            { input: ['through'], output: ['score'], op_type: 'Sigmoid' },
          ],
          initializer: [
            { name: 'ever', dims: [], data_type: INT64, int64_data: [EVER] },
            ...(beyond === undefined
              ? [{ name: 'on', dims: [], data_type: BOOL, int32_data: [1] }]
              : [{ name: 'beyond', dims: [], data_type: FLOAT, float_data: [beyond] }]),
          ],
          input: [value('distance', FLOAT, column), value('carrier', STRING, column)],
          output: [value('score', FLOAT, column)],
        },
      }),
    )
    .finish();
}
