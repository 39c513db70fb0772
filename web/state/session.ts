import { batch, computed, effect, signal } from '@preact/signals';
import type { Session } from '../../src/platforms/web/api.ts';
import { channelAddress, readAddress } from './address.ts';
import { api, Refusal } from './api.ts';

/** `locked`: the address had no valid token. `unreachable`: the server did not answer. */
type Access = 'opening' | 'open' | 'locked' | 'unreachable';

export const access = signal<Access>('opening');
export const session = signal<Session>({ identities: [], channels: [], commands: [], version: '' });

const chosenIdentity = signal(sessionStorage.getItem('wheelhouse.identity') ?? '');
const first = readAddress(location.hash);
const chosenChannel = signal(
  ('channel' in first && first.channel) || (sessionStorage.getItem('wheelhouse.channel') ?? ''),
);

/** The board that is open instead of a channel. */
export const boardAt = signal('model' in first ? first : null);

/** The message that the address names, until it is shown. */
export const wantedMessage = signal('message' in first ? first.message : null);

/** The person as whom the page acts; undefined only before the session is known. */
export const me = computed(() => {
  const { identities } = session.value;
  return identities.find(({ id }) => id === chosenIdentity.value) ?? identities[0];
});

export const myId = computed(() => me.value?.id ?? '');

/** The current channel; the first one if the name is unknown. */
export const channel = computed(() => {
  const { channels } = session.value;
  return channels.find(({ id }) => id === chosenChannel.value) ?? channels[0];
});

export const channelId = computed(() => channel.value?.id ?? '');

/** The channel that can be seen now; none while a board is open. */
export const shownChannel = computed(() => (boardAt.value === null ? channelId.value : ''));

export function speakAs(id: string): void {
  sessionStorage.setItem('wheelhouse.identity', id);
  chosenIdentity.value = id;
}

/** Fetches the session and sets `access` accordingly. */
export async function signIn(): Promise<void> {
  access.value = await readAccess();
}

/** Fetches the session again; the page stays readable if the server does not answer. */
export async function retrySignIn(): Promise<void> {
  const answer = await readAccess();
  if (answer !== 'unreachable') access.value = answer;
}

async function readAccess(): Promise<Access> {
  try {
    session.value = await api.session();
    return 'open';
  } catch (error) {
    return error instanceof Refusal && error.status === 401 ? 'locked' : 'unreachable';
  }
}

/** Keeps the address, the session storage and what is shown in sync. */
export function followAddress(): void {
  // The token is stored in a cookie by now, and would be copied with the address.
  if (location.search !== '') history.replaceState(null, '', location.pathname + location.hash);
  addEventListener('hashchange', () => {
    const place = readAddress(location.hash);
    batch(() => {
      boardAt.value = 'model' in place ? place : null;
      wantedMessage.value = 'message' in place ? place.message : null;
      if ('channel' in place && place.channel !== '') chosenChannel.value = place.channel;
    });
  });
  effect(() => {
    const id = channelId.value;
    if (id === '' || boardAt.value !== null) return;
    sessionStorage.setItem('wheelhouse.channel', id);
    const here = readAddress(location.hash);
    if ('channel' in here && here.channel === id) return;
    if (location.hash === '') history.replaceState(null, '', channelAddress(id));
    else location.hash = channelAddress(id);
  });
}
