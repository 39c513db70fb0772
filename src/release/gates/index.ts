import { z } from 'zod';
import type {
  GateAbout,
  GateEvidence,
  GateKind,
  GateNeed,
  GateResult,
  GateSpec,
} from '../../core/gate.ts';
import { calibration } from './calibration/index.ts';
import { champion } from './champion/index.ts';
import { data } from './data/index.ts';
import { drill } from './drill/index.ts';
import { latency } from './latency/index.ts';
import { lineage } from './lineage/index.ts';
import { metric } from './metric/index.ts';
import { predictions } from './predictions/index.ts';
import { rows } from './rows/index.ts';
import { shadow } from './shadow/index.ts';
import { size } from './size/index.ts';
import { slices } from './slices/index.ts';
import { smoke } from './smoke/index.ts';
import { soak } from './soak/index.ts';
import { trainer } from './trainer/index.ts';

/**
 * All kinds of gates. One with several keys is recognised by the first kind whose key it has: a comparison has a
 * metric too.
 */
export const gateKinds: readonly [GateKind, ...GateKind[]] = [
  smoke,
  champion,
  metric,
  rows,
  slices,
  calibration,
  data,
  trainer,
  predictions,
  latency,
  size,
  lineage,
  soak,
  shadow,
  drill,
];

/** Those that the file may declare. */
const declared = gateKinds.filter(({ key }) => key !== undefined);

/** Gates that every version must pass, whatever is declared. */
export const ALWAYS: readonly GateSpec[] = gateKinds
  .filter(({ key }) => key === undefined)
  .map(({ name }) => ({ gate: name, settings: {} }));

/** All keys of all gates. */
export const gateKeys: readonly string[] = gateKinds.flatMap(({ keys }) => keys);

const [first, ...others] = declared;
if (!first) throw new Error('there is no kind of gate that can be declared');

/** A gate as the file has it. Each kind defines its own keys and defaults. */
export const GateSetting = z.preprocess(
  (raw) => (isObject(raw) ? { ...raw, gate: kindIn(raw)?.name } : raw),
  z.discriminatedUnion('gate', [first.schema, ...others.map(({ schema }) => schema)], {
    error: () => `expected one of ${declared.map(({ form }) => form).join(', ')}`,
  }),
);

function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** Undefined if none of its keys names a kind, or it has our own discriminator. */
function kindIn(raw: Record<string, unknown>): GateKind | undefined {
  if (Object.hasOwn(raw, 'gate')) return undefined;
  return declared.find(({ key }) => key !== undefined && Object.hasOwn(raw, key));
}

/** Throws for an unknown name: the configuration only accepts known ones. */
export function gateKind(name: string): GateKind {
  const kind = gateKinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Error(`There is no kind of gate "${name}".`);
  return kind;
}

/** What must be gathered to judge them. */
export function needsOf(gates: readonly GateSpec[]): ReadonlySet<GateNeed> {
  return new Set(gates.flatMap(({ gate }) => gateKind(gate).needs));
}

/** Judges each gate; a gate may have several results. Pure. */
export function judgeGates(
  gates: readonly GateSpec[],
  evidence: GateEvidence,
  about: GateAbout,
): GateResult[] {
  return gates.flatMap((gate) => gateKind(gate.gate).judge(gate, evidence, about));
}
