import { z } from 'zod';
import type { DrillEvidence } from '../../../src/core/gate.ts';
import type { Subject } from '../../../src/core/reply.ts';
import type { Needs } from '../../../src/core/world.ts';

/** The subject of all drills of a model in an environment, in the audit log. */
const drillsOf = (model: string, environment: string): Subject => `drills:${model}/${environment}`;

/** What a drill found, as the audit log keeps it. */
const Drilled = z.object({
  version: z.number(),
  /** From the bytes to the first answer. */
  ms: z.number(),
  rows: z.number(),
  equal: z.number(),
  problem: z.string().optional(),
});

type Drilled = z.output<typeof Drilled>;

/** More drills than a version has between two switches. */
const FAR_BACK = 100;

/**
 * The newest drill of a model in an environment, of any version or of this one. The audit log is the only place
 * where drills are kept.
 */
async function lastDrill(
  { model, environment, version }: { model: string; environment: string; version?: number },
  { audit }: Needs<'audit'>,
): Promise<(Drilled & { at: Date }) | undefined> {
  const events = await audit.list({ subject: drillsOf(model, environment), limit: FAR_BACK });
  return events
    .flatMap(({ at, after }) => {
      const { data } = Drilled.safeParse(after);
      return data ? [{ ...data, at }] : [];
    })
    .find((drilled) => version === undefined || drilled.version === version);
}

/** The newest drill of what a rollback from the requested version would restore. */
export async function drillEvidence(
  endpoint: { model: string; environment: string },
  champion: number | undefined,
  needs: Needs<'audit'>,
): Promise<DrillEvidence | 'no champion'> {
  if (champion === undefined) return 'no champion';
  const last = await lastDrill({ ...endpoint, version: champion }, needs);
  if (!last) return { version: champion };
  const { at, ms, rows, equal, problem } = last;
  const found = { at, ms, rows, equal, ...(problem !== undefined && { problem }) };
  return { version: champion, last: found };
}
