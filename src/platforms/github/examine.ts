import { WheelhouseError } from '../../core/errors.ts';
import type { CheckResult } from '../kind.ts';
import type { GitHub } from './client.ts';
import { EVENTS, PERMISSIONS } from './permissions.ts';

/** Whether the key works, and the app has what it needs. Changes nothing. */
export async function examine(github: Pick<GitHub, 'whoAmI'>): Promise<CheckResult[]> {
  try {
    const { slug, permissions, events } = await github.whoAmI();
    const lacking = Object.entries(PERMISSIONS).flatMap(([name, wanted]) => {
      const given = permissions[name];
      return given === 'write' || given === wanted ? [] : [`${name}: ${wanted}`];
    });
    const unheard = EVENTS.filter((event) => !events.includes(event));
    return [
      { what: `GitHub knows the app as ${slug}`, ok: true },
      result('it has the permissions that it needs', lacking),
      result('it gets the events that it needs', unheard),
    ];
  } catch (error) {
    if (!(error instanceof WheelhouseError)) throw error;
    const next = error.next ?? 'Try again, or check GITHUB_API_URL.';
    return [{ what: error.message, ok: false, next }];
  }
}

function result(what: string, lacking: readonly string[]): CheckResult {
  if (lacking.length === 0) return { what, ok: true };
  const next = `Add ${lacking.join(', ')} to the app, and accept the change in its installation.`;
  return { what, ok: false, next };
}
