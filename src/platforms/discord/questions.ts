import type { Action, Card } from '../../core/card.ts';
import type { Spell } from '../../core/platform.ts';
import { createMemory } from './memory.ts';
import type { Press } from './render/press.ts';

const REMEMBERED = 2000;

/**
 * The confirmations of the buttons on shown cards, which do not fit into a `custom_id`. A button that another process
 * has shown gets a generic question.
 */
export function createQuestions(spell: Spell) {
  const known = createMemory<Action>(REMEMBERED);
  const keyOf = ({ command, argument }: Pick<Action, 'command' | 'argument'>) =>
    `${command} ${argument}`;
  return {
    shown({ actions }: Card): void {
      for (const action of actions ?? []) if (action.confirm) known.set(keyOf(action), action);
    },
    /** `label`: what the button says. */
    of({ command, argument }: Press, label: string | undefined): Action {
      const action = known.get(keyOf({ command, argument }));
      if (action) return action;
      const typed = spell(command);
      return { label: label ?? `${typed} ${argument}`.trim(), command, argument, typed };
    },
  };
}

export type Questions = ReturnType<typeof createQuestions>;
