import type { Input, Model } from './boost.ts';
import { attribute, columnInfo, modelBytes } from './onnx-schema.ts';
import type { Tree } from './tree.ts';

const ML = 'ai.onnx.ml';

/**
 * Writes a model as ONNX: one input a feature (float32 or string, [n, 1]) and `score`, the
 * probability of the positive class (float32, [n, 1]). Every threshold, step and encoding is a
 * float32 already, so what is served decides each branch as the trainer does.
 */
export function toOnnx(model: Model): Uint8Array {
  const encoders = model.inputs.flatMap(encoder);
  const names = model.inputs.map(({ name, encoding }) => (encoding ? encodedName(name) : name));
  const concat = {
    opType: 'Concat',
    name: 'features',
    input: names,
    output: ['features'],
    attribute: [attribute.int('axis', 1)],
  };
  // A node of its own: onnxruntime ignores the regressor's post_transform LOGISTIC.
  const sigmoid = { opType: 'Sigmoid', name: 'score', input: ['log odds'], output: ['score'] };
  const graph = {
    name: 'gradient-boosted-trees',
    node: [...encoders, concat, ensemble(model), sigmoid],
    input: model.inputs.map(({ name, encoding }) =>
      columnInfo(name, encoding ? 'string' : 'float'),
    ),
    output: [columnInfo('score', 'float')],
  };
  return modelBytes(graph, 'wheelhouse-flights');
}

function encoder({ name, encoding }: Input): object[] {
  if (!encoding) return [];
  return [
    {
      opType: 'LabelEncoder',
      domain: ML,
      name: `encode ${name}`,
      input: [name],
      output: [encodedName(name)],
      attribute: [
        attribute.strings('keys_strings', [...encoding.values.keys()]),
        attribute.floats('values_floats', [...encoding.values.values()]),
        attribute.float('default_float', encoding.unseen),
      ],
    },
  ];
}

function ensemble({ trees, base }: Model): object {
  const nodes = trees.flatMap(rowsOf);
  const leaves = nodes.filter(({ leaf }) => leaf);
  return {
    opType: 'TreeEnsembleRegressor',
    domain: ML,
    name: 'trees',
    input: ['features'],
    output: ['log odds'],
    attribute: [
      attribute.string('aggregate_function', 'SUM'),
      attribute.floats('base_values', [base]),
      attribute.int('n_targets', 1),
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
        leaves.map(() => 0),
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

const encodedName = (name: string): string => `${name} encoded`;
