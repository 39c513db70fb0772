import type { Deployment } from '../core/ports/deployments.ts';

/** How long a deployment was what callers got, in its environment. */
export interface Period {
  deployment: Deployment;
  from: Date;
  /** Undefined while it is live. */
  to?: Date;
}

/**
 * When each deployment was live.
 * @param history of one model in one environment, newest first
 */
export function periodsOf(history: readonly Deployment[]): Period[] {
  return history.map((deployment, index) => {
    const replaced = history[index - 1]?.since;
    const out = deployment.takenOut?.at;
    // Taken out of service, it ended then, whenever another came.
    const ends = [replaced, out].filter((end) => end !== undefined);
    const to = ends.toSorted((a, b) => a.getTime() - b.getTime())[0];
    return { deployment, from: deployment.since, ...(to && { to }) };
  });
}

/** What was live at a moment; a switch at that very moment counts. */
export function liveAt(periods: readonly Period[], moment: Date): Period | undefined {
  return periods.find(({ from, to }) => from <= moment && (to === undefined || moment < to));
}
