import type { Settings } from '../../config/settings.ts';
import type { LoadedWorkspace } from '../../config/workspace.ts';
import { WheelhouseError } from '../core/errors.ts';
import type { Person } from '../core/people.ts';

/** What lets somebody in at the page and the command line. Throws where it is not set. */
export function tokenOf({ token }: Settings): string {
  if (token) return token;
  throw new WheelhouseError('user', 'WHEELHOUSE_TOKEN is not set, so the adapters are disabled.', {
    next: 'Set it to a secret of at least 16 characters, e.g. from "openssl rand -hex 16".',
  });
}

/** Whom the token speaks as; anybody, in a demo. Throws where that person is not in the workspace. */
export function speakerOf({ demo, user }: Settings, workspace: LoadedWorkspace): 'any' | Person {
  if (demo) return 'any';
  const person = user === undefined ? undefined : workspace.people.byId(user);
  if (person) return person;
  throw new WheelhouseError(
    'user',
    `WHEELHOUSE_USER must name the owner of the token; "${user ?? ''}" is not in this workspace.`,
    {
      next: `Known people: ${workspace.personIds.join(', ')}.`,
    },
  );
}
