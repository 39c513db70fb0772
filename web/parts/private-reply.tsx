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

/** A private reply is not a post, so its buttons send the command as if it had been typed. */
function sayIt({ command, argument }: Action): void {
  say(`/${command} ${argument}`.trim());
}
