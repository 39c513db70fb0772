import { z } from 'zod';
import { type Endpoint, endpointId } from '../../src/core/endpoint.ts';
import { toJson } from '../../src/core/json.ts';
import type { AuditEvent } from '../../src/core/ports/audit.ts';
import type { Needs } from '../../src/core/world.ts';

export interface TargetOf extends Endpoint {
  target: string;
}

/** The subject of a target's events. */
export const targetId = (of: TargetOf): string => `target:${endpointId(of)}/${of.target}`;

const After = z.object({
  /** Digest of the state that it was about; missing for a repair. */
  wanted: z.string().optional(),
  /** The message about a problem that is not over. */
  card: z.string().optional(),
  /** Of a drift: its digest, and the version that was observed, if all of the target has the same one. */
  drift: z.string().optional(),
  observed: z.object({ version: z.number(), artifact: z.string().optional() }).optional(),
});

/** What the audit log says last about a target. Each event follows from the one before, so it is recorded once. */
export interface TargetMemory extends z.output<typeof After> {
  sequence: number;
  action: string;
  at: Date;
}

/** Undefined if nothing was ever applied to it, or tried. */
export async function lastOf(
  of: TargetOf,
  { audit }: Needs<'audit'>,
): Promise<TargetMemory | undefined> {
  const [event] = await audit.list({ subject: targetId(of), limit: 1 });
  return event && memoryIn(event);
}

function memoryIn({ sequence, action, at, after }: AuditEvent): TargetMemory {
  const { success, data } = After.safeParse(after);
  return { ...(success ? data : {}), sequence, action, at };
}

export type TargetAction =
  `target.${'apply' | 'drift' | 'failed' | 'remove' | 'synced' | 'unseen'}`;

/** What is remembered of an event. */
export interface TargetFacts extends z.output<typeof After> {
  wanted: string;
  revision: number;
}

/** Appends what happened after `last`, once. */
export async function remember(
  of: TargetOf,
  last: TargetMemory | undefined,
  action: TargetAction,
  after: TargetFacts,
  { audit }: Needs<'audit'>,
): Promise<void> {
  const { model, environment } = of;
  await audit.append({
    id: `${action}-${targetId(of)}-${last?.sequence ?? 0}`,
    by: 'wheelhouse',
    action,
    subject: targetId(of),
    ...{ model, environment, via: 'queue' },
    after: toJson(after),
  });
}

/**
 * Whether that state must still be applied: it never was, the last attempt failed, or somebody asked for a repair. A
 * target that follows by itself is only told where something is wrong.
 */
export function isDue(last: TargetMemory | undefined, wanted: string, follows: boolean): boolean {
  if (last?.action === 'target.failed' || last?.action === 'target.repair') return true;
  return !follows && last?.wanted !== wanted;
}
