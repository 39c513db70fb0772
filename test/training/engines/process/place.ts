import { Handle } from '../../../../src/training/engines/process/files.ts';
import type { Place } from '../ground.ts';

/** This machine. */
export const onProcess = async (): Promise<Place> => ({
  settings: {},
  async lose({ handle }) {
    process.kill(Handle.parse(handle).supervisor.pid, 'SIGKILL');
  },
  // Its programs are found as processes, its files as folders of their runs.
  left: async () => [],
  close: async () => undefined,
});
