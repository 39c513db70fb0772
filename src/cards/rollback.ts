import { duration } from '../core/figures.ts';
import type { Deployment } from '../core/ports/deployments.ts';

interface Gone {
  /** What the caller meant to roll back. */
  gone: Deployment | undefined;
  /** The switch that replaced it. */
  by: Deployment | undefined;
  live: Deployment;
  before: Deployment | undefined;
}

/** `Lead already rolled v5 back, 2 s ago; v3 is live.`, and how to go one step further. */
export function rollbackGone(
  { gone, by, live, before }: Gone,
  nameOf: (person: string) => string,
  now: Date,
): { message: string; next: string } {
  const { model, environment } = live;
  const next = before
    ? `Nothing was changed. To go back one more version, to v${before.version}: /rollback ${model} --from v${live.version} --in ${environment}`
    : `Nothing was changed. There is no version before v${live.version}.`;
  if (!gone || !by)
    return { message: `That version is not live in ${environment}; v${live.version} is.`, next };
  const ago = `${duration(Math.max(0, now.getTime() - by.since.getTime()))} ago`;
  const how =
    by.kind === 'rollback'
      ? `${nameOf(by.by)} already rolled v${gone.version} back, ${ago}`
      : `v${by.version} replaced v${gone.version} ${ago}`;
  return { message: `${how}; v${live.version} is live.`, next };
}
