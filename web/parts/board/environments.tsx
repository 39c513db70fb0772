import type { ModelBoard } from '../../../src/core/board.ts';
import { boardAddress } from '../../state/address.ts';

/** Links to the same model elsewhere, if there is more than one environment. */
export function Environments({ shown }: { shown: ModelBoard }) {
  if (shown.environments.length < 2) return null;
  return (
    <nav class="environments" aria-label="Environments">
      {shown.environments.map((name) => (
        <a
          key={name}
          href={boardAddress(shown.model, name)}
          aria-current={name === shown.environment ? 'page' : undefined}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}
