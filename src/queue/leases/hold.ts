import { inWords, Unreachable } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Bus } from '../../core/ports/jobs.ts';
import type { Holder, Holding, Lease } from '../../core/ports/leases.ts';
import type { LeaseStore } from './store.ts';

/** Several times within the life of a lease. */
const LOOK_MS = 1000;

interface Parts {
  store: Pick<LeaseStore, 'take' | 'renew' | 'release'>;
  bus: Bus;
  log: Pick<Log, 'info' | 'warn'>;
}

/**
 * Takes a lease as soon as it is free and renews it. If Redis does not answer, nobody can say whose it is: nothing is
 * confirmed then, and the process goes on as before until Redis says that another one has it.
 */
export async function hold(
  { store, bus, log }: Parts,
  { name, seat, gained, lost, failed }: Holder,
): Promise<Holding> {
  /** The number of the lease, as far as is known. */
  let token: number | undefined;
  let isActive = false;
  let isStopping = false;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let starting = true;
  /** `gained` and `lost` take their time, one after the other; renewals do not wait for them. */
  let told: Promise<void> = Promise.resolve();

  const lease: Lease = {
    name,
    async confirm() {
      const mine = token;
      const isMine = mine !== undefined && (await answered(store.renew(name, mine), name));
      if (isMine) return mine;
      look();
      throw new Unreachable(`This process does not have the lease "${name}" any more.`, {
        next: 'Nothing was sent: the process that has it now goes on.',
      });
    },
  };

  async function ask(): Promise<void> {
    if (token !== undefined && (await store.renew(name, token))) return;
    const before = token;
    // It may have run out while nobody else wanted it.
    token = isStopping ? undefined : await store.take(name, { seat, starting });
    starting = false;
    if (before === undefined && token === undefined) return;
    log.info(
      { lease: name, token },
      token === undefined ? 'a lease was lost' : 'a lease was taken',
    );
  }

  function look(): Promise<void> {
    looking ??= ask()
      .catch((error: unknown) => log.warn({ lease: name, why: inWords(error) }, 'renewing a lease'))
      .then(() => {
        looking = undefined;
      });
    return looking;
  }

  async function settle(): Promise<void> {
    if (token !== undefined && !isActive && !isStopping) {
      isActive = true;
      try {
        await gained(lease);
      } catch (error) {
        await end('failed');
        throw error;
      }
    } else if (token === undefined && isActive) {
      isActive = false;
      await lost('taken');
    }
  }

  /** Others must not begin before this process has ended what it does. */
  async function end(why: 'stopping' | 'failed'): Promise<void> {
    isStopping = true;
    unsubscribe();
    if (isActive) {
      isActive = false;
      await lost(why);
    }
    isOver = true;
    clearTimeout(timer);
    const mine = token;
    token = undefined;
    if (mine === undefined) return;
    await store.release(name, mine).catch(() => undefined); // it runs out
    await bus.publish('leases', name);
  }

  async function again(): Promise<void> {
    await look();
    told = told.then(settle).catch(failed);
    plan();
  }
  function plan(): void {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(again, LOOK_MS);
  }
  const unsubscribe = bus.subscribe('leases', (which) => {
    if (which === name && !isStopping) void again();
  });

  await look();
  plan();
  const first = told.then(settle);
  told = first.catch(() => undefined);
  await first;
  return {
    async stop() {
      isStopping = true;
      await told;
      await end('stopping');
    },
  };
}

function answered(asking: Promise<boolean>, name: string): Promise<boolean> {
  return asking.catch((cause: unknown) => {
    throw new Unreachable(
      `Asking who has the lease "${name}": Redis did not answer, so nothing was sent.`,
      { next: 'It is sent when Redis answers again.', cause },
    );
  });
}
