import { targetProblem } from '../../src/cards/target.ts';
import { canonical, sha256 } from '../../src/core/canonical.ts';
import { toJson } from '../../src/core/json.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import {
  type ObservedState,
  type TargetSpec,
  targetDifferences,
  versionObserved,
  type WantedState,
} from '../../src/core/target.ts';
import type { Needs } from '../../src/core/world.ts';
import { adoptable } from './adoptable.ts';
import { quarrelIn } from './repairs-undone.ts';
import { remember, type TargetMemory, type TargetOf, targetId } from './target-memory.ts';
import { showTarget, solveTarget } from './target-message.ts';
import { digestOfWanted, type Wanting, wantedState } from './wanted-state.ts';

type Parts = Wanting &
  Needs<'models' | 'audit' | 'replies' | 'targets' | 'knownTargets' | 'versions' | 'clock'>;

/** More than happen within an hour. */
const EVENTS = 100;

interface Compared {
  target: TargetSpec;
  model: ModelSpec;
  wanted: WantedState;
  digest: string;
  last: TargetMemory | undefined;
  /** Of a target that follows by itself: when what is wanted changed last. */
  since: Date | undefined;
}

/** Drift is told once; what a target shows right after a change may be the state before it. */
export async function compareTarget(
  of: TargetOf,
  { target, model, wanted, digest, last, since }: Compared,
  needs: Parts,
  signal: AbortSignal,
): Promise<void> {
  const changed = Math.max(last?.at.getTime() ?? 0, since?.getTime() ?? 0);
  if (needs.clock.now().getTime() - changed < target.settleMs) return;
  const seen = await needs.targets.observe(target, of, { model, signal });
  if (!seen) return;
  const lost = (await lostBy(of, seen, needs)).filter((version) => !isWanted(wanted, version));
  const differences = targetDifferences(wanted, seen, lost);
  const { revision } = wanted;
  if (differences.length > 0) {
    const drift = sha256(canonical(toJson({ digest, differences })));
    if (last?.action === 'target.drift' && last.drift === drift) return;
    // It may have been changed while it was observed.
    const { wanted: now } = await wantedState(of, needs);
    if (digestOfWanted(now, needs.targets.placeOf(target)?.address) !== digest) return;
    const observed = versionObserved(seen) ?? undefined;
    const other = observed && observed.version !== wanted.stable?.version ? observed : undefined;
    const adopt = other && (await adoptable(of, other, needs));
    const events = await needs.audit.list({ subject: targetId(of), limit: EVENTS });
    const next = { sequence: Infinity, action: 'target.drift', at: needs.clock.now() };
    const undone = since === undefined ? quarrelIn([...events, next], next.at) : undefined;
    const state = targetProblem(of, {
      ...{ kind: 'drift', differences, by: seen.by, known: seen.known },
      ...(undone !== undefined && { undone }),
      ...(adopt && 'version' in adopt && { adopt: adopt.version.number }),
      ...(lost.length > 0 && { lost }),
    });
    const after = { wanted: digest, drift, observed, revision, ...(lost.length > 0 && { lost }) };
    return showTarget(of, { last, state, action: 'target.drift', after }, needs);
  }
  if (last?.card === undefined) return;
  await solveTarget(of, last, 'synced', needs);
  await remember(of, last, 'target.synced', { wanted: digest, revision }, needs);
}

const isWanted = ({ stable, challenger }: WantedState, version: number): boolean =>
  stable?.version === version || challenger?.version === version;

/** Versions that a registry has shown and has no more. What it shows for the first time is remembered. */
async function lostBy(
  of: TargetOf,
  { registered }: ObservedState,
  { knownTargets }: Parts,
): Promise<number[]> {
  if (!registered) return [];
  const { shown = [] } = (await knownTargets.get(of, of.target)) ?? {};
  const first = registered.filter((version) => !shown.includes(version));
  if (first.length > 0) await knownTargets.shows(of, of.target, [...new Set(first)]);
  return shown.filter((version) => !registered.includes(version)).toSorted((a, b) => a - b);
}
