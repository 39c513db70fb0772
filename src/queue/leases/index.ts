import type { Log } from '../../core/log.ts';
import type { Bus } from '../../core/ports/jobs.ts';
import type { Leases } from '../../core/ports/leases.ts';
import { during } from './during.ts';
import { hold } from './hold.ts';
import type { Identity, LeaseStore } from './store.ts';

interface Parts {
  store: LeaseStore;
  me: Identity;
  bus: Bus;
  log: Log;
}

export function createLeases({ store, me, bus, log }: Parts): Leases {
  return {
    hold: (holder) => hold({ store, bus, log }, holder),
    during: (name, work, signal) => during(store, name, work, signal),
    async list() {
      const rows = await store.list();
      return rows.map(({ id, ...row }) => ({ ...row, ours: id === me.id }));
    },
  };
}
