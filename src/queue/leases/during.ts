import type { LeaseStore } from './store.ts';
import { LEASE_MS } from './store.ts';

const RENEW_MS = 1500;

/** Runs `work` while this process has the lease; the signal is aborted if that cannot be renewed in time. */
export async function during(
  store: Pick<LeaseStore, 'take' | 'renew' | 'release'>,
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const token = await store.take(name);
  if (token === undefined) return false;
  const gone = new AbortController();
  let renewed = performance.now();
  const renew = async () => {
    const asked = performance.now();
    const isOurs = await store.renew(name, token).catch(() => undefined);
    if (isOurs) renewed = asked;
    if (isOurs === false || performance.now() - renewed > LEASE_MS)
      gone.abort(new Error(`the lease "${name}" was lost`));
  };
  const timer = setInterval(() => void renew(), RENEW_MS);
  try {
    await work(AbortSignal.any([signal, gone.signal]));
  } finally {
    clearInterval(timer);
    await store.release(name, token).catch(() => undefined); // it runs out
  }
  return true;
}
