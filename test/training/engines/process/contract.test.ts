import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { engineContract } from '../../../contracts/engine.ts';

engineContract('process', {
  open: async () => ({
    settings: {},
    alive: async (word) => processesWith(word).length,
    async lose({ handle }) {
      const { supervisor } = z.object({ supervisor: z.object({ pid: z.number() }) }).parse(handle);
      process.kill(supervisor.pid, 'SIGKILL');
    },
    close: async () => undefined,
  }),
});

function processesWith(word: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
      } catch {
        return false;
      }
    });
}
