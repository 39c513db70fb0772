import type { Fault } from './fault.ts';
import type { OnnxValue } from './read.ts';

const KNOWN = ['score', 'probabilities'];

/**
 * The output that is the score: `score`, else `probabilities` (as scikit-learn's converter names it),
 * else the only one.
 */
export function bindOutput(outputs: readonly OnnxValue[]): { output?: string; faults: Fault[] } {
  const names = outputs.map(({ name }) => name);
  const name = KNOWN.find((known) => names.includes(known)) ?? (names.length === 1 ? names[0] : '');
  const output = outputs.find((one) => one.name === name);
  const fault = output ? wrongOutput(output) : noOutput(outputs);
  if (fault) return { faults: [fault] };
  return { ...(output && { output: output.name }), faults: [] };
}

const zipMap = (name: string): Fault => ({
  what: `Its output "${name}" is a list of dictionaries, which skl2onnx makes by default (ZipMap).`,
  next: 'Convert it with to_onnx(model, …, options={id(model): {"zipmap": False}}).',
});

function noOutput(outputs: readonly OnnxValue[]): Fault {
  const mapped = outputs.find(({ type }) => type.kind === 'sequence' || type.kind === 'map');
  if (mapped) return zipMap(mapped.name);
  if (outputs.length === 0)
    return { what: 'It has no output.', next: 'Give it one output, called "score".' };
  return {
    what: `It has several outputs (${outputs.map(({ name }) => name).join(', ')}), and none is called "score" or "probabilities".`,
    next: 'Call the one with the probability of the positive class "score", or leave the others out.',
  };
}

function wrongOutput({ name, type }: OnnxValue): Fault | undefined {
  const floats = 'Give the probability of the positive class as float32 or float64.';
  if (type.kind === 'sequence' || type.kind === 'map') return zipMap(name);
  if (type.kind !== 'tensor')
    return { what: `Its output "${name}" is not a tensor.`, next: floats };
  if (/^u?int|^bool$|^string$/.test(type.element))
    return {
      what: `Its output "${name}" is ${type.element}: the predicted class, not a probability.`,
      next: 'Export the output "probabilities" of the classifier too.',
    };
  if (type.element !== 'float32' && type.element !== 'float64')
    return { what: `Its output "${name}" is ${type.element}.`, next: floats };
  const width = type.shape?.[1];
  if (typeof width === 'number' && width > 2)
    return {
      what: `Its output "${name}" has ${width} columns, so it tells ${width} classes apart.`,
      next: 'Only yes-or-no models can be judged and served: train on the labels 0 and 1.',
    };
  return undefined;
}
