import type { AdapterParts } from '../../src/platforms/kind.ts';

/** For adapters that other systems do not reach. */
export const NO_SYSTEMS: Pick<AdapterParts, 'hooks' | 'endpointFor'> = {
  hooks: { open: () => () => undefined },
  endpointFor: () => undefined,
};
