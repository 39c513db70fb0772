import { parentPort } from 'node:worker_threads';
import { compareNumbers } from '../../monitoring/files/numbers.ts';
import type { Compared, NumberPair } from './numbers-thread.ts';

parentPort?.on('message', ({ name, reference, current }: NumberPair) => {
  const compared: Compared = {
    figures: compareNumbers(name, reference, current),
    reference: reference.values.buffer,
    current: current.values.buffer,
  };
  parentPort?.postMessage(compared, [compared.reference, compared.current]);
});
