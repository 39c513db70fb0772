import { z } from 'zod';
import { toJson } from '../core/json.ts';
import type { OpenedJob, OpenJob } from '../core/ports/seals.ts';
import { EnvelopeShape, seal, unseal } from './envelope.ts';
import { followKeys } from './follow-keys.ts';
import type { PrivateKey, PublicKey } from './keys.ts';
import { NotProven } from './not-proven.ts';

/** A type of its own: no receipt and no ticket passes for an order. */
const ORDER = 'application/vnd.wheelhouse.job+json';

const Order = z.object({ job: z.string(), at: z.iso.datetime(), payload: z.unknown() });
/** What is stored in the queue. */
const Stored = z.strictObject({ signed: EnvelopeShape });

export const sealJob = (job: string, payload: unknown, at: Date, key: PrivateKey) =>
  toJson({
    signed: seal(ORDER, Buffer.from(JSON.stringify({ job, at: at.toISOString(), payload })), key),
  });

/** @throws NotProven if none of the keys signed exactly this, for that job */
export function openJob(job: string, stored: unknown, keys: readonly PublicKey[]): OpenedJob {
  const read = Stored.safeParse(stored);
  if (!read.success)
    throw new NotProven(`The job "${job}" is not signed, so nothing was done.`, { next: NEXT });
  try {
    const { payload: bytes } = unseal(read.data.signed, ORDER, keys);
    const order = Order.parse(JSON.parse(bytes.toString()));
    if (order.job !== job) throw new NotProven(`It was signed for the job "${order.job}".`);
    return { payload: order.payload, at: new Date(order.at) };
  } catch (cause) {
    if (!(cause instanceof NotProven)) throw cause;
    throw new NotProven(`The job "${job}" is refused, and nothing was done: ${cause.message}`, {
      ...{ next: NEXT, cause },
    });
  }
}

const NEXT =
  'If you upgrade, ask again when all roles are of this release; otherwise see who can write to Redis.';

/** By the public keys in `dir`. */
export function createJobOpener(dir: string, failed?: (error: unknown) => void): OpenJob {
  const trusted = followKeys(dir, 'witness', failed);
  return async (job, stored) => {
    const signer = Stored.safeParse(stored).data?.signed.signatures[0]?.keyid;
    // The bot may have made its key a moment ago.
    return openJob(job, stored, await trusted(signer ?? undefined));
  };
}
