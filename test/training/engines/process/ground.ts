import { Handle } from '../../../../src/training/engines/process/files.ts';
import { processesWith } from '../processes.ts';

/** This machine, as the ground of the suite. */
export const onProcess = async () => ({
  settings: {},
  alive: async (word: string) => processesWith(word).length,
  async lose({ handle }: { handle?: unknown }) {
    process.kill(Handle.parse(handle).supervisor.pid, 'SIGKILL');
  },
  close: async () => undefined,
});
