import { session } from './session.ts';

/** A person's name by ID; the ID itself if the name is not known. */
export function nameOf(id: string): string {
  return session.value.identities.find((identity) => identity.id === id)?.name ?? id;
}
