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
  /** Of a failure: it is not tried again for the same state, unless somebody asks. */
  final: z.boolean().optional(),
  /** Of a drift: its digest, and the version that was observed, if all of the target has the same one. */
  drift: z.string().optional(),
  observed: z.object({ version: z.number(), artifact: z.string().optional() }).optional(),
  /** Of a drift of a registry: versions that it has no more. */
  lost: z.array(z.number()).optional(),
});

/** The second one who asks has it repaired; a few may do so at once. */
const ASKS = 20;

/** What the audit log says last about a target. Each event follows from the one before, so it is recorded once. */
export interface TargetMemory extends z.output<typeof After> {
  sequence: number;
  action: string;
  /** The person of a repair; otherwise `wheelhouse`. */
  by: string;
  at: Date;
}

/** Undefined if nothing was ever applied to it, or tried. */
export async function lastOf(
  of: TargetOf,
  { audit }: Needs<'audit'>,
): Promise<TargetMemory | undefined> {
  // That somebody asks for a repair changes nothing.
  const events = await audit.list({ subject: targetId(of), limit: ASKS });
  const event = events.find(({ action }) => action !== 'target.ask');
  return event && memoryIn(event);
}

function memoryIn({ sequence, action, by, at, after }: AuditEvent): TargetMemory {
  const { success, data } = After.safeParse(after);
  return { ...(success ? data : {}), sequence, action, by, at };
}

export type TargetAction =
  `target.${'apply' | 'begin' | 'drift' | 'failed' | 'remove' | 'synced' | 'unseen'}`;

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

/** It was told that state and is on its way: should another one be wanted now, even the former, it must be told that. */
export async function rememberBegun(
  of: TargetOf,
  last: TargetMemory | undefined,
  after: TargetFacts,
  needs: Needs<'audit'>,
): Promise<void> {
  const isKnown = last?.action === 'target.begin' || last?.action === 'target.failed';
  if (isKnown && last.wanted === after.wanted) return;
  const { card } = last ?? {};
  await remember(
    of,
    last,
    'target.begin',
    { ...after, ...(card !== undefined && { card }) },
    needs,
  );
}

const DUE = ['target.begin', 'target.failed', 'target.repair'];

/**
 * Whether that state must still be applied: it never was, the last attempt failed, or somebody asked for a repair. A
 * target that follows by itself is only told where something is wrong.
 */
export function isDue(last: TargetMemory | undefined, wanted: string, follows: boolean): boolean {
  if (isGivenUp(last) && last?.wanted === wanted) return false;
  if (last && DUE.includes(last.action)) return true;
  return !follows && last?.wanted !== wanted;
}

/** Whether the last thing that happened is a failure that is not tried again. */
export const isGivenUp = (last: TargetMemory | undefined): boolean =>
  last?.action === 'target.failed' && last.final === true;
