import type { Endpoint } from '../../core/endpoint.ts';
import type { Window } from '../../core/model.ts';
import type { Measures } from '../../core/monitor.ts';
import type { ReferenceLosses } from '../causes/losses.ts';
import type { Estimator } from '../estimate/estimator.ts';
import type { AnswersByLabel } from '../shift/moments.ts';
import { mergeColumns } from './merge-columns.ts';
import type { Profile } from './profile.ts';
import { readReference } from './reference.ts';

/** The profiles of a version: of its training data, and of any window of its predictions. */
export interface Profiles {
  reference: Readonly<Record<string, Profile>>;
  /** Content hash of its reference by the hour, if it has times. */
  windows: string | undefined;
  /** Its columns that are answers of the version. */
  answers: readonly string[];
  /** One for every column of the reference; empty if the window has no rows. */
  current(window: Window): Promise<Record<string, Profile>>;
  estimator: Estimator | undefined;
  losses: ReferenceLosses | undefined;
  answersByLabel: AnswersByLabel | undefined;
}

/** Undefined if the version was not evaluated and therefore has no reference. */
export async function openProfiles(
  { model, environment, version }: Endpoint & { version: number },
  { versions, artifacts, profiles }: Pick<Measures, 'versions' | 'artifacts' | 'profiles'>,
): Promise<Profiles | undefined> {
  const evaluation = await versions.evaluation(`${model}@${version}`);
  if (!evaluation) return undefined;
  const { features, answers, estimator, losses, answersByLabel } = readReference(
    await artifacts.read(evaluation.reference),
  );
  const reference = { ...features, ...answers };
  return {
    reference,
    windows: evaluation.windows,
    answers: Object.keys(answers),
    estimator,
    losses,
    answersByLabel,
    current: async (window) =>
      mergeColumns(reference, await profiles.within({ model, environment }, version, window)),
  };
}
