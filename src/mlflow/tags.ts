import { z } from 'zod';
import { isAnswer } from './client.ts';

/** By these tags MLflow's versions and ours are told to be the same. */
export const TAGS = {
  version: 'wheelhouse.version',
  artifact: 'wheelhouse.artifact',
  run: 'wheelhouse.run',
  /** The environments in which a version is live. */
  live: 'wheelhouse.live',
} as const;

export const Tags = z
  .array(z.object({ key: z.string(), value: z.string().default('') }))
  .default([]);

export const tagOf = (tags: z.output<typeof Tags>, key: string): string | undefined =>
  tags.find((tag) => tag.key === key)?.value;

/** The path below the artifacts that the server takes and gives itself; undefined if it keeps them elsewhere. */
export const pathIn = (uri: string): string | undefined =>
  /^mlflow-artifacts:\/+(?:[^/]+:\d+\/)?(.+)$/.exec(uri)?.[1];

/** Ignores an answer with this code. */
export function unless(...codes: readonly string[]) {
  return (error: unknown): undefined => {
    if (isAnswer(error, ...codes)) return undefined;
    throw error;
  };
}
