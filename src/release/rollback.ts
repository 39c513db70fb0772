import type { Deployment } from '../core/ports/deployments.ts';

/** What is live and what was live, read just now. */
export interface Situation {
  live: Deployment | undefined;
  /** What a rollback would restore. */
  before: Deployment | undefined;
  /** Newest first, including what is live. */
  history: readonly Deployment[];
}

export type RollbackRuling =
  | { status: 'go'; replaces: Deployment; restores: Deployment }
  | { status: 'nothing live' }
  /** The version to restore was not live before, or was rolled back or taken out of service since. */
  | { status: 'not before'; live: Deployment; possible: readonly number[] }
  /** Nothing can be restored. `earlier`: others were live before, and were rolled back or taken out of service. */
  | { status: 'first'; live: Deployment; earlier: boolean }
  /**
   * What was meant is no longer live, or was rolled back just now and it is unclear whether a further step is
   * meant. `gone` is what was meant, and `by` the switch that replaced it; undefined if the history does not
   * reach back that far.
   */
  | {
      status: 'gone';
      gone: Deployment | undefined;
      by: Deployment | undefined;
      live: Deployment;
      before: Deployment | undefined;
    };

/**
 * Whether a rollback replaces what the caller means. Pure.
 * @param meant a deployment's ID, or a version such as `v5`; undefined if the caller named nothing: then it is
 * what is live, unless that is itself the result of a rollback. If two people run the same command one after
 * another, or one person retries after an outage, one step back is meant and not two.
 * @param to the number of an earlier version to restore
 */
export function judgeRollback(
  meant: string | undefined,
  { live, before, history }: Situation,
  to?: number,
): RollbackRuling {
  if (!live) return { status: 'nothing live' };
  const isMeant = (one: Deployment) =>
    meant === undefined
      ? one.kind === 'promotion'
      : one.id === meant || `v${one.version}` === meant;
  if (!isMeant(live)) {
    const at =
      meant === undefined
        ? history.findIndex(({ id }) => id === live.id) + 1
        : history.findIndex(isMeant);
    // Each switch replaced the next older entry of the history.
    return { status: 'gone', gone: history[at], by: history[at - 1], live, before };
  }
  if (to !== undefined) {
    // What was rolled back, or restored and replaced since, was not good; the last of several counts.
    const good = history.filter(({ id, status }) => id !== live.id && status === 'superseded');
    const restores = good.find(({ version }) => version === to);
    if (restores) return { status: 'go', replaces: live, restores };
    const possible = [...new Set(good.map(({ version }) => version))];
    return { status: 'not before', live, possible };
  }
  if (!before) return { status: 'first', live, earlier: history.some(({ id }) => id !== live.id) };
  return { status: 'go', replaces: live, restores: before };
}
