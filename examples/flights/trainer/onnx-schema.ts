import protobuf from 'protobufjs/light.js';

/**
 * The part of onnx.proto (ONNX 1.16, IR version 8) that a tree model needs. Field numbers are the
 * format: see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
const SCHEMA = {
  nested: {
    Model: {
      fields: {
        irVersion: { id: 1, type: 'int64' },
        producerName: { id: 2, type: 'string' },
        graph: { id: 7, type: 'Graph' },
        opsetImport: { id: 8, type: 'OperatorSet', rule: 'repeated' },
      },
    },
    OperatorSet: {
      fields: { domain: { id: 1, type: 'string' }, version: { id: 2, type: 'int64' } },
    },
    Graph: {
      fields: {
        node: { id: 1, type: 'Node', rule: 'repeated' },
        name: { id: 2, type: 'string' },
        input: { id: 11, type: 'ValueInfo', rule: 'repeated' },
        output: { id: 12, type: 'ValueInfo', rule: 'repeated' },
      },
    },
    Node: {
      fields: {
        input: { id: 1, type: 'string', rule: 'repeated' },
        output: { id: 2, type: 'string', rule: 'repeated' },
        name: { id: 3, type: 'string' },
        opType: { id: 4, type: 'string' },
        attribute: { id: 5, type: 'Attribute', rule: 'repeated' },
        domain: { id: 7, type: 'string' },
      },
    },
    // onnx.proto is proto2: repeated numbers are written one by one, not packed.
    Attribute: {
      fields: {
        name: { id: 1, type: 'string' },
        f: { id: 2, type: 'float' },
        i: { id: 3, type: 'int64' },
        s: { id: 4, type: 'bytes' },
        floats: { id: 7, type: 'float', rule: 'repeated', options: { packed: false } },
        ints: { id: 8, type: 'int64', rule: 'repeated', options: { packed: false } },
        strings: { id: 9, type: 'bytes', rule: 'repeated' },
        type: { id: 20, type: 'int32' },
      },
    },
    ValueInfo: { fields: { name: { id: 1, type: 'string' }, type: { id: 2, type: 'Type' } } },
    Type: { fields: { tensorType: { id: 1, type: 'TensorType' } } },
    TensorType: {
      fields: { elemType: { id: 1, type: 'int32' }, shape: { id: 2, type: 'Shape' } },
    },
    Shape: { fields: { dim: { id: 1, type: 'Dimension', rule: 'repeated' } } },
    Dimension: {
      fields: { dimValue: { id: 1, type: 'int64' }, dimParam: { id: 2, type: 'string' } },
    },
  },
} as const;

/** The domain of the operators for trees and categories. */
export const ML = 'ai.onnx.ml';

const ELEMENT = { float: 1, string: 8 } as const;

const ModelType = protobuf.Root.fromJSON(SCHEMA).lookupType('Model');

interface Graph {
  node: object[];
  name: string;
  input: object[];
  output: object[];
}

/** The bytes of an .onnx file over the operators of opset 17 and of ai.onnx.ml 3. */
export function modelBytes(graph: Graph, producerName: string): Uint8Array {
  const opsetImport = [
    { domain: '', version: 17 },
    { domain: ML, version: 3 },
  ];
  return ModelType.encode(
    ModelType.create({ irVersion: 8, producerName, graph, opsetImport }),
  ).finish();
}

/** A tensor of shape [n, width]. */
export function matrix(name: string, element: keyof typeof ELEMENT, width: number): object {
  return tensor(name, element, [{ dimParam: 'n' }, { dimValue: width }]);
}

/** A tensor of shape [n]. */
export function vector(name: string, element: keyof typeof ELEMENT): object {
  return tensor(name, element, [{ dimParam: 'n' }]);
}

function tensor(name: string, element: keyof typeof ELEMENT, dim: object[]): object {
  return { name, type: { tensorType: { elemType: ELEMENT[element], shape: { dim } } } };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Attributes of a node. The numbers are AttributeProto.AttributeType. */
export const attribute = {
  float: (name: string, f: number) => ({ name, f, type: 1 }),
  int: (name: string, i: number) => ({ name, i, type: 2 }),
  string: (name: string, s: string) => ({ name, s: bytes(s), type: 3 }),
  floats: (name: string, floats: number[]) => ({ name, floats, type: 6 }),
  ints: (name: string, ints: number[]) => ({ name, ints, type: 7 }),
  strings: (name: string, strings: string[]) => ({ name, strings: strings.map(bytes), type: 8 }),
};
