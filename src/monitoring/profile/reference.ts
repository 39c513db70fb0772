import type { FeatureSchema } from '../../core/model.ts';
import type { Columns } from '../../core/ports/programs.ts';
import { buildSpec } from './build-spec.ts';
import { type Profile, profileOf } from './profile.ts';
import { readProfile } from './read-profile.ts';

/** What a version's data looked like, frozen when it was judged: the night watch compares with this. */
export interface Reference {
  /** Over the rows it was trained on. */
  features: Record<string, Profile>;
  /** Over rows it was not trained on, or it would flatter itself. */
  score: Profile;
}

/** The column of what the model answered, beside those of what it was asked. */
export const SCORE = 'score';

export function columnsOf({ features, score }: Reference): Record<string, Profile> {
  return { ...features, [SCORE]: score };
}

/** The reference as the bytes of an artifact. */
export function buildReference(
  schema: FeatureSchema,
  training: Columns,
  scores: Float64Array,
): Uint8Array {
  const features = Object.fromEntries(
    Object.entries(schema).map(([name, type]) => {
      const values = training.features[name] ?? [];
      const spec = buildSpec(values, { kind: type === 'number' ? 'numeric' : 'categorical' });
      return [name, profileOf(spec, values)];
    }),
  );
  const reference: Reference = { features, score: profileOf(buildSpec(scores), scores) };
  return Buffer.from(JSON.stringify(reference));
}

/** Throws where the bytes are no reference. */
export function readReference(bytes: Uint8Array): Reference {
  const stored: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (!isRecord(stored) || !isRecord(stored['features']))
    throw new Error('reading a reference: it has no features');
  const features = Object.entries(stored['features']).map(
    ([name, profile]) => [name, readProfile(profile)] as const,
  );
  return { features: Object.fromEntries(features), score: readProfile(stored['score']) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
