import { WaitedTooLong } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import type { Log } from '../core/log.ts';
import type { OpenJob } from '../core/ports/seals.ts';

interface Parts {
  open: OpenJob | undefined;
  log: Pick<Log, 'error'>;
  now?(): number;
}

/** Gives the payload of a job from what is stored of it. What carries a person's authority must be signed. */
export function createUnsealing({ open, log, now = Date.now }: Parts) {
  return async (job: Job, stored: unknown): Promise<unknown> => {
    if (job.signedForMs === undefined) return stored;
    if (!open) throw new Error(`this queue opens no signed jobs, and "${job.name}" is one`);
    const { payload, at } = await open(job.name, stored).catch((err: unknown) => {
      log.error({ job: job.name, err }, 'refused a job that nobody who may has signed');
      throw err;
    });
    if (now() - at.getTime() > job.signedForMs) throw new WaitedTooLong(at, payload);
    return payload;
  };
}
