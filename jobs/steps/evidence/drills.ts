import { z } from 'zod';
import { type Endpoint, endpointId } from '../../../src/core/endpoint.ts';
import type { DrillEvidence } from '../../../src/core/gate.ts';
import { toJson } from '../../../src/core/json.ts';
import type { Needs } from '../../../src/core/world.ts';

/** What a drill found, as the audit log keeps it. */
const Drilled = z.object({
  version: z.number(),
  /** From the bytes to the first answer. */
  ms: z.number(),
  rows: z.number(),
  /** Rows that were answered bit for bit as when the version was approved. */
  equal: z.number(),
  problem: z.string().optional(),
});

export type Drilled = z.output<typeof Drilled>;

/** The subject of all drills of an endpoint in the audit log. */
const drillsOf = (endpoint: Endpoint): string => `drills:${endpointId(endpoint)}`;

/** More drills than a version has between two switches. */
const FAR_BACK = 100;

/** Nobody found a fault, and at least one row was compared. */
export function isPassed({ rows, equal, problem }: Drilled): boolean {
  return problem === undefined && rows > 0 && equal === rows;
}

/**
 * The newest drill of an endpoint, of any version or of this one. The audit log is the only place where drills are
 * kept.
 */
export async function lastDrill(
  endpoint: Endpoint,
  version: number | undefined,
  { audit }: Needs<'audit'>,
): Promise<(Drilled & { at: Date }) | undefined> {
  const events = await audit.list({ subject: drillsOf(endpoint), limit: FAR_BACK });
  return events
    .flatMap(({ at, after }) => {
      const { data } = Drilled.safeParse(after);
      return data ? [{ ...data, at }] : [];
    })
    .find((drilled) => version === undefined || drilled.version === version);
}

/** Records what a drill found. Under the same ID the first result is kept, and returned. */
export async function recordDrill(
  { id, by, via }: { id: string; by: string; via: string },
  endpoint: Endpoint,
  found: Drilled,
  { audit }: Needs<'audit'>,
): Promise<Drilled> {
  const { version } = found;
  const event = `${id}-v${version}`;
  await audit.append({
    ...{ id: event, by, subject: drillsOf(endpoint), ...endpoint, via, after: toJson(found) },
    action: isPassed(found) ? 'drill.passed' : 'drill.failed',
  });
  const events = await audit.list({ subject: drillsOf(endpoint), limit: FAR_BACK });
  const stored = events.find((one) => one.id === event);
  return Drilled.safeParse(stored?.after).data ?? found;
}

/** The bytes of answers, as they are compared. */
export function answerBytes(answers: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(answers.length * 8);
  for (let at = 0; at < answers.length; at += 1)
    bytes.writeDoubleLE(answers[at] ?? Number.NaN, at * 8);
  return bytes;
}

/** How many rows have the same bytes; `width` numbers a row. 0 if there are more or fewer rows. */
export function equalRows(before: Uint8Array, now: Uint8Array, width: number): number {
  if (before.length !== now.length || width < 1) return 0;
  const step = width * 8;
  let equal = 0;
  for (let at = 0; at < now.length; at += step)
    if (Buffer.compare(before.subarray(at, at + step), now.subarray(at, at + step)) === 0)
      equal += 1;
  return equal;
}

/** The newest drill of what a rollback from the requested version would restore. */
export async function drillEvidence(
  endpoint: Endpoint,
  champion: number | undefined,
  needs: Needs<'audit'>,
): Promise<DrillEvidence | 'no champion'> {
  if (champion === undefined) return 'no champion';
  const last = await lastDrill(endpoint, champion, needs);
  if (!last) return { version: champion };
  const { at, ms, rows, equal, problem } = last;
  const found = { at, ms, rows, equal, ...(problem !== undefined && { problem }) };
  return { version: champion, last: found };
}
