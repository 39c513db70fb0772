import { GateSetting, gateKind } from '../src/release/gates/index.ts';
import { namesOf } from './environments.ts';
import { type Fault, fieldsOf } from './faults.ts';
import { gateMetricFaults } from './metric-faults.ts';

type Fields = Record<string, unknown>;

/** Contradictions in the gates of a model: its own, those for an environment, and those that an environment has. */
export function gateFaults(model: Fields, file: Fields): Fault[] {
  const ofEnvironments = Object.entries(fieldsOf(model['environments'])).flatMap(([name, rules]) =>
    inGates(fieldsOf(rules)['gates'], model, file, name).map(({ path, words }) => ({
      ...{ path: ['environments', name, ...path], words },
    })),
  );
  return [...inGates(model['gates'], model, file, undefined), ...ofEnvironments];
}

/**
 * In one list of gates.
 * @param environment where they apply; undefined: in each that has none of its own
 */
export function inGates(
  gates: unknown,
  model: Fields,
  file: Fields,
  environment: string | undefined,
): Fault[] {
  if (!Array.isArray(gates)) return [];
  const workspace = {
    environments: namesOf(file),
    environment,
    features: Object.keys(fieldsOf(model['features'])),
  };
  return gates.flatMap((raw: unknown, at) => {
    const { data } = GateSetting.safeParse(raw);
    const own = data
      ? gateKind(data.gate)
          .faults(data, workspace)
          .map(({ key, words }) => ({ path: [key], words }))
      : [];
    return [...gateMetricFaults(fieldsOf(raw), model), ...own].map(({ path, words }) => ({
      ...{ path: ['gates', at, ...path], words },
    }));
  });
}
