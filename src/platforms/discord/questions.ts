import type { Action, Card } from '../../core/card.ts';
import { createMemory } from './memory.ts';
import type { Press } from './render/press.ts';

const REMEMBERED = 2000;

/**
 * The confirmations of the buttons on shown cards, which do not fit into a `custom_id`. After a restart, a button that
 * has not been shown again gets a generic question.
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
