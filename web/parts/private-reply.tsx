import type { Action } from '../../src/core/card.ts';
import { dismiss, type EphemeralReply, say } from '../state/attempts.ts';
import { BotCard } from './bot-card.tsx';
import { CloseIcon, EyeOffIcon } from './icons.tsx';

export function PrivateReply({ ephemeral: { id, card } }: { ephemeral: EphemeralReply }) {
  return (
    <aside
      class="private"
      data-testid="private-reply"
      data-tone={card.tone}
      aria-label="Private reply"
    >
      <p class="private-head">
        <EyeOffIcon />
        Only visible to you
        <button
          type="button"
          class="tool"
          aria-label="Dismiss this private reply"
          title="Dismiss"
          onClick={() => dismiss(id)}
        >
          <CloseIcon size={15} />
        </button>
      </p>
      <BotCard card={card} onPress={sayIt} />
    </aside>
  );
}

/** There is no post whose button could be pressed, but typing the command does the same. */
function sayIt({ command, argument }: Action): void {
  say(`/${command} ${argument}`.trim());
}
