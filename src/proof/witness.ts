import type { Witness } from '../core/ports/tickets.ts';
import { sealJob } from './job-seal.ts';
import { openPrivateKey, publishKey, retireRevoked } from './key-files.ts';
import { heardVote, sealReceipt } from './receipt.ts';

/** Signs what this process hears, with the key in `dir` that it alone has. */
export async function openWitness(dir: string): Promise<Witness & { renew(): Promise<boolean> }> {
  const open = async () => {
    const opened = await openPrivateKey(dir, 'witness');
    await publishKey(dir, 'witness', opened);
    return opened;
  };
  await retireRevoked(dir, 'witness');
  let key = await open();
  return {
    receipt: (approval, vote) => sealReceipt(approval, vote, key),
    confirmed(approval, vote) {
      heardVote(approval, vote, [key]);
      return sealReceipt(approval, vote, key);
    },
    seal: (job, payload) => sealJob(job, payload, new Date(), key),
    /** Makes another key if this one was revoked; true if it did. */
    async renew() {
      const isRevoked = await retireRevoked(dir, 'witness');
      if (isRevoked) key = await open();
      return isRevoked;
    },
  };
}
