import { z } from 'zod';
import { didYouMean } from '../src/core/suggest.ts';
import { GATEWAY, type TargetSpec } from '../src/core/target.ts';
import { configurable } from '../src/release/targets/index.ts';
import { type Fault, fieldsOf } from './faults.ts';

const [firstKind, ...otherKinds] = configurable;
const NAMES = configurable.map(({ name }) => name);

/** Each kind defines its own keys and defaults, in src/release/targets. */
export const Target = z.discriminatedUnion(
  'kind',
  [firstKind.schema, ...otherKinds.map(({ schema }) => schema)],
  { error: ({ input }) => aboutKind(input) },
);

function aboutKind(input: unknown): string | undefined {
  const { kind } = fieldsOf(input);
  if (kind === undefined) return `expected kind: ${NAMES.join(' or ')}`;
  return `unknown kind of target ${JSON.stringify(kind)}.${didYouMean(String(kind), NAMES)} Expected one of ${NAMES.join(', ')}`;
}

/** All keys of targets, for suggestions. */
export const TARGET_KEYS: readonly string[] = configurable.flatMap(({ keys }) => keys);

export function targetsOf(targets: Readonly<Record<string, Omit<TargetSpec, 'name'>>>) {
  return Object.entries(targets).map(([name, target]): TargetSpec => ({ name, ...target }));
}

/**
 * Two names for one receiver, as written: each would take the other's changes for drift. The name of the built-in
 * gateway is taken.
 */
export function targetFaults(targets: unknown): Fault[] {
  const seen = new Map<string, string>();
  return Object.entries(fieldsOf(targets)).flatMap(([name, target]) => {
    if (name === GATEWAY.name)
      return [
        { path: ['targets', name], words: 'this is the built-in gateway; choose another name' },
      ];
    const { kind, url, apply, registered_model, ...rest } = fieldsOf(target);
    const cluster = [rest['kubeconfig'], rest['context'], rest['namespace'], rest['service']];
    const receiver = JSON.stringify([kind, url ?? apply, registered_model, cluster]);
    const twin = seen.get(receiver);
    seen.set(receiver, name);
    const same = kind === 'kserve' ? 'service' : url === undefined ? 'command' : 'url';
    const words = `the same ${same} as the target "${twin}"`;
    return twin === undefined ? [] : [{ path: ['targets', name], words }];
  });
}
