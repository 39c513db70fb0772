import { computed, effect, signal } from '@preact/signals';
import type { Session } from '../../src/platforms/web/api.ts';
import { api, Refusal } from './api.ts';

/** `locked`: the address had no valid token. `unreachable`: the server did not answer. */
type Access = 'opening' | 'open' | 'locked' | 'unreachable';

export const access = signal<Access>('opening');
export const session = signal<Session>({ identities: [], channels: [], commands: [], version: '' });

const chosenIdentity = signal(sessionStorage.getItem('wheelhouse.identity') ?? '');
const chosenChannel = signal(fromHash() || (sessionStorage.getItem('wheelhouse.channel') ?? ''));

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

/** Keeps the address, the session storage and the current channel in sync. */
export function followAddress(): void {
  // The token is stored in a cookie by now, and would be copied with the address.
  if (location.search !== '') history.replaceState(null, '', location.pathname + location.hash);
  addEventListener('hashchange', () => {
    if (fromHash() !== '') chosenChannel.value = fromHash();
  });
  effect(() => {
    const id = channelId.value;
    if (id === '') return;
    sessionStorage.setItem('wheelhouse.channel', id);
    if (fromHash() === id) return;
    if (fromHash() === '') history.replaceState(null, '', `#${encodeURIComponent(id)}`);
    else location.hash = encodeURIComponent(id);
  });
}

function fromHash(): string {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return location.hash.slice(1);
  }
}
