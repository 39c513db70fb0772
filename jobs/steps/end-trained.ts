import { runSubject, trainingState } from '../../src/cards/run.ts';
import type { Evaluation, Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';

export type TrainedParts = Needs<'runs' | 'replies' | 'deployments' | 'environments'>;

/** A training is done when its version is evaluated: its message shows the result. */
export async function endTrained(
  run: string,
  version: Version,
  evaluation: Evaluation,
  needs: TrainedParts,
): Promise<void> {
  const end = { status: 'succeeded', version: version.number } as const;
  const ended = (await needs.runs.finish(run, end)) ?? (await needs.runs.get(run));
  if (ended.status !== 'succeeded') return;
  const champions = await championsOf(version.model, needs);
  const made = { version, evaluation, champions, environments: needs.environments.list() };
  await needs.replies.show(runSubject(ended), trainingState(ended, made));
}

/** What is live in each environment. */
async function championsOf(
  model: string,
  { deployments, environments }: Needs<'deployments' | 'environments'>,
): Promise<{ environment: string; version: number }[]> {
  const found = await Promise.all(
    environments.list().map((environment) => deployments.live(model, environment)),
  );
  return found.flatMap((live) =>
    live ? [{ environment: live.environment, version: live.version }] : [],
  );
}
