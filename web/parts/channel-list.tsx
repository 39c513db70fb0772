import { channelAddress } from '../state/address.ts';
import { session, shownChannel } from '../state/session.ts';
import { unread } from '../state/unread.ts';
import { HashIcon } from './icons.tsx';

export function ChannelList() {
  return (
    <nav class="channels" aria-labelledby="channels-title">
      <h2 id="channels-title" class="sidebar-title">
        Channels
      </h2>
      <ul>
        {session.value.channels.map(({ id, topic }) => (
          <li key={id}>
            <a
              class={`channel-link ${unread.value.has(id) ? 'unread' : ''}`}
              href={channelAddress(id)}
              title={topic}
              data-testid={`channel-${id}`}
              data-unread={unread.value.has(id)}
              aria-current={id === shownChannel.value ? 'page' : undefined}
            >
              <HashIcon />
              <span class="channel-name">{id}</span>
              {unread.value.has(id) && (
                <span class="unread-mark">
                  <span class="unseen">, new messages</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
