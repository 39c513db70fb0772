import { BadInput } from '../../core/errors.ts';
import type { Environment } from '../kind.ts';
import { EVENTS, PERMISSIONS } from './permissions.ts';

/** `npx wheelhouse manifest github`: a GitHub App with the rights that it needs, and no other. Throws BadInput. */
export function writeManifest(environment: Environment, words: readonly string[]): string {
  if (words.length > 0)
    throw new BadInput(`"${words[0]}" is one word too many.`, {
      next: 'Usage: npx wheelhouse manifest github',
    });
  const base = environment['WHEELHOUSE_PUBLIC_URL']?.trim().replace(/\/+$/, '');
  if (!base || !URL.canParse(base))
    throw new BadInput('GitHub must be able to reach Wheelhouse, so it needs its public address.', {
      next: 'Set WHEELHOUSE_PUBLIC_URL, e.g. to https://wheelhouse.example.com.',
    });
  return JSON.stringify(
    {
      name: 'Wheelhouse',
      url: base,
      description: 'Releases deployments when they are approved in the channel.',
      public: false,
      hook_attributes: { url: `${base}/hooks/github`, active: true },
      default_permissions: { ...PERMISSIONS, metadata: 'read' },
      default_events: EVENTS,
    },
    null,
    2,
  );
}
