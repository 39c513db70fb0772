import { targetSolved, targetSubject } from '../../src/cards/target.ts';
import { deriveId } from '../../src/core/ids.ts';
import { specIn } from '../../src/core/model.ts';
import type { State } from '../../src/core/ports/replies.ts';
import type { Needs } from '../../src/core/world.ts';
import {
  remember,
  type TargetAction,
  type TargetFacts,
  type TargetMemory,
  type TargetOf,
  targetId,
} from './target-memory.ts';

/** The message of a problem becomes that of its solution. */
export async function solveTarget(
  of: TargetOf,
  last: TargetMemory | undefined,
  how: Parameters<typeof targetSolved>[1],
  { replies }: Needs<'replies'>,
): Promise<void> {
  if (last?.card !== undefined) await replies.show(targetSubject(last.card), targetSolved(of, how));
}

/** A target has another address, and was told to remove what it had at the former one: nobody has to look for it there. */
export async function tellMoved(
  of: TargetOf,
  last: TargetMemory | undefined,
  { replies, models }: Needs<'models' | 'replies'>,
): Promise<void> {
  const subject = targetSubject(last?.card ?? deriveId('target', targetId(of), 0));
  const state = targetSolved(of, 'moved');
  for (const home of specIn(models.get(of.model), of.environment).homes)
    await replies.open(subject, home, state);
  await replies.show(subject, state);
}

interface Shown {
  last: TargetMemory | undefined;
  state: State;
  action: TargetAction;
  after: Omit<TargetFacts, 'card'>;
}

/** Posts first and remembers then: whoever dies in between posts the same message again, which is no second one. */
export async function showTarget(
  of: TargetOf,
  { last, state, action, after }: Shown,
  needs: Needs<'models' | 'replies' | 'audit'>,
): Promise<void> {
  const { replies, models } = needs;
  const card = last?.card ?? deriveId('target', targetId(of), last?.sequence ?? 0);
  const subject = targetSubject(card);
  for (const home of specIn(models.get(of.model), of.environment).homes)
    await replies.open(subject, home, state);
  await replies.show(subject, state);
  if (last?.card !== undefined)
    await replies.tell(subject, `again-${last.sequence}`, {
      title: state.card.title,
      tone: state.card.tone,
      ...(state.card.text !== undefined && { text: state.card.text }),
    });
  await remember(of, last, action, { ...after, card }, needs);
}
