import { approvalState, approvalSubject } from '../src/cards/approval.ts';
import { concludedCard } from '../src/cards/retraining.ts';
import { runSubject } from '../src/cards/run.ts';
import { asTrained } from '../src/core/as-trained.ts';
import { inWords, Refused, Unreachable, WheelhouseError } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { defineJob } from '../src/core/job.ts';
import { toJson } from '../src/core/json.ts';
import { type ModelSpec, specIn } from '../src/core/model.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import { FINAL, type Run } from '../src/core/ports/runs.ts';
import type { Version } from '../src/core/ports/versions.ts';
import type { RetrainPolicy } from '../src/core/retrain-policy.ts';
import type { Retraining, RetrainOutcome } from '../src/core/retraining.ts';
import type { Needs } from '../src/core/world.ts';
import { mayNotAct } from '../src/release/policy.ts';
import { concludeRetraining as concludeRetrainingJob, requestPromotion } from './declared/index.ts';
import { againstChampion } from './steps/against-champion.ts';
import { askPromotion } from './steps/ask-promotion.ts';
import { heldWords, minutesOf } from './steps/retrain-facts.ts';
import { areRows, smokeRows } from './steps/smoke-test.ts';

type Parts = Needs<
  | 'models'
  | 'runs'
  | 'versions'
  | 'deployments'
  | 'datasets'
  | 'scorer'
  | 'profiles'
  | 'approvals'
  | 'endpoints'
  | 'freezes'
  | 'people'
  | 'retrainings'
  | 'replies'
  | 'jobs'
  | 'audit'
  | 'clock'
>;

/**
 * A training that the policy started is over: compares the new version with the live one, and requests its
 * promotion in the name of the policy's owner if it gains enough. Approves nothing.
 */
export const concludeRetraining = defineJob({
  ...concludeRetrainingJob,

  async run({ run: id, model }, needs: Parts, signal) {
    const spec = needs.models.get(model);
    const { retrain: policy } = spec;
    const { trainings } = await needs.retrainings.get(model);
    const training = trainings.find((one) => one.run === id);
    const run = await needs.runs.get(id);
    if (!policy || !training || !FINAL.includes(run.status)) return;
    const held = await heldWords(spec, policy, needs);
    if (!training.outcome && run.status === 'succeeded' && held !== undefined) return;
    const outcome =
      training.outcome ?? (await outcomeOf({ spec, policy, training, run }, needs, signal));
    const minutes = minutesOf(run);
    // Of two that conclude it at once, the first one counts.
    const after = await needs.retrainings.change(model, (seen) =>
      seen.trainings.map((one) =>
        one.run === id && !one.outcome ? { ...one, minutes, outcome } : one,
      ),
    );
    const stored = after.trainings.find((one) => one.run === id)?.outcome;
    if (stored) await tell(run, stored, policy, needs);
  },

  async failed({ run: id, model }, error, needs: Parts) {
    const { retrain: policy } = needs.models.get(model);
    const version = await needs.versions.ofRun(id);
    // What a server did not answer is tried again at the next look.
    if (!(error instanceof WheelhouseError) || error.blame !== 'user' || !policy || !version)
      return;
    const run = await needs.runs.get(id);
    const outcome = { kind: 'not proposed' as const, version: version.number, why: inWords(error) };
    await needs.retrainings.change(model, (seen) =>
      seen.trainings.map((one) =>
        one.run === id && !one.outcome ? { ...one, minutes: minutesOf(run), outcome } : one,
      ),
    );
    await tell(run, outcome, policy, needs);
  },
});

interface Concluding {
  spec: ModelSpec;
  policy: RetrainPolicy;
  training: Retraining;
  run: Run;
}

async function outcomeOf(
  concluding: Concluding,
  needs: Parts,
  signal: AbortSignal,
): Promise<RetrainOutcome> {
  const { policy, training, run } = concluding;
  if (run.status !== 'succeeded') return { kind: 'failed' };
  const version = await needs.versions.ofRun(run.id);
  if (!version) return { kind: 'failed' };
  if (training.trigger.result === 'nothing') return { kind: 'nothing', version: version.number };
  const refuse = (why: string): RetrainOutcome => ({
    ...{ kind: 'not proposed', version: version.number, why },
  });
  const objection = mayNotAct('operator', policy.to, { person: policy.owner }, needs);
  if (objection !== undefined) return refuse(`${objection}.`);
  const gained = await gainOf(version, concluding, needs, signal);
  if (gained && gained.gain < training.trigger.minGain)
    return { kind: 'too little gain', version: version.number, ...gained };
  try {
    const approval = await propose(version, concluding, needs);
    return {
      ...{ kind: 'proposed', version: version.number, approval: approval.id },
      ...(gained && { gain: gained.gain }),
    };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // Held in the meantime: the next look comes back to it.
    const held = await heldWords(concluding.spec, policy, needs);
    if (held !== undefined) throw new Unreachable(`Proposing ${version.id}: ${held}.`);
    return refuse(inWords(error));
  }
}

/** In the first primary metric, positive if the new version is better; undefined if nothing is comparable. */
async function gainOf(
  challenger: Version,
  { spec: declared, policy, run }: Concluding,
  needs: Parts,
  signal: AbortSignal,
): Promise<{ gain: number; champion: number; metric: string } | undefined> {
  const live = await needs.deployments.live(declared.name, policy.to);
  if (!live || live.version === challenger.number) return undefined;
  const champion = await needs.versions.resolve(declared.name, String(live.version));
  const spec = asTrained(declared, challenger);
  const rows = await smokeRows(await needs.versions.evaluation(challenger.id), spec, needs);
  if (!areRows(rows)) return undefined;
  const met = await againstChampion(
    { spec, run: run.id, champion, challenger, rows },
    needs,
    signal,
  );
  if ('unusable' in met) return undefined;
  const deciding = met.comparison.metrics.find(({ primary }) => primary);
  return deciding?.delta === undefined
    ? undefined
    : { gain: deciding.delta, champion: champion.number, metric: deciding.name };
}

async function propose(
  { number: version, model }: Version,
  { spec, policy, run }: Concluding,
  needs: Parts,
): Promise<Approval> {
  const approval = await askPromotion(
    {
      ...{ id: deriveId('approval', 'policy', run.id), model, version },
      ...{ environment: policy.to, requestedBy: policy.owner },
      automation: `the retraining policy of ${model}`,
    },
    needs,
  );
  for (const home of specIn(spec, policy.to).homes)
    await needs.replies.open(approvalSubject(approval), home, approvalState(approval));
  await needs.jobs.enqueue(requestPromotion, { approval: approval.id });
  return approval;
}

async function tell(
  run: Run,
  outcome: RetrainOutcome,
  policy: RetrainPolicy,
  { replies, audit, models }: Parts,
): Promise<void> {
  await audit.append({
    ...{ id: `retrained-${run.id}`, by: 'wheelhouse', action: 'retraining.end', subject: run.id },
    ...{ model: run.model, environment: policy.to, via: 'policy', after: toJson(outcome) },
  });
  // The message of a failed run says why.
  if (outcome.kind === 'failed') return;
  await replies.tell(
    runSubject(run),
    'concluded',
    concludedCard(outcome, { run, policy, spec: models.get(run.model) }),
  );
}
