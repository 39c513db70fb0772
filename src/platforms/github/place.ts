import { z } from 'zod';
import type { Address } from '../../core/address.ts';
import { Refused } from '../../core/errors.ts';

/** A deployment that waits in a workflow run. */
export interface Place {
  owner: string;
  repo: string;
  /** The installation of the app that may answer for it. */
  installation: number;
  sha: string;
  run: number;
  deployment: number;
  /** As GitHub writes it. */
  environment: string;
}

const WORDS = ['owner', 'repo', 'installation', 'sha', 'run', 'deployment', 'environment'] as const;
const Count = z.coerce.number().int().positive();
const Parts = z.object({
  owner: z.string().min(1),
  repo: z.string().min(1),
  installation: Count,
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  run: Count,
  deployment: Count,
  environment: z.string().min(1),
});

/** Everything that is needed to answer, so that nothing has to be remembered. */
export function addressOf(place: Place): Address {
  const parts = WORDS.map((word) => encodeURIComponent(String(place[word])));
  return { platform: 'github', channel: parts.join('/') };
}

/** Throws Refused for a channel that is no deployment, e.g. from the configuration. */
export function placeAt({ channel }: Address): Place {
  const parts = channel.split('/');
  const named = Object.fromEntries(WORDS.map((word, at) => [word, decoded(parts[at])]));
  const read = Parts.safeParse(named);
  if (read.success && parts.length === WORDS.length) return read.data;
  throw new Refused(`"${channel}" is no deployment that waits on GitHub.`, {
    next: 'GitHub has no channels: remove "github" under "channels" in wheelhouse.yaml.',
  });
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
