import { z } from 'zod';
import type { AuditEvent } from '../core/ports/audit.ts';

/** What a rollout that was in shadow leaves in the audit log. Steps of earlier releases have no `since`. */
const Begin = z.object({ steps: z.array(z.number()) });
const Step = z.object({ step: z.int(), weight: z.number(), since: z.iso.datetime().optional() });
const End = z.object({ outcome: z.string(), reason: z.string(), at: z.iso.datetime().optional() });

type Recorded = Pick<AuditEvent, 'action' | 'at' | 'after'>;

export interface ShadowTime {
  from: Date;
  to: Date;
  /** The steps in which it was in shadow. */
  steps: readonly number[];
  /** It still is. */
  goesOn: boolean;
  /** Why it ended before it was live. */
  stopped?: string;
}

/**
 * When a rollout was in shadow, by the audit log alone. It is in shadow as long as its weight is 0. A rollout of which
 * neither a later step nor its end is recorded, and which does not go on, counts for nothing: how long it was is unknown.
 * @param events of one deployment, in any order
 * @param now if the rollout goes on; otherwise undefined
 */
export function shadowTimeOf(
  events: readonly Recorded[],
  now: Date | undefined,
): ShadowTime | undefined {
  const begin = parsed(events, 'rollout.begin', Begin)[0];
  if (!begin) return undefined;
  const answering = begin.data.steps.findIndex((weight) => weight > 0);
  const steps = begin.data.steps.flatMap((weight, step) =>
    weight === 0 && (answering < 0 || step < answering) ? [step] : [],
  );
  const end = parsed(events, 'rollout.end', End)[0];
  const left = parsed(events, 'rollout.step', Step)
    .filter(({ data }) => data.weight > 0)
    .toSorted((a, b) => a.data.step - b.data.step)[0];
  const ended = end && dateOf(end.data.at, end.at);
  const to = (left && dateOf(left.data.since, left.at)) ?? ended ?? now;
  const stopped = end && ['failed', 'aborted'].includes(end.data.outcome) ? end.data : undefined;
  const goesOn = !left && !end && now !== undefined;
  if (steps.length === 0 || !to) return undefined;
  return {
    ...{ from: begin.at, to: new Date(Math.max(to.getTime(), begin.at.getTime())), steps, goesOn },
    ...(stopped && { stopped: stopped.reason.replace(/\.$/, '') }),
  };
}

const dateOf = (said: string | undefined, recorded: Date): Date =>
  said === undefined ? recorded : new Date(said);

function parsed<T>(events: readonly Recorded[], action: string, form: z.ZodType<T>) {
  return events.flatMap((event) => {
    if (event.action !== action) return [];
    const { data } = form.safeParse(event.after);
    return data === undefined ? [] : [{ at: event.at, data }];
  });
}
