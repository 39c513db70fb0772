import type { ModelList } from '../../src/core/board.ts';
import { boardAddress } from '../state/address.ts';
import { models } from '../state/boards.ts';
import { boardAt } from '../state/session.ts';
import { ChartIcon } from './icons.tsx';

/** The boards of all models, with what needs attention. */
export function ModelLinks() {
  if (models.value.length === 0) return null;
  return (
    <nav class="channels" aria-labelledby="models-title">
      <h2 id="models-title" class="sidebar-title">
        Models
      </h2>
      <ul>
        {models.value.map((one) => (
          <li key={one.model}>
            <a
              class="channel-link"
              href={boardAddress(one.model)}
              title={one.summary}
              data-testid={`model-${one.model}`}
              aria-current={boardAt.value?.model === one.model ? 'page' : undefined}
            >
              <ChartIcon />
              <span class="channel-name">{one.model}</span>
              <Attention model={one} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Attention({ model: { endpoints } }: { model: ModelList['models'][number] }) {
  const sum = (of: 'harm' | 'openAlerts' | 'openApprovals') =>
    endpoints.reduce((all, one) => all + one[of], 0);
  const alerts = sum('openAlerts');
  const approvals = sum('openApprovals');
  const words = [
    ...(alerts > 0 ? [count(alerts, 'open alert')] : []),
    ...(approvals > 0 ? [count(approvals, 'open request')] : []),
  ];
  if (words.length === 0) return null;
  const level = sum('harm') > 0 ? 'harm' : alerts > 0 ? 'alert' : 'waiting';
  return (
    <span class="model-mark" data-level={level} title={words.join(', ')}>
      <span aria-hidden="true">{alerts + approvals}</span>
      <span class="unseen">, {words.join(', ')}</span>
    </span>
  );
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
