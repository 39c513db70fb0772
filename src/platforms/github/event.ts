import { z } from 'zod';
import type { Identity } from '../../core/people.ts';
import type { Place } from './place.ts';

/** The part of a `deployment_protection_rule` that is read. */
const Requested = z.object({
  action: z.literal('requested'),
  environment: z.string().min(1),
  deployment_callback_url: z.url(),
  deployment: z.object({
    id: z.number().int().positive(),
    sha: z.string().regex(/^[0-9a-f]{40}$/),
  }),
  repository: z.object({
    full_name: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
  }),
  installation: z.object({ id: z.number().int().positive() }),
  sender: z.object({ id: z.number().int().positive(), login: z.string().min(1) }),
});

/** The number of the run is only there. */
const RUN = /\/actions\/runs\/(\d{1,18})\/deployment_protection_rule$/;

/** A job that waits until somebody lets it into an environment. */
export interface Waiting {
  place: Place;
  /** `owner/repo` */
  repository: string;
  by: Identity;
}

/** Undefined for a payload that is something else, or lacks what is needed. */
export function waitingIn(payload: unknown): Waiting | undefined {
  const { data } = Requested.safeParse(payload);
  const run = data && RUN.exec(new URL(data.deployment_callback_url).pathname)?.[1];
  if (!data || run === undefined) return undefined;
  const { repository, installation, deployment, environment, sender } = data;
  const [owner = '', repo = ''] = repository.full_name.split('/');
  return {
    place: {
      ...{ owner, repo, environment, run: Number(run) },
      ...{ installation: installation.id, sha: deployment.sha, deployment: deployment.id },
    },
    repository: repository.full_name,
    // By its number: a name can be given up, and taken by somebody else.
    by: { platform: 'github', user: String(sender.id), name: sender.login },
  };
}
