import type { Action, Card } from '../../core/card.ts';
import { createMemory } from './memory.ts';
import type { Press } from './render/press.ts';

const REMEMBERED = 2000;

/**
 * How the buttons of shown cards want to be confirmed, which is more than a `custom_id` holds. After
 * a restart a button that nobody has shown since is asked about in plain words.
 */
export function createQuestions() {
  const known = createMemory<Action>(REMEMBERED);
  const keyOf = ({ command, argument }: Pick<Action, 'command' | 'argument'>) =>
    `${command} ${argument}`;
  return {
    shown({ actions }: Card): void {
      for (const action of actions ?? []) if (action.confirm) known.set(keyOf(action), action);
    },
    of({ command, argument }: Press): Action {
      const action = known.get(keyOf({ command, argument }));
      return action ?? { label: `/${command} ${argument}`.trim(), command, argument };
    },
  };
}

export type Questions = ReturnType<typeof createQuestions>;
