import type { Json } from '../../core/json.ts';
import { addProfile } from './merge.ts';
import { createProfile, type Profile } from './profile.ts';
import { readProfile } from './read-profile.ts';

/** The sum of the stored profiles of a window's buckets, for every column of the reference. */
export function mergeColumns(
  reference: Readonly<Record<string, Profile>>,
  buckets: readonly Readonly<Record<string, Json>>[],
): Record<string, Profile> {
  const merged = Object.entries(reference).map(([name, { spec }]) => {
    const sum = createProfile(spec);
    for (const bucket of buckets)
      if (bucket[name] !== undefined) addProfile(sum, readProfile(bucket[name], spec));
    return [name, sum] as const;
  });
  return Object.fromEntries(merged);
}
