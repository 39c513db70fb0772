import type { GateSpec, ShadowEvidence } from '../../../src/core/gate.ts';
import { specIn } from '../../../src/core/model.ts';
import type { Approval } from '../../../src/core/ports/approvals.ts';
import type { Version } from '../../../src/core/ports/versions.ts';
import type { Needs } from '../../../src/core/world.ts';
import { type ShadowTime, shadowTimeOf } from '../../../src/release/shadow-time.ts';

type Parts = Needs<
  | 'models'
  | 'approvals'
  | 'deployments'
  | 'endpoints'
  | 'tallies'
  | 'quarantines'
  | 'audit'
  | 'clock'
>;

/** More requests than a version has siblings. */
const FAR_BACK = 1000;
/** More events than a rollout has. */
const EVENTS = 500;

/** How long the version's file was in shadow in each environment that a gate names. A quarantined one did not run. */
export async function shadowOf(
  { model, artifact }: Version,
  gates: readonly GateSpec[],
  needs: Parts,
): Promise<ShadowEvidence[]> {
  const named = gates.flatMap(({ gate, settings: { shadow } }) =>
    gate === 'shadow' && typeof shadow === 'string' ? [shadow] : [],
  );
  const requests = await needs.approvals.list({ model, limit: FAR_BACK });
  const keptOut = new Set((await needs.quarantines.list()).map(({ deployment }) => deployment));
  const own = requests.filter(
    ({ deployment, evidence }) =>
      deployment !== undefined &&
      evidence?.artifact === artifact.sha256 &&
      !keptOut.has(deployment),
  );
  return Promise.all(
    [...new Set(named)].map((environment) =>
      inEnvironment(
        { model, environment },
        own.filter((one) => one.environment === environment),
        artifact.sha256,
        needs,
      ),
    ),
  );
}

async function inEnvironment(
  { model, environment }: Pick<Approval, 'model' | 'environment'>,
  requests: readonly Approval[],
  artifact: string,
  needs: Parts,
): Promise<ShadowEvidence> {
  const { rollout } = await needs.endpoints.get({ model, environment });
  const found = await Promise.all(
    requests.map(async ({ deployment = '' }) => {
      const events = await needs.audit.list({ subject: deployment, limit: EVENTS });
      const now = rollout?.deployment === deployment ? needs.clock.now() : undefined;
      const time = shadowTimeOf(events, now);
      return time && { ...time, requests: await answered(deployment, time, needs) };
    }),
  );
  const times = found
    .filter((one) => one !== undefined)
    .toSorted((a, b) => b.from.getTime() - a.from.getTime());
  const [newest] = times;
  const longest = times.toSorted((a, b) => msOf(b) - msOf(a))[0];
  const steps = specIn(needs.models.get(model), environment).rollout?.steps ?? [];
  const history = await needs.deployments.history(model, environment, FAR_BACK);
  return {
    environment,
    ...(longest && { longest: { ms: msOf(longest), requests: longest.requests } }),
    ...(newest?.goesOn && { since: newest.from }),
    ...(newest?.stopped !== undefined && { stopped: newest.stopped }),
    plannedMs: steps.reduce((sum, { shadow, forMs }) => sum + (shadow ? forMs : 0), 0),
    wasLive: history.some((one) => one.artifact === artifact),
  };
}

const msOf = ({ from, to }: ShadowTime): number => to.getTime() - from.getTime();

/** Requests that it really answered while it was in shadow: time alone shows nothing. */
async function answered(
  deployment: string,
  { steps }: ShadowTime,
  { tallies }: Parts,
): Promise<number> {
  const all = await Promise.all(steps.map((step) => tallies.of(deployment, step)));
  return all.reduce((sum, tally) => sum + (tally?.shadow.requests ?? 0), 0);
}
