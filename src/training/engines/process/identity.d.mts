/** See identity.mjs. */
export function startOf(pid: number): string | undefined;
export function bootId(): string | undefined;
export function namespaceId(): string | undefined;
