import { tensor } from './proto.ts';

export const graph = {
  name: 'g',
  node: [{ op_type: 'Identity', input: ['x'], output: ['score'] }],
  input: [tensor('x', 1, ['N', 1])],
  output: [tensor('score', 1, ['N', 1])],
};
export const model = (more: object) => ({
  ir_version: 8,
  opset_import: [{ domain: '', version: 17 }],
  ...more,
});
/** A tensor whose values are in another file. */
export const outside = {
  name: 'w',
  dims: [2],
  data_type: 1,
  data_location: 1,
  external_data: [{ key: 'location', value: 'weights.bin' }],
};
const inNode = (attribute: object) => ({
  node: [{ op_type: 'Constant', output: ['c'], attribute: [attribute] }],
});
/** A model with this tensor, for every place of the format that can hold one. */
export function placesOf(one: object): Record<string, object> {
  const subgraph = inNode({ name: 'value', type: 4, t: one });
  return {
    'an initializer': { graph: { ...graph, initializer: [one] } },
    'a sparse initializer': { graph: { ...graph, sparse_initializer: [{ values: one }] } },
    'the indices of a sparse initializer': {
      graph: { ...graph, sparse_initializer: [{ values: { name: 'v' }, indices: one }] },
    },
    'an attribute': { graph: { ...graph, ...subgraph } },
    'a list of tensors': { graph: { ...graph, ...inNode({ name: 'a', tensors: [{}, one] }) } },
    'a sparse attribute': {
      graph: { ...graph, ...inNode({ name: 'a', sparse_tensor: { values: one } }) },
    },
    'a list of sparse tensors': {
      graph: { ...graph, ...inNode({ name: 'a', sparse_tensors: [{ indices: one }] }) },
    },
    'a subgraph': { graph: { ...graph, ...inNode({ name: 'body', g: subgraph }) } },
    'a list of subgraphs': {
      graph: { ...graph, ...inNode({ name: 'branches', graphs: [subgraph] }) },
    },
    'a subgraph of a subgraph': {
      graph: { ...graph, ...inNode({ name: 'body', g: inNode({ name: 'then', g: subgraph }) }) },
    },
    'a function': { graph, functions: [{ name: 'f', node: subgraph.node }] },
    'the default of a function': { graph, functions: [{ attribute_proto: [{ t: one }] }] },
    'training information': { graph, training_info: [{ algorithm: { initializer: [one] } }] },
    'the start of a training': {
      graph,
      training_info: [{ initialization: { initializer: [one] } }],
    },
  };
}
