import type { z } from 'zod';
import type { Fault } from './faults.ts';
import { PARTS } from './schema.ts';

type Parameter = z.output<typeof PARTS.parameter>;

/** Parameters of a model with an impossible default or impossible bounds. */
export function parameterFaults(parameters: Record<string, unknown>): Fault[] {
  return Object.entries(parameters).flatMap(([name, given]) => {
    const path = ['parameters', name];
    const faults: Fault[] = /^[A-Za-z_][\w-]*$/.test(name)
      ? []
      : [{ path, words: 'expected letters, digits, - and _, not starting with a digit' }];
    const { data } = PARTS.parameter.safeParse(given);
    const fault = data && faultIn(data);
    return fault ? [...faults, { path: [...path, fault[0]], words: fault[1] }] : faults;
  });
}

function faultIn(parameter: Parameter): [field: string, words: string] | undefined {
  const { type, default: value, min, max, choices } = parameter;
  const numeric = type === 'integer' || type === 'number';
  if (typeof value !== (numeric ? 'number' : type))
    return ['default', `expected a value of type ${type}`];
  if (!numeric && (min !== undefined || max !== undefined))
    return ['type', `a parameter of type ${type} cannot have min or max`];
  if (choices && type !== 'string')
    return ['type', `a parameter of type ${type} cannot have choices`];
  if (choices && typeof value === 'string' && !choices.includes(value))
    return ['default', 'it is not one of the choices'];
  if (typeof value !== 'number') return undefined;
  if (type === 'integer' && !Number.isInteger(value)) return ['default', 'expected a whole number'];
  if (min !== undefined && max !== undefined && min > max) return ['min', 'it is greater than max'];
  return value < (min ?? value) || value > (max ?? value)
    ? ['default', 'it is not between min and max']
    : undefined;
}
