import type { Notary, Witness } from '../core/ports/tickets.ts';
import type { World } from '../core/world.ts';
import type { Lanes } from '../outbox/lanes.ts';

/** What only one kind of process has. */
export interface Own {
  witness: Witness;
  notary: Notary;
  /** The platforms on which one process at a time posts. */
  lanes: Omit<Lanes, 'handOver'>;
}

/** The answer of a process without adapters, if it ever received an adapter's event. */
export const NO_ADAPTERS: World['inboundHandler'] = {
  handle: () => Promise.reject(new Error('this process has no adapters')),
};

const hearsNothing = (): never => {
  throw new Error('this process hears nobody');
};
export const NO_WITNESS: Witness = {
  ...{ receipt: hearsNothing, confirmed: hearsNothing, seal: hearsNothing },
};
export const NO_NOTARY: Notary = {
  heard: () => Promise.reject(new Error('this process is not the policy process')),
  issue: () => Promise.reject(new Error('this process is not the policy process')),
};
