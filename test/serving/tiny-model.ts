import protobuf from 'protobufjs';

/** The few messages of onnx.proto3 that a small graph needs. */
const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message Attribute {
    string name = 1; float f = 2; int64 i = 3; bytes s = 4;
    repeated float floats = 7; repeated bytes strings = 9; int32 type = 20;
  }
  message Node {
    repeated string input = 1; repeated string output = 2;
    string op_type = 4; repeated Attribute attribute = 5; string domain = 7;
  }
  message Tensor {
    repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4; string name = 8;
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

const [FLOAT, STRING] = [1, 8];

interface TinyModel {
  /** By name of a numeric feature; one for each class if there are several. */
  weights: Record<string, number | readonly number[]>;
  /**
   * By name of a categorical feature: the weight of each value; any other value has weight 0. For a later class it is
   * multiplied.
   */
  categories?: Record<string, Record<string, number>>;
  /** One for each class if there are several. */
  bias: number | readonly number[];
  /**
   * The link function; `Identity` gives scores outside 0 and 1, `Log` none for a negative sum, `Softmax` probabilities.
   */
  link?: 'Sigmoid' | 'Identity' | 'Log' | 'Softmax';
  /** Name of the output. */
  output?: string;
}

/** An ONNX model with answer = link(weights · numbers + weights of categories + bias), one input per feature. */
export function tinyModel(given: TinyModel): Uint8Array {
  const { weights, categories = {}, link = 'Sigmoid', output = 'score' } = given;
  const bias = [given.bias].flat();
  const columns = bias.map((_, at) => (bias.length === 1 ? 1 : at));
  const encoded = Object.entries(categories).map(([name, values]) => ({
    input: [name],
    output: [`${name}_weight`],
    op_type: 'LabelEncoder',
    domain: 'ai.onnx.ml',
    attribute: [
      {
        name: 'keys_strings',
        strings: Object.keys(values).map((key) => Buffer.from(key)),
        type: 8,
      },
      { name: 'values_floats', floats: Object.values(values), type: 6 },
      { name: 'default_float', f: 0, type: 1 },
    ],
  }));
  const row = [...Object.keys(weights), ...encoded.map(({ output }) => output[0])];
  const all = [...Object.values(weights), ...encoded.map(() => columns)].flat();
  const value = (name: string, elem_type: number, width = 1) => ({
    name,
    type: {
      tensor_type: { elem_type, shape: { dim: [{ dim_param: 'N' }, { dim_value: width }] } },
    },
  });
  const model = root.lookupType('Model');
  return model
    .encode(
      model.fromObject({
        ir_version: 8,
        opset_import: [{ version: 15 }, { domain: 'ai.onnx.ml', version: 2 }],
        graph: {
          name: 'tiny',
          node: [
            ...encoded,
            {
              input: row,
              output: ['row'],
              op_type: 'Concat',
              attribute: [{ name: 'axis', i: 1, type: 2 }],
            },
            { input: ['row', 'w', 'b'], output: ['logit'], op_type: 'Gemm' },
            { input: ['logit'], output: [output], op_type: link },
          ],
          initializer: [
            { name: 'w', dims: [row.length, bias.length], data_type: FLOAT, float_data: all },
            { name: 'b', dims: [bias.length], data_type: FLOAT, float_data: bias },
          ],
          input: [
            ...Object.keys(weights).map((name) => value(name, FLOAT)),
            ...Object.keys(categories).map((name) => value(name, STRING)),
          ],
          output: [value(output, FLOAT, bias.length)],
        },
      }),
    )
    .finish();
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
