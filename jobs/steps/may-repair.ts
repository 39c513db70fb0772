import { askedForRepair, targetSubject } from '../../src/cards/target.ts';
import type { Person } from '../../src/core/people.ts';
import { GATEWAY } from '../../src/core/target.ts';
import type { Needs } from '../../src/core/world.ts';
import { quarrelIn } from './repairs-undone.ts';
import { type TargetMemory, type TargetOf, targetId } from './target-memory.ts';

/** More than happen within an hour. */
const EVENTS = 100;

/**
 * Whether a person may have a target repaired now. After repairs that were undone again and again, two must ask for one:
 * the first is recorded, and its message says so.
 */
export async function mayRepair(
  of: TargetOf,
  last: TargetMemory,
  { by, via }: { by: Person; via: string },
  { audit, people, replies, clock }: Needs<'audit' | 'people' | 'replies' | 'clock'>,
): Promise<boolean> {
  // The gateway follows by itself: it is only told to look.
  if (last.action !== 'target.drift' || of.target === GATEWAY.name) return true;
  const subject = targetId(of);
  const before = await audit.list({ subject, limit: EVENTS });
  if (quarrelIn(before, clock.now()) === undefined) return true;
  const { model, environment } = of;
  // Recorded before it is looked who else has asked: of two at once, at least one sees the other.
  await audit.append({
    ...{ id: `ask-${subject}-${last.sequence}-${by.id}`, by: by.id, action: 'target.ask' },
    ...{ subject, model, environment, via },
  });
  const operators = people.atLeast('operator').map(({ id }) => id);
  const asking = (await audit.list({ subject, limit: EVENTS }))
    .filter(({ action, sequence }) => action === 'target.ask' && sequence > last.sequence)
    .map((event) => event.by);
  const others = operators.filter((id) => id !== by.id);
  // Whoever is alone has nobody to ask.
  if (others.length === 0 || others.some((id) => asking.includes(id))) return true;
  if (last.card !== undefined)
    await replies.tell(
      targetSubject(last.card),
      `ask-${by.id}-${last.sequence}`,
      askedForRepair(by.name),
    );
  return false;
}
