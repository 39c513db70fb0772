import type { Deployment } from '../core/ports/deployments.ts';

/** The time span in which a deployment was live in its environment. */
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
    // If it was taken out of service, it ended then, whenever the next one started.
    const ends = [replaced, out].filter((end) => end !== undefined);
    const to = ends.toSorted((a, b) => a.getTime() - b.getTime())[0];
    return { deployment, from: deployment.since, ...(to && { to }) };
  });
}

/** What was live at a given time; a switch at exactly that time counts. */
export function liveAt(periods: readonly Period[], moment: Date): Period | undefined {
  return periods.find(({ from, to }) => from <= moment && (to === undefined || moment < to));
}
