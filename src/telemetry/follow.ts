import { whenBegun, whenEnded, whenNoted } from '../core/activity.ts';
import { SERVING } from './catalogue/serving.ts';
import { WORK } from './catalogue/work.ts';
import type { Meters } from './meters.ts';

/**
 * Counts what this process does, from now on, until the returned function is called.
 * @param failed told of an error here, which must not reach the work that is counted
 */
export function followWork(meters: Meters, failed: (error: unknown) => void): () => void {
  /** Listeners of Node's channels end the process when they throw. */
  const safely =
    <T>(listener: (seen: T) => void) =>
    (seen: T) => {
      try {
        listener(seen);
      } catch (error) {
        failed(error);
      }
    };
  const unfollow = [
    whenEnded(
      'command',
      safely(({ about: { name }, ended }) => {
        if (!ended) return;
        meters.count(WORK.commands, { command: name, outcome: ended.outcome });
        meters.observe(WORK.commandDuration, { command: name }, ended.seconds);
      }),
    ),
    whenBegun(
      'job',
      safely(({ about: { lane, waitedMs } }) => {
        meters.add(WORK.jobsRunning, { lane }, 1);
        if (waitedMs !== undefined) meters.observe(WORK.jobWait, { lane }, waitedMs / 1000);
      }),
    ),
    whenEnded(
      'job',
      safely(({ about: { name, lane }, ended }) => {
        meters.add(WORK.jobsRunning, { lane }, -1);
        if (!ended) return;
        meters.count(WORK.jobs, { job: name, lane, outcome: ended.outcome });
        meters.observe(WORK.jobDuration, { job: name }, ended.seconds);
      }),
    ),
    whenEnded(
      'program',
      safely(({ about: { model }, ended }) => {
        if (ended) meters.observe(WORK.programs, { model, outcome: ended.outcome }, ended.seconds);
      }),
    ),
    whenEnded(
      'switch',
      safely(({ about: { model, environment, kind }, ended }) => {
        if (!ended) return;
        const { outcome, seconds } = ended;
        meters.count(WORK.switches, { model, environment, kind, outcome });
        meters.observe(WORK.switchDuration, { kind }, seconds);
      }),
    ),
    whenEnded(
      'platform',
      safely(({ about: { platform, operation }, ended }) => {
        if (!ended) return;
        const { outcome, seconds } = ended;
        meters.count(WORK.platformCalls, { platform, operation, outcome });
        meters.observe(WORK.platformDuration, { platform }, seconds);
      }),
    ),
    whenNoted(
      'finding',
      safely((fact) => meters.count(WORK.checks, fact)),
    ),
    whenNoted(
      'alert',
      safely((fact) => meters.count(WORK.alerts, fact)),
    ),
    whenNoted(
      'run',
      safely((fact) => meters.count(WORK.runs, fact)),
    ),
    whenNoted(
      'quarantine',
      safely((fact) => meters.count(SERVING.quarantines, fact)),
    ),
  ];
  return () => {
    for (const stop of unfollow) stop();
  };
}
