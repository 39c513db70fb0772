import { computed, effect, signal } from '@preact/signals';
import type { Session } from '../../src/platforms/web/api.ts';
import { api, Refusal } from './api.ts';

/** `locked`: the address carried no valid token. `unreachable`: nobody answered. */
type Access = 'opening' | 'open' | 'locked' | 'unreachable';

export const access = signal<Access>('opening');
export const session = signal<Session>({ identities: [], channels: [], commands: [], version: '' });

const chosenIdentity = signal(sessionStorage.getItem('wheelhouse.identity') ?? '');
const chosenChannel = signal(fromHash() || (sessionStorage.getItem('wheelhouse.channel') ?? ''));

/** Whom the page speaks as; undefined only before the session is known. */
export const me = computed(() => {
  const { identities } = session.value;
  return identities.find(({ id }) => id === chosenIdentity.value) ?? identities[0];
});

export const myId = computed(() => me.value?.id ?? '');

/** The channel in view; a name nobody knows gives the first. */
export const channel = computed(() => {
  const { channels } = session.value;
  return channels.find(({ id }) => id === chosenChannel.value) ?? channels[0];
});

export const channelId = computed(() => channel.value?.id ?? '');

export function speakAs(id: string): void {
  sessionStorage.setItem('wheelhouse.identity', id);
  chosenIdentity.value = id;
}

/** Asks who we are and sets `access` accordingly. */
export async function signIn(): Promise<void> {
  access.value = await readAccess();
}

/** Asks again who we are; what is on the page stays readable while nobody answers. */
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

/** Keeps the address, the tab's memory and the channel in view the same. */
export function followAddress(): void {
  // The token has become a cookie by now and would only be copied along with the address.
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
