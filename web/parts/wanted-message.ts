import { useEffect } from 'preact/hooks';
import { channelAddress } from '../state/address.ts';
import { announcement } from '../state/announce.ts';
import { hasEarlier, loadEarlier } from '../state/posts.ts';
import { wantedMessage } from '../state/session.ts';

/** Pages of earlier messages that are loaded to find one. */
const PAGES = 10;
let loaded = 0;

/**
 * Scrolls to the message that the address names, and focuses it; earlier messages are loaded if necessary.
 * @param upToDate the newest messages are loaded
 */
export function useWantedMessage(
  channel: string,
  ids: readonly string[] | null,
  upToDate: boolean,
): void {
  const wanted = wantedMessage.value;
  useEffect(() => {
    if (wanted === null || ids === null) return;
    if (ids.includes(wanted)) return show(channel, wanted);
    // Until then, a message that is not there yet may be new.
    if (!upToDate) return;
    if (!hasEarlier.peek().has(channel) || loaded >= PAGES) {
      announcement.value = 'The message is not in this channel any more.';
      return forget(channel);
    }
    loaded += 1;
    loadEarlier(channel).catch(() => forget(channel));
  }, [wanted, ids, upToDate]);
}

function show(channel: string, id: string): void {
  forget(channel);
  const message = document.querySelector(`.messages [data-post="${CSS.escape(id)}"]`);
  if (!(message instanceof HTMLElement)) return;
  message.tabIndex = -1;
  message.scrollIntoView({ block: 'center' });
  message.focus({ preventScroll: true });
}

/** The address names the channel again, so that a reload does not jump. */
function forget(channel: string): void {
  loaded = 0;
  wantedMessage.value = null;
  history.replaceState(null, '', channelAddress(channel));
}
