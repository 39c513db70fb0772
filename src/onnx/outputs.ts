import type { OutputValue } from '../core/model-outputs.ts';
import type { Fault } from './fault.ts';

/** The output to look for: what it contains, and its possible names, the best first. */
interface Wanted {
  words: string;
  known: readonly string[];
}

/** The output with a known name, or the only one; or why there is none. */
export function chooseOutput(
  outputs: readonly OutputValue[],
  { words, known }: Wanted,
): { output?: OutputValue; faults: Fault[] } {
  const names = outputs.map(({ name }) => name);
  const name = known.find((one) => names.includes(one)) ?? (names.length === 1 ? names[0] : '');
  const output = outputs.find((one) => one.name === name);
  if (output) return { output, faults: [] };
  const mapped = outputs.find(({ type }) => type.kind === 'sequence' || type.kind === 'map');
  if (mapped) return { faults: [zipMap(mapped.name)] };
  const [first = ''] = known;
  if (outputs.length === 0)
    return {
      faults: [{ what: 'It has no output.', next: `Give it one output, called "${first}".` }],
    };
  const called = known.map((one) => `"${one}"`).join(' or ');
  return {
    faults: [
      {
        what: `It has several outputs (${names.join(', ')}), and none is called ${called}.`,
        next: `Call the one with ${words} "${first}", or leave the others out.`,
      },
    ],
  };
}

const zipMap = (name: string): Fault => ({
  what: `Its output "${name}" is a list of dictionaries, which skl2onnx makes by default (ZipMap).`,
  next: 'Convert it with to_onnx(model, …, options={id(model): {"zipmap": False}}).',
});

/** Why an output holds no probabilities; undefined if it may. */
export function notProbability({ name, type }: OutputValue, words: string): Fault | undefined {
  if (type.kind === 'sequence' || type.kind === 'map') return zipMap(name);
  if (type.kind === 'tensor' && /^u?int|^bool$|^string$/.test(type.element))
    return {
      what: `Its output "${name}" is ${type.element}: the predicted class, not a probability.`,
      next: 'Export the output "probabilities" of the classifier too.',
    };
  return notFloat({ name, type }, words);
}

/** The columns that a file declares for an output; undefined if it leaves them open. */
export function columnsOf({ type }: OutputValue): number | undefined {
  const columns = type.kind === 'tensor' ? type.shape?.[1] : undefined;
  return typeof columns === 'number' ? columns : undefined;
}

/** Why an output is not a tensor of floats; undefined if it is. */
export function notFloat({ name, type }: OutputValue, words: string): Fault | undefined {
  const next = `Give ${words} as float32 or float64.`;
  if (type.kind !== 'tensor') return { what: `Its output "${name}" is not a tensor.`, next };
  if (type.element !== 'float32' && type.element !== 'float64')
    return { what: `Its output "${name}" is ${type.element}.`, next };
  return undefined;
}
