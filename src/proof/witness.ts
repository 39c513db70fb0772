import type { Witness } from '../core/ports/tickets.ts';
import { sealJob } from './job-seal.ts';
import { openPrivateKey, publishKey } from './key-files.ts';
import { heardVote, sealReceipt } from './receipt.ts';

/** Signs what this process hears, with the key in `dir` that it alone has. */
export async function openWitness(dir: string): Promise<Witness> {
  const key = await openPrivateKey(dir, 'witness');
  await publishKey(dir, 'witness', key);
  return {
    receipt: (approval, vote) => sealReceipt(approval, vote, key),
    confirmed(approval, vote) {
      heardVote(approval, vote, [key]);
      return sealReceipt(approval, vote, key);
    },
    seal: (job, payload) => sealJob(job, payload, new Date(), key),
  };
}
