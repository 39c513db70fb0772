import type { Asking } from '../../src/core/command.ts';
import { Refused } from '../../src/core/errors.ts';
import { readOnlyAt } from '../../src/core/freeze.ts';
import { holds } from '../../src/core/people.ts';
import type { Needs } from '../../src/core/world.ts';

/**
 * For a command that everyone may call, where this call changes something as an operator's does.
 * @throws Refused if the caller is none in the environment, or everything is read-only
 */
export async function demandChange(
  environment: string,
  { freezes, clock, people }: Needs<'freezes' | 'clock' | 'people'>,
  { by }: Pick<Asking, 'by'>,
): Promise<void> {
  if (!holds(by, 'operator', environment)) {
    const [other] = people.atLeast('operator', environment);
    throw new Refused(
      `This requires the operator role in ${environment}, which ${by.name} does not have. Nothing was done.`,
      { next: other ? `Ask ${other.name}.` : 'No one here has that role.' },
    );
  }
  const found = readOnlyAt(freezes.calendar, await freezes.current(), clock.now());
  if (found)
    throw new Refused(`Nothing was started: Wheelhouse is read-only (${found.why}).`, {
      next: '/freezes lists what is frozen.',
    });
}
