import { Handle } from '../../../../src/training/engines/process/files.ts';
import { engineContract } from '../../../contracts/engine.ts';
import { processesWith } from '../processes.ts';

engineContract('process', {
  open: async () => ({
    settings: {},
    alive: async (word) => processesWith(word).length,
    async lose({ handle }) {
      process.kill(Handle.parse(handle).supervisor.pid, 'SIGKILL');
    },
    close: async () => undefined,
  }),
});
