import { targetProblem, targetSolved, targetSubject } from '../src/cards/target.ts';
import { inWords } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { defineJob } from '../src/core/job.ts';
import { type ModelSpec, specIn } from '../src/core/model.ts';
import { type TargetSpec, targetDifferences, type WantedState } from '../src/core/target.ts';
import type { Needs } from '../src/core/world.ts';
import { applyTarget as declared } from './declared/index.ts';
import {
  isDue,
  lastOf,
  remember,
  type TargetMemory,
  type TargetOf,
  targetId,
} from './steps/target-memory.ts';
import { digestOfWanted, requireTickets, type Wanting, wantedState } from './steps/wanted-state.ts';

type Parts = Wanting & Needs<'models' | 'audit' | 'replies' | 'targets' | 'clock'>;

/** What is wanted may change while it is applied; further changes are left to the next job. */
const ROUNDS = 5;

/**
 * Applies what must be live now to a target, whatever it was when the job was queued, and compares it with what the
 * target reports. The switch of the gateway never waits for it, and is never undone by it. A job that dies after it
 * applied something applies it again, under the same ID.
 */
export const applyTarget = defineJob({
  ...declared,

  async run(of, needs: Parts, signal) {
    const found = targetOf(of, needs);
    if (!found) return; // the configuration has changed since it was queued
    const { model, target } = found;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { wanted, deployments } = await wantedState(of, needs);
      const last = await lastOf(of, needs);
      // Nothing was ever live here.
      if (!wanted.stable && !last) return;
      const digest = digestOfWanted(wanted);
      if (!isDue(last, digest)) {
        if (round === 0) await compare(of, { target, model, wanted, digest, last }, needs, signal);
        return;
      }
      await requireTickets(deployments, needs);
      const id = deriveId('apply', targetId(of), digest, last?.sequence ?? 0);
      await needs.targets.apply(target, wanted, { id, model, signal });
      await solve(of, last, 'applied', needs);
      const { revision } = wanted;
      await remember(of, last, 'target.apply', { wanted: digest, revision }, needs);
    }
  },

  async failed(of, error, needs: Parts) {
    const found = targetOf(of, needs);
    if (!found) return;
    const { wanted } = await wantedState(of, needs);
    const digest = digestOfWanted(wanted);
    const last = await lastOf(of, needs);
    if (!wanted.stable && !last) return;
    const isApplied = !isDue(last, digest);
    // It is in the channel already, and will be tried again.
    if (last?.wanted === digest && last.card !== undefined) return;
    const why = inWords(error);
    const kind = isApplied ? 'unseen' : 'failed';
    await tell(of, { last, problem: { kind, why }, digest, wanted }, needs);
  },
});

function targetOf(
  { model: name, environment, target: wanted }: TargetOf,
  { models }: Parts,
): { model: ModelSpec; target: TargetSpec } | undefined {
  const known = models.list().find((spec) => spec.name === name);
  const model = known && specIn(known, environment);
  const target = model?.targets?.find((one) => one.name === wanted);
  return model && target && { model, target };
}

interface Compared {
  target: TargetSpec;
  model: ModelSpec;
  wanted: WantedState;
  digest: string;
  last: TargetMemory | undefined;
}

/** Drift is told once; what a target shows right after a change may be the state before it. */
async function compare(
  of: TargetOf,
  { target, model, wanted, digest, last }: Compared,
  needs: Parts,
  signal: AbortSignal,
): Promise<void> {
  if (last && needs.clock.now().getTime() - last.at.getTime() < target.settleMs) return;
  const seen = await needs.targets.observe(target, of, { model, signal });
  if (!seen) return;
  const differences = targetDifferences(wanted, seen);
  if (differences.length > 0) {
    if (last?.action === 'target.drift') return;
    // It may have been changed while it was observed.
    if (digestOfWanted((await wantedState(of, needs)).wanted) !== digest) return;
    const problem = { kind: 'drift', differences } as const;
    return tell(of, { last, problem, digest, wanted }, needs);
  }
  if (last?.card === undefined) return;
  await solve(of, last, 'synced', needs);
  const { revision } = wanted;
  await remember(of, last, 'target.synced', { wanted: digest, revision }, needs);
}

/** The message of a problem becomes that of its solution. */
async function solve(
  of: TargetOf,
  last: TargetMemory | undefined,
  how: 'applied' | 'synced',
  { replies }: Parts,
): Promise<void> {
  if (last?.card !== undefined) await replies.show(targetSubject(last.card), targetSolved(of, how));
}

interface Told {
  last: TargetMemory | undefined;
  problem: Parameters<typeof targetProblem>[1];
  digest: string;
  wanted: WantedState;
}

/** Posts first and remembers then: whoever dies in between posts the same message again, which is no second one. */
async function tell(
  of: TargetOf,
  { last, problem, digest, wanted }: Told,
  needs: Parts,
): Promise<void> {
  const { replies, models } = needs;
  const card = last?.card ?? deriveId('target', targetId(of), last?.sequence ?? 0);
  const subject = targetSubject(card);
  const state = targetProblem(of, problem);
  for (const home of specIn(models.get(of.model), of.environment).homes)
    await replies.open(subject, home, state);
  await replies.show(subject, state);
  if (last?.card !== undefined)
    await replies.tell(subject, `again-${last.sequence}`, {
      title: state.card.title,
      tone: state.card.tone,
      ...(state.card.text !== undefined && { text: state.card.text }),
    });
  const { revision } = wanted;
  await remember(of, last, `target.${problem.kind}`, { wanted: digest, card, revision }, needs);
}
