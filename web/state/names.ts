import { session } from './session.ts';

/** A person's name by id; the id itself for somebody the page has not met. */
export function nameOf(id: string): string {
  return session.value.identities.find((identity) => identity.id === id)?.name ?? id;
}
