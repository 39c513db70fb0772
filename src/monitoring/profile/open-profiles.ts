import type { Endpoint } from '../../core/endpoint.ts';
import type { Window } from '../../core/model.ts';
import type { Measures } from '../../core/monitor.ts';
import { mergeColumns } from './merge-columns.ts';
import type { Profile } from './profile.ts';
import { type Reference, readReference } from './reference.ts';

/** The profiles of a version: of its training data, and of any window of its predictions. */
export interface Profiles extends Pick<Reference, 'estimator' | 'losses' | 'answersByLabel'> {
  reference: Readonly<Record<string, Profile>>;
  /** Content hash of its reference by the hour, if it has times. */
  windows: string | undefined;
  /** Its columns that are answers of the version. */
  answers: readonly string[];
  /** One for every column of the reference; empty if the window has no rows. */
  current(window: Window): Promise<Record<string, Profile>>;
}

/** Undefined if the version was not evaluated and therefore has no reference. */
export async function openProfiles(
  { model, environment, version }: Endpoint & { version: number },
  { versions, artifacts, profiles }: Pick<Measures, 'versions' | 'artifacts' | 'profiles'>,
): Promise<Profiles | undefined> {
  const evaluation = await versions.evaluation(`${model}@${version}`);
  if (!evaluation) return undefined;
  const stored = readReference(await artifacts.read(evaluation.reference));
  const reference = { ...stored.features, ...stored.answers };
  return {
    reference,
    windows: evaluation.windows,
    answers: Object.keys(stored.answers),
    get estimator() {
      return stored.estimator;
    },
    get losses() {
      return stored.losses;
    },
    get answersByLabel() {
      return stored.answersByLabel;
    },
    current: async (window) =>
      mergeColumns(reference, await profiles.within({ model, environment }, version, window)),
  };
}
