import type { ModelBoard } from '../../../src/core/board.ts';
import { messageAddress } from '../../state/address.ts';
import { ago } from '../time.ts';
import { ToneIcon } from '../tone-icon.tsx';

/** What waits for somebody: open alerts, then requests. */
export function Attention({ shown: { alerts, approvals } }: { shown: ModelBoard }) {
  if (alerts.length + approvals.length === 0) return null;
  return (
    <section>
      <h2>Needs attention</h2>
      <ul class="attention">
        {alerts.map(({ id, grade, status, title, summary, openedAt, message }) => (
          <li
            key={id}
            data-testid="board-alert"
            data-tone={grade === 'harm' ? 'danger' : 'warning'}
          >
            <ToneIcon tone={grade === 'harm' ? 'danger' : 'warning'} />
            <div>
              <p class="attention-title">
                <b>{title}</b>
                <span class="soft">{`${status}, ${ago(openedAt)}`}</span>
              </p>
              <p class="attention-words">{summary}</p>
            </div>
            <Link message={message} what={title} />
          </li>
        ))}
        {approvals.map(({ id, version, status, requestedBy, createdAt, needed, ...rest }) => (
          <li key={id} data-testid="board-approval" data-tone="note">
            <ToneIcon tone="note" />
            <div>
              <p class="attention-title">
                <b>{`v${version} waits for approval`}</b>
                <span class="soft">{`${rest.approvals} of ${needed} votes`}</span>
              </p>
              <p class="attention-words">
                {`${requestedBy} asked ${ago(createdAt)}.`}
                {status === 'checking' && ' The gates are being checked.'}
              </p>
            </div>
            <Link message={rest.message} what={`v${version} waits for approval`} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Link({
  message,
  what,
}: {
  message: { channel: string; post: string } | null;
  what: string;
}) {
  if (message === null) return null;
  return (
    <a class="button" href={messageAddress(message.channel, message.post)}>
      Open<span class="unseen">{` the message: ${what}`}</span>
    </a>
  );
}
