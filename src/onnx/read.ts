import { type External, readSparse, readTensor } from './tensors.ts';
import { NAME_BYTES, type OnnxType, readType } from './types.ts';
import { BYTES, type Fields, fieldsOf, Malformed, VARINT } from './wire.ts';

export interface OnnxValue {
  name: string;
  type: OnnxType;
}

/** What an ONNX file declares. Nothing is checked against a runtime. */
export interface OnnxModel {
  irVersion: number;
  /** Version of each operator set, by domain; the standard one is `''`. */
  opsets: ReadonlyMap<string, number>;
  /** Required inputs: inputs with a value in the file are left out. */
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
  /** Operators of the graph, its subgraphs and functions, by domain. */
  operators: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many tensors, anywhere, have their values in another file, and the first few of them. */
  external: { count: number; first: readonly External[] };
}

/** With more of them, a table of features could not provide the inputs. */
const MOST_VALUES = 10_000;
const MOST_OPERATORS = 5_000;
const MOST_EXTERNALS_NAMED = 5;

/**
 * Reads the structure of a ModelProto, without copying the bytes and in linear time: weights are skipped. Every
 * place that can contain a tensor is visited: initializers, sparse ones, attributes, subgraphs, functions and
 * training information. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto Throws Malformed
 * if the bytes are not an ONNX model.
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  const found = new Reader();
  found.model(fieldsOf(bytes));
  if (!found.hasGraph || found.irVersion <= 0)
    throw new Malformed('it holds no graph with a version of the format');
  return {
    irVersion: found.irVersion,
    opsets: found.opsets,
    inputs: found.inputs.filter(({ name }) => !found.initialized.has(name)),
    outputs: found.outputs,
    operators: found.operators,
    external: { count: found.externals, first: found.firstExternals },
  };
}

class Reader {
  irVersion = 0;
  hasGraph = false;
  readonly opsets = new Map<string, number>();
  readonly inputs: OnnxValue[] = [];
  readonly outputs: OnnxValue[] = [];
  /** Inputs with a value in the file, as models from before 2019 list their weights. */
  readonly initialized = new Set<string>();
  readonly operators = new Map<string, Set<string>>();
  externals = 0;
  readonly firstExternals: External[] = [];
  #distinct = 0;

  model(model: Fields): void {
    while (model.next()) {
      if (model.is(1, VARINT)) this.irVersion = model.int64();
      if (model.wire !== BYTES) continue;
      if (model.field === 7) {
        this.hasGraph = true;
        this.#graph(model.message(), true);
      } else if (model.field === 8) this.#opset(model.message());
      else if (model.field === 20) this.#training(model.message());
      else if (model.field === 25) this.#function(model.message());
    }
  }

  #opset(opset: Fields): void {
    let domain = '';
    let version = 0;
    while (opset.next()) {
      if (opset.is(1, BYTES)) domain = opset.string(NAME_BYTES);
      else if (opset.is(2, VARINT)) version = opset.int64();
    }
    if (this.opsets.size < MOST_OPERATORS)
      this.opsets.set(domain === 'ai.onnx' ? '' : domain, version);
  }

  #training(training: Fields): void {
    while (training.next())
      if (training.is(1, BYTES) || training.is(2, BYTES)) this.#graph(training.message(), false);
  }

  #function(one: Fields): void {
    while (one.next()) {
      if (one.is(7, BYTES)) this.#node(one.message());
      else if (one.is(11, BYTES)) this.#attribute(one.message());
    }
  }

  #graph(graph: Fields, isMain: boolean): void {
    while (graph.next()) {
      if (graph.wire !== BYTES) continue;
      if (graph.field === 1) this.#node(graph.message());
      else if (graph.field === 5) this.#tensor(readTensor(graph.message()), isMain);
      else if (graph.field === 15) this.#tensor(readSparse(graph.message()), isMain);
      else if (graph.field === 11 && isMain) keep(this.inputs, graph.message());
      else if (graph.field === 12 && isMain) keep(this.outputs, graph.message());
    }
  }

  #node(node: Fields): void {
    let operator = '';
    let domain = '';
    while (node.next()) {
      if (node.is(4, BYTES)) operator = node.string(NAME_BYTES);
      else if (node.is(7, BYTES)) domain = node.string(NAME_BYTES);
      else if (node.is(5, BYTES)) this.#attribute(node.message());
    }
    this.#operator(domain === 'ai.onnx' ? '' : domain, operator);
  }

  #operator(domain: string, operator: string): void {
    const known = this.operators.get(domain) ?? new Set();
    if (known.has(operator)) return;
    this.#distinct += 1;
    if (this.#distinct > MOST_OPERATORS)
      throw new Malformed(`it has more than ${MOST_OPERATORS} different operators`);
    this.operators.set(domain, known.add(operator));
  }

  #attribute(attribute: Fields): void {
    while (attribute.next()) {
      switch (attribute.wire === BYTES ? attribute.field : 0) {
        case 5:
        case 10:
          this.#tensor(readTensor(attribute.message()), false);
          break;
        case 6:
        case 11:
          this.#graph(attribute.message(), false);
          break;
        case 22:
        case 23:
          this.#tensor(readSparse(attribute.message()), false);
          break;
        default:
          attribute.skipAlike();
      }
    }
  }

  #tensor({ name, external }: ReturnType<typeof readTensor>, initializes: boolean): void {
    if (initializes && this.initialized.size < MOST_VALUES) this.initialized.add(name);
    if (!external) return;
    this.externals += 1;
    if (this.firstExternals.length < MOST_EXTERNALS_NAMED) this.firstExternals.push(external);
  }
}

function keep(values: OnnxValue[], value: Fields): void {
  if (values.length >= MOST_VALUES)
    throw new Malformed(`it has more than ${MOST_VALUES} inputs or outputs`);
  let name = '';
  let type: OnnxType = { kind: 'other' };
  while (value.next()) {
    if (value.is(1, BYTES)) name = value.string(NAME_BYTES);
    else if (value.is(2, BYTES)) type = readType(value.message());
  }
  values.push({ name, type });
}
