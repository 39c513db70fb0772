import type { Action } from '../../src/core/card.ts';
import { isBusy, pressKey } from '../state/attempts.ts';
import { question } from '../state/dialogs.ts';

interface Props {
  actions: readonly Action[];
  post: string;
  onPress: (action: Action) => void;
}

export function Actions({ actions, post, onPress }: Props) {
  return (
    <div class="actions">
      {actions.map((action) => {
        const busy = isBusy(pressKey(post, action));
        return (
          <button
            key={pressKey(post, action)}
            type="button"
            class={`button ${action.style ?? ''}`}
            data-testid={`action-${action.command}`}
            aria-busy={busy}
            aria-disabled={busy}
            onClick={() => ask(action, () => onPress(action))}
          >
            {action.label}
          </button>
        );
      })}
    </div>
  );
}

function ask(action: Action, yes: () => void): void {
  if (action.confirm === undefined) {
    yes();
    return;
  }
  const danger = action.style === 'danger';
  question.value = { title: action.label, text: action.confirm, danger, yes };
}
