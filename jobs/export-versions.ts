import { NotFound, Unreachable } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import type { Export } from '../src/core/ports/exports.ts';
import { FINAL } from '../src/core/ports/runs.ts';
import type { Version } from '../src/core/ports/versions.ts';
import type { Needs } from '../src/core/world.ts';
import { exportVersions as declared } from './declared/index.ts';
import { followAudit } from './steps/follow-audit.ts';

type Parts = Needs<
  'tracking' | 'exports' | 'audit' | 'versions' | 'runs' | 'models' | 'artifacts' | 'clock'
>;

/** Of each model, of what was registered before there was a tracking server. */
const AT_FIRST = 50;
/** In one round. Another one begins within seconds. */
const MOST = 20;
/** Until it is evaluated. */
const SOON_MS = 15_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Has registered versions appear on the tracking server, whether they are live or not. They are read from the audit log
 * behind a cursor and become a row each before it moves on, so a server that is down for days loses none, and a crash
 * anywhere exports one again, which changes nothing.
 */
export const exportVersions = defineJob({
  ...declared,

  async run(_, needs: Parts, signal) {
    const { tracking, exports, clock } = needs;
    const { server } = tracking;
    if (server === undefined || !tracking.exports) return;
    await findNew(server, needs, signal);
    let problem: unknown;
    for (const one of await exports.due(server, clock.now(), MOST)) {
      signal.throwIfAborted();
      try {
        await exportOne(server, one, needs, signal);
      } catch (error) {
        signal.throwIfAborted();
        problem ??= error;
        const wait = Math.min(SOON_MS * 2 ** Math.min(one.attempts, 10), LONGEST_WAIT_MS);
        await exports.later(server, one, new Date(clock.now().getTime() + wait), true);
        // The others would wait for it as long.
        if (error instanceof Unreachable) break;
      }
    }
    // For the log of the worker: the rest was done all the same.
    if (problem !== undefined) throw problem;
  },
});

async function findNew(server: string, needs: Parts, signal: AbortSignal): Promise<void> {
  const { exports, audit, versions, models, clock } = needs;
  let at = await exports.cursor(server);
  if (at === undefined) {
    // Read first: what is registered meanwhile is found twice, and added once.
    at = (await audit.head())?.sequence ?? 0;
    for (const { name } of models.list())
      for (const { id } of await versions.list(name, AT_FIRST))
        await exports.add(server, id, clock.now());
    await exports.begin(server, at);
    at = (await exports.cursor(server)) ?? at;
  }
  await followAudit(
    { at, advance: (from, to) => exports.advance(server, from, to) },
    async ({ action, subject }) => {
      if (action === 'version.register') await exports.add(server, subject, clock.now());
    },
    needs,
    signal,
  );
}

async function exportOne(
  server: string,
  one: Export,
  needs: Parts,
  signal: AbortSignal,
): Promise<void> {
  const { tracking, exports, versions, artifacts, models, clock } = needs;
  const [, name = '', number] = /^(.+)@(\d+)$/.exec(one.version) ?? [];
  // One that is no longer configured has no features to describe.
  const model = models.list().find((spec) => spec.name === name);
  if (!model) return exports.done(server, one.version);
  const version = await versions.numbered(name, Number(number));
  const evaluation = await versions.evaluation(version.id);
  if (!evaluation && (await mayBeEvaluated(version, needs)))
    return exports.later(server, one, new Date(clock.now().getTime() + SOON_MS), false);
  const bytes = () => artifacts.read(version.artifact.sha256);
  await tracking.export({ version, evaluation, bytes }, model, signal);
  await exports.done(server, one.version);
}

async function mayBeEvaluated({ run }: Version, { runs }: Parts): Promise<boolean> {
  try {
    return !FINAL.includes((await runs.get(run)).status);
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}
