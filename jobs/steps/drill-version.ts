import { asTrained } from '../../src/core/as-trained.ts';
import type { Endpoint } from '../../src/core/endpoint.ts';
import { inWords, WheelhouseError } from '../../src/core/errors.ts';
import type { GateSpec } from '../../src/core/gate.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';
import { problemOf } from '../../src/release/gates/smoke/problem.ts';
import { answerBytes, type Drilled, equalRows, lastDrill, recordDrill } from './evidence/drills.ts';
import { areRows, askVersion, smokeRows } from './smoke-test.ts';

export type DrillParts = Needs<
  'models' | 'versions' | 'approvals' | 'artifacts' | 'datasets' | 'scorer'
>;

/** More requests than a model has in the life of a version. */
const FAR_BACK = 1000;

/**
 * Loads a version in a process of its own, beside what is served, asks it the rows of its smoke test, and compares each
 * answer bit for bit with the one that was stored when its promotion was requested. Nothing that is live is touched.
 */
export async function drillVersion(
  version: Version,
  endpoint: Endpoint,
  needs: DrillParts,
  signal: AbortSignal,
): Promise<Drilled> {
  const found = { version: version.number, ms: 0, rows: 0, equal: 0 };
  try {
    const spec = asTrained(needs.models.get(version.model), version);
    const evaluation = await needs.versions.evaluation(version.id);
    const rows = await smokeRows(evaluation, spec, needs);
    const smoke = areRows(rows) ? await askVersion(version, rows, spec, needs, signal) : rows;
    const problem = problemOf(smoke, spec.task.answer);
    if (problem !== undefined || !('answers' in smoke))
      return { ...found, problem: problem ?? 'it gave no answers' };
    const ms = Math.round(smoke.times?.load ?? 0);
    const asked = { ...found, ms, rows: smoke.rows };
    const stored = await storedAnswers(version, endpoint, needs);
    if (stored === undefined)
      return {
        ...asked,
        problem: 'what it answered when it was approved was not stored, so nothing was compared',
      };
    const width = spec.task.answer.width(spec.classes ?? []);
    return { ...asked, equal: equalRows(stored, answerBytes(smoke.answers), width) };
  } catch (error) {
    // A version that cannot be read or loaded is what a drill looks for; a server that is down is not.
    if (!(error instanceof WheelhouseError) || error.blame !== 'user') throw error;
    signal.throwIfAborted();
    return { ...found, problem: inWords(error) };
  }
}

const DAY_MS = 86_400_000;

/**
 * Before a promotion whose gates ask for a drill: drills what a rollback from it would restore, unless that was done
 * within the days that they name.
 */
export async function drillIfDue(
  { id, model, environment, requestedBy }: Approval,
  champion: Version,
  gates: readonly GateSpec[],
  needs: DrillParts & Needs<'audit' | 'clock'>,
  signal: AbortSignal,
): Promise<void> {
  const asked = gates.flatMap(({ settings: { drill_days: days } }) =>
    typeof days === 'number' ? [days] : [],
  );
  if (asked.length === 0) return;
  const endpoint = { model, environment };
  const last = await lastDrill(endpoint, champion.number, needs);
  const since = needs.clock.now().getTime() - Math.min(...asked) * DAY_MS;
  if (last && last.at.getTime() >= since) return;
  const found = await drillVersion(champion, endpoint, needs, signal);
  const by = { id: `drill-${id}`, by: requestedBy, via: 'queue' };
  await recordDrill(by, endpoint, found, needs);
}

/** What it answered when it was approved for this environment, or else at any other request for it. */
async function storedAnswers(
  { model, number, artifact }: Version,
  { environment }: Endpoint,
  { approvals, artifacts }: Needs<'approvals' | 'artifacts'>,
): Promise<Uint8Array | undefined> {
  const requests = (await approvals.list({ model, limit: FAR_BACK })).filter(
    ({ version, evidence }) =>
      version === number &&
      evidence?.artifact === artifact.sha256 &&
      evidence.answers !== undefined,
  );
  const inPlace = requests.filter((one) => one.environment === environment);
  const here = inPlace.find(({ status }) => status === 'approved') ?? inPlace[0] ?? requests[0];
  const sha256 = here?.evidence?.answers;
  return sha256 === undefined ? undefined : artifacts.read(sha256);
}
