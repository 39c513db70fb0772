import type { Input, Model } from './boost.ts';
import { attribute, ML, matrix, modelBytes } from './onnx-schema.ts';
import type { Tree } from './tree.ts';

/** The value that the trees sum up to. */
const RAW = 'raw scores';

/**
 * Writes a model as ONNX: one input for each feature (float32 or string, [n, 1]), and the outputs of
 * its loss. Every threshold, step and encoding is a float32 already, so what is served decides each
 * branch as the trainer does.
 */
export function toOnnx(model: Model): Uint8Array {
  const concat = {
    opType: 'Concat',
    name: 'features',
    input: model.inputs.flatMap(columnsOf),
    output: ['features'],
    attribute: [attribute.int('axis', 1)],
  };
  const head = model.loss.head(RAW, model.classes);
  const graph = {
    name: 'gradient-boosted-trees',
    node: [...model.inputs.flatMap(encoders), concat, ensemble(model), ...head.nodes],
    input: model.inputs.map(({ name, encodings }) =>
      matrix(name, encodings ? 'string' : 'float', 1),
    ),
    output: head.outputs,
  };
  return modelBytes(graph, 'wheelhouse-flights');
}

function encoders(input: Input): object[] {
  const columns = columnsOf(input);
  return (input.encodings ?? []).map((encoding, at) => ({
    opType: 'LabelEncoder',
    domain: ML,
    name: `encode ${input.name}${suffix(at)}`,
    input: [input.name],
    output: columns.slice(at, at + 1),
    attribute: [
      attribute.strings('keys_strings', [...encoding.values.keys()]),
      attribute.floats('values_floats', [...encoding.values.values()]),
      attribute.float('default_float', encoding.unseen),
    ],
  }));
}

function ensemble({ trees, start }: Model): object {
  const nodes = trees.flatMap(rowsOf);
  const leaves = nodes.filter(({ leaf }) => leaf);
  return {
    opType: 'TreeEnsembleRegressor',
    domain: ML,
    name: 'trees',
    input: ['features'],
    output: [RAW],
    attribute: [
      attribute.string('aggregate_function', 'SUM'),
      attribute.floats('base_values', start),
      attribute.int('n_targets', start.length),
      attribute.ints(
        'nodes_treeids',
        nodes.map(({ tree }) => tree),
      ),
      attribute.ints(
        'nodes_nodeids',
        nodes.map(({ node }) => node),
      ),
      attribute.ints(
        'nodes_featureids',
        nodes.map(({ feature }) => feature),
      ),
      attribute.strings(
        'nodes_modes',
        nodes.map(({ leaf }) => (leaf ? 'LEAF' : 'BRANCH_LEQ')),
      ),
      attribute.floats(
        'nodes_values',
        nodes.map(({ threshold }) => threshold),
      ),
      attribute.ints(
        'nodes_truenodeids',
        nodes.map(({ left }) => left),
      ),
      attribute.ints(
        'nodes_falsenodeids',
        nodes.map(({ right }) => right),
      ),
      attribute.ints(
        'target_treeids',
        leaves.map(({ tree }) => tree),
      ),
      attribute.ints(
        'target_nodeids',
        leaves.map(({ node }) => node),
      ),
      attribute.ints(
        'target_ids',
        leaves.map(({ tree }) => tree % start.length),
      ),
      attribute.floats(
        'target_weights',
        leaves.map(({ value }) => value),
      ),
    ],
  };
}

/** The nodes of a tree, one object each; a leaf's branches are written as 0 and never read. */
function rowsOf({ feature, threshold, left, right, value }: Tree, tree: number) {
  return left.map((to, node) => ({
    tree,
    node,
    leaf: to < 0,
    feature: feature[node] ?? 0,
    threshold: threshold[node] ?? 0,
    left: Math.max(to, 0),
    right: Math.max(right[node] ?? 0, 0),
    value: value[node] ?? 0,
  }));
}

/** What the trees read of an input. */
const columnsOf = ({ name, encodings }: Input): string[] =>
  encodings?.map((_, at) => `${name} encoded${suffix(at)}`) ?? [name];

const suffix = (at: number): string => (at === 0 ? '' : ` ${at + 1}`);
