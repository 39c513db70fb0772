import { BadInput } from '../core/errors.ts';
import type { ModelSpec, Parameter, ParameterValues } from '../core/model.ts';
import { didYouMean } from '../core/suggest.ts';

/**
 * Parses words such as `trees=50` by the model's declared schema, with defaults filled in. Throws BadInput with
 * all errors in one line.
 */
export function readParameters(
  spec: ModelSpec,
  given: Readonly<Record<string, string>>,
): ParameterValues {
  const faults: string[] = [];
  const names = Object.keys(spec.parameters);
  for (const name of Object.keys(given))
    if (!names.includes(name))
      faults.push(`${spec.name} has no parameter "${name}".${didYouMean(name, names)}`);

  const values: ParameterValues = {};
  for (const [name, parameter] of Object.entries(spec.parameters)) {
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = text === undefined ? parameter.default : readValue(parameter, text);
    if (value === undefined)
      faults.push(`"${name}" cannot be "${text}": expected ${expected(parameter)}.`);
    else values[name] = value;
  }
  if (faults.length > 0)
    throw new BadInput(faults.join(' '), {
      next:
        names.length > 0 ? `Its parameters are ${names.join(', ')}.` : 'It takes no parameters.',
    });
  return values;
}

/** Words such as `trees=5` by name. Throws BadInput. */
export function readPairs(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1)
        throw new BadInput(`"${word}" is not a parameter.`, {
          next: 'Write NAME=VALUE, e.g. trees=5.',
        });
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

function readValue(parameter: Parameter, text: string): number | string | boolean | undefined {
  switch (parameter.type) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'string':
      return !parameter.choices || parameter.choices.includes(text) ? text : undefined;
    case 'integer':
    case 'number':
      return readNumber(parameter, text);
  }
}

function readNumber({ type, min, max }: Parameter, text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || (type === 'integer' && !Number.isSafeInteger(value)))
    return undefined;
  return (min !== undefined && value < min) || (max !== undefined && value > max)
    ? undefined
    : value;
}

function expected({ type, min, max, choices }: Parameter): string {
  if (choices) return `one of ${choices.join(', ')}`;
  const kind = {
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    string: 'text',
  }[type];
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind}, at least ${min}`;
  return max === undefined ? kind : `${kind}, at most ${max}`;
}
