import type { z } from 'zod';
import type { Fault } from './faults.ts';
import { PARTS } from './schema.ts';

type Parameter = z.output<typeof PARTS.parameter>;

/** Of the parameters of a model, those whose default or bounds cannot be meant. */
export function parameterFaults(parameters: Record<string, unknown>): Fault[] {
  return Object.entries(parameters).flatMap(([name, given]) => {
    const path = ['parameters', name];
    const faults: Fault[] = /^[A-Za-z_][\w-]*$/.test(name)
      ? []
      : [{ path, words: 'expected letters, digits, - and _, without a digit in front' }];
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
    return ['type', `${type} has no min or max`];
  if (choices && type !== 'string') return ['type', `${type} has no choices`];
  if (choices && typeof value === 'string' && !choices.includes(value))
    return ['default', 'it is none of the choices'];
  if (typeof value !== 'number') return undefined;
  if (type === 'integer' && !Number.isInteger(value)) return ['default', 'expected a whole number'];
  if (min !== undefined && max !== undefined && min > max) return ['min', 'it is above max'];
  return value < (min ?? value) || value > (max ?? value)
    ? ['default', 'it is outside of min and max']
    : undefined;
}
