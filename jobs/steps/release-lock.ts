import type { Endpoint } from '../../src/core/endpoint.ts';
import type { Needs } from '../../src/core/world.ts';
import { released } from '../../src/release/policy.ts';

/** The change is over: the endpoint is free for the next one. Leaves the lock of another change alone. */
export async function releaseLock(
  { model, environment }: Endpoint,
  change: string,
  { endpoints }: Needs<'endpoints'>,
): Promise<void> {
  await endpoints.change({ model, environment }, (seen) => released(seen, change));
}
