import type { Deployment } from '../core/ports/deployments.ts';

/** What is live and what was, read just now. */
export interface Situation {
  live: Deployment | undefined;
  /** What a rollback would restore. */
  before: Deployment | undefined;
  /** Newest first, what is live included. */
  history: readonly Deployment[];
}

export type RollbackRuling =
  | { status: 'go'; replaces: Deployment; restores: Deployment }
  | { status: 'nothing live' }
  /** Nothing was live before it. */
  | { status: 'first'; live: Deployment }
  /**
   * What was meant is not live any more, or it was rolled back just now and it is not clear that a further
   * step is meant. `gone` is what was meant, and `by` the switch that took it off; undefined where the
   * history does not reach so far.
   */
  | {
      status: 'gone';
      gone: Deployment | undefined;
      by: Deployment | undefined;
      live: Deployment;
      before: Deployment | undefined;
    };

/**
 * Whether a rollback takes off what the caller means. Pure.
 * @param meant a deployment's id, or a version such as `v5`; undefined where the caller named nothing:
 * then it is what is live, unless that is itself the outcome of a rollback. Two people who say the same
 * one after the other, or one who tries again after an outage, mean one step back and not two.
 */
export function judgeRollback(
  meant: string | undefined,
  { live, before, history }: Situation,
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
    // Each switch took off what stands right below it in the history.
    return { status: 'gone', gone: history[at], by: history[at - 1], live, before };
  }
  if (!before) return { status: 'first', live };
  return { status: 'go', replaces: live, restores: before };
}
