import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import type { Json } from './json.ts';

/** One target of a model, as configured. */
export interface TargetSpec {
  name: string;
  /** Its name in `src/release/targets`. */
  kind: string;
  timeoutMs: number;
  /** How long it may take until it shows what was applied. */
  settleMs: number;
  /** The keys that only its kind has, by their names in the file. */
  settings: Readonly<Record<string, unknown>>;
}

/** Each endpoint has this one, whatever is configured: its name is taken. */
export const GATEWAY: TargetSpec = {
  ...{ name: 'gateway', kind: 'gateway', timeoutMs: 30_000, settleMs: 120_000 },
  settings: {},
};

/** A version that a target must serve. */
export interface WantedVersion {
  deployment: string;
  version: number;
  /** SHA-256 of the model file, in hexadecimal. */
  artifact: string;
  /** Its tickets as DSSE envelopes, so that a target can check them with the public key. */
  tickets: readonly Json[];
}

/** What an endpoint must be. `revision` grows with every change: an older one can be ignored. */
export interface WantedState extends Endpoint {
  revision: number;
  /** `null`: nothing must answer. */
  stable: WantedVersion | null;
  /** The version of a rollout: percent of the requests, or a copy of them. */
  challenger: (WantedVersion & { weight: number; shadow: boolean }) | null;
}

const Serving = z.object({
  stable: z.object({ version: z.number(), artifact: z.string().optional() }).nullable(),
  challenger: z
    .object({
      version: z.number(),
      weight: z.number().optional(),
      shadow: z.boolean().optional(),
    })
    .nullish(),
});

/** What a target reports. What it leaves out is not compared. */
export const Observed = Serving.extend({
  /** Who changed it last, if it knows. */
  by: z.string().max(200).optional(),
  /** Of a target with several servers: each one's own state, and these are compared instead. */
  servers: z
    .array(Serving.extend({ name: z.string().min(1) }))
    .min(1)
    .optional(),
});

/** What answers: by our number, or in the target's own words if it is not ours. */
interface Answering {
  stable: { version: number | string; artifact?: string | undefined } | null;
  challenger?:
    | { version: number | string; weight?: number | undefined; shadow?: boolean | undefined }
    | null
    | undefined;
}

/** What was observed of a target. */
export interface ObservedState extends Answering {
  servers?: readonly (Answering & { name: string })[] | undefined;
  /** Of a registry: our versions that it has. */
  registered?: readonly number[] | undefined;
  /** Of a registry: our versions that it marks as live there. */
  marked?: readonly number[] | undefined;
  /** Who changed it last, if that is known. */
  by?: string | undefined;
  /** What else is known of that, in sentences. */
  known?: string | undefined;
}

/** One value in which a target differs from what is wanted. */
export interface TargetDifference {
  what: 'version' | 'artifact' | 'challenger' | 'weight' | 'shadow' | 'registered' | 'marked';
  /** Undefined: none. */
  wanted: string | undefined;
  observed: string | undefined;
  /** Which of its servers; undefined if it has one, or all have the same. */
  server?: string;
}

/**
 * Where what is observed differs from what is wanted; empty if it does not.
 * @param lost of a registry: versions that it had and has no more
 */
export function targetDifferences(
  wanted: WantedState,
  seen: ObservedState,
  lost: readonly number[] = [],
): TargetDifference[] {
  const found = serversIn(seen).map(({ name, ...one }) => ({ name, of: differences(wanted, one) }));
  const [first] = found;
  const listed = differencesOfLists(wanted, seen, lost);
  if (first && found.every(({ of }) => JSON.stringify(of) === JSON.stringify(first.of)))
    return [...first.of, ...listed];
  const each = found.flatMap(({ name: server, of }) => of.map((one) => ({ ...one, server })));
  return [...each, ...listed];
}

/** Of a registry: what it must have, and what it marks. */
function differencesOfLists(
  { stable, challenger }: WantedState,
  { registered, marked }: ObservedState,
  lost: readonly number[],
): TargetDifference[] {
  const needed = [stable, challenger].flatMap((one) =>
    one && registered && !registered.includes(one.version) ? [one.version] : [],
  );
  const missing = [...new Set([...needed, ...lost])];
  const isRight = marked?.every((one) => one === stable?.version) && marked.length > 0 === !!stable;
  return [
    ...missing.map((version) => ({
      ...{ what: 'registered' as const, wanted: `v${version}`, observed: undefined },
    })),
    ...(marked === undefined || isRight
      ? []
      : [
          {
            ...{ what: 'marked' as const, wanted: versionIn(stable) },
            observed: marked.map((version) => `v${version}`).join(', ') || undefined,
          },
        ]),
  ];
}

const serversIn = ({ servers, ...all }: ObservedState) => servers ?? [{ ...all, name: '' }];

/** What all servers of a target answer with; `null` if they differ, nothing answers, or it is not ours. */
export function versionObserved(
  seen: ObservedState,
): { version: number; artifact?: string | undefined } | null {
  const [first, ...others] = serversIn(seen).map(({ stable }) => stable);
  const same = others.every((one) => JSON.stringify(one) === JSON.stringify(first));
  if (!same || typeof first?.version !== 'number') return null;
  return { ...first, version: first.version };
}

function differences({ stable, challenger }: WantedState, seen: Answering): TargetDifference[] {
  const found: TargetDifference[] = [
    { what: 'version', wanted: versionIn(stable), observed: versionIn(seen.stable) },
  ];
  if (stable && seen.stable?.artifact !== undefined)
    found.push({ what: 'artifact', wanted: stable.artifact, observed: seen.stable.artifact });
  if (seen.challenger !== undefined)
    found.push({
      ...{ what: 'challenger', wanted: versionIn(challenger) },
      observed: versionIn(seen.challenger),
    });
  for (const what of ['weight', 'shadow'] as const)
    if (challenger && seen.challenger?.[what] !== undefined)
      found.push({
        ...{ what, wanted: String(challenger[what]) },
        observed: String(seen.challenger[what]),
      });
  return found.filter(({ wanted, observed }) => wanted !== observed);
}

function versionIn(one: { version: number | string } | null): string | undefined {
  return typeof one?.version === 'number' ? `v${one.version}` : one?.version;
}
